"""Compiles the gazetteer: places as the sources give them become the files that `table` maps.

The same places give the same bytes. `tools/gazetteer.py` reads the sources and calls this.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import marisa_trie

from dateline.gazetteer.keys import toponym_key
from dateline.gazetteer.spellings import TRANSLITERATED, has_article, newspaper_keys
from dateline.gazetteer.table import (
    BLOCK_ROWS,
    CITY,
    CONTINENT,
    COUNTRY,
    DISTRICT,
    NAMES_FILE,
    PRIMARY,
    REGION,
    ROWS_FILE,
    SHARED,
    TRIE_FILE,
    pack_columns,
)

# Of prominence, in hundredths of a power of ten inhabitants.
_RAISED = {CITY: 0, DISTRICT: 30, REGION: 50, COUNTRY: 400, CONTINENT: 600}
_CAPITAL = 220  # of a state
_SEAT = 50  # of a region's or a dependency's government
_NAMESAKE = 10  # a region stands so far behind the town that it is named for
_LEAST_SHARE = 0.05  # of a region's inhabitants: a smaller town of its name only shares it
_FAME = 60  # a tenfold number of names in other languages
_LEAST_INHABITANTS = 100  # where a source knows none

# An alternate name is left out where another place is really called so, unless that is so much less prominent.
_OVERSHADOWING = 100
_UNCOUNTED = 400  # as of 10,000 inhabitants
# Farther than a town's surroundings, "near" tells nothing.
_MAX_NEAR_DEGREES = 1.0

# Places so named are told apart by their region, as their newspapers do.
_BY_REGION = frozenset({"US", "CA", "AU"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the sources give it, with its names chosen."""

    id: int  # of GeoNames
    kind: int
    name: str  # in English
    names: tuple[str, ...] = ()  # other names that it is known by
    alternates: tuple[str, ...] = ()  # spellings of lesser standing
    latitude: float | None = None  # None: the middle of the cities within
    longitude: float | None = None
    population: int = 0  # 0: unknown; of a region, the sum of its cities
    parent: int | None = None  # an id
    country: int | None = None  # an id
    code: str = ""  # of a country: ISO 3166-1 alpha-2
    type: str = ""  # what a region is: "governorate"
    is_capital: bool = False  # of a state
    is_seat: bool = False  # of a region's or a dependency's government
    spellings: int = 0  # how many names the source has in all languages: a famous town has many


@dataclass(frozen=True, slots=True)
class _Bearing:
    """That a place bears a name: the surface, "" where only newspapers' ways lead to it."""

    surface: str
    is_own: bool  # the name that the place is known by


_Names: TypeAlias = dict[str, dict[int, _Bearing]]  # by key, then row
_Towns: TypeAlias = dict[tuple[int, int], list[Place]]


def compile_gazetteer(
    places: Iterable[Place], common_words: Collection[str] = (), person_names: Collection[str] = ()
) -> dict[str, bytes]:
    """Return the files of the gazetteer by name.

    What is made of common words, and single names of persons, lead only to places that are really called so.
    """
    rows = sorted(_seated(_settled(places)), key=lambda place: (-place.kind, place.id))
    number = {place.id: row for row, place in enumerate(rows)}
    ranks = _ranks(rows, number)
    names = _chosen_names(rows, number, ranks, frozenset(common_words), frozenset(person_names))
    trie = marisa_trie.Trie(sorted(names))
    entries, shared_rows, shared_primary = _entries(trie, names, ranks, rows)
    packed, blocks = _pack_names(rows, _qualifiers(rows, number, ranks), names)
    columns: dict[str, Iterable[float]] = {
        "id": [place.id for place in rows],
        "latitude": [place.latitude or 0.0 for place in rows],
        "longitude": [place.longitude or 0.0 for place in rows],
        "population": [place.population for place in rows],
        "prominence": ranks,
        "kind": [place.kind for place in rows],
        "country": [-1 if place.country is None else number[place.country] for place in rows],
        "parent": [-1 if place.parent is None else number[place.parent] for place in rows],
        "block": blocks,
        "entry": entries,
        "shared_row": shared_rows,
        "shared_primary": shared_primary,
    }
    codes = [place.code for place in rows if place.kind == COUNTRY]
    return {TRIE_FILE: trie.tobytes(), ROWS_FILE: pack_columns(columns, codes), NAMES_FILE: packed}


