"""The hierarchy of places: city › district › region › country › continent, as far as the articles' places need it.

A place that no article names gathers those that lie in it: every continent and country does, every region of a
country, and what else has two or more below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dateline.authority import Authority, find_record_by_id
from dateline.facets.standing import by_name
from dateline.records import Record, RecordId

_GATHERING = ("country", "continent")
_MIN_GATHERED = 2  # below a place that is neither: a district of one town says no more than the town


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The places that have a page, and what lies above and below them; ids stand A–Z."""

    records: Mapping[RecordId, Record]
    way_up: Mapping[RecordId, tuple[Record, ...]]  # the nearest first, with a page or without
    children: Mapping[RecordId, tuple[RecordId, ...]]  # the nearest below that have a page
    roots: tuple[RecordId, ...]  # those with nothing above them that has one
    above: Mapping[RecordId, frozenset[RecordId]]  # all above that have one
    across_countries: frozenset[RecordId]  # continents, "Middle East": they lead on to countries


def arrange(tagged: Iterable[Record], authority: Authority) -> Hierarchy:
    """Return the hierarchy of the places that articles name, and of those that gather them.

    Its cost grows with the number of places times the depth of the hierarchy.
    """
    places = {record.id: _with_continent(record, authority) for record in tagged}
    known: dict[RecordId, Record | None] = dict(places)
    ways = {id_: tuple(_way_up(record, known, authority)) for id_, record in places.items()}
    gathered: dict[RecordId, int] = {}
    for way in ways.values():
        for above in way:
            gathered[above.id] = gathered.get(above.id, 0) + 1
    for id_, count in gathered.items():
        record = known.get(id_)
        if record and id_ not in places and (count >= _MIN_GATHERED or _always_gathers(record, known)):
            ways[id_] = tuple(_way_up(record, known, authority))
    records = {record.id: record for record in sorted(filter(None, map(known.get, ways)), key=by_name)}
    parents = {id_: _nearest(records[id_], records, known) for id_ in records}
    children: dict[RecordId, list[RecordId]] = {}
    for id_ in records:
        for parent in parents[id_]:
            children.setdefault(parent, []).append(id_)
    return Hierarchy(
        records=records,
        way_up={id_: ways[id_] for id_ in records},
        children={id_: tuple(below) for id_, below in children.items()},
        roots=tuple(id_ for id_ in records if not parents[id_]),
        above={id_: frozenset(above.id for above in ways[id_] if above.id in records) for id_ in records},
        across_countries=frozenset(
            above.id
            for id_, record in records.items()
            if record.type == "country"
            for above in ways[id_]
            if above.type != "country"
        ),
    )


def _way_up(record: Record, known: dict[RecordId, Record | None], authority: Authority) -> Iterator[Record]:
    """Yield the records above one, each once, the nearest first, as `ancestors` does; `known` remembers them."""
    seen = {record.id}
    waiting = list(record.broader)
    while waiting:
        id_ = waiting.pop(0)
        if id_ in seen:
            continue
        seen.add(id_)
        if id_ not in known:
            found = find_record_by_id(authority, id_)
            known[id_] = _with_continent(found, authority) if found else None
        if above := known[id_]:
            yield above
            waiting += above.broader


def _with_continent(record: Record, authority: Authority) -> Record:
    """Return a country's record with the continent that the gazetteer says, where the tables say nothing."""
    row = None if record.broader or record.type != "country" else authority.places.gazetteer.row(record.id)
    return record if row is None else replace(record, broader=authority.places.gazetteer.record(row).broader)


def _always_gathers(record: Record, known: Mapping[RecordId, Record | None]) -> bool:
    """Tell whether a place is a continent, a country, or a region of the first level."""
    if record.type in _GATHERING:
        return True
    above = filter(None, map(known.get, record.broader))
    return record.type == "region" and any(place.type == "country" for place in above)


def _nearest(
    record: Record, pages: Mapping[RecordId, Record], known: Mapping[RecordId, Record | None]
) -> tuple[RecordId, ...]:
    """Return the nearest places above a record that have a page, each way up until it meets one."""
    found: dict[RecordId, None] = {}
    seen = {record.id}
    waiting = list(record.broader)
    while waiting:
        id_ = waiting.pop(0)
        above = known.get(id_)
        if id_ in seen or above is None:
            continue
        seen.add(id_)
        if id_ in pages:
            found[id_] = None
        else:
            waiting += above.broader
    return tuple(found)
