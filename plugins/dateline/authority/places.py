"""What a place's name may stand for: records of the archive and of our own table, rows of the gazetteer.

Resolution compares candidates by numbers alone; a record is made only for those that a reader will see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from dateline.authority.rows import split_label
from dateline.gazetteer import CONTINENT, REGION, Gazetteer, toponym_key
from dateline.gazetteer.table import TYPES
from dateline.records import Kind, Record, RecordId

MAX_CANDIDATES = 60  # of "San José" there are hundreds: the most prominent, and those of a named country, are enough
PROMINENCE_SCALE = 100  # the gazetteer’s is in hundredths; see `dateline.gazetteer.compile.prominence`
_MAX_MEMO = 50_000

# What a record without a number of people counts for, on the gazetteer's scale of prominence.
_PROMINENCE = {
    "country": 9.5,
    "continent": 9.5,
    "region": 7.0,
    "area": 7.0,
    "water": 7.5,
    "land": 7.0,
    "city": 5.0,
}


class Candidate(NamedTuple):
    """A place that a name may stand for."""

    id: RecordId
    row: int  # of the gazetteer; -1: only a record
    type: str
    latitude: float | None  # degrees
    longitude: float | None
    prominence: float
    region: RecordId | None  # the first division of a country: a state, a province
    country: RecordId | None
    is_primary: bool  # the name is the one that it goes by, not one of many
    is_own: bool  # the archive lists it
    namesakes: int = 1  # how many of its country bear the name, itself included


class Places:
    """The places of an archive; it keeps what it worked out for a name, as names come again and again."""

    def __init__(self, gazetteer: Gazetteer, records: Mapping[RecordId, Record], own: Iterable[RecordId]) -> None:
        """Take the records of the tables, and the ids of those that the archive itself lists."""
        self.gazetteer = gazetteer
        self._records = records
        self._own = frozenset(own)
        self._by_name: dict[str, tuple[Candidate, ...]] = {}
        self._prefixes: dict[str, Sequence[tuple[int, Sequence[int]]]] = {}
        self._by_id: dict[RecordId, Candidate] = {}
        self._made: dict[RecordId, Record] = {}

    def named(self, key: str, rows: Sequence[int]) -> tuple[Candidate, ...]:
        """Return the candidates of the gazetteer's `rows` for a name by its key, the most prominent first."""
        found = self._by_name.get(key)
        if found is None:
            if len(self._by_name) > _MAX_MEMO:
                self._by_name.clear()
            places = [self._of_row(row, is_primary=self.gazetteer.is_primary(key, row)) for row in rows]
            counts = Counter(place.country for place in places)
            found = tuple(place._replace(namesakes=counts[place.country]) for place in places)
            self._by_name[key] = found
        return found

    def prefixes(self, joined: str) -> Sequence[tuple[int, Sequence[int]]]:
        """Return what `Gazetteer.find_prefixes` does."""
        found = self._prefixes.get(joined)
        if found is None:
            if len(self._prefixes) > _MAX_MEMO:
                self._prefixes.clear()
            found = self._prefixes[joined] = self.gazetteer.find_prefixes(joined)
        return found

    def of_record(self, record: Record) -> Candidate:
        """Return the candidate that a record is."""
        found = self._by_id.get(record.id)
        if found is None:
            if len(self._by_id) > _MAX_MEMO:
                self._by_id.clear()
            found = self._by_id[record.id] = self._of_record(record)
        return found

    def record(self, candidate: Candidate) -> Record:
        """Return the record of a candidate: that of the tables, else the gazetteer's."""
        known = self._records.get(candidate.id) or self._made.get(candidate.id)
        if known is None:
            if len(self._made) > _MAX_MEMO:
                self._made.clear()
            known = self._made[candidate.id] = self._record_of_row(candidate.row)
        return known

    def _of_row(self, row: int, *, is_primary: bool) -> Candidate:
        gazetteer = self.gazetteer
        id_ = gazetteer.id(row)
        if (known := self._records.get(id_)) and id_ in self._own:
            return self.of_record(known)._replace(is_primary=is_primary)
        country = gazetteer.country[row]
        return Candidate(
            id=id_,
            row=row,
            type=TYPES[gazetteer.kind[row]],
            latitude=gazetteer.latitude[row],
            longitude=gazetteer.longitude[row],
            prominence=gazetteer.prominence[row] / PROMINENCE_SCALE,
            region=self._region(row),
            country=gazetteer.id(country) if country >= 0 else None,
            is_primary=is_primary,
            is_own=False,
        )

    def _region(self, row: int) -> RecordId | None:
        gazetteer = self.gazetteer
        while row >= 0 and gazetteer.kind[row] <= REGION:
            if gazetteer.kind[row] == REGION:
                return gazetteer.id(row)
            row = gazetteer.parent[row]
        return None

    def _of_record(self, record: Record) -> Candidate:
        row = self.gazetteer.row(record.id)
        listed = self._of_row(row, is_primary=True) if row is not None and record.id not in self._own else None
        region, country = self._above(record)
        if row is not None:
            known = self.gazetteer.country[row]
            region = region or self._region(row)
            country = country or (self.gazetteer.id(known) if known >= 0 else None)
        prominence = _PROMINENCE[record.type]
        if row is not None:
            prominence = max(prominence, self.gazetteer.prominence[row] / PROMINENCE_SCALE)
        return Candidate(
            id=record.id,
            row=-1 if row is None else row,
            type=record.type,
            latitude=record.latitude if record.latitude is not None else listed.latitude if listed else None,
            longitude=record.longitude if record.longitude is not None else listed.longitude if listed else None,
            prominence=prominence,
            region=region,
            country=country,
            is_primary=True,
            is_own=record.id in self._own,
        )

    def _above(self, record: Record) -> tuple[RecordId | None, RecordId | None]:
        """Return the region and the country that a record lies in, as far as its rows tell; both may be itself."""
        region: RecordId | None = None
        seen: set[RecordId] = set()
        waiting: list[Record | None] = [record]
        while waiting:
            one = waiting.pop(0)
            if one is None or one.id in seen:
                continue
            seen.add(one.id)
            if one.type == "country":
                return region, one.id
            if one.type == "region" and region is None and self.gazetteer.row(one.id) is not None:
                region = one.id
            waiting += [self.find(id_) for id_ in one.broader]
        return region, None

    def find(self, id_: str) -> Record | None:
        """Return the record of a place's id, or None."""
        known = self._records.get(RecordId(id_))
        if known is None and (row := self.gazetteer.row(id_)) is not None:
            return self._record_of_row(row)
        return known

    def find_label(self, label: str) -> Record | None:
        """Return the record of the gazetteer that goes by a label: "Paris (Texas)", or None."""
        row = self.gazetteer.find_label(label)
        if row is not None:
            return self.find(self.gazetteer.id(row))
        name = split_label(label)[0]
        found = (self.find(self.gazetteer.id(row)) for row in self.gazetteer.find(toponym_key(name)))
        return next((record for record in found if record and record.label == label), None)

    def _record_of_row(self, row: int) -> Record:
        """Return the gazetteer's record, told apart where the tables have the label: "Silesia (Poland)"."""
        record = self.gazetteer.record(row)
        if record.label not in self._labels:
            return record
        told_apart = (replace(record, qualifier=qualifier) for qualifier in self._qualifiers(row))
        return next(one for one in told_apart if self._is_free(one.label))

    def _is_free(self, label: str) -> bool:
        return label not in self._labels and self.gazetteer.find_label(label) is None

    @cached_property
    def _labels(self) -> frozenset[str]:
        return frozenset(record.label for record in self._records.values() if record.kind is Kind.PLACE)

    def _qualifiers(self, row: int) -> Iterator[str]:
        """Yield what tells a place from others of its name, the best first; the last is its id, which no other has."""
        gazetteer = self.gazetteer
        name, above = gazetteer.name(row), gazetteer.parent[row]
        names: list[str] = []
        while above >= 0 and gazetteer.kind[above] < CONTINENT:
            names.append(gazetteer.name(above))
            above = gazetteer.parent[above]
        if names and names[-1] != name and gazetteer.kind[row] == REGION:
            yield names[-1]
        *regions, country = names or [""]
        for region in reversed(regions):
            if region != name:
                yield region
            yield f"{region}, {country}"
        if country:
            yield country
        yield gazetteer.id(row)