def _settled(places: Iterable[Place]) -> list[Place]:
    """Return the places with the point and the population of each region filled from the cities within.

    A point that no source gives is the middle of the cities, each counting once, as it is nearer to the land’s.
    What has no point and no city is left out.
    """
    listed = list(places)
    by_id = {place.id: place for place in listed}
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for city in listed:
        if city.kind != CITY or city.latitude is None or city.longitude is None:
            continue
        latitude, longitude = math.radians(city.latitude), math.radians(city.longitude)
        vector = (
            math.cos(latitude) * math.cos(longitude),
            math.cos(latitude) * math.sin(longitude),
            math.sin(latitude),
            float(city.population),
        )
        for above in _above(city, by_id):
            sums[above.id] = [total + part for total, part in zip(sums[above.id], vector, strict=True)]
    return [
        place if place.kind == CITY else _filled(place, sums[place.id])
        for place in listed
        if place.latitude is not None or place.id in sums
    ]


def _above(place: Place, by_id: Mapping[int, Place]) -> Iterator[Place]:
    while place.parent is not None:
        place = by_id[place.parent]
        yield place


def _filled(place: Place, total: Sequence[float]) -> Place:
    x, y, z, population = total
    if place.latitude is None:
        place = replace(
            place,
            latitude=round(math.degrees(math.atan2(z, math.hypot(x, y))), 5),
            longitude=round(math.degrees(math.atan2(y, x)), 5),
        )
    return place if place.population else replace(place, population=int(population))


def _seated(places: Sequence[Place]) -> list[Place]:
    """Return the places with the town that a region is named for marked as its seat."""
    by_id = {place.id: place for place in places}
    keys = {place.id: _own_keys(place) for place in places if place.kind == REGION}
    largest: dict[int, Place] = {}
    for city in places:
        for above in _above(city, by_id) if city.kind == CITY else ():
            if above.kind != REGION or city.population < _LEAST_SHARE * above.population:
                continue
            if not keys[above.id].isdisjoint(_own_keys(city)):
                first = largest.setdefault(above.id, city)
                if (city.population, -city.id) > (first.population, -first.id):
                    largest[above.id] = city
    seats = {city.id for city in largest.values()}
    return [replace(place, is_seat=True) if place.id in seats else place for place in places]


def _own_keys(place: Place) -> set[str]:
    return {toponym_key(name) for name in (place.name, *place.names)}


def prominence(place: Place) -> int:
    """Return how likely a bare name means the place rather than a namesake, in hundredths.

    A hundred times the decimal logarithm of its inhabitants, raised by 220 for the capital of a state, by 50 for the
    seat of a region, by 30 for a district, 50 for a region, 400 for a country and 600 for a continent.
    """
    raised = _CAPITAL if place.is_capital else _SEAT if place.is_seat else 0
    raised += round(_FAME * math.log10(1 + place.spellings))
    return round(100 * math.log10(max(place.population, _LEAST_INHABITANTS))) + _RAISED[place.kind] + raised


def _ranks(rows: Sequence[Place], number: Mapping[int, int]) -> list[int]:
    """Return the prominence of each row; a region that is named for a town within comes after it."""
    ranks = [prominence(place) for place in rows]
    by_id = {place.id: place for place in rows}
    keys = {place.id: _own_keys(place) for place in rows if place.kind in {REGION, DISTRICT}}
    for row, city in enumerate(rows):
        if city.kind != CITY:
            continue
        own = _own_keys(city)
        for above in _above(city, by_id):
            namesake = above.kind in {REGION, DISTRICT} and not keys[above.id].isdisjoint(own)
            if namesake and (city.is_seat or city.is_capital or above.kind == DISTRICT):
                at = number[above.id]
                ranks[at] = min(ranks[at], ranks[row] - _NAMESAKE)
    return ranks


def _chosen_names(
    rows: Sequence[Place],
    number: Mapping[int, int],
    ranks: Sequence[int],
    common_words: Collection[str],
    person_names: Collection[str],
) -> _Names:
    """Return the places that bear each key, with the surface of theirs that it is the key of."""
    names: _Names = defaultdict(dict)
    for row, place in enumerate(rows):
        for name in (place.name, *place.names):
            if key := toponym_key(name):
                names[key].setdefault(row, _Bearing(name, is_own=True))
    lesser = list(_lesser_names(rows, number, ranks, names))
    for key, row, name in lesser:
        if key not in person_names and not all(word in common_words for word in key.split()):
            names[key].setdefault(row, _Bearing(name, is_own=False))
    return names


