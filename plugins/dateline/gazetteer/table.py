"""The compiled gazetteer: from a name to the rows of the places that bear it, from a row to its record.

The places are those of GeoNames (CC BY 4.0) as `compile` wrote them: continents, countries, regions (the first level
of a country's divisions), districts (the second) and cities, in this order. A row is a place's number there; what is
known of it stands in columns. Names are in Latin script.
"""

from __future__ import annotations

import csv
import json
import mmap
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from operator import neg
from pathlib import Path
from struct import calcsize
from typing import Any, Literal

import marisa_trie

from dateline.errors import AuthorityError
from dateline.gazetteer.keys import toponym_key
from dateline.records import Kind, Record, RecordId

CITY, DISTRICT, REGION, COUNTRY, CONTINENT = range(5)
TYPES = ("city", "region", "region", "country", "continent")  # of a record, by kind

# What `rows.bin` holds, and the format of each column's items: see `pack_columns`.
COLUMNS: dict[str, Literal["I", "f", "H", "B", "h", "i"]] = {
    "id": "I",
    "latitude": "f",
    "longitude": "f",
    "population": "I",
    "prominence": "H",
    "kind": "B",
    "country": "h",
    "parent": "i",
    "block": "I",
    "entry": "I",
    "shared_row": "I",
    "shared_primary": "B",
}
_FORMAT = "dateline gazetteer 1"
_ALIGNMENT = 8

# An entry is the row of a name that one place bears, or where in `shared_row` the rows of several are listed.
PRIMARY = 1 << 31
SHARED = 1 << 30
ROW = SHARED - 1

BLOCK_ROWS = 64  # names are packed in blocks of so many rows
PLACE_PREFIX = "geonames:"

TRIE_FILE, ROWS_FILE, NAMES_FILE = "names.marisa", "rows.bin", "names.bin"


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Places by row, and rows by name. A country or parent of -1 says that there is none."""

    latitude: Sequence[float]  # degrees north
    longitude: Sequence[float]  # degrees east
    population: Sequence[int]
    prominence: Sequence[int]  # see `dateline.gazetteer.compile.prominence`
    kind: Sequence[int]  # CITY, DISTRICT, REGION, COUNTRY or CONTINENT
    country: Sequence[int]  # a row; a country's is its own
    parent: Sequence[int]  # a row: city › district › region › country › continent
    abbreviations: Mapping[str, int]  # "TX", "Tex", "Ont": without full stops, in their case
    codes: Mapping[int, str]  # ISO 3166-1 alpha-2, of countries
    _id: Sequence[int]
    _block: Sequence[int]
    _entry: Sequence[int]
    _shared_row: memoryview[int]
    _shared_primary: Sequence[int]
    _trie: marisa_trie.Trie
    _names: bytes | mmap.mmap
    _starts: tuple[int, ...]  # the first row of each kind, from CONTINENT down to CITY

    def __len__(self) -> int:
        return len(self._id)

    def find(self, key: str) -> Sequence[int]:
        """Return the rows that bear the name of exactly this `toponym_key`, the most prominent first."""
        number = self._trie.get(key)
        return () if number is None else self._rows(number)

    def find_prefixes(self, joined: str) -> list[tuple[int, tuple[int, ...]]]:
        """Return each name with which `joined` begins and whose end is a word's: its length and its rows.

        `joined` is words of `toponym_key` parted by single spaces; the longest name comes last.
        """
        chars = len(joined)
        return [
            (length, self._rows(number))
            for key, number in self._trie.iter_prefixes_with_ids(joined)
            if (length := len(key)) == chars or joined[length] == " "
        ]

    def _rows(self, number: int) -> tuple[int, ...]:
        entry = self._entry[number]
        if not entry & SHARED:
            return (entry & ROW,)
        at = entry & ROW
        return tuple(self._shared_row[at + 1 : at + 1 + self._shared_row[at]])

    def is_primary(self, key: str, row: int) -> bool:
        """Tell whether `key` is the name that the place is known by, and not one of its other spellings."""
        number = self._trie.get(key)
        if number is None:
            return False
        entry = self._entry[number]
        if not entry & SHARED:
            return bool(entry == row | PRIMARY)
        at = entry & ROW
        listed = self._shared_row[at + 1 : at + 1 + self._shared_row[at]].tolist()
        return row in listed and bool(self._shared_primary[at + 1 + listed.index(row)])

    def id(self, row: int) -> RecordId:
        """Return the id of a row's record: `geonames:170654`."""
        return RecordId(f"{PLACE_PREFIX}{self._id[row]}")

    def row(self, record_id: str) -> int | None:
        """Return the row of a record's id, None for an id that is not of the gazetteer."""
        prefix, _, digits = record_id.partition(":")
        if prefix != PLACE_PREFIX[:-1] or not digits.isascii() or not digits.isdigit():
            return None
        number = int(digits)
        ends = (*self._starts[1:], len(self))
        for start, end in zip(self._starts, ends, strict=True):
            at = bisect_left(self._id, number, start, end)
            if at < end and self._id[at] == number:
                return at
        return None

    def code(self, row: int) -> str:
        """Return the ISO 3166-1 code of a country's row, "" for any other."""
        return self.codes.get(row, "")

    def name(self, row: int) -> str:
        """Return the English name of a row's place, without qualifier."""
        return self._named(row)[0]

    def label(self, row: int) -> str:
        """Return the name that no other row has: "Paris (Texas)"."""
        name, qualifier, *_ = self._named(row)
        return f"{name} ({qualifier})" if qualifier else name

    def find_label(self, label: str) -> int | None:
        """Return the row of a label as `label` gives it: "Paris (Texas)"."""
        name = label
        while True:
            for row in self.find(toponym_key(name)):
                if self.label(row) == label:
                    return row
            name, parted, _ = name.rpartition(" (")
            if not parted:
                return None

    def record(self, row: int) -> Record:
        """Return the authority record of a row's place."""
        name, qualifier, *variants = self._named(row)
        parent = self.parent[row]
        return Record(
            id=self.id(row),
            kind=Kind.PLACE,
            type=TYPES[self.kind[row]],
            preferred=name,
            variants=tuple(variants),
            broader=() if parent < 0 else (self.id(parent),),
            latitude=round(self.latitude[row], 5),
            longitude=round(self.longitude[row], 5),
            qualifier=qualifier,
        )

    def _named(self, row: int) -> list[str]:
        """Return the name, the qualifier and the variants of a row."""
        block, line = divmod(row, BLOCK_ROWS)
        return _unpack(self._names[self._block[block] : self._block[block + 1]])[line].split("\t")


