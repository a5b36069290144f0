"""Co-reference: short forms by which a story names an organisation again.

An acronym that the story explains in brackets, "SDF"; a name's own noun with its capital after "the", "the Legion"
after "5th Legion"; a company's name without its legal form.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from dateline.authority.lexicon import is_space, name_key
from dateline.records import Field, Kind, RecordId, Role
from dateline.tagging.organisation_words import OrganisationWords
from dateline.tagging.passage import DECIDED, Case, Passage, Reading

_MAX_SHORT_WORDS = 3
_FIRST_WORDS = 2
_IN_PLACE = frozenset("in near outside downtown".split())
_MIN_COMPANY_CHARS = 3
_WEIGHT = 0.7
_WEIGHT_OF_COMPANY = 0.6
_ARTICLE = "article"
_BARE = "bare"
_MIN_ACRONYM, _MAX_ACRONYM = 2, 10
_ACRONYM_IN_BRACKETS = re.compile(r"[(\[<][\"“']?(?P<short>[A-Z][\w&.-]{1,9}?)[\"”']?(?=[)\],;>])")
_LONG_IN_BRACKETS = re.compile(
    r"(?<![\w.&-])(?P<short>[A-Z][A-Za-z&-]{1,9}) [(\[](?P<long>[A-Z][^()\[\]\n]{4,90})[)\]]"
)
_MAX_LONG_CHARS = 100
_SMALL = frozenset("a and by for in of on or the to with".split())
# Beside a company's two letters. "Plant" and "crop" stand beside what is genetically modified.
_OF_COMPANY = frozenset(
    """automaker carmaker cars chairman dealers dividend earnings engine engines executive shareholders shares stock
    trucks turbines workers""".split()
)
_BESIDE = 2  # words
_start = attrgetter("start")
_PERSONS = frozenset({"person", "state"})


class _Antecedent(NamedTuple):
    """A whole name and where it stands in the story."""

    at: tuple[int, int]  # passage, character
    reading: Reading
    text: str


_Shorts = Mapping[tuple[str, ...], Sequence[_Antecedent]]  # by the words of the short form, in the story's order


def find_acronyms(passages: Sequence[Passage], words: OrganisationWords) -> Mapping[str, tuple[Field, int, int]]:
    """Return the short forms that a story explains in brackets, each with the field and span of its long form.

    Both orders count, "Syrian Democratic Forces (SDF)" and "SDF (Syrian Democratic Forces)", by the rule of
    Schwartz and Hearst (2003): the short form's letters stand in the long form in order, its first begins a word.
    The long form is written with capitals and has two words or more. Throughout the story the short form means
    what its long form names: whatever record a reading of that span has is the short form's too, before any
    other sense of it. The first explanation counts.
    """
    acronyms: dict[str, tuple[Field, int, int]] = {}
    for passage in passages:
        text = passage.text
        if not any(bracket in text for bracket in "([<"):
            continue
        for found in _ACRONYM_IN_BRACKETS.finditer(text):
            short = found["short"].rstrip(".")
            if _is_acronym(short) and (start := _long_form(text, found.start(), short)) is not None:
                end = _long_end(text, found.start())
                if _is_long_form(text[start:end], words):
                    acronyms.setdefault(short, (passage.field, start, end))
        for found in _LONG_IN_BRACKETS.finditer(text):
            short, start = found["short"], found.start("long")
            explains = _is_acronym(short) and _long_form(text, found.end("long"), short) == start
            if explains and _is_long_form(found["long"], words):
                acronyms.setdefault(short, (passage.field, start, found.end("long")))
    return acronyms


def _is_acronym(short: str) -> bool:
    capitals = sum(char.isupper() for char in short)
    return _MIN_ACRONYM <= len(short) <= _MAX_ACRONYM and capitals >= 2 and 2 * capitals > len(short)


def _long_form(text: str, end: int, short: str) -> int | None:
    """Return where the long form of `short` begins that ends before character `end`, or None.

    Source: Schwartz and Hearst, A Simple Algorithm for Identifying Abbreviation Definitions (2003).
    """
    letters = [char.lower() for char in short if char.isalnum()]
    earliest = max(0, end - _MAX_LONG_CHARS)
    floor = max(earliest, text.rfind("\n\n", earliest, end) + 1)
    at = end - 1
    for position in range(len(letters) - 1, -1, -1):
        letter = letters[position]
        while at >= floor and (text[at].lower() != letter or (position == 0 and at > floor and text[at - 1].isalnum())):
            at -= 1
        if at < floor:
            return None
        at -= 1
    start = at + 1
    length = len(text[start:end].split())
    return start if 2 <= length <= min(len(short) + 5, 2 * len(short)) else None


def _long_end(text: str, end: int) -> int:
    """Return where a long form ends before the bracket at character `end`: without space, quotes or possessive."""
    while end > 0 and text[end - 1] in " \n\"'”’":
        end -= 1
    return end - 2 if text[end - 2 : end] in ("'s", "’s") else end


def _is_long_form(long_form: str, words: OrganisationWords) -> bool:
    """Tell whether a long form is written as a name: its longer words have capitals, and no sentence ends in it."""
    parts = long_form.replace("-", " ").split()
    if any(mark in long_form for mark in ';:!?"“”') or ". " in long_form.replace("U.S. ", "US "):
        return False
    if not parts[0][0].isupper() or not parts[-1][0].isupper():
        return False
    if name_key(parts[-1]) in words.lands | words.events or name_key(parts[0]) in words.stops:
        return False
    return all(part[0].isupper() or len(part) <= 4 for part in parts)


def without_initials(readings: Sequence[Reading], passages: Sequence[Passage]) -> list[Reading]:
    """Return the readings without letters that name no actor in this story, though they are some actor's acronym.

    The story explains them by words written small, "genetically modified (GM)"; or they are a company's two letters
    where neither its longer name stands in the story nor a word beside them speaks of a company.
    """
    by_field = {passage.field: passage for passage in passages}
    explained = {short for passage in passages for short in _explained_by_words(passage.text)}
    told: set[RecordId] = set()
    doubtful: set[str] = set()
    for reading in readings:
        if reading.records and reading.records[0].type == "company":
            if _is_pair(surface := by_field[reading.field].text[reading.start : reading.end], reading):
                doubtful.add(surface)
            else:
                told.update(record.id for record in reading.records)
    if not explained and not doubtful:
        return list(readings)
    untold = doubtful - {
        by_field[one.field].text[one.start : one.end]
        for one in readings
        if any(record.id in told for record in one.records) or _speaks_of_company(by_field[one.field], one)
    }
    none = explained | untold
    return [
        one
        for one in readings
        if one.kind is not Kind.ACTOR
        or one.weight >= DECIDED
        or by_field[one.field].text[one.start : one.end] not in none
    ]


def _is_pair(surface: str, reading: Reading) -> bool:
    """Tell whether a company is named by two letters that are not its whole name, as BP's are."""
    is_pair = len(surface) == _MIN_ACRONYM and surface.isalpha() and surface.isupper()
    return is_pair and all(record.preferred != surface for record in reading.records)


