"""Toponyms: which words of a passage are the name of a place, by the gazetteer and the words around.

A capital word that some village bears is no place yet: `weighing` tells how likely it is one. What stands after
a name may say where it lies ("Paris, Texas"), what kind of place it is ("Idlib province"), or that it is part of a
longer name ("Lincoln Center"). Which place of that name is meant is settled later, in `placing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dateline.authority.lexicon import is_space, read_words
from dateline.authority.places import Candidate
from dateline.gazetteer import toponym_key
from dateline.records import Field, Kind, RecordId, Role
from dateline.tagging.passage import Case, Passage, Reading
from dateline.tagging.weighing import MIN_WEIGHT, UNLISTED, Toponym, Weigher, is_dateline, is_located

_MAX_WORDS = 7  # "Saint Louis de Ha Ha"
_MAX_UNLISTED_WORDS = 3
_MIN_STRIPPED_CHARS = 4
_PARTIES = frozenset("DRI")  # of American politicians
_MAX_TOWNS = 3
_FAR_FETCHED = 2.5  # powers of ten of inhabitants
_IN_LONGER = 0.15  # "Bradley Airport": often named for a person
_WITH_HEAD = 0.8  # "Sabine River"
_MAX_LETTERS = 2  # "W.Va."
_MAX_ABBREVIATED = 3
_POINTS = frozenset({".", ". "})
_MIN_STRIPPED_PROMINENCE = 4.5
_APOSTROPHES = frozenset("'’‘ʼ`")
_HYPHENS = frozenset("-‐‑–")
_LAND_GAPS = frozenset({", ", ",\n", ",", " ("})
_LIST_WORDS = frozenset({"and", "or"})
_LIST_GAPS = frozenset({", ", ",\n"})
_ABBREVIATED = ("saint", "fort", "mount")  # "St. Louis", by their keys
_KEYS = {"st": "saint", "ste": "saint", "ft": "fort", "mt": "mount"}
_ARTICLES = frozenset("al el ad ar as at an az ash ath ed er es et en ez esh".split())
_CONNECTORS = _ARTICLES | frozenset(
    "of the de del la las le les los au aux am der den dem du da do das dos di y e i and "
    "on upon sur in im bei by sub under near sous lez".split()
)
_LANDS = frozenset({"region", "country"})
_LISTED_DIVISIONS = {"counties": "county", "parishes": "parish"}
# What a name that no table has may end with; "Hill" and "Forest" end names of persons and clubs too.
_HEADS = {
    **dict.fromkeys("bay bayou creek gulf lagoon ocean reservoir river sea strait straits".split(), "water"),
    **dict.fromkeys("island islands mountains peninsula valley".split(), "land"),
    **dict.fromkeys("county governorate oblast parish township".split(), "region"),
}
_COUNTIES = frozenset({"county", "parish", "borough", "township", "province", "governorate", "oblast", "prefecture"})


def find_toponyms(passages: Sequence[Passage], listed: Iterable[Reading], actors: Iterable[Reading]) -> list[Reading]:
    """Return the readings of a story's words as places, each with the candidates that bear the name.

    `listed` are the readings of the lexicon, whose places tell what "X, State" means; `actors` those of persons and
    organisations, of whose names a word alone is hardly a place.
    """
    of_persons, of_companies = _words_of_actors(passages, actors)
    spelled = [list(_read_toponyms(passage)) for passage in passages]
    told = {
        toponym.key
        for passage, toponyms in zip(passages, spelled, strict=True)
        for toponym in toponyms
        if any(passage.tells[toponym.first : toponym.last]) or is_dateline(passage, toponym)
    }
    located = {
        toponym.key
        for passage, toponyms in zip(passages, spelled, strict=True)
        for toponym in toponyms
        if is_located(passage, toponym)
    }
    begins: dict[Field, dict[int, Reading]] = {"title": {}, "text": {}}
    for reading in listed:
        begins[reading.field].setdefault(reading.start, reading)
    readings: list[Reading] = []
    for passage, toponyms in zip(passages, spelled, strict=True):
        by_first, by_last = {one.first: one for one in toponyms}, {one.last: one for one in toponyms}
        weigher = Weigher(passage, told, located, of_persons, of_companies)
        reader = _Reader(passage, weigher, begins[passage.field], by_first, by_last)
        readings += reader.read()
    return readings


def _words_of_actors(passages: Sequence[Passage], actors: Iterable[Reading]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of the persons' names of a story, and the first words of its companies'."""
    texts = {passage.field: passage.text for passage in passages}
    names = {(actor.type, texts[actor.field][actor.start : actor.end]) for actor in actors}
    words = [
        (type_, [word.key for word in read_words(name)]) for type_, name in names if type_ in ("person", "company")
    ]
    of_persons = frozenset(key for type_, keys in words if type_ == "person" for key in keys)
    return of_persons, frozenset(keys[0] for type_, keys in words if type_ == "company" and len(keys) > 1)