def _lesser_names(
    rows: Sequence[Place], number: Mapping[int, int], ranks: Sequence[int], names: _Names
) -> Iterator[tuple[str, int, str]]:
    """Yield key, row and surface of the spellings that no other place has a better claim to.

    Exonyms, former names and names of quarters are many: they yield to a place that is really called so, unless that
    is far smaller, or the region around. So do the spellings of newspapers that we make; these have no surface.
    """
    owners = {key: max(bearers, key=lambda row: ranks[row]) for key, bearers in names.items()}
    for row, place in enumerate(rows):
        is_transliterated = place.country is not None and rows[number[place.country]].code in TRANSLITERATED
        made = _newspaper_keys(place) if is_transliterated and place.kind < COUNTRY else ()
        spellings = [*((toponym_key(name), name) for name in place.alternates), *((key, "") for key in made)]
        for key, name in spellings:
            if key and _may_bear(row, owners.get(key, row), rows, number, ranks):
                yield key, row, name


def _may_bear(row: int, owner: int, rows: Sequence[Place], number: Mapping[int, int], ranks: Sequence[int]) -> bool:
    """Tell whether a place may share a name with the place that is called so: its own, its seat's, its region's."""
    if owner == row or _claim(owner, rows, ranks) + _OVERSHADOWING <= ranks[row]:
        return True
    if rows[owner].kind >= COUNTRY:
        return False
    around, within = _ids_above(rows[row], rows, number), _ids_above(rows[owner], rows, number)
    return rows[owner].id in around or rows[row].id in within


def _claim(row: int, rows: Sequence[Place], ranks: Sequence[int]) -> int:
    """Return the prominence of a place as far as it is known: towns whose inhabitants nobody counted may be large."""
    return ranks[row] if rows[row].population else max(ranks[row], _UNCOUNTED)


def _newspaper_keys(place: Place) -> Iterator[str]:
    yield from newspaper_keys(place.name)
    for name in (*place.names, *place.alternates):
        if has_article(name):
            yield from newspaper_keys(name)


def _entries(
    trie: marisa_trie.Trie, names: _Names, ranks: Sequence[int], rows: Sequence[Place]
) -> tuple[list[int], list[int], list[int]]:
    """Return the entry of each key by its number in the trie, and the lists of rows that entries point to."""
    entries = [0] * len(names)
    shared_rows: list[int] = []
    shared_primary: list[int] = []
    for key in sorted(names):
        bearers = names[key]
        ordered = sorted(bearers, key=lambda row: (-ranks[row], -rows[row].population, row))
        if len(ordered) == 1:
            entry = ordered[0] | (PRIMARY if bearers[ordered[0]].is_own else 0)
        else:
            entry = SHARED | len(shared_rows)
            shared_rows += [len(ordered), *ordered]
            shared_primary += [0, *(bearers[row].is_own for row in ordered)]
        entries[trie.key_id(key)] = entry
    return entries, shared_rows, shared_primary


def _pack_names(rows: Sequence[Place], qualifiers: Sequence[str], names: _Names) -> tuple[bytes, list[int]]:
    """Return the packed names of all rows, and where each block of them begins and the last one ends."""
    variants: list[list[str]] = [[] for _ in rows]
    for key in sorted(names):
        for row, bearing in names[key].items():
            if bearing.surface and bearing.surface != rows[row].name:
                variants[row].append(bearing.surface)
    lines = ["\t".join([place.name, qualifiers[row], *variants[row]]) for row, place in enumerate(rows)]
    packed, starts = bytearray(), []
    for first in range(0, len(lines), BLOCK_ROWS):
        starts.append(len(packed))
        packed += zlib.compress("\n".join(lines[first : first + BLOCK_ROWS]).encode("utf-8"), 9)
    return bytes(packed), [*starts, len(packed)]


