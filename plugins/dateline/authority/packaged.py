"""What comes with the plugin: states, our tables of the world's places and actors, and the words of recognisers.

It is the same for every archive, so it is read and compiled once in a process.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from dateline.authority.grammar import Grammar, State, load_grammar, load_states
from dateline.authority.lexicon import Lexicon, Name, Sense, compile_lexicon, name_key
from dateline.authority.names import Names, load_names
from dateline.authority.place_words import PlaceWords, load_place_words
from dateline.authority.rows import Row, packaged_rows, read_record
from dateline.gazetteer import load_gazetteer
from dateline.records import Kind, Record, RecordId

WORLD_FILES = {Kind.PLACE: "world_places.csv", Kind.ACTOR: "world_actors.csv"}

Called = Mapping[tuple[Kind, str], tuple[Record, ...]]


@dataclass(frozen=True)
class Packaged:
    """The packaged authority, compiled."""

    states: tuple[State, ...]
    records: Mapping[RecordId, Record]
    lexicon: Lexicon
    called: Called
    grammar: Grammar
    capitals: Mapping[RecordId, RecordId]  # the places after which states are called, to the states' actors
    place_words: PlaceWords
    names: Names


@cache
def load_packaged() -> Packaged:
    """Return what comes with the plugin."""
    # All that is made here stays: looking for garbage among it would cost a tenth of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _load_packaged()
    finally:
        if collects:
            gc.enable()


def _load_packaged() -> Packaged:
    listed = {
        record.id: record
        for kind, name in WORLD_FILES.items()
        for record in (_placed(read_record(kind, row)) for row in packaged_rows(name))
    }
    adjectives = {RecordId(row["place"]): row for row in packaged_rows("region_adjectives.csv")}
    former = [record for record in listed.values() if record.type == "country" and record.valid_to]
    states = (
        *load_states(),
        *(_former_state(record, adjectives[record.id]) for record in former if record.id in adjectives),
    )
    of_states = {record.id: record for state in states for record in (state.place, state.actor)}
    world = {id_: record for id_, record in listed.items() if id_ not in of_states}
    records = of_states | world
    return Packaged(
        states=states,
        records=records,
        lexicon=compile_lexicon(_names(states, world, adjectives)),
        called=by_name(records.values()),
        grammar=load_grammar(),
        capitals={RecordId(row["place"]): RecordId(row["state"]) for row in packaged_rows("capitals.csv")},
        place_words=load_place_words(),
        names=load_names(),
    )


def _placed(record: Record) -> Record:
    """Return a record of our table, a town below the region that the gazetteer has it in."""
    gazetteer = load_gazetteer()
    row = gazetteer.row(record.id)
    if row is None or len(record.broader) != 1:
        return record
    parent = gazetteer.parent[row]
    is_within = parent >= 0 and gazetteer.row(record.broader[0]) == gazetteer.country[row] != parent
    return replace(record, broader=(gazetteer.id(parent),)) if is_within else record


def by_name(records: Iterable[Record]) -> Called:
    """Return the records by their kind and the letters of each of their names."""
    called: dict[Kind, dict[str, dict[RecordId, Record]]] = {kind: defaultdict(dict) for kind in Kind}
    for record in records:
        by_key = called[record.kind]
        for name in {record.label, record.preferred, *record.variants}:
            by_key[name_key(name)][record.id] = record
    return {(kind, key): tuple(found.values()) for kind, by_key in called.items() for key, found in by_key.items()}


def _former_state(place: Record, adjectives: Row) -> State:
    """Return a state of the past, whose actor has the id of its place: `actor:soviet-union`."""
    actor = replace(
        place, id=RecordId(f"actor:{place.id.partition(':')[2]}"), kind=Kind.ACTOR, type="state", broader=(),
        latitude=None, longitude=None,
    )  # fmt: skip
    return State(place, actor, adjectives.values("adjectives"), adjectives.values("people"))


def _names(
    states: Iterable[State], world: Mapping[RecordId, Record], adjectives: Mapping[RecordId, Row]
) -> Iterator[Name]:
    """Yield the spellings of the packaged lexicon: the states’ first, then those of our tables."""
    for state in states:
        for spelling in (state.place.preferred, *state.place.variants):
            yield Name(spelling, Sense.NAME, state.place, "name of a state")
        yield from _nationals(state.place, state.adjectives, state.people, "nationality")
    for record in world.values():
        for spelling in (record.preferred, *record.variants):
            yield Name(spelling, Sense.NAME, record, f"name in Dateline’s table of {record.kind}s")
    of_states = {state.place.id for state in states}
    gazetteer = load_gazetteer()
    for id_, row in adjectives.items():
        listed = gazetteer.row(id_)
        place = world.get(id_) or (None if listed is None else gazetteer.record(listed))
        if place and id_ not in of_states:
            yield from _nationals(place, row.values("adjectives"), row.values("people"), "people of a region")
    for row in packaged_rows("lookalikes.csv"):
        yield Name(row["name"], Sense.NOTHING, None, f"looks like {row['mistaken_for']}")


def _nationals(place: Record, adjectives: Iterable[str], people: Iterable[str], rule: str) -> Iterator[Name]:
    for sense, spellings in ((Sense.ADJECTIVE, adjectives), (Sense.PEOPLE, people)):
        for spelling in spellings:
            yield Name(spelling, sense, place, rule)
