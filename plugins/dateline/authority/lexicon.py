"""Spellings and the text that they are sought in: words, the lexicon of names, the longest match.

A spelling is known by the letters of its words run together, so that "Deir ez-Zor", "Deir Ezzor" and
"Deirezzor" are found alike; which words may be joined, parted or written small is then checked.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache, partial
from itertools import accumulate, product, repeat
from operator import attrgetter
from typing import NamedTuple

from dateline.records import Record
from dateline.text import fold

# Combining marks, Arabic vowel signs, soft hyphens and zero-width joiners stand inside a word.
_WORD = re.compile(r"((?:[^\W_][\u0300-\u036f\u0610-\u061a\u064b-\u065f\u00ad\u200b-\u200d\u2060]*)+)")
_ASCII_WORD = re.compile("([A-Za-z0-9]+)")  # the same words, in half the time
_APOSTROPHES = "'’‘ʼ`"
_HYPHENS = "-‐‑‒–"
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s\b")
_NO_LETTERS = dict.fromkeys(code for code in range(128) if not chr(code).isalnum())
_start = attrgetter("start")
_GAP = re.compile(rf"[^\S\n]*(?:\n(?!\n))?[^\S\n]*|[{_HYPHENS}{_APOSTROPHES}/]|\.-|\. ?|[,{_APOSTROPHES}] | ?& ?")
_MARKS = {". ": ". ", ", ": ", "} | {f"{mark} ": "' " for mark in _APOSTROPHES}  # a name has these only where spelt so
_MARK = re.compile(rf"[.,{_APOSTROPHES}]")

# The Arabic article as transliterations write it; before some letters its l takes their sound.
_ARTICLES = frozenset("al el ad ar as at an az ash ath adh ed er es et en ez esh eth edh ul".split())
_ASSIMILATING = re.compile("sh|th|dh|[tdrzsln]")
# These are English words too: before a space they count as the article only with a capital.
_ALSO_WORDS = frozenset({"as", "at", "an"})

# "US", "IS" and "WHO" are common words in small letters, and in a line of capitals nobody can tell.
_MAX_SHORT_CHARS = 3
_SHORT_WORDS = frozenset(
    """a act age aid aim air all am an and any are arm art as ask at bad ban bar be bed bet bid big bit box boy
    bus but buy by can cap car cut day did do due end era eye fan far fat fed fee few fit fly for fun gap gas
    get go god got gun had has he her hid him his hit hot how i ice if ill in is it its jet job key kid law lay
    led leg let lie lot low man map may me men met mid mix mud my net new no nor not now odd of off oil old on
    one or our out own pay per pit put ran raw red rid rig row run sad sat saw say sea see set she sit six sky
    so son sue sun tax ten the tie tin to too top try two up us use van via war was way we wet who why win won
    yes yet you""".split()
)
_MAX_GAP_CHARS = 80  # between two words of a name


class Word(NamedTuple):
    """A word of a text; `key` is what its spellings share."""

    start: int
    end: int
    key: str
    surface: str
    shouted: bool  # its line is all in capitals


# A text has a word every six characters: this makes them all without a step of Python for each.
_make_word = partial(tuple.__new__, Word)


class Sense(Enum):
    """What a spelling in the lexicon stands for."""

    NAME = "name"
    ADJECTIVE = "adjective"  # "Syrian", with the country's record
    PEOPLE = "people"  # "Syrians", with the country's record
    NOTHING = "nothing"  # looks like a name and is none


@dataclass(frozen=True, slots=True)
class Name:
    """A spelling and what it stands for."""

    spelling: str
    sense: Sense
    record: Record | None
    rule: str
    decided: bool = False  # by a person, in rules.csv: no other reading stands beside it


@dataclass(frozen=True, slots=True)
class _Form:
    """One way in which a spelling is written: where its letters may be parted, and which words are small."""

    name: Name
    cuts: frozenset[int]
    small: frozenset[str]
    short: bool
    marks: frozenset[str]  # what may part its words beside space: "St. Lucia", "Workers' Party", "Bear, Stearns"


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Spellings by their letters, with every beginning of them."""

    forms: Mapping[str, tuple[_Form, ...]]
    beginnings: frozenset[str]
    parted: frozenset[str]  # the beginnings after which a space may stand
    firsts: frozenset[str]  # the words with which a name may begin, where a space or nothing follows
    small_firsts: frozenset[str]  # the first words of names that may begin small: "al-Bab"
    small_names: frozenset[str]  # the first words of names without any capital: "peshmerga"