def _read_toponyms(passage: Passage) -> Iterator[Toponym]:
    """Yield the longest names of the gazetteer in a passage, from left to right, none within another."""
    has_apostrophes = any(mark in passage.text for mark in _APOSTROPHES)
    last = 0
    for capital in passage.capitals:
        firsts = (capital - 1, capital) if _follows_article(passage, capital) else (capital,)
        for first in firsts:
            found = _longest(passage, first) if first >= last else None
            if found is None and first >= last and not has_apostrophes:
                found = _stripped(passage, first)
            if found:
                yield found
                last = found.last


def _longest(passage: Passage, first: int) -> Toponym | None:
    joined, ends, has_more = _joined(passage, first, through_possessive=False)
    if passage.words[first].key == "the" and first + 1 < len(
        passage.words
    ):  # "The Northern" is in "The Northern Territory"
        with_article, without = _matched(passage, first, joined, ends), _longest(passage, first + 1)
        return without if without and (with_article is None or without.last > with_article.last) else with_article
    if has_more:  # "King William’s Town" and "St. John’s", else "Syria’s Homs"
        longer, its_ends, _ = _joined(passage, first, through_possessive=True)
        found = _matched(passage, first, longer, its_ends)
        if found and found.last > max(ends.values()):
            return found
    return _matched(passage, first, joined, ends)


def _matched(passage: Passage, first: int, joined: str, ends: Mapping[int, int]) -> Toponym | None:
    places = passage.authority.places
    for length, rows in reversed(places.prefixes(joined)):
        last = ends.get(length)
        if last is None or not _ends_name(passage, first, last) or _is_shorthand(passage, first, last):
            continue
        key = joined[:length]
        return Toponym(first, last, passage.words[last - 1].end, key, places.named(key, rows))
    return None


def _stripped(passage: Passage, first: int) -> Toponym | None:
    """Return the place in "Syrias largest city", in a text that has lost its apostrophes."""
    word, places = passage.words[first], passage.authority.places
    if word.key[-1:] != "s" or len(word.key) <= _MIN_STRIPPED_CHARS or passage.cases[first] is not Case.CAPITAL:
        return None
    key = word.key[:-1]
    rows = places.gazetteer.find(key)
    candidates = places.named(key, rows) if rows else ()
    if not candidates or candidates[0].prominence < _MIN_STRIPPED_PROMINENCE:
        return None
    return Toponym(first, first + 1, word.end - 1, key, candidates)


def _follows_article(passage: Passage, index: int) -> bool:
    """Tell whether the word before a capital one is the article of its name, written small: "al-Bab"."""
    if index == 0 or passage.gaps[index] not in _HYPHENS or passage.cases[index] is not Case.CAPITAL:
        return False
    return passage.cases[index - 1] is Case.LOWER and passage.words[index - 1].key in _ARTICLES


def _ends_name(passage: Passage, first: int, last: int) -> bool:
    """Tell whether the words `first` to `last` end as a place's name does, and are no University of Texas."""
    # Quarters are called so after their university; a text means that.
    if last - first > 2 and passage.words[first + 1].key == "of" and _is_facility(passage, first):
        return False
    is_possessive = passage.words[last - 1].key == "s" and passage.gaps[last - 1] in _APOSTROPHES  # "St. John’s"
    return passage.cases[last - 1] is not Case.LOWER or is_possessive


def _is_facility(passage: Passage, index: int) -> bool:
    return passage.words[index].key in passage.authority.place_words.facility


def _is_shorthand(passage: Passage, first: int, last: int) -> bool:
    """Tell whether a name is one short word in capitals: "US", "WHO", "LA" are for the lexicon to tell."""
    return last - first == 1 and passage.cases[first] is Case.UPPER and len(passage.words[first].key) <= 3


