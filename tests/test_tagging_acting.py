"""Acting: where the name of a country or its capital stands for the state, and where it is only a place."""

from __future__ import annotations

import pytest

from dateline.authority import load_authority
from dateline.records import Kind, Mention, Role
from dateline.tagging import find_mentions

AUTHORITY = load_authority(None)[0]


def mentions(text: str) -> tuple[Mention, ...]:
    return find_mentions("", text, AUTHORITY)


def acting(text: str) -> list[tuple[str, str]]:
    """The names that stand for a state, each with the state."""
    return [(m.surface, m.record.id) for m in mentions(text) if m.record and m.type == "state"]


def places(text: str, role: Role) -> list[str]:
    return [m.surface for m in mentions(text) if m.kind is Kind.PLACE and m.role is role]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moscow said it would answer.", [("Moscow", "actor:ru")]),
        ("Turkey has recently denied it.", [("Turkey", "actor:tr")]),
        ("Beijing will respond.", [("Beijing", "actor:cn")]),
        ("Damascus warned against it.", [("Damascus", "actor:sy")]),
        ("The U.S. accused many.", [("U.S.", "actor:us")]),
        ("They left, but France is demanding an answer.", [("France", "actor:fr")]),
        ("Washington rejected the plan.", [("Washington", "actor:us")]),
        ("Washington rains are warm.", []),
        ("Moscow. Said the king: no.", []),
        ("Japan is an island.", []),
    ],
)
def test_what_does_as_states_do_is_the_state(text, expected):
    assert acting(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He accused Japan.", [("Japan", "actor:jp")]),
        ("They urged Tehran to sign.", [("Tehran", "actor:ir")]),
        ("It would help Egypt.", [("Egypt", "actor:eg")]),
        ("He told the U.S. that it was late.", [("U.S.", "actor:us")]),
        ("They helped Japan airlines.", []),  # a noun goes on from the name
        ("He saw Japan.", []),
    ],
)
def test_what_is_accused_or_urged_is_the_state(text, expected):
    assert acting(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ban was imposed by Turkey.", [("Turkey", "actor:tr")]),
        ("It stood by Turkey.", []),
        ("They arrived by Turkey carpet.", []),
    ],
)
def test_what_a_thing_was_done_by_is_the_state(text, expected):
    assert acting(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Talks with France failed.", [("France", "actor:fr")]),
        ("Relations with France and Spain soured.", [("France", "actor:fr"), ("Spain", "actor:es")]),
        ("Talks between London and Brussels failed.", [("London", "actor:gb"), ("Brussels", "actor:be")]),
        ("The war against Iraq began.", [("Iraq", "actor:iq")]),
        ("He went with France in mind.", []),
        ("The road between Syria and Iraq is long.", []),
    ],
)
def test_what_deals_with_others_is_the_state(text, expected):
    assert acting(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("France and Germany agreed to talk.", ["France", "Germany"]),
        ("Israel, Egypt and Jordan signed it.", ["Israel", "Egypt", "Jordan"]),
        ("Officials in Syria and Iraq said so.", []),
        ("They visited France and Germany agreed.", []),
        ("The streets of France and Germany filled.", []),
    ],
)
def test_a_list_acts_as_a_whole(text, expected):
    assert [surface for surface, _ in acting(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Rebels in Syria said so.",
        "He flew from Moscow said the pilot.",
        "In Moscow, officials said no.",
        "A trader at Beijing told them.",
        "Across France has come rain.",
        "The road to Japan was long.",
        "Troops near Damascus fired.",
        "It rained over Turkey.",
    ],
)
def test_after_a_preposition_a_name_is_a_place_whatever_follows(text):
    assert acting(text) == []
    assert places(text, Role.METONYM) == []
    assert len(places(text, Role.LITERAL)) == 1


@pytest.mark.parametrize("text", ["Moscow said so.", "He accused Japan.", "Talks between Iran and Iraq failed."])
def test_the_name_of_a_state_that_acts_is_a_metonym_and_the_place_gets_no_tag(text):
    found = mentions(text)
    of_place = [(m.start, m.end) for m in found if m.kind is Kind.PLACE and m.role is Role.METONYM]
    assert of_place == [(m.start, m.end) for m in found if m.kind is Kind.ACTOR]
    assert not any(m.makes_tag for m in found if m.kind is Kind.PLACE)


@pytest.mark.parametrize(("text", "place"), [("Moscow said so.", "geonames:2017370"), ("He accused Japan.", None)])
def test_a_state_that_acts_tells_its_land_as_the_runner_up(text, place):
    (actor,) = [m for m in mentions(text) if m.kind is Kind.ACTOR]
    (land,) = actor.alternatives
    assert land.record.kind is Kind.PLACE
    assert place in (None, land.record.id)
    assert land.score < actor.score
    assert land.why_not


@pytest.mark.parametrize(
    ("text", "surface", "id_"),
    [
        ("Soviet troops left.", "Soviet troops", "actor:soviet-union/army"),
        ("The Soviet Union said so.", "Soviet Union", "actor:soviet-union"),
        ("Yugoslav forces left.", "Yugoslav forces", "actor:yugoslavia/army"),
        ("East Germany denied it.", "East Germany", "actor:east-germany"),
        ("West German police came.", "West German police", "actor:west-germany/police"),
    ],
)
def test_a_state_of_the_past_acts_and_has_forces_of_its_own(text, surface, id_):
    (actor,) = [m for m in mentions(text) if m.kind is Kind.ACTOR]
    assert actor.record
    assert (actor.surface, actor.record.id) == (surface, id_)


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("It rained in West Germany.", "place:west-germany"),
        ("They fled Czechoslovakia.", "place:czechoslovakia"),
        ("It rained in the Soviet Union.", "place:soviet-union"),
    ],
)
def test_a_state_of_the_past_is_a_place_of_its_own(text, id_):
    (place,) = mentions(text)
    assert place.record
    assert (place.role, place.record.id) == (Role.LITERAL, id_)


@pytest.mark.parametrize("text", ["They met in Moscow, Idaho. Moscow said so.", "The town of Moscow said so."])
def test_a_namesake_of_a_capital_is_no_state(text):
    assert acting(text) == []