@lru_cache(maxsize=1024)
def _unpack(block: bytes) -> list[str]:
    return zlib.decompress(block).decode("utf-8").split("\n")


@cache
def load_gazetteer(folder: Path | None = None) -> Gazetteer:
    """Return the compiled gazetteer of a folder, or else the one that comes with the package.

    Its files are mapped, not read: the system brings a page in when it is needed. Raises AuthorityError for files
    that are not a gazetteer of this version.
    """
    data = Path(str(files("dateline").joinpath("data")))
    folder = folder or data / "gazetteer"
    trie = marisa_trie.Trie()
    trie.mmap(str(folder / TRIE_FILE))
    head, columns = _columns(_load_mapped(folder / ROWS_FILE), str(folder / ROWS_FILE))
    kinds = columns["kind"]
    starts = tuple(bisect_left(kinds, -kind, key=neg) for kind in reversed(range(CONTINENT + 1)))
    gazetteer = Gazetteer(
        latitude=columns["latitude"],
        longitude=columns["longitude"],
        population=columns["population"],
        prominence=columns["prominence"],
        kind=kinds,
        country=columns["country"],
        parent=columns["parent"],
        abbreviations={},
        codes=dict(enumerate(head["codes"], starts[1])),
        _id=columns["id"],
        _block=columns["block"],
        _entry=columns["entry"],
        _shared_row=columns["shared_row"],
        _shared_primary=columns["shared_primary"],
        _trie=trie,
        _names=_load_mapped(folder / NAMES_FILE),
        _starts=starts,
    )
    with (data / "region_abbreviations.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(line["abbreviation"].replace(".", ""), gazetteer.row(line["id"])) for line in csv.DictReader(stream)]
    return replace(gazetteer, abbreviations={short: row for short, row in rows if row is not None})


def _load_mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as stream:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def pack_columns(columns: Mapping[str, Iterable[float]], codes: Sequence[str]) -> bytes:
    """Return the columns of `COLUMNS` as one file: a line of JSON that counts them, then each, little end first."""
    arrays = {name: array(format_, columns[name]) for name, format_ in COLUMNS.items()}
    counts = {name: len(values) for name, values in arrays.items()}
    head = json.dumps({"format": _FORMAT, "counts": counts, "codes": list(codes)}, separators=(",", ":")).encode()
    parts = [head + b" " * (-(len(head) + 1) % _ALIGNMENT) + b"\n"]
    for values in arrays.values():
        if sys.byteorder == "big":
            values.byteswap()
        packed = values.tobytes()
        parts.append(packed + bytes(-len(packed) % _ALIGNMENT))
    return b"".join(parts)


def _columns(packed: mmap.mmap, where: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the head and the columns of a file that `pack_columns` made. Raises AuthorityError."""
    end = packed.find(b"\n") + 1
    head = json.loads(packed[:end]) if packed[:2] == b'{"' else {}
    if head.get("format") != _FORMAT:
        raise AuthorityError(f"{where} is not a gazetteer of format {_FORMAT}; make gazetteer compiles it anew")
    columns: dict[str, Any] = {}
    view = memoryview(packed)
    for name, format_ in COLUMNS.items():
        bytes_ = head["counts"][name] * calcsize(format_)
        column: Any = view[end : end + bytes_].cast(format_)
        if sys.byteorder == "big":
            column = array(format_, column)
            column.byteswap()
            column = memoryview(column)
        columns[name] = column
        end += bytes_ + -bytes_ % _ALIGNMENT
    return head, columns
