"""Toponyms: which words of a passage are the name of a place, by the gazetteer and the words around.

A capital word that some village bears is no place yet. Each span is weighed: how it is written, what stands
before and after, whether the story writes it with a capital where only a name has one. Which of the places
of that name is meant is settled later, in `placing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dateline.authority.lexicon import is_space
from dateline.authority.names import Names
from dateline.authority.place_words import PlaceWords
from dateline.authority.places import Candidate
from dateline.records import Kind, RecordId, Role
from dateline.tagging.passage import Case, Passage, Reading

_MAX_WORDS = 7  # "Saint Louis de Ha Ha", "Stratford upon Avon"
_APOSTROPHES = "'’‘ʼ`"
_HYPHENS = "-‐‑–"
_ABBREVIATED = frozenset({"saint", "fort", "mount"})  # "St. Louis"; keys, as toponym_key spells them out
_KEY_OF = {"st": "saint", "ste": "saint", "ft": "fort", "mt": "mount"}
_CONNECTORS = frozenset(
    "of the de del la las le les los el al au aux am an der den dem du da do das dos di y e i and "
    "on upon sur in im bei by sub under near en ez es ad ar as ash at az sous lez los".split()
)
_MIN_WEIGHT = 0.3  # less than this no coherence of the story makes good

# Each figure was tuned on the development part of tests/gold; `make gold` prints what they come to.
_BASE = ((9.0, 0.95), (6.0, 0.9), (5.2, 0.85), (4.3, 0.75), (3.6, 0.68), (0.0, 0.6))  # by prominence
_SEVERAL_WORDS = 0.1
_ALTERNATE = -0.2
_COMMON_WORD = -0.3
_GIVEN_NAME = -0.25
_SURNAME = -0.1
_UNTOLD = -0.15  # no capital of it is evidence
_LOCATIVE = 0.25
_OF = 0.08
_SETTLEMENT = 0.35
_PINNED = 0.6
_NAMED_BEFORE = -0.6  # "Mr", "Gen.", a given name
_CAPITAL_BEFORE = -0.3
_CAPITAL_AFTER = -0.2
_UNLISTED = 0.55  # a name no table has, but a state follows: "Smallville, Kan."


@dataclass(frozen=True, slots=True)
class Toponym:
    """Words `first` to `last` (exclusive) of a passage that spell the name of a place."""

    first: int
    last: int
    key: str
    candidates: tuple[Candidate, ...]


def find_toponyms(
    passages: Sequence[Passage], listed: Iterable[Reading], names: Names, place_words: PlaceWords
) -> list[Reading]:
    """Return the readings of a story's words as places, each with the candidates that bear the name.

    `listed` are the readings of the lexicon, of which the places tell what "X, State" means.
    """
    spelled = [list(_read_toponyms(passage)) for passage in passages]
    told = {
        toponym.key
        for passage, toponyms in zip(passages, spelled, strict=True)
        for toponym in toponyms
        if any(passage.tells[toponym.first : toponym.last])
    }
    containers = _containers(listed)
    readings: list[Reading] = []
    for passage, toponyms in zip(passages, spelled, strict=True):
        reader = _Reader(passage, names, place_words, told, containers.get(passage.field, {}))
        readings += reader.read(toponyms)
    return readings


def _containers(listed: Iterable[Reading]) -> dict[str, dict[int, tuple[RecordId, ...]]]:
    """Return, by field and first character, the listed lands that may follow a name: "Aleppo, Syria"."""
    found: dict[str, dict[int, tuple[RecordId, ...]]] = {}
    for reading in listed:
        if reading.kind is Kind.PLACE and reading.role is not Role.DEMONYM:
            found.setdefault(reading.field, {})[reading.start] = tuple(record.id for record in reading.records)
    return found


def _read_toponyms(passage: Passage) -> Iterator[Toponym]:
    """Yield the longest names of the gazetteer in a passage, from left to right, none within another."""
    places = passage.authority.places
    index, count = 0, len(passage.words)
    while index < count:
        case = passage.cases[index]
        if case is Case.LOWER or case is Case.NUMBER:
            if not _is_hyphened_article(passage, index):
                index += 1
                continue
        keys, ends = _joined(passage, index)
        for length, rows in reversed(places.gazetteer.find_prefixes(keys)):
            last = ends.get(length)
            if last is None or passage.cases[last - 1] is Case.LOWER:
                continue
            key = keys[:length]
            if _is_shorthand(passage, index, last):
                continue
            yield Toponym(index, last, key, places.named(key, rows))
            index = last - 1
            break
        index += 1


def _is_hyphened_article(passage: Passage, index: int) -> bool:
    """Tell whether a small word is the article of the name after it: "al-Bab"."""
    following = index + 1
    return (
        len(passage.words[index].key) in (2, 3)
        and passage.words[index].key in _CONNECTORS
        and following < len(passage.words)
        and passage.gaps[following] in _HYPHENS
        and passage.gaps[following] != ""
        and passage.cases[following] is Case.CAPITAL
    )


def _is_shorthand(passage: Passage, first: int, last: int) -> bool:
    """Tell whether a name is one short word in capitals: "US", "WHO", "LA" are for the lexicon to tell."""
    word = passage.words[first]
    return last - first == 1 and passage.cases[first] is Case.UPPER and len(word.key) <= 3


def _joined(passage: Passage, first: int) -> tuple[str, dict[int, int]]:
    """Return the keys of the words from `first` that one name may hold, and which word ends at each length."""
    words, gaps, cases = passage.words, passage.gaps, passage.cases
    key = words[first].key
    joined = _KEY_OF.get(key, key)
    ends = {len(joined): first + 1}
    for index in range(first + 1, min(first + _MAX_WORDS, len(words))):
        gap, key = gaps[index], words[index].key
        if cases[index] is Case.LOWER and key not in _CONNECTORS:
            break
        if gap == " " or gap in _HYPHENS:
            joined = f"{joined} {_KEY_OF.get(key, key)}"
        elif gap in _APOSTROPHES:
            if key == "s" and cases[index] is Case.LOWER:
                break
            joined += key
        elif is_space(gap) or (gap == ". " and joined.rpartition(" ")[2] in _ABBREVIATED):
            joined = f"{joined} {_KEY_OF.get(key, key)}"
        else:
            break
        ends[len(joined)] = index + 1
    return joined, ends


@dataclass(frozen=True)
class _Reader:
    """A passage with what tells of its names."""

    passage: Passage
    names: Names
    place_words: PlaceWords
    told: set[str]  # the names that stand somewhere with a capital which only a name has
    containers: Mapping[int, tuple[RecordId, ...]]

    def read(self, toponyms: Sequence[Toponym]) -> list[Reading]:
        """Return the readings of the toponyms, and of the states' abbreviations after them."""
        by_first = {toponym.first: toponym for toponym in toponyms}
        readings: list[Reading] = []
        lands: dict[int, frozenset[RecordId]] = {}
        for toponym in toponyms:
            land = self._land_after(toponym.last, by_first)
            within, land_toponym, abbreviation = land if land else (frozenset[RecordId](), None, None)
            inside = [place for place in toponym.candidates if place.region in within or place.country in within]
            if inside and land_toponym:
                above = {id_ for place in inside for id_ in (place.region, place.country)}
                lands[land_toponym.first] = frozenset(
                    place.id for place in land_toponym.candidates if place.id in above
                )
            if abbreviation:
                readings.append(abbreviation)
            pinned = lands.get(toponym.first) or frozenset(place.id for place in inside)
            if reading := self._read(toponym, pinned):
                readings.append(reading)
        return readings

    def _land_after(
        self, last: int, by_first: Mapping[int, Toponym]
    ) -> tuple[frozenset[RecordId], Toponym | None, Reading | None] | None:
        """Return what ", Texas" after word `last` says: the ids of the land, its toponym, its abbreviation."""
        passage = self.passage
        if last >= len(passage.words) or passage.gaps[last] not in (", ", ",\n", " (", ","):
            return None
        if abbreviation := self._abbreviation(last):
            return frozenset({abbreviation.candidates[0].id}), None, abbreviation
        ids = set(self.containers.get(passage.words[last].start, ()))
        toponym = by_first.get(last)
        if toponym:
            ids.update(candidate.id for candidate in toponym.candidates if candidate.type in ("region", "country"))
        return (frozenset(ids), toponym, None) if ids else None

    def _abbreviation(self, first: int) -> Reading | None:
        """Return the reading of "Tex." or "D.C." at word `first`."""
        passage, gazetteer = self.passage, self.passage.authority.places.gazetteer
        last, letters = first + 1, passage.words[first].surface
        while last < len(passage.words) and passage.gaps[last] == "." and len(passage.words[last].surface) == 1:
            letters += passage.words[last].surface
            last += 1
        row = gazetteer.abbreviations.get(letters)
        if row is None or passage.words[first].shouted:
            return None
        start, end = passage.words[first].start, passage.words[last - 1].end
        if passage.text[end : end + 1] == "." and (last - first > 1 or not letters.isupper()):
            end += 1
        candidates = passage.authority.places.named(letters, (row,))
        rule = "abbreviation of a state"
        return Reading(
            passage.field, start, end, Kind.PLACE, Role.LITERAL, (), rule, candidates=candidates, weight=0.95
        )

    def _read(self, toponym: Toponym, pinned: frozenset[RecordId]) -> Reading | None:
        """Return the reading of a toponym, or None where it hardly is the name of a place."""
        passage, words = self.passage, self.passage.words
        first, last = toponym.first, toponym.last
        weight = self._weight(toponym) + (_PINNED if pinned else 0)
        role, rule = Role.LITERAL, "name in the gazetteer"
        after = words[last].key if self._adjoins(last) else ""
        if after and passage.cases[last] is not Case.LOWER:
            if after in self.place_words.street:
                return None
            if after in self.place_words.facility or after in self.place_words.thing:
                role, rule = Role.EMBEDDED, "place in a longer name"
            elif after in self.place_words.water or after in self.place_words.land:
                return self._longer(first, last + 1, after)
            elif after in self.place_words.area:
                return self._division(first, last + 1, toponym)
        if weight < _MIN_WEIGHT:
            return None
        reading = passage.reading(first, last, Kind.PLACE, role, records=(), rule=rule)
        return replace(reading, candidates=toponym.candidates, pinned=pinned, weight=min(weight, 1.0))

    def _longer(self, first: int, last: int, head: str) -> Reading:
        """Return the reading of "Sabine River", which no table lists."""
        reading = self.passage.reading(
            first, last, Kind.PLACE, Role.LITERAL, records=(), rule="name + kind of water or land"
        )
        return replace(reading, type="water" if head in self.place_words.water else "land", weight=0.7)

    def _division(self, first: int, last: int, toponym: Toponym) -> Reading:
        """Return the reading of "Lamar County" or "Aleppo Governorate"."""
        reading = self.passage.reading(
            first, last, Kind.PLACE, Role.LITERAL, records=(), rule="name + kind of division"
        )
        regions = tuple(candidate for candidate in toponym.candidates if candidate.type == "region")
        return replace(reading, candidates=regions, type="region", weight=0.8)

    def _adjoins(self, index: int) -> bool:
        return index < len(self.passage.words) and self.passage.gaps[index] != "" and is_space(self.passage.gaps[index])

    def _weight(self, toponym: Toponym) -> float:
        """Return how likely the words are the name of a place here, 0 to 1 and beyond."""
        passage, words, names = self.passage, self.passage.words, self.names
        first, last = toponym.first, toponym.last
        top = toponym.candidates[0]
        weight = next(base for least, base in _BASE if top.prominence >= least)
        is_told = toponym.key in self.told
        is_single = last - first == 1
        if not top.is_primary:
            weight += _ALTERNATE
        if is_single:
            if toponym.key in self.place_words.always_capital:
                return 0.0
            if toponym.key in names.common:
                if not is_told:
                    return 0.0
                weight += _COMMON_WORD
            if toponym.key in names.given or names.weak_given.get(toponym.key) == "place":
                weight += _GIVEN_NAME if toponym.key in names.given else _SURNAME
            elif toponym.key in names.surnames:
                weight += _SURNAME
        else:
            weight += _SEVERAL_WORDS
        if not any(passage.tells[first:last]):
            weight += _UNTOLD if not is_told else _UNTOLD / 3
        return weight + self._before(first) + self._after(last)

    def _before(self, first: int) -> float:
        """Return what the words before a name add to its weight."""
        passage, words = self.passage, self.passage.words
        if first == 0 or not self._adjoins(first):
            return 0.0
        before, case = words[first - 1].key, passage.cases[first - 1]
        if before == "the":
            return self._before(first - 1) / 2 if first > 1 else 0.0
        if case is Case.LOWER:
            if before in self.place_words.locative:
                return _LOCATIVE
            if before == "of":
                settled = first > 1 and words[first - 2].key in self.place_words.settlement
                return _SETTLEMENT if settled else _OF
            return _NAMED_BEFORE / 2 if before in self.names.titles else 0.0
        if before in self.names.titles:
            return _NAMED_BEFORE
        if case is Case.NUMBER or passage.opens[first - 1] or before in self.place_words.compass:
            return _LOCATIVE if before in self.place_words.locative else 0.0
        if before in self.names.given or len(words[first - 1].surface) == 1:
            return _NAMED_BEFORE
        return _CAPITAL_BEFORE if passage.tells[first - 1] else 0.0

    def _after(self, last: int) -> float:
        """Return what the words after a name add to its weight."""
        if not self._adjoins(last):
            return 0.0
        key, case = self.passage.words[last].key, self.passage.cases[last]
        if case is Case.LOWER:
            return _SETTLEMENT / 2 if key in self.place_words.settlement else 0.0
        return _CAPITAL_AFTER if self.passage.tells[last] else 0.0
