"""What comes with the plugin: states, our tables of the world's places and actors, and the words of recognisers.

It is the same for every archive, so it is read and compiled once in a process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from dateline.authority.grammar import Grammar, State, load_grammar, load_states
from dateline.authority.lexicon import Lexicon, Name, Sense, compile_lexicon, name_key
from dateline.authority.names import Names, load_names
from dateline.authority.place_words import PlaceWords, load_place_words
from dateline.authority.rows import packaged_rows, read_record
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
    place_words: PlaceWords
    names: Names


@cache
def load_packaged() -> Packaged:
    """Return what comes with the plugin."""
    states = tuple(load_states())
    of_states = {record.id: record for state in states for record in (state.place, state.actor)}
    world = {
        record.id: record
        for kind, name in WORLD_FILES.items()
        for record in (read_record(kind, row) for row in packaged_rows(name))
        if record.id not in of_states
    }
    records = of_states | world
    return Packaged(
        states=states,
        records=records,
        lexicon=compile_lexicon(_names(states, world, records)),
        called=by_name(records.values()),
        grammar=load_grammar(),
        place_words=load_place_words(),
        names=load_names(),
    )


def by_name(records: Iterable[Record]) -> Called:
    """Return the records by their kind and the letters of each of their names."""
    called: dict[tuple[Kind, str], dict[RecordId, Record]] = defaultdict(dict)
    for record in records:
        for name in {record.label, record.preferred, *record.variants}:
            called[record.kind, name_key(name)][record.id] = record
    return {key: tuple(found.values()) for key, found in called.items()}


def _names(
    states: Iterable[State], world: Mapping[RecordId, Record], records: Mapping[RecordId, Record]
) -> Iterator[Name]:
    """Yield the spellings of the packaged lexicon: the states’ first, then those of our tables."""
    for state in states:
        for spelling in (state.place.preferred, *state.place.variants):
            yield Name(spelling, Sense.NAME, state.place, "name of a state")
        for sense, spellings in ((Sense.ADJECTIVE, state.adjectives), (Sense.PEOPLE, state.people)):
            for spelling in spellings:
                yield Name(spelling, sense, state.place, "nationality")
    for record in world.values():
        for spelling in (record.preferred, *record.variants):
            yield Name(spelling, Sense.NAME, record, f"name in Dateline’s table of {record.kind}s")
    for row in packaged_rows("region_adjectives.csv"):
        place = records.get(RecordId(row["place"]))
        for sense, spellings in ((Sense.ADJECTIVE, row.values("adjectives")), (Sense.PEOPLE, row.values("people"))):
            for spelling in spellings:
                yield Name(spelling, sense, place, "of a region")
    for row in packaged_rows("lookalikes.csv"):
        yield Name(row["name"], Sense.NOTHING, None, f"looks like {row['mistaken_for']}")