def _speaks_of_company(passage: Passage, reading: Reading) -> bool:
    first, last = _word_span(passage, reading)
    beside = passage.keys[max(0, first - _BESIDE) : last + _BESIDE]
    return not _OF_COMPANY.isdisjoint(beside) or passage.gaps[first].endswith("<")


def _explained_by_words(text: str) -> Iterator[str]:
    """Yield the acronyms in brackets that the words before them, all written small, spell by their first letters."""
    for found in _ACRONYM_IN_BRACKETS.finditer(text) if "(" in text else ():
        short = found["short"].rstrip(".")
        if not short.isalpha() or not short.isupper():
            continue
        before = text[max(0, found.start() - _MAX_LONG_CHARS) : found.start()].replace("-", " ").split()
        letters = list(short.lower())
        for word in reversed(before):
            if word[0] == letters[-1]:
                letters.pop()
            elif word not in _SMALL:
                break
            if not letters:
                yield short
                break


def find_short_forms(passages: Sequence[Passage], named: Sequence[Reading], words: OrganisationWords) -> list[Reading]:
    """Return the short forms by which the passages of a story name again the organisations that it named before.

    `named` are the readings of actors that stand. A short form has the records and the type of the nearest
    name before it that has such a short form, and `stands_for` tells that name. A name in the title counts as
    before the text. What a reading of `named` holds is no short form, save that one without a record gives way
    to a short form of just its words, and is to be dropped: "the Security Council" after "UN Security Council".
    """
    shorts = {mark: _short_forms(passages, named, words, mark) for mark in (_ARTICLE, _BARE)}
    firsts = {keys[0] for found in shorts.values() for keys in found}
    readings: list[Reading] = []
    if not firsts:
        return readings
    for index, passage in enumerate(passages):
        taken = sorted((one.start, one.end, bool(one.records)) for one in named if one.field == passage.field)
        last = 0
        for at in passage.capitals:
            if at < last or passage.words[at].key not in firsts:
                continue
            if not passage.tells[at] and (not passage.opens[at] or passage.words[at].shouted):
                continue
            if found := _short_at(passage, (index, at), shorts, taken):
                reading, last = found
                readings.append(reading)
    return readings


