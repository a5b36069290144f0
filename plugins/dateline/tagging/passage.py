"""A field of a story as the recognisers read it: its words, how they are written, and what they may name.

Each recogniser (`mentions`, `persons`, `organisations`, `toponyms`) reads passages and returns readings,
without knowing of the others; `select` settles where they overlap and `resolve` chooses the records.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from dateline.authority import Authority
from dateline.authority.grammar import Unit
from dateline.authority.lexicon import Lexicon, Word, read_words_and_gaps
from dateline.authority.places import Candidate
from dateline.records import Field, Kind, Record, RecordId, Role
from dateline.text import ends_sentence

# What may stand between a full stop and the next sentence's first word: marks, spaces, the end of a line.
_SENTENCE_GAP = re.compile(r"[^\w\s]*[.!?:;…][^\w\s]*\s+[^\w]*|[^\S\n]*\n\s*[^\w]*|[^\w]*[“\"«•*][^\w]*")
DECIDED = 2.0  # the weight of what a person decided in rules.csv: no recogniser reaches it
DEFINED_ACRONYM = "acronym defined in brackets"
STATELESS = "office without a country"
NOTHING = "nothing"  # the type of words that look like a name and are none

_MIN_TITLED_WORDS = 4
_TITLED_SHARE = 0.6  # of the longer words of a line: above it, each word is capital whether it is a name or not
_MIN_TITLED_CHARS = 4
_MAX_GAP_CHARS = 200  # of what stands between two sentences; more than that is a line of dots or dashes


class Case(IntEnum):
    """How a word is written."""

    LOWER = 0
    CAPITAL = 1  # "Homs"
    UPPER = 2  # "NATO", also the one letter of an initial
    MIXED = 3  # "McDonald", "iPhone"
    NUMBER = 4  # begins with a digit

    __hash__ = int.__hash__  # that of enumerations is Python, and asked for every word


_CAPITALS = frozenset({Case.CAPITAL, Case.UPPER, Case.MIXED})
_start, _key, _surface = attrgetter("start"), attrgetter("key"), attrgetter("surface")


class Reading(NamedTuple):
    """Characters `start` to `end` of a field, and the records that they may name."""

    field: Field
    start: int
    end: int
    kind: Kind
    role: Role
    records: tuple[Record, ...]  # none: a party without a name, or a name without a record
    rule: str
    unit: Unit | None = None
    instead: str = ""  # why a state is read as a place, or the other way round
    type: str = ""  # of a reading without records: "person", "organisation", …
    weight: float = 1.0  # how sure the recogniser is that the words are such a name, 0 to 1
    stands_for: str = ""  # of a short form: the whole name that the story, or general knowledge, gives it
    candidates: tuple[Candidate, ...] = ()  # of a place: what the gazetteer knows by that name
    pinned: frozenset[RecordId] = frozenset()  # those of them that "…, Texas" leaves


@dataclass(frozen=True)
class Passage:
    """A field with its words and all that reads them; the lists run beside `words`."""

    field: Field
    text: str
    words: Sequence[Word]
    keys: Sequence[str]  # of the words
    gaps: Sequence[str]  # what stands before each word
    cases: Sequence[Case]
    opens: Sequence[bool]  # the word begins a sentence, a line or a quotation
    tells: Sequence[bool]  # it is written with a capital that only a name would have here
    capitals: Sequence[int]  # the words with a capital, by their place in `words`
    authority: Authority
    lexicons: Sequence[Lexicon]

    def reading(
        self,
        first: int,
        last: int,
        kind: Kind,
        role: Role,
        *,
        records: Sequence[Record],
        rule: str,
        end: int | None = None,
        instead: str = "",
        type: str = "",  # noqa: A002  the field of the reading that it fills
        weight: float = 1.0,
        stands_for: str = "",
    ) -> Reading:
        """Return the reading of words `first` to `last` (exclusive), or up to character `end`."""
        distinct = tuple(records if len(records) < 2 else dict.fromkeys(records))
        start, end = self.words[first].start, self.words[last - 1].end if end is None else end
        return Reading(self.field, start, end, kind, role, distinct, rule, None, instead, type, weight, stands_for)


def read_passage(field: Field, text: str, authority: Authority, lexicons: Sequence[Lexicon]) -> Passage:
    """Return a field as the recognisers read it; earlier lexicons come first."""
    words, gaps = read_words_and_gaps(text)
    keys = list(map(_key, words))
    cases = list(map(_case, map(_surface, words)))
    opens = [len(gap) > 1 and (len(gap) > _MAX_GAP_CHARS or _opens(gap)) for gap in gaps]
    if words:
        opens[0] = True
    capitals = [index for index, case in enumerate(cases) if case in _CAPITALS]
    titled = _titled(text, words, keys, capitals)
    tells = [False] * len(words)
    for index in capitals:
        tells[index] = not (opens[index] or titled[index] or words[index].shouted)
    return Passage(field, text, words, keys, gaps, cases, opens, tells, capitals, authority, lexicons)


@lru_cache(maxsize=4096)
def _opens(gap: str) -> bool:
    """Tell whether a sentence, a line or a quotation begins after a gap between words."""
    return _SENTENCE_GAP.fullmatch(gap) is not None


@lru_cache(maxsize=65536)
def _case(surface: str) -> Case:
    if surface.islower():
        return Case.LOWER if surface[0].isalpha() else Case.NUMBER
    first = surface[0]
    if not first.isalpha():
        return Case.NUMBER
    if surface.isupper():
        return Case.UPPER
    return Case.CAPITAL if first.isupper() and surface[1:].islower() else Case.MIXED


def _titled(text: str, words: Sequence[Word], keys: Sequence[str], capitals: Sequence[int]) -> list[bool]:
    """Tell of each word whether its line is set as a headline, most of its longer words with capitals."""
    titled = [False] * len(words)
    is_longer = [len(key) >= _MIN_TITLED_CHARS for key in keys]
    first = 0
    while first < len(words):
        line_end = text.find("\n", words[first].start)
        line_end = line_end if line_end >= 0 else len(text)
        last = bisect_left(words, line_end, lo=first, key=_start)
        longer = sum(is_longer[first:last])
        if longer >= _MIN_TITLED_WORDS:
            with_capital = capitals[bisect_left(capitals, first) : bisect_left(capitals, last)]
            capital = sum(is_longer[index] for index in with_capital)
            # A line that ends as a sentence does is prose full of names.
            if capital > _TITLED_SHARE * longer and not ends_sentence(
                text[words[first].start : line_end], question=False
            ):
                titled[first:last] = [True] * (last - first)
        first = last
    return titled
