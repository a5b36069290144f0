"""What comes with the plugin: one compiled authority for all archives, whose parts agree with one another."""

from __future__ import annotations

import pytest

from dateline.authority import find_record, find_record_by_id, load_authority
from dateline.authority.lexicon import Sense, longest_match, name_key, read_words
from dateline.authority.packaged import by_name, load_packaged
from dateline.records import Kind, Record, RecordId

PACKAGED = load_packaged()
AUTHORITY = load_authority(None)[0]


def senses(text: str) -> set[tuple[Sense, str | None]]:
    """What the packaged lexicon says of the first words of a text."""
    match = longest_match(text, read_words(text), 0, [PACKAGED.lexicon])
    return {(name.sense, name.record.id if name.record else None) for name in match.names} if match else set()


def test_it_is_read_and_compiled_once_in_a_process():
    assert load_packaged() is PACKAGED


def test_every_state_is_a_place_and_an_actor_of_one_name():
    for state in PACKAGED.states:
        assert (state.place.kind, state.actor.kind) == (Kind.PLACE, Kind.ACTOR)
        assert (state.place.preferred, state.place.variants) == (state.actor.preferred, state.actor.variants)
        assert PACKAGED.records[state.place.id] == state.place
        assert PACKAGED.records[state.actor.id] == state.actor
    actors = [state.actor.id for state in PACKAGED.states]
    assert len(set(actors)) == len(actors)


def test_no_place_of_the_gazetteer_goes_by_the_label_of_a_place_of_our_table():
    gazetteer = AUTHORITY.places.gazetteer
    tables = [record for record in PACKAGED.records.values() if record.kind is Kind.PLACE]
    rows = {id_: gazetteer.find_label(label) for id_, label in ((record.id, record.label) for record in tables)}
    namesakes = {gazetteer.id(row) for id_, row in rows.items() if row is not None} - PACKAGED.records.keys()
    told_apart = [find_record_by_id(AUTHORITY, id_) for id_ in sorted(namesakes)]
    assert len(told_apart) > 100
    labels = [record.label for record in (*tables, *told_apart) if record]
    assert len(set(labels)) == len(labels)
    assert all(record and find_record(AUTHORITY, Kind.PLACE, record.label) == record for record in told_apart)


@pytest.mark.parametrize(
    ("id_", "label"),
    [
        ("geonames:3337497", "Silesia (Poland)"),
        ("geonames:3572005", "Long Island (Bahamas)"),
        ("geonames:5414069", "Black Forest (Colorado)"),
        ("place:silesia", "Silesia"),
    ],
)
def test_a_place_of_the_gazetteer_is_told_from_the_place_of_our_table(id_, label):
    record = find_record_by_id(AUTHORITY, id_)
    assert record
    assert record.label == label


@pytest.mark.parametrize("former", ["soviet-union", "west-germany", "east-germany", "yugoslavia", "czechoslovakia"])
def test_a_state_of_the_past_has_an_actor_of_its_own(former):
    (state,) = [state for state in PACKAGED.states if state.place.id == f"place:{former}"]
    assert state.actor.id == f"actor:{former}"
    assert state.actor.type == "state"
    assert state.place.valid_to
    assert state.adjectives


def test_every_capital_is_a_city_of_the_gazetteer_in_the_land_of_its_state():
    states = {state.actor.id: state for state in PACKAGED.states}
    for place, actor in PACKAGED.capitals.items():
        assert actor in states
        record = find_record_by_id(AUTHORITY, place)
        assert record
        assert record.kind is Kind.PLACE


@pytest.mark.parametrize(
    ("text", "sense", "id_"),
    [
        ("Peru", Sense.NAME, "geonames:3932488"),
        ("Peruvian", Sense.ADJECTIVE, "geonames:3932488"),
        ("Peruvians", Sense.PEOPLE, "geonames:3932488"),
        ("Texans", Sense.PEOPLE, "geonames:4736286"),
        ("Bavarian", Sense.ADJECTIVE, "geonames:2951839"),
        ("Soviet", Sense.ADJECTIVE, "place:soviet-union"),
        ("Tigris", Sense.NAME, "place:tigris"),
        ("Hezbollah", Sense.NAME, "actor:hezbollah"),
        ("Lima beans", Sense.NOTHING, None),
    ],
)
def test_each_sense_of_a_name_is_in_the_lexicon(text, sense, id_):
    assert (sense, id_) in senses(text)


def test_a_record_is_called_by_its_label_its_name_and_its_variants():
    record = Record(RecordId("place:a"), Kind.PLACE, "city", "Aba", ("Abah", "aba"), qualifier="Texas")
    namesake = Record(RecordId("place:b"), Kind.PLACE, "city", "Abah")
    called = by_name([record, namesake])
    assert called[Kind.PLACE, name_key("Aba (Texas)")] == (record,)
    assert called[Kind.PLACE, name_key("Aba")] == (record,)
    assert called[Kind.PLACE, name_key("Abah")] == (record, namesake)
    assert (Kind.ACTOR, name_key("Aba")) not in called


@pytest.mark.parametrize("kind", list(Kind))
def test_every_packaged_record_is_called_by_its_names(kind):
    for record in PACKAGED.records.values():
        if record.kind is kind:
            for name in (record.label, record.preferred, *record.variants):
                assert record in PACKAGED.called[kind, name_key(name)], name