def _key(surface: str, key: str) -> str:
    return _KEYS.get(key, key) if surface.isascii() else toponym_key(surface)


def _joined(passage: Passage, first: int, *, through_possessive: bool) -> tuple[str, dict[int, int], bool]:
    """Return the keys of the words from `first` that one name may hold, and the word after each by length.

    The third value tells whether a possessive ended them that may be part of a name.
    """
    words, gaps, cases = passage.words, passage.gaps, passage.cases
    joined = _key(words[first].surface, words[first].key)
    ends = {len(joined): first + 1}
    after = first + 1
    if after < len(words) and gaps[after] == " " and cases[after] is Case.LOWER and words[after].key not in _CONNECTORS:
        return joined, ends, False  # most names are one word
    for index in range(after, min(first + _MAX_WORDS, len(words))):
        gap, key = gaps[index], words[index].key
        if gap in _APOSTROPHES:
            if key == "s" and cases[index] is Case.LOWER:
                if not through_possessive:
                    return joined, ends, len(ends) > 1 or (index + 1 < len(words) and cases[index + 1] is Case.CAPITAL)
                joined += key
                if len(ends) > 1:
                    ends[len(joined)] = index + 1
                continue
        elif cases[index] is Case.LOWER and key not in _CONNECTORS:
            break
        elif gap == " " or gap in _HYPHENS or is_space(gap) or (gap == ". " and joined.endswith(_ABBREVIATED)):
            joined += " "
        else:
            break
        joined += _key(words[index].surface, key)
        ends[len(joined)] = index + 1
    return joined, ends, False


def _narrowed(pinned: frozenset[RecordId], candidates: Sequence[Candidate], type_: str) -> frozenset[RecordId]:
    """Return those of the pinned places, or else of all, that are of a type, or what was pinned when none is."""
    return (
        frozenset(place.id for place in candidates if place.type == type_ and (not pinned or place.id in pinned))
        or pinned
    )