@lru_cache(maxsize=16)
def first_words(lexicons: tuple[Lexicon, ...]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the words with which names may begin: any, small ones before a capital, those of names without any."""
    found = ([lexicon.firsts, lexicon.small_firsts, lexicon.small_names] for lexicon in lexicons)
    firsts, small, without_capital = (frozenset[str]().union(*sets) for sets in zip(*found, strict=True))
    return firsts, small, without_capital


class Match(NamedTuple):
    """Words `first` to `last` (exclusive) of a text, up to character `end`, and the names they may be."""

    first: int
    last: int
    end: int
    names: tuple[Name, ...]


def compile_lexicon(names: Iterable[Name]) -> Lexicon:
    """Return the lexicon of `names`; of equal spellings the earlier comes first."""
    forms: dict[str, list[_Form]] = defaultdict(list)
    for name in names:
        for key, form in _forms(name):
            alike = forms[key]
            if not alike or all(form.name != other.name or form.cuts != other.cuts for other in alike):
                alike.append(form)
    parted = frozenset([key[:cut] for key, found in forms.items() for form in found for cut in form.cuts])
    begins = [(key[: min(form.cuts, default=len(key))], form) for key, found in forms.items() for form in found]
    return Lexicon(
        forms={key: tuple(found) for key, found in forms.items()},
        beginnings=frozenset([key[:length] for key in forms for length in range(1, len(key) + 1)]),
        parted=parted,
        firsts=parted.union(forms, _ARTICLES),
        small_firsts=frozenset([first for first, form in begins if first in form.small or first in _ARTICLES]),
        small_names=frozenset([first for first, form in begins if form.name.spelling.islower()]),
    )


def _forms(name: Name) -> Iterator[tuple[str, _Form]]:
    spelling = name.spelling
    if spelling.isascii() and spelling.isalnum():  # one word
        key = spelling.lower()
        small = frozenset({key}) if spelling[0].islower() else frozenset()
        yield (
            key,
            _Form(name, frozenset(), small, len(key) <= _MAX_SHORT_CHARS and spelling.upper() == spelling, frozenset()),
        )
        return
    words = read_words(spelling)
    small = frozenset([word.key for word in words if word.surface[0].islower()])
    short = sum([len(word.key) for word in words]) <= _MAX_SHORT_CHARS and spelling.upper() == spelling
    marks = _marks(spelling)
    for keys in product(*_spoken(words)):
        cuts = accumulate(map(len, keys[:-1]))
        yield "".join(keys), _Form(name, frozenset(cuts), small, short, marks)


def _marks(spelling: str) -> frozenset[str]:
    """Return what may part the words of a spelling beside space."""
    if not _MARK.search(spelling):
        return frozenset()
    marks = frozenset(mark for gap, mark in _MARKS.items() if gap in spelling)
    return marks | {"'s"} if _POSSESSIVE.search(spelling) else marks


def _spoken(words: Sequence[Word]) -> Iterator[tuple[str, ...]]:
    """Yield for each word the ways to write it: an article takes the forms that its noun allows."""
    for index, word in enumerate(words):
        if word.key not in _ARTICLES or index + 1 == len(words):
            yield (word.key,)
            continue
        sound = _ASSIMILATING.match(words[index + 1].key)
        spoken = {word.key, "al", "el"} | ({"a" + sound[0], "e" + sound[0]} if sound else set())
        yield tuple(sorted(spoken))


def read_words(text: str) -> list[Word]:
    """Return the words of `text` in order."""
    return read_words_and_gaps(text)[0]


def read_words_and_gaps(text: str) -> tuple[list[Word], list[str]]:
    """Return the words of `text` in order, and what stands before each."""
    parts = (_ASCII_WORD if text.isascii() else _WORD).split(text)
    surfaces = parts[1::2]
    keys: Iterable[str] = map(str.lower, surfaces) if text.isascii() else map(_key, surfaces)
    bounds = list(accumulate(map(len, parts)))
    words: list[Word] = list(map(_make_word, zip(bounds[0::2], bounds[1::2], keys, surfaces, repeat(False))))
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if line.isupper():
            first, last = (bisect_left(words, at, key=_start) for at in (start, end))
            words[first:last] = [word._replace(shouted=True) for word in words[first:last]]
        start = end
    return words, parts[0:-1:2]


def _key(surface: str) -> str:
    return surface.lower() if surface.isascii() else _folded(surface)


@lru_cache(maxsize=4096)
def _folded(surface: str) -> str:
    return "".join(char for char in fold(surface) if char.isalnum())


def longest_match(text: str, words: Sequence[Word], first: int, lexicons: Sequence[Lexicon]) -> Match | None:
    """Return the longest name that begins with word `first`; among equals, earlier lexicons come first."""
    best, found = first, []
    for lexicon in lexicons:
        last, names = _longest(lexicon, text, words, first)
        if last > best:
            best, found = last, names
        elif names and last == best:
            found = [*found, *names]
    return Match(first, best, _end(text, words, first, best), _distinct(found)) if found else None


def _longest(lexicon: Lexicon, text: str, words: Sequence[Word], first: int) -> tuple[int, list[Name]]:
    """Return the word after the longest name of a lexicon that begins with word `first`, and whose it is."""
    word = words[first]
    key, last, count = word.key, first + 1, len(words)
    best: tuple[int, list[Name]] = first, []
    if key not in (lexicon.small_firsts if word.surface[0].islower() else lexicon.beginnings):
        return best
    while True:
        if forms := lexicon.forms.get(key):
            names = [form.name for form in forms if _fits(form, text, words, first, last)]
            if names:
                best = last, names
        if last == count:
            return best
        gap = text[word.end : words[last].start]
        if gap != " " and (len(gap) > _MAX_GAP_CHARS or not _GAP.fullmatch(gap)):
            return best
        if key not in lexicon.parted and (gap == " " or gap.isspace()) and word.key not in _ARTICLES:
            return best
        word = words[last]
        key += word.key
        if key not in lexicon.beginnings:
            return best
        last += 1


def _distinct(found: Sequence[Name]) -> tuple[Name, ...]:
    """Return the names each once, or the first alone that a person decided."""
    if len(found) == 1:
        return tuple(found)
    decided = [name for name in found if name.decided][:1]
    return tuple(decided or dict.fromkeys(found))


def _fits(form: _Form, text: str, words: Sequence[Word], first: int, last: int) -> bool:
    """Tell whether the words are written as the spelling may be: in its capitals, parted where it is."""
    word = words[first]
    if form.short and not all(one.surface == one.surface.upper() and not one.shouted for one in words[first:last]):
        is_dotted = last > first + 1 and all(text[one.end : one.end + 1] == "." for one in words[first:last])
        is_capital = all(one.surface == one.surface.upper() for one in words[first:last])
        is_word = "".join(one.key for one in words[first:last]) in _SHORT_WORDS
        if not is_capital or (is_word and not is_dotted):  # in a line of capitals "U.S." is no word, "US" may be
            return False
    follows_article = last > first + 1 and _is_article(words, first, text)
    if word.surface[0].islower() and word.key not in form.small and not follows_article:
        return False
    offset, end = len(word.key), word.end
    for index in range(first + 1, last):
        word = words[index]
        gap = text[end : word.start]
        spaced = gap.isspace()
        if spaced and offset not in form.cuts and not follows_article:
            return False
        if not spaced and _has_other_mark(form, gap, word.key):
            return False
        follows_article = index + 1 < last and _is_article(words, index, text)
        if spaced and word.surface[0].islower() and word.key not in form.small and not follows_article:
            return False
        offset, end = offset + len(word.key), word.end
    return True


def _has_other_mark(form: _Form, gap: str, key: str) -> bool:
    """Tell whether marks part two words that the spelling has not: "America's" is not "Americas"."""
    if gap in _MARKS:
        return _MARKS[gap] not in form.marks
    return key == "s" and bool(gap) and gap in _APOSTROPHES and "'s" not in form.marks


def _is_article(words: Sequence[Word], index: int, text: str) -> bool:
    """Tell whether word `index`, which another follows, is the Arabic article."""
    word = words[index]
    if word.key not in _ARTICLES:
        return False
    return word.key not in _ALSO_WORDS or word.surface[0].isupper() or not text[word.end].isspace()


def _end(text: str, words: Sequence[Word], first: int, last: int) -> int:
    """Return where the words end, with the last full stop of "U.S."."""
    end = words[last - 1].end
    if last - first < 2 or text[words[first].end] != "." or text[end : end + 1] != ".":
        return end
    return end + 1 if all(len(word.surface) == 1 for word in words[first:last]) else end


def after_possessive(text: str, words: Sequence[Word], index: int) -> int | None:
    """Return the word that the possessive of word `index` leads to: from Syria to army in "Syria’s army"."""
    end, following = words[index].end, index + 1
    if following == len(words) or text[end : end + 1] not in _APOSTROPHES:
        return None
    if words[following].key == "s" and words[following].start == end + 1:
        following += 1
    elif words[index].key[-1:] != "s":
        return None
    if following == len(words):
        return None
    gap = text[words[following - 1].end : words[following].start].strip(_APOSTROPHES)
    return following if is_space(gap) else None


def read_phrase(
    text: str, words: Sequence[Word], first: int, phrases: Collection[str], *, max_words: int = 4
) -> tuple[str, int] | None:
    """Return the longest of `phrases` that begins with word `first`, and the word after it.

    Phrases are small words parted by spaces; the text may have any case, and hyphens.
    """
    if first >= len(words):
        return None
    phrase = words[first].key
    found = (phrase, first + 1) if phrase in phrases else None
    for index in range(first + 1, min(first + max_words, len(words))):
        if not are_joined(text, words, index - 1):
            break
        phrase = f"{phrase} {words[index].key}"
        if phrase in phrases:
            found = phrase, index + 1
    return found


def are_joined(text: str, words: Sequence[Word], index: int) -> bool:
    """Tell whether nothing but space, or one hyphen, parts word `index` from the next."""
    gap = text[words[index].end : words[index + 1].start]
    return gap == " " or gap in _HYPHENS or is_space(gap)


def is_space(gap: str) -> bool:
    """Tell whether words parted by `gap` stand side by side: no paragraph ends there."""
    return gap == " " or (gap.isspace() and gap.count("\n") < 2)


def name_key(name: str) -> str:
    """Return the letters under which a name is known, whatever parts its words.

    >>> name_key("Deir ez-Zor") == name_key("deir-ezzor")
    True
    """
    if name.isascii():
        return name.lower().translate(_NO_LETTERS)
    return "".join(word.key for word in read_words(name))
