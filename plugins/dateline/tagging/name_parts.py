"""Runs of capital words that may be a person’s name, with what the lists of names know of each part.

"Syrian President Bashar al-Assad" is a stretch of capital words: the nation and the title part it, and leave the
run Bashar, al-Assad with a title before it. `persons` judges the runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from dateline.authority.names import ADDRESS, Breaker, Names, Title
from dateline.tagging.passage import Case, Passage

# Small words inside a name: "Osama bin Laden", "Abd ar-Rahman", "Ursula von der Leyen".
PARTICLES = frozenset(
    """al el ad ar as ash at an az adh ed er es et ul ur bin ibn bint ben ould abu da de del dela della den der di do
    dos du la le las los san ter van von zu y e""".split()
)
# These are English words too: before a space they are no part of a name.
_ALSO_WORDS = frozenset("ad an as ash at den do".split())
ARTICLES = frozenset("al el ad ar as ash at an az adh ed er es et ul ur".split())
APOSTROPHES = frozenset("'’‘ʼ`")
_HYPHENS = frozenset("-‐‑")
_CONTRACTED = frozenset("s t re ve ll d m".split())
_MAX_PARTICLES = 3  # "van der", "de la"
_MAX_BEFORE_APOSTROPHE = 4  # letters: "O’Brien", "Sana’a"
_MIXED_NAMES = ("mc", "mac", "de", "di", "la", "le", "o", "fitz", "van")  # "McCain", "LeBron", "DeVos"
# Two capitals that are initials without full stops: "JK Rowling".
_PAIRS = frozenset("jj jk jp jr jd jt aj pj tj cj rj dj bj mj kj jb jc lj bb wb cs pd ab".split())
# Families whose name stands first, in China, Korea, Vietnam and Burma.
FAMILY_FIRST = frozenset(
    """ahn aung ban bo cai chan chen cheung cho choi chow chun chung deng ding dong du feng gao guo ho hong hu hua huang
    hwang jang jiang kang kim kwok lam le lee leung li liang lim lin liu lu luo ma mao moon ng ngo nguyen pan park peng
    pham ren rhee roh shen shin song su sun tang tran tsai tsang vo wang wei wen wong wu xi xu yang yao ye yip yoon yu
    yuan zeng zhai zhang zhao zheng zhou zhu""".split()
)

# Heads that as many people as things are called by: "Anita Hill", "Nathan Lane".
_HEADS_OF_FAMILIES = frozenset("banks bridges church fields hall hill lake lane mills rivers".split())


class Sort(IntEnum):
    """What a part of a run of capital words is, by the lists."""

    UNKNOWN = 0
    GIVEN = 1
    WEAK = 2  # a given name that is often a word, a place or a surname
    SURNAME = 3
    WEAK_SURNAME = 4  # one that is often a word, a place or a given name
    INITIAL = 5
    SUFFIX = 6  # "Jr."
    TITLE = 7
    HEAD = 8  # "Street"
    LEAD = 9  # "Hurricane"
    NATION = 10
    BREAK = 11

    __hash__ = int.__hash__  # that of enumerations is Python, and asked for every part


_IN_NAMES = Sort.SUFFIX  # the sorts up to this one stand in names
_BY_BREAKER = {Breaker.HEAD: Sort.HEAD, Breaker.LEAD: Sort.LEAD}
_GIVEN = frozenset({Sort.GIVEN, Sort.WEAK})


class Part(NamedTuple):
    """Words `first` to `last` (exclusive) that a hyphen or apostrophe joins; `key` is the word that counts."""

    first: int
    last: int
    key: str
    sort: Sort
    article: bool  # "al-Assad"


class Run(NamedTuple):
    """Parts that may be a name, and what the words before and after them tell."""

    parts: Sequence[Part]
    title: Title | None
    title_adjoins: bool  # with a capital, as in "President Assad"
    closed: bool  # by a head: "… Street"
    opens: bool  # the first part begins a sentence


def read_runs(passage: Passage, names: Names) -> list[Run]:
    """Return the runs of name-like parts in a passage, from left to right."""
    runs: list[Run] = []
    last = 0
    for index in passage.capitals:
        if index < last:
            continue
        parts, last = _read_stretch(passage, index, names)
        if len(parts) > 1 or parts[0].sort <= _IN_NAMES:
            runs += _split(passage, parts, names)
    return runs


def _read_stretch(passage: Passage, first: int, names: Names) -> tuple[list[Part], int]:
    """Return the parts of the stretch of capital words that begins with word `first`, and the word after it."""
    part = _read_part(passage, first, names)
    parts = [part]
    while _goes_on(passage, part):
        part = _read_part(passage, part.last, names)
        parts.append(part)
    return parts, part.last


def _goes_on(passage: Passage, part: Part) -> bool:
    """Tell whether a capital word follows a part, at once or after particles."""
    cases, index = passage.cases, part.last
    if index == len(cases) or not _joins(passage.gaps[index], part):
        return False
    if cases[index] is not Case.LOWER:
        return cases[index] is not Case.NUMBER
    return passage.words[index].key in PARTICLES and _leads_on(passage, index)


def _leads_on(passage: Passage, first: int) -> bool:
    """Tell whether the particles that begin with word `first` lead to a capital word: "de la Rúa"."""
    for index in range(first, min(first + _MAX_PARTICLES + 1, len(passage.cases))):
        if passage.cases[index] is not Case.LOWER:
            return passage.cases[index] is not Case.NUMBER
        key, after = passage.words[index].key, passage.gaps[index + 1] if index + 1 < len(passage.gaps) else ""
        if key not in PARTICLES or not _is_near(after) or (key in _ALSO_WORDS and after == " "):
            return False
    return False


def _joins(gap: str, part: Part) -> bool:
    if gap == " ":
        return True
    if gap in (".", ". "):
        return part.sort is Sort.INITIAL or part.sort is Sort.TITLE
    return gap.isspace() and gap.count("\n") < 2


def _is_near(gap: str) -> bool:
    return gap == " " or gap in _HYPHENS or gap in APOSTROPHES


def _read_part(passage: Passage, first: int, names: Names) -> Part:
    """Return the part that begins with word `first`, with the particles and joined words that belong to it."""
    words, cases, gaps = passage.words, passage.cases, passage.gaps
    index, article = first, False
    while cases[index] is Case.LOWER:
        article = article or words[index].key in ARTICLES
        index += 1
    if first == index and first and gaps[index] in _HYPHENS and words[index - 1].key in ARTICLES:
        # The stretch began at the capital of "al-Assad"; the name begins with its article.
        first, article = index - 1, True
    if words[index].key in ARTICLES and _is_hyphenated(passage, index + 1):
        index, article = index + 1, True  # "Al-Assad"
    last = index + 1
    while last < len(words) and gaps[last] != " " and _belongs(passage, last, names):
        last += 1
    key, sort = words[index].key, _sort_of(passage, index, names)
    if last > index + 1:
        key, sort = _key_of_joined(passage, index, last), _sort_of_joined(passage, index, last, names)
    if article and sort in (Sort.UNKNOWN, Sort.GIVEN, Sort.WEAK, Sort.WEAK_SURNAME):
        sort = Sort.SURNAME
    return Part(first, last, key, sort, article)


def _is_hyphenated(passage: Passage, index: int) -> bool:
    return index < len(passage.cases) and passage.gaps[index] in _HYPHENS and passage.cases[index] is not Case.LOWER


def _belongs(passage: Passage, index: int, names: Names) -> bool:
    """Tell whether word `index` is joined to the one before it: "Jean-Pierre", "Jong-un", "O’Brien", "Sana’a"."""
    gap, word, small = passage.gaps[index], passage.words[index], passage.cases[index] is Case.LOWER
    if gap in _HYPHENS:
        return passage.cases[index] in (Case.CAPITAL, Case.MIXED) or (small and _is_tail(passage, index, names))
    if gap in APOSTROPHES:
        short = len(passage.words[index - 1].key) <= _MAX_BEFORE_APOSTROPHE
        return word.key not in _CONTRACTED and (short or not small)
    return False


def _is_tail(passage: Passage, index: int, names: Names) -> bool:
    """Tell whether the small word `index` ends the name before its hyphen, as in "Kim Jong-un"."""
    key, before = passage.words[index].key, index - 2
    if before >= 0 and passage.words[before].key in FAMILY_FIRST and passage.cases[before] is not Case.LOWER:
        return True
    return key not in names.common and (key in names.given or key in names.weak_given)


def _key_of_joined(passage: Passage, index: int, last: int) -> str:
    words = passage.words[index:last]
    if passage.gaps[last - 1] in APOSTROPHES or passage.cases[last - 1] is Case.LOWER:
        return "".join(word.key for word in words)
    return words[-1].key  # "Rimsky-Korsakov"


def _sort_of_joined(passage: Passage, index: int, last: int, names: Names) -> Sort:
    head, tail = _sort_of(passage, index, names), _sort_of(passage, last - 1, names)
    if passage.gaps[last - 1] in APOSTROPHES:
        return Sort.SURNAME if head is Sort.INITIAL else Sort.UNKNOWN
    if passage.cases[last - 1] is Case.LOWER and head > _IN_NAMES:
        return Sort.UNKNOWN  # "Chung In-yong"
    if Sort.TITLE in (head, tail):
        return Sort.TITLE if head is tail else Sort.BREAK  # "Major-General", "King-size"
    if max(head, tail) > _IN_NAMES and passage.cases[last - 1] is not Case.LOWER:
        return Sort.BREAK  # "British-Iranian"
    if head in _GIVEN:
        return head
    return tail if tail is Sort.SURNAME else Sort.UNKNOWN


def _sort_of(passage: Passage, index: int, names: Names) -> Sort:
    """Return what a word is by itself."""
    word, case = passage.words[index], passage.cases[index]
    key = word.key
    if key in names.breakers:
        return _BY_BREAKER.get(names.breakers[key], Sort.BREAK)
    if len(key) == 1 or (case is Case.UPPER and not word.shouted):
        is_initial = word.surface.isupper() and (len(key) == 1 or key in _PAIRS)
        return Sort.INITIAL if is_initial else _sort_of_acronym(key, names)
    if title := names.titles.get(key):
        if title is Title.SUFFIX:
            return Sort.SUFFIX
        if title in ADDRESS and key not in names.weak_given:
            return Sort.TITLE
    sort = _sort_of_name(key, names)
    if sort is Sort.UNKNOWN and (key in names.common or _is_coined(key, case)):
        return Sort.BREAK
    return sort


def _sort_of_acronym(key: str, names: Names) -> Sort:
    known = names.titles.get(key)
    return Sort.SUFFIX if known is Title.SUFFIX else Sort.TITLE if known in ADDRESS else Sort.BREAK


def _sort_of_name(key: str, names: Names) -> Sort:
    if key in names.given:
        return Sort.GIVEN
    if key in names.nations or (key[-1] == "s" and key[:-1] in names.nations):
        return Sort.NATION  # "Syrias largest city", where an archive has lost its apostrophes
    weak = key in names.weak_given
    if key in names.surnames:
        return Sort.WEAK if weak else Sort.SURNAME
    if weak:
        return Sort.WEAK
    return Sort.WEAK_SURNAME if key in names.weak_surnames or key in FAMILY_FIRST else Sort.UNKNOWN


def _is_coined(key: str, case: Case) -> bool:
    """Tell whether capitals inside a word make it a brand: "YouTube"."""
    return case is Case.MIXED and not key.startswith(_MIXED_NAMES)


def _split(passage: Passage, parts: Sequence[Part], names: Names) -> Iterator[Run]:
    """Yield the runs into which titles, and words that are in no name, part a stretch."""
    title, adjoins = title_before(passage, parts[0].first, names), False
    of_title = title if title and passage.words[parts[0].first - 1].key == "of" else None
    title = None if of_title else title  # "the Governor of Tyumen Oblast"
    led = False
    run: list[Part] = []
    for number, part in enumerate(parts):
        if _is_in_name(parts, number, run, names):
            run.append(part)
            continue
        if run and not led:
            yield _run(passage, run, title, adjoins=adjoins, closed=part.sort is Sort.HEAD)
        led = part.sort is Sort.LEAD or (led and part.sort is Sort.TITLE)
        if part.sort is Sort.TITLE:
            title, adjoins = names.titles.get(part.key, Title.OFFICE), True
        else:  # "Minister of Foreign Affairs Walid al-Muallem" has its title still
            title, adjoins = of_title if not run else None, False
        run = []
    if run and not led:
        yield _run(passage, run, title, adjoins=adjoins, closed=False)


def _run(passage: Passage, run: Sequence[Part], title: Title | None, *, adjoins: bool, closed: bool) -> Run:
    return Run(run, title, adjoins, closed, passage.opens[run[0].first])


def _is_in_name(parts: Sequence[Part], number: int, run: Sequence[Part], names: Names) -> bool:
    """Tell whether a part goes on with the run, or may begin one."""
    part = parts[number]
    if part.sort is Sort.LEAD and run and run[-1].key in FAMILY_FIRST and part.key in PARTICLES:
        return True  # "Aung San Suu Kyi"
    if part.sort > _IN_NAMES:
        return _is_surname_here(parts, number, run, names)
    is_word = part.sort is Sort.WEAK_SURNAME and part.key in names.common and part.key not in FAMILY_FIRST
    return bool(run) or not is_word or number + 1 == len(parts)  # "Elder Nelson White" is Nelson White


def _is_surname_here(parts: Sequence[Part], number: int, run: Sequence[Part], names: Names) -> bool:
    """Tell whether a title, head, nation or town is the surname after a given name: "Stephen King", "Jack London"."""
    part = parts[number]
    if not 1 <= len(run) <= 2 or run[0].sort not in _GIVEN or not _may_be_surname(part, run[0], names):
        return False
    following = parts[number + 1].sort if number + 1 < len(parts) else Sort.BREAK
    return following is Sort.HEAD or (following is Sort.BREAK and (len(run) == 1 or run[1].sort is Sort.INITIAL))


def _may_be_surname(part: Part, given: Part, names: Names) -> bool:
    if part.key not in names.surnames and part.key not in names.weak_surnames:
        return False
    match part.sort:
        case Sort.TITLE:
            return True
        case Sort.HEAD:
            return given.sort is Sort.GIVEN and part.key in _HEADS_OF_FAMILIES
        case Sort.LEAD:
            return given.sort is Sort.GIVEN
    return part.key not in names.common and names.weak_given.get(given.key) != "place"


def title_before(passage: Passage, first: int, names: Names) -> Title | None:
    """Return the title that small words give to the name at word `first`.

    It is read in "president Assad", "president-elect Biden", "his wife, Mary", "one activist, Nur Liton" and
    "Minister of X".
    """
    if first == 0 or passage.gaps[first] not in (" ", ", ") or passage.cases[first - 1] is not Case.LOWER:
        return None
    key = passage.words[first - 1].key
    if key == "of":
        of = names.titles.get(passage.words[first - 2].key) if first > 1 else None
        return of if of in ADDRESS and passage.gaps[first] == " " else None
    title = Title.OFFICE if key == "elect" else names.titles.get(key)
    return title if passage.gaps[first] == " " or title in (Title.KIN, Title.CALLING) else None