def _short_forms(passages: Sequence[Passage], named: Iterable[Reading], words: OrganisationWords, mark: str) -> _Shorts:
    """Return the short forms of the names, those after "the" or those that stand bare."""
    found: dict[tuple[str, ...], list[_Antecedent]] = defaultdict(list)
    order = {passage.field: index for index, passage in enumerate(passages)}
    for reading in named:
        if reading.kind is not Kind.ACTOR or reading.role is not Role.NAME or _type(reading) in _PERSONS:
            continue
        passage = passages[order[reading.field]]
        first, last = _word_span(passage, reading)
        keys = tuple(word.key for word in passage.words[first:last])
        shorts = _nouns(keys, words) if mark == _ARTICLE else _names_of_company(passage, keys, reading, words)
        for short in shorts:
            text = " ".join(passage.text[reading.start : reading.end].split())
            found[short].append(_Antecedent((order[reading.field], reading.start), reading, text))
    for antecedents in found.values():
        antecedents.sort(key=lambda each: each.at)
    return found


def _type(reading: Reading) -> str:
    return reading.records[0].type if reading.records else reading.type


def _word_span(passage: Passage, reading: Reading) -> tuple[int, int]:
    """Return the words of a reading, the last exclusive."""
    first = bisect_left(passage.words, reading.start, key=_start)
    return first, bisect_left(passage.words, reading.end, lo=first, key=_start)


def _nouns(keys: tuple[str, ...], words: OrganisationWords) -> Iterator[tuple[str, ...]]:
    """Yield what "the" may precede: the last words of a name up to its noun, or the noun before "of"."""
    for size in range(1, min(len(keys) - 1, _MAX_SHORT_WORDS) + 1):
        if _is_noun(keys[-1], words) or _is_phrase(keys[-size:], words):
            yield keys[-size:]
    for at, key in enumerate(keys[1:], 1):
        head = words.heads.get(keys[at - 1])
        if key in ("of", "for", "on", "to", "against") and head and head.starts:
            yield from (keys[start:at] for start in range(max(0, at - _MAX_SHORT_WORDS), at))
            return


def _is_noun(key: str, words: OrganisationWords) -> bool:
    head = words.heads.get(key)
    return bool(head and head.ends and not head.weak) or key in words.teams


def _is_phrase(keys: tuple[str, ...], words: OrganisationWords) -> bool:
    return any(keys == phrase for phrase, _, _ in words.phrases.get(keys[0], ()))


def _names_of_company(
    passage: Passage, keys: tuple[str, ...], reading: Reading, words: OrganisationWords
) -> Iterator[tuple[str, ...]]:
    """Yield how a company is named for short: without its legal form, or by a first word that is its alone."""
    if _type(reading) != "company":
        return
    end = len(keys)
    while end > 1 and (keys[end - 1] in words.suffixes or keys[end - 1] == "group"):
        end -= 1
    if end > _FIRST_WORDS and _is_first_words(passage, keys[:_FIRST_WORDS], reading, words):
        yield keys[:_FIRST_WORDS]
    if end == len(keys):
        return
    yield keys[:end]
    first = keys[0]
    is_common = first in passage.authority.names.common or any(first in lexicon.forms for lexicon in passage.lexicons)
    if end > 1 and not is_common and len(first) >= _MIN_COMPANY_CHARS and first not in words.anchors:
        yield keys[:1]


