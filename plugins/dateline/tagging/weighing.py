"""Weighing: how likely words that some place bears are the name of a place where they stand.

Each figure was chosen on the development part of tests/gold; `make gold` prints what they come to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from dateline.authority.lexicon import is_space
from dateline.authority.places import Candidate
from dateline.tagging.passage import Case, Passage

MIN_WEIGHT = 0.3  # less than this no coherence of the story makes good
UNLISTED = 0.75  # of a name no table has, where a kind of place stands beside it

_BASE = ((9.0, 0.95), (6.0, 0.9), (5.2, 0.85), (4.3, 0.75), (3.6, 0.68), (0.0, 0.6))  # by prominence
_SEVERAL_WORDS = 0.1
_ALTERNATE = -0.2
_COMMON_WORD = -0.35
_GIVEN_NAME = -0.25
_OF_ACTOR = -0.4  # of a person whom the story names, or a company: "Williams said"
_WELL_KNOWN = 5.5  # a company may be named for such a town; the town is meant as often
_WEAK_NAME = -0.1
_TITLED_PERSON = -0.4  # "Queen Elizabeth"
_SURNAME = -0.1
_ACRONYM = -0.35
_UNTOLD = -0.15  # no capital of it here is evidence
_UNTOLD_HERE = -0.05  # nor here, but elsewhere in the story
_LOCATIVE = 0.25
_OF = 0.08
_SETTLEMENT = 0.35  # "the town of"
_SETTLEMENT_AFTER = 0.2  # "Hama province"
_FACILITY_AFTER = -0.3  # "Waterloo station"
_PLACED = 0.6  # ", Texas"
_NAMED_BEFORE = -0.6  # "Mr", "Gen.", a given name
_TITLE_BEFORE = -0.3  # "spokesman"
_PUBLICATION_BEFORE = -0.5  # "the daily Al-Ittihad"
_THE_BEFORE = -0.35  # and no noun after: "the Kitty Hawk", not "the Homs countryside"
_CAPITAL_BEFORE = -0.3
_CAPITAL_AFTER = -0.2
_DATELINE = 0.5  # "READING —"

_LIST_GAPS = frozenset({", ", ",\n"})
_MAX_LIST_WORDS = 8
_DASHES = re.compile(r"[^\S\n]*(?:\([^)]*\)|,[^—–\n-]{1,30})?[^\S\n]*(?:—|–|--|- )")


class Toponym(NamedTuple):
    """Words `first` to `last` (exclusive) of a passage, up to character `end`, which some place bears as a name."""

    first: int
    last: int
    end: int
    key: str
    candidates: tuple[Candidate, ...]  # none: the land after it has no such place


def is_dateline(passage: Passage, toponym: Toponym) -> bool:
    """Tell whether a name in capitals stands at the head of a line, before a dash: "READING, Pa. (AP) —"."""
    gap = passage.gaps[toponym.first]
    begins_line = toponym.first == 0 or "\n" in gap
    is_shouted = all(passage.cases[index] is Case.UPPER for index in range(toponym.first, toponym.last))
    return begins_line and is_shouted and _DASHES.match(passage.text, toponym.end) is not None


def is_located(passage: Passage, toponym: Toponym) -> bool:
    """Tell whether the word before a name makes it a place: "in Reading", "the town of Hope"."""
    if toponym.first == 0 or not is_space(passage.gaps[toponym.first]):
        return is_dateline(passage, toponym)
    before, place_words = passage.words[toponym.first - 1].key, passage.authority.place_words
    if before == "of" and toponym.first > 1:
        return passage.words[toponym.first - 2].key in place_words.settlement
    return before in place_words.locative or is_dateline(passage, toponym)


@dataclass(frozen=True)
class Weigher:
    """A passage whose names are weighed.

    Of the story’s names a capital tells somewhere those `told`, the words before them those `located`; `of_persons` are
    the words of its persons’ names, `of_companies` the first words of its companies’.
    """

    passage: Passage
    told: set[str]
    located: set[str]
    of_persons: frozenset[str]
    of_companies: frozenset[str]

    def weigh(self, toponym: Toponym, *, is_placed: bool) -> float:
        """Return how likely the words are the name of a place here: about 0 to 1, or 0 where they cannot be."""
        if toponym.last - toponym.first == 1 and not is_placed:
            weight = self._single(toponym)
            if weight is None:
                return 0.0
        else:
            weight = _TITLED_PERSON if self._is_titled_person(toponym) else _SEVERAL_WORDS
        top = toponym.candidates[0] if toponym.candidates else None
        weight += next(base for least, base in _BASE if (top.prominence if top else 0.0) >= least)
        if top and not top.is_primary:
            weight += _ALTERNATE
        if not any(self.passage.tells[toponym.first : toponym.last]):
            weight += _UNTOLD_HERE if toponym.key in self.told else _UNTOLD
        if is_dateline(self.passage, toponym):
            return weight + _DATELINE
        if top and top.prominence < _WELL_KNOWN and self._is_acronym(toponym):
            weight += _ACRONYM
        return (
            weight
            + self._before(toponym.first, toponym.last)
            + self._after(toponym.last)
            + (_PLACED if is_placed else 0)
        )

    def _single(self, toponym: Toponym) -> float | None:
        """Return what it tells that a name is a word, a person's too; None where it is no name alone."""
        names, place_words, key = self.passage.authority.names, self.passage.authority.place_words, toponym.key
        if key in place_words.always_capital or key in place_words.part_only or self._is_numbered(toponym.last):
            return None
        weight = 0.0
        if key in names.common:
            if key not in self.located or key not in self.told or self._goes_on(toponym.last):
                return None  # "First Baptist Church"
            weight += _COMMON_WORD
        if self._is_of_actor(toponym):
            weight += _OF_ACTOR
        elif key in names.given:
            weight += _GIVEN_NAME
        elif key in names.weak_given:
            weight += _WEAK_NAME
        elif key in names.surnames:
            weight += _SURNAME
        return weight

    def _is_acronym(self, toponym: Toponym) -> bool:
        """Tell whether a name is written in capitals where its line is not: "ABARE"."""
        passage, words = self.passage, range(toponym.first, toponym.last)
        return all(passage.cases[index] is Case.UPPER and not passage.words[index].shouted for index in words)

    def _is_of_actor(self, toponym: Toponym) -> bool:
        """Tell whether a word is of the name of a person or a company in the story: "Williams said"."""
        key = toponym.key
        if key in self.of_persons or key.removesuffix("s") in self.of_persons:  # "Assads favor", without its apostrophe
            return True
        return key in self.of_companies and toponym.candidates[0].prominence < _WELL_KNOWN

    def _is_numbered(self, index: int) -> bool:
        """Tell whether a hyphen and a number go on with a name: "Baa-1"."""
        passage = self.passage
        return index < len(passage.words) and passage.gaps[index] == "-" and passage.cases[index] is Case.NUMBER

    def _is_titled_person(self, toponym: Toponym) -> bool:
        names, words = self.passage.authority.names, self.passage.words
        is_pair = toponym.last - toponym.first == 2
        return is_pair and words[toponym.first].key in names.titles and words[toponym.last - 1].key in names.given

    def names_division(self, toponym: Toponym) -> bool:
        """Tell whether the words around mean the province, not its town: "Idlib province", "senator from New York"."""
        words, place_words = self.passage.words, self.passage.authority.place_words
        first, last = toponym.first, toponym.last
        after = words[last].key if self._adjoins(last) and self.passage.cases[last] is Case.LOWER else ""
        if after in place_words.division or after in place_words.division_office:
            return True
        if self._lists_divisions(last):
            return True
        if first and words[first - 1].key == "rural":
            return True
        if first > 3 and words[first - 1].key == "and" and words[first - 3].key == "of":
            return words[first - 4].key in place_words.division
        if first < 2 or words[first - 1].key not in ("of", "from"):
            return False
        before = words[first - 2].key
        is_office = before in place_words.division_office
        return is_office or (words[first - 1].key == "of" and before in place_words.division)

    def _lists_divisions(self, last: int) -> bool:
        """Tell whether a list goes on from word `last` that ends in "counties" or "provinces"."""
        words, cases, gaps = self.passage.words, self.passage.cases, self.passage.gaps
        is_listed = last < len(words) and (words[last].key == "and" or gaps[last] in _LIST_GAPS)
        for index in range(last, min(last + _MAX_LIST_WORDS, len(words)) if is_listed else last):
            if cases[index] is Case.LOWER and words[index].key != "and":
                return words[index].key[-1] == "s" and words[index].key in self.passage.authority.place_words.division
        return False

    def names_town(self, toponym: Toponym) -> bool:
        """Tell whether the words around mean the town, not the region of that name: "Mare city", "the town of"."""
        words, towns = self.passage.words, self.passage.authority.place_words.town
        first, last = toponym.first, toponym.last
        if self._adjoins(last) and self.passage.cases[last] is Case.LOWER and words[last].key in towns:
            return last + 1 == len(words) or words[last + 1].key != "of"  # "the Queensland city of Gympie"
        return first > 1 and words[first - 1].key == "of" and words[first - 2].key in towns

    def _goes_on(self, index: int) -> bool:
        return self._adjoins(index) and Case.LOWER < self.passage.cases[index] < Case.NUMBER

    def _adjoins(self, index: int) -> bool:
        return index < len(self.passage.words) and bool(self.passage.gaps[index]) and is_space(self.passage.gaps[index])

    def _before(self, first: int, last: int) -> float:
        """Return what the words before a name add to its weight."""
        passage, words, authority = self.passage, self.passage.words, self.passage.authority
        if first == 0 or not self._adjoins(first):
            return 0.0
        before, case = words[first - 1].key, passage.cases[first - 1]
        if before in authority.names.titles:
            return _NAMED_BEFORE if case > Case.LOWER else _TITLE_BEFORE
        if before in authority.place_words.locative or before in authority.place_words.compass:
            return _LOCATIVE
        if case is Case.LOWER:
            return self._after_small(first, last)
        return 0.0 if passage.opens[first - 1] or case is Case.NUMBER else self._after_capital(first)

    def _after_capital(self, first: int) -> float:
        """Return what a capital word before a name adds to its weight."""
        passage, words, authority = self.passage, self.passage.words, self.passage.authority
        before = words[first - 1].key
        if before in authority.place_words.part_only and before != "the":  # "Tariq al-Bab"
            return _NAMED_BEFORE
        if before in authority.names.given or len(words[first - 1].surface) == 1:
            return _NAMED_BEFORE
        return _CAPITAL_BEFORE if passage.tells[first - 1] else 0.0

    def _after_small(self, first: int, last: int) -> float:
        """Return what "of" or "the" before a name adds to its weight."""
        words = self.passage.words
        if words[first - 1].key in self.passage.authority.place_words.publication:
            return _PUBLICATION_BEFORE
        if words[first - 1].key == "of":
            is_settled = first > 1 and words[first - 2].key in self.passage.authority.place_words.settlement
            return _SETTLEMENT if is_settled else _OF
        return _THE_BEFORE if words[first - 1].key == "the" and not self._adjoins(last) else 0.0

    def _after(self, last: int) -> float:
        """Return what the words after a name add to its weight."""
        if not self._adjoins(last):
            return 0.0
        key, place_words = self.passage.words[last].key, self.passage.authority.place_words
        if self.passage.cases[last] is Case.LOWER:
            if key in place_words.settlement:
                return _SETTLEMENT_AFTER
            return _FACILITY_AFTER if key in place_words.facility or key in place_words.treaty else 0.0
        return _CAPITAL_AFTER if self.passage.tells[last] else 0.0