@dataclass(frozen=True)
class _Reader:
    """A passage with the names that may be places, and what tells of them."""

    passage: Passage
    weigher: Weigher
    listed: Mapping[int, Reading]  # by first character
    toponyms: Mapping[int, Toponym]  # by first word
    by_last: Mapping[int, Toponym]  # by the word after

    def read(self) -> list[Reading]:
        """Return the readings of the toponyms, of the abbreviations after them, and of names that no table has."""
        readings: list[Reading] = []
        lands: dict[int, frozenset[RecordId]] = {}  # what "Athens, Georgia" leaves of Georgia, by its first word
        for name in self.toponyms.values():
            toponym = self._with_abbreviation(name)
            within, abbreviation = self._land_after(toponym.last)
            inside = [
                place
                for place in toponym.candidates
                if (place.region in within or place.country in within) and place.id not in within
            ]
            after = None if abbreviation else self.toponyms.get(toponym.last)  # there are villages called Pa and Va
            if inside and after and self._is_far_fetched(toponym, inside, after):
                inside, within = [], frozenset()
            if inside and after:
                above = {id_ for place in inside for id_ in (place.region, place.country)}
                lands[after.first] = frozenset(place.id for place in after.candidates if place.id in above)
            if abbreviation:
                readings.append(abbreviation)
            if within and not inside and self._is_certain_land(toponym, after, abbreviation):
                toponym = toponym._replace(candidates=())
            pinned = lands.get(toponym.first) or frozenset(place.id for place in inside)
            if reading := self._read(toponym, pinned, is_placed=bool(within)):
                readings.append(reading)
        return [*readings, *self._of_parties(), *self._unlisted()]

    def _with_abbreviation(self, toponym: Toponym) -> Toponym:
        """Return the toponym with the abbreviation after it where both are one name: "Washington, D.C."."""
        passage, places = self.passage, self.passage.authority.places
        last = toponym.last
        if last >= len(passage.words) or not (passage.gaps[last] in _LAND_GAPS or is_space(passage.gaps[last])):
            return toponym
        found = self._abbreviation(last)
        if found is None:
            return toponym
        abbreviation, last = found
        key = f"{toponym.key} {toponym_key(passage.text[abbreviation.start : abbreviation.end])}"
        rows = places.gazetteer.find(key)
        return Toponym(toponym.first, last, abbreviation.end, key, places.named(key, rows)) if rows else toponym

    def _land_after(self, last: int) -> tuple[frozenset[RecordId], Reading | None]:
        """Return the ids of the lands that ", Texas" after a name may mean, and the reading of ", Tex."."""
        passage = self.passage
        if last >= len(passage.words) or passage.gaps[last] not in _LAND_GAPS:
            return frozenset(), None
        if passage.gaps[last] != " (" and (found := self._abbreviation(last)):
            abbreviation, _ = found
            return frozenset({abbreviation.candidates[0].id}), abbreviation
        ids: set[RecordId] = set()
        listed = self.listed.get(passage.words[last].start)
        if listed and listed.kind is Kind.PLACE and listed.role is not Role.DEMONYM:
            ids.update(record.id for record in listed.records)
        if toponym := self.toponyms.get(last):
            ids.update(candidate.id for candidate in toponym.candidates if candidate.type in _LANDS)
        return frozenset(ids), None

    def _is_far_fetched(self, toponym: Toponym, inside: Sequence[Candidate], after: Toponym) -> bool:
        """Tell whether two cities stand side by side and no city and its state: "Geneva, Washington and Moscow"."""
        best, words = toponym.candidates[0], self.passage.words
        if after.candidates[0].type in _LANDS or best in inside:
            return False
        goes_on = after.last < len(words) and words[after.last].key in _LIST_WORDS
        return goes_on or max(place.prominence for place in inside) < best.prominence - _FAR_FETCHED

    def _is_certain_land(self, toponym: Toponym, after: Toponym | None, abbreviation: Reading | None) -> bool:
        """Tell whether the land after a name says where it lies, though the gazetteer has none of it there.

        In a list ("Homs, Aleppo and Idlib") it says nothing.
        """
        if abbreviation:
            return True
        if after is None or self.passage.text[after.end : after.end + 1] in _APOSTROPHES:  # "Hagan, Ohio’s first"
            return False
        if after.candidates[0].type not in _LANDS or toponym.candidates[0].type in _LANDS:
            return False
        if any(land.region == place.id for land in after.candidates for place in toponym.candidates):
            return False  # "Victoria, Colac Otway Shire"
        words, gaps = self.passage.words, self.passage.gaps
        in_list = after.last < len(words) and (words[after.last].key in _LIST_WORDS or gaps[after.last] in _LAND_GAPS)
        return not in_list

    def _abbreviation(self, first: int) -> tuple[Reading, int] | None:
        """Return the reading of "Tex.", "D.C." or "W. Va." at word `first`, and the word after it."""
        passage, places = self.passage, self.passage.authority.places
        words, letters = passage.words, ""
        found, last = "", first
        for index in range(first, min(first + _MAX_ABBREVIATED, len(words))):
            surface = words[index].surface
            if index > first and (passage.gaps[index] not in _POINTS or len(surface) > _MAX_LETTERS):
                break
            letters += surface
            if letters in places.gazetteer.abbreviations:
                found, last = letters, index + 1
        if not found or (words[first].shouted and last == first + 1):  # "IN" and "OR" are words
            return None
        start, end = words[first].start, words[last - 1].end
        if passage.text[end : end + 1] == "." and (last > first + 1 or not found.isupper()):
            end += 1
        reading = Reading(
            passage.field,
            start,
            end,
            Kind.PLACE,
            Role.LITERAL,
            (),
            "abbreviation of a state",
            weight=0.95,
            candidates=places.named(found, (places.gazetteer.abbreviations[found],)),
        )
        return reading, last

    def _read(self, toponym: Toponym, pinned: frozenset[RecordId], *, is_placed: bool) -> Reading | None:
        """Return the reading of a toponym, or None where it hardly is the name of a place."""
        passage, place_words = self.passage, self.passage.authority.place_words
        first, last = toponym.first, toponym.last
        role, rule = Role.LITERAL, "name in the gazetteer"
        after = self._capital_after(last)
        if after:
            goes_on = bool(self._capital_after(last + 1))  # "Lamar County Sheriff"
            if after in place_words.street:
                return None
            if after in place_words.water or after in place_words.land:
                return self._with_head(toponym, "water" if after in place_words.water else "land", goes_on=goes_on)
            if after in place_words.area and self._is_division(toponym, after, goes_on=goes_on):
                return self._with_head(toponym, "region", goes_on=goes_on)
            if self._is_in_longer_name(last):
                role, rule = Role.EMBEDDED, "place in a longer name"
        if passage.text[toponym.end : toponym.end + 1] == "$":  # "US$300"
            return None
        weight = self.weigher.weigh(toponym, is_placed=is_placed) - (_IN_LONGER if role is Role.EMBEDDED else 0)
        if weight < MIN_WEIGHT:
            return None
        if self.weigher.names_division(toponym):
            toponym = self._with_division(toponym)
            pinned = _narrowed(pinned, toponym.candidates, "region")
        elif self.weigher.names_town(toponym):
            pinned = _narrowed(pinned, toponym.candidates, "city")
        reading = passage.reading(first, last, Kind.PLACE, role, records=(), rule=rule)
        return reading._replace(end=toponym.end, candidates=toponym.candidates, pinned=pinned, weight=min(weight, 1.0))

    def _with_division(self, toponym: Toponym) -> Toponym:
        """Return the toponym with the region named for its town, where the gazetteer has that by one spelling only."""
        if any(place.type == "region" for place in toponym.candidates):
            return toponym
        places = self.passage.authority.places
        for town in toponym.candidates[:_MAX_TOWNS]:
            region = places.find(town.region) if town.region else None
            if region and toponym_key(region.preferred) == toponym_key(places.record(town).preferred):
                return toponym._replace(candidates=(places.of_record(region), *toponym.candidates))
        return toponym

    def _capital_after(self, index: int) -> str:
        """Return the key of the capital word that adjoins a name before word `index`, or ""."""
        passage = self.passage
        if index >= len(passage.words) or not is_space(passage.gaps[index]):
            return ""
        return passage.words[index].key if Case.LOWER < passage.cases[index] < Case.NUMBER else ""

    def _is_division(self, toponym: Toponym, head: str, *, goes_on: bool) -> bool:
        """Tell whether "County" makes a name a division's; "State" and "District" do so only at its end."""
        if head in _COUNTIES:
            return True
        return not goes_on and any(place.type == "region" for place in toponym.candidates)

    def _is_in_longer_name(self, last: int) -> bool:
        """Tell whether the capital word after a name goes on with it: "Boston Marathon", not "Aleppo Syria"."""
        passage, word = self.passage, self.passage.words[last]
        place_words, names = passage.authority.place_words, passage.authority.names
        if word.key in place_words.facility or word.key in place_words.thing:
            return True
        begins_another = last in self.toponyms or word.start in self.listed
        return passage.tells[last] and not begins_another and word.key not in names.titles and word.key in names.common

    def _with_head(self, toponym: Toponym, type_: str, *, goes_on: bool) -> Reading:
        """Return the reading of "Sabine River" or "Lamar County", by the kind of place that its last word tells."""
        role = Role.EMBEDDED if goes_on else Role.LITERAL
        reading = self.passage.reading(
            toponym.first, toponym.last + 1, Kind.PLACE, role, records=(), rule="name + kind of place"
        )
        regions = tuple(place for place in toponym.candidates if place.type == type_)
        return reading._replace(candidates=regions, type=type_, weight=_WITH_HEAD)

    def _of_parties(self) -> Iterator[Reading]:
        """Yield the states of "Rep. Ed Jones (D-Tenn.)"."""
        words, gaps = self.passage.words, self.passage.gaps
        for index in self.passage.capitals:
            if gaps[index] == "-" and words[index - 1].surface in _PARTIES and (found := self._abbreviation(index)):
                yield found[0]

    def _unlisted(self) -> Iterator[Reading]:
        """Yield the names that only their words make places: "the village of Ghareebeh", "Smallville, Kan."."""
        passage = self.passage
        words, gaps, settlement = passage.words, passage.gaps, passage.authority.place_words.settlement
        telling = settlement.union(_LISTED_DIVISIONS, _HEADS, ("of",))
        told = [
            index
            for index, (key, gap) in enumerate(zip(passage.keys, gaps, strict=True))
            if index and (key in telling or gap in _LAND_GAPS)
        ]
        for index in told:
            key = passage.keys[index]
            if key == "of" and gaps[index] == " " and words[index - 1].key in settlement:
                last = self._name_end(index + 1)
                if last > index + 1:
                    yield self._unlisted_name(index + 1, last, words[index - 1].key)
            elif key in settlement and passage.cases[index] is Case.LOWER and gaps[index] == " ":
                first = self._name_start(index)
                if first < index:
                    yield self._unlisted_name(first, index, key)
            elif key in _LISTED_DIVISIONS and passage.cases[index] is Case.LOWER and is_space(gaps[index]):
                yield from self._listed_divisions(index)
            elif key in _HEADS and passage.cases[index] is Case.CAPITAL and gaps[index] == " ":
                yield from self._unlisted_with_head(index)
            elif gaps[index] in _LAND_GAPS and words[index].surface in passage.authority.places.gazetteer.abbreviations:
                yield from self._unlisted_in_state(index)

    def _listed_divisions(self, index: int) -> Iterator[Reading]:
        """Yield the divisions of "Lamar, Fannin and Hunt counties", which ends with word `index`."""
        passage, gazetteer = self.passage, self.passage.authority.places.gazetteer
        words, gaps, head = passage.words, passage.gaps, _LISTED_DIVISIONS[passage.words[index].key]
        last = index
        while last > 0:
            for first in range(max(0, last - _MAX_UNLISTED_WORDS), last):
                if any(case is not Case.CAPITAL for case in passage.cases[first:last]):
                    continue
                key = " ".join([*(_key(word.surface, word.key) for word in words[first:last]), head])
                if all(map(is_space, gaps[first + 1 : last])) and (rows := gazetteer.find(key)):
                    break
            else:
                return
            reading = passage.reading(first, last, Kind.PLACE, Role.LITERAL, records=(), rule="name + kind of place")
            divisions = passage.authority.places.named(key, rows)
            yield reading._replace(candidates=divisions, type="region", weight=_WITH_HEAD)
            if first and words[first - 1].key in _LIST_WORDS:
                last = first - 1
            elif gaps[first] in _LIST_GAPS:
                last = first
            else:
                return

    def _unlisted_with_head(self, index: int) -> Iterator[Reading]:
        """Yield the name of a river or an island that no table has, which ends with word `index`: "Sabine River"."""
        first = self._name_start(index)
        if first == index or self._capital_after(index + 1):
            return
        reading = self.passage.reading(
            first, index + 1, Kind.PLACE, Role.LITERAL, records=(), rule="name + kind of place"
        )
        yield reading._replace(type=_HEADS[self.passage.words[index].key], weight=_WITH_HEAD)

    def _unlisted_in_state(self, index: int) -> Iterator[Reading]:
        """Yield the town that no table has, and its state, of "Smallville, Kan." by the state's first word."""
        first = self._name_start(index) if self._is_of_name(index - 1) else index
        found = self._abbreviation(index) if first < index else None
        if found and self.passage.text[found[0].end - 1] == ".":
            yield self._unlisted_name(first, index, "town")
            yield found[0]

    def _unlisted_name(self, first: int, last: int, head: str) -> Reading:
        divisions = self.passage.authority.place_words.division
        reading = self.passage.reading(
            first, last, Kind.PLACE, Role.LITERAL, records=(), rule="name beside a kind of place"
        )
        return reading._replace(type="region" if head in divisions else "city", weight=UNLISTED)

    def _name_end(self, first: int) -> int:
        """Return the word after the unlisted name that begins at word `first`, or `first`."""
        last = first
        while last < min(first + _MAX_UNLISTED_WORDS, len(self.passage.words)) and self._is_of_name(last):
            if last > first and not self._joins(last):
                break
            last += 1
        return last if last > first and is_space(self.passage.gaps[first]) else first

    def _name_start(self, last: int) -> int:
        """Return the first word of the unlisted name that ends before word `last`, or `last`."""
        first = last
        while first > max(0, last - _MAX_UNLISTED_WORDS) and self._is_of_name(first - 1):
            first -= 1
            if not self._joins(first):
                break
        return first

    def _is_of_name(self, index: int) -> bool:
        """Tell whether a word may be of a name that no table has: capital for no other reason."""
        passage = self.passage
        word = passage.words[index]
        authority = passage.authority
        if passage.cases[index] is not Case.CAPITAL or not passage.tells[index]:
            return False
        if index in self.toponyms and word.key not in authority.place_words.part_only:  # "Kafr Zabad"
            return False
        return (
            word.key not in authority.names.common
            and word.key not in authority.names.titles
            and word.key not in authority.place_words.always_capital
            and word.start not in self.listed
        )

    def _joins(self, index: int) -> bool:
        gap = self.passage.gaps[index]
        return gap == " " or gap in _HYPHENS