def _is_first_words(passage: Passage, keys: tuple[str, ...], reading: Reading, words: OrganisationWords) -> bool:
    """Tell whether the first words of a company are its alone: "National Westminster", not "San Diego"."""
    first, _ = _word_span(passage, reading)
    if any(passage.cases[index] is not Case.CAPITAL for index in range(first, first + len(keys))):
        return False
    if passage.gaps[first + 1] != " " or keys[-1] in words.stops or keys[-1] in words.anchors:
        return False
    is_listed = any("".join(keys) in lexicon.forms for lexicon in passage.lexicons)
    return not is_listed and not passage.authority.places.gazetteer.find(" ".join(keys))


def _short_at(
    passage: Passage, place: tuple[int, int], shorts: Mapping[str, _Shorts], taken: Sequence[tuple[int, int, bool]]
) -> tuple[Reading, int] | None:
    """Return the short form that begins with a word, and the word after it."""
    index, first = place
    marks = (_ARTICLE, _BARE) if _follows_article(passage, first) else (_BARE,)
    for size in range(min(_MAX_SHORT_WORDS, len(passage.words) - first), 0, -1):
        last = first + size
        keys = tuple(word.key for word in passage.words[first:last])
        for mark in marks:
            named = shorts[mark].get(keys, ())
            before = bisect_left(named, (index, passage.words[first].start), key=lambda each: each.at)
            if before and _stands_alone(passage, first, last, taken) and _may_be_told(passage, first, last, mark):
                return _short(passage, first, last, named[before - 1], mark), last
    return None


def _may_be_told(passage: Passage, first: int, last: int, mark: str) -> bool:
    """Tell whether the words are a short form where they stand: neither in a place of that name nor just an opening."""
    if mark == _ARTICLE:
        return passage.tells[first]
    if not passage.tells[first]:
        return last < len(passage.words) and passage.gaps[last] == " " and passage.cases[last] is Case.LOWER
    is_in = first > 0 and passage.gaps[first] == " " and passage.words[first - 1].key in _IN_PLACE
    return not (is_in and passage.authority.places.gazetteer.find(" ".join(passage.keys[first:last])))


def _short(passage: Passage, first: int, last: int, whole: _Antecedent, mark: str) -> Reading:
    rule = "noun of a name before" if mark == _ARTICLE else "company named before"
    reading = passage.reading(first, last, Kind.ACTOR, Role.SHORT, records=whole.reading.records, rule=rule)
    weight = _WEIGHT if mark == _ARTICLE else _WEIGHT_OF_COMPANY
    return reading._replace(type=_type(whole.reading), weight=weight, stands_for=whole.text)


def _follows_article(passage: Passage, at: int) -> bool:
    """Tell whether "the" stands before a word, or before "Britain-based" and the word."""
    before = at - 1
    if before >= 2 and passage.words[before].key == "based" and passage.gaps[before] in "-‐‑":
        before -= 2
    return before >= 0 and passage.words[before].key == "the" and is_space(passage.gaps[at])


def _stands_alone(passage: Passage, first: int, last: int, taken: Sequence[tuple[int, int, bool]]) -> bool:
    """Tell whether no standing name holds the words, and no further capital word makes another name of them."""
    start, end = passage.words[first].start, passage.words[last - 1].end
    near = bisect_left(taken, (end,))
    if near and taken[near - 1][1] > start and taken[near - 1] != (start, end, False):
        return False
    if not all(passage.cases[first:last]) or any(gap not in (" ", "-", "\n") for gap in passage.gaps[first + 1 : last]):
        return False
    return last == len(passage.words) or passage.gaps[last] != " " or not passage.tells[last]