def _qualifiers(rows: Sequence[Place], number: Mapping[int, int], ranks: Sequence[int]) -> list[str]:
    """Return what tells each place from the others of its name: "" for the most prominent, else the least that does."""
    namesakes: dict[str, list[int]] = defaultdict(list)
    for row, place in enumerate(rows):
        namesakes[toponym_key(place.name)].append(row)
    qualifiers = [""] * len(rows)
    towns = _towns(rows)
    for same in namesakes.values():
        ordered = sorted(same, key=lambda row: (-ranks[row], -rows[row].population, row))
        taken = {""}
        within = Counter((rows[row].country, rows[row].kind == CITY) for row in same)
        for row in ordered[1:]:
            place = rows[row]
            if place.kind == CITY:
                is_alone = within[place.country, True] == 1
            else:
                is_alone = within[place.country, True] + within[place.country, False] == 1
            holds_namesake = any(place.id in _ids_above(rows[other], rows, number) for other in same)
            lies_in_namesake = any(rows[other].id in _ids_above(place, rows, number) for other in same)
            # A city tells where it is: "York (city)" says nothing to those who know another York.
            by_type = place.kind != CITY and (holds_namesake or lies_in_namesake)
            for qualifier in _possible_qualifiers(place, rows, number, towns, is_alone=is_alone, by_type=by_type):
                if toponym_key(qualifier) not in taken:
                    taken.add(toponym_key(qualifier))
                    qualifiers[row] = qualifier
                    break
    return qualifiers


def _possible_qualifiers(
    place: Place, rows: Sequence[Place], number: Mapping[int, int], towns: _Towns, *, is_alone: bool, by_type: bool
) -> Iterator[str]:
    """Yield qualifiers of a place, the best first; the last is its number with GeoNames, which no other has."""
    country = rows[number[place.country]].name if place.country is not None else ""
    code = rows[number[place.country]].code if place.country is not None else ""
    above = [rows[number[id_]].name for id_ in _ids_above(place, rows, number)]
    regions = [name for name in above if name != country]
    type_ = place.type
    if by_type:
        yield type_
    if place.kind >= REGION:
        if is_alone:
            yield country
        yield type_
        yield f"{type_}, {country}"
    else:
        if is_alone and (code not in _BY_REGION or not regions):
            yield country
        region = regions[-1] if regions else country
        if toponym_key(region) != toponym_key(place.name):
            yield region
        if place.kind == DISTRICT:
            yield type_
        if toponym_key(region) != toponym_key(country):
            yield f"{region}, {country}"
        if place.kind == DISTRICT:
            yield f"{type_}, {region}"
        elif len(regions) > 1:
            yield f"{regions[0]}, {region}"
        if place.kind == CITY and (near := _near(place, towns)):
            yield f"near {near}"
    yield f"{above[0] if above else type_}, {place.id}"


def _ids_above(place: Place, rows: Sequence[Place], number: Mapping[int, int]) -> Iterator[int]:
    """Yield the ids of a city's district, region and country, as far as it has them."""
    while place.parent is not None and rows[number[place.parent]].kind < CONTINENT:
        yield place.parent
        place = rows[number[place.parent]]


def _towns(rows: Sequence[Place]) -> _Towns:
    """Return the cities of 5,000 inhabitants or more by whole degrees."""
    towns: _Towns = defaultdict(list)
    for place in rows:
        if place.kind == CITY and place.population >= 5000:
            towns[_cell(place)].append(place)
    return towns


def _cell(place: Place) -> tuple[int, int]:
    return math.floor(place.latitude or 0.0), math.floor(place.longitude or 0.0)


def _near(place: Place, towns: _Towns) -> str:
    """Return the nearest town of another name, "" when none is near."""
    latitude, longitude = _cell(place)
    narrowed = math.cos(math.radians(place.latitude or 0.0))

    def degrees(town: Place) -> float:
        north = (town.latitude or 0.0) - (place.latitude or 0.0)
        east = ((town.longitude or 0.0) - (place.longitude or 0.0)) * narrowed
        return math.hypot(north, east)

    found = [
        (degrees(town), town.id, town.name)
        for cell in [(latitude + north, longitude + east) for north in (-1, 0, 1) for east in (-1, 0, 1)]
        for town in towns.get(cell, ())
        if toponym_key(town.name) != toponym_key(place.name) and town.country == place.country
    ]
    return min(found)[2] if found and min(found)[0] <= _MAX_NEAR_DEGREES else ""
