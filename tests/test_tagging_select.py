"""Selection: where the recognisers read the same words differently, which reading stands."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.records import Kind, Record, RecordId, Role
from dateline.tagging.passage import DECIDED, DEFINED_ACRONYM, NOTHING, Reading
from dateline.tagging.select import select

TEXT = "The New York Times said Bashar al-Assad left Damascus for Moscow State University"
ASSAD = Record(RecordId("actor:assad"), Kind.ACTOR, "person", "Assad")
TIMES = Record(RecordId("actor:times"), Kind.ACTOR, "media", "New York Times")
PARTY = Record(RecordId("actor:party"), Kind.ACTOR, "party", "Baath")


def reading(words: str, kind: Kind, role: Role, *, type_: str = "", weight: float = 1.0, **others: object) -> Reading:
    """The reading of words of the text."""
    start = TEXT.index(words)
    made = Reading("text", start, start + len(words), kind, role, (), "a rule", type=type_, weight=weight)
    return made._replace(**others)  # type: ignore[arg-type]  # the fields that a claim names


def place(words: str, role: Role = Role.LITERAL, *, weight: float = 1.0, **others: object) -> Reading:
    return reading(words, Kind.PLACE, role, weight=weight, **others)


def actor(words: str, role: Role = Role.NAME, *, type_: str = "", weight: float = 1.0, **others: object) -> Reading:
    return reading(words, Kind.ACTOR, role, type_=type_, weight=weight, **others)


def standing(*readings: Reading) -> list[tuple[str, Kind, Role]]:
    chosen = select(readings)
    assert chosen == select(readings[::-1])  # whatever order the recognisers come in
    return [(TEXT[one.start : one.end], one.kind, one.role) for one in chosen]


def test_the_longer_name_stands_and_the_place_within_it_is_embedded():
    assert standing(place("New York"), actor("New York Times", type_="media")) == [
        ("New York", Kind.PLACE, Role.EMBEDDED),
        ("New York Times", Kind.ACTOR, Role.NAME),
    ]


def test_a_place_within_a_persons_name_is_none():
    assert standing(place("Assad"), actor("Bashar al-Assad", type_="person")) == [
        ("Bashar al-Assad", Kind.ACTOR, Role.NAME)
    ]


def test_a_place_that_hardly_is_one_is_not_embedded():
    assert standing(place("New York", weight=0.4), actor("New York Times", type_="media")) == [
        ("New York Times", Kind.ACTOR, Role.NAME)
    ]


@pytest.mark.parametrize(("weight", "stands"), [(0.9, "Moscow State University"), (0.4, "Moscow")])
def test_a_longer_name_that_hardly_is_one_gives_way_to_a_surer_shorter_one(weight, stands):
    found = standing(place("Moscow", weight=0.8), actor("Moscow State University", type_="organisation", weight=weight))
    assert stands in [words for words, _, role in found if role is not Role.EMBEDDED]
    assert len([role for _, _, role in found if role is not Role.EMBEDDED]) == 1


def test_what_a_person_decided_stands_against_a_longer_name():
    decided = actor("Times", weight=DECIDED)
    assert standing(decided, actor("New York Times", type_="media")) == [("Times", Kind.ACTOR, Role.NAME)]


def test_a_place_that_a_person_decided_on_is_embedded_in_an_organisations_name():
    town = Record(RecordId("place:york"), Kind.PLACE, "city", "New York")
    readings = [place("New York", weight=DECIDED, records=(town,)), place("New York"), actor("New York Times")]
    (embedded, name) = select(readings)
    assert (embedded.role, embedded.records, embedded.weight) == (Role.EMBEDDED, (town,), DECIDED)
    assert (name.kind, name.role) == (Kind.ACTOR, Role.NAME)


@pytest.mark.parametrize(
    "other",
    [
        actor("New York Times", type_="person"),
        actor("New York Times", type_="media", weight=0.4),
        actor("New York", type_="organisation"),
    ],
)
def test_it_stands_against_a_person_an_unsure_name_and_one_of_the_same_words(other):
    assert standing(place("New York", weight=DECIDED), other) == [("New York", Kind.PLACE, Role.LITERAL)]


def test_what_looks_like_a_name_and_is_none_takes_its_words():
    nothing = actor("New York Times", Role.DESCRIPTION, type_=NOTHING)
    assert standing(place("New York"), nothing, place("Damascus")) == [("Damascus", Kind.PLACE, Role.LITERAL)]


def test_of_equal_words_a_listed_actor_comes_before_a_place_that_nobody_lists():
    listed = actor("Damascus", records=(PARTY,))
    assert standing(place("Damascus", weight=0.9), listed) == [("Damascus", Kind.ACTOR, Role.NAME)]


def test_a_land_that_acts_and_its_state_share_their_words():
    metonym, state = place("Damascus", Role.METONYM, records=(ASSAD,)), actor("Damascus", records=(PARTY,))
    assert {role for _, _, role in standing(metonym, state)} == {Role.METONYM, Role.NAME}


def test_a_name_found_by_its_form_has_the_record_that_the_lexicon_has_for_it():
    (whole,) = select([actor("Bashar al-Assad", type_="person"), actor("Assad", records=(ASSAD,), type_="person")])
    assert TEXT[whole.start : whole.end] == "Bashar al-Assad"
    assert whole.records == (ASSAD,)


def test_a_listed_part_of_an_organisations_name_lends_it_no_record():
    (whole,) = select([actor("New York Times", type_="media"), actor("Times", records=(PARTY,))])
    assert whole.records == ()


def test_a_short_form_that_the_story_explains_is_no_longer_what_the_table_says():
    explained = actor("Times", Role.SHORT, type_="media", rule=DEFINED_ACRONYM, stands_for="The Times", weight=0.9)
    (short,) = select([actor("Times", records=(TIMES,)), explained])
    assert (short.role, short.stands_for, short.type) == (Role.SHORT, "The Times", "media")


def test_a_description_stands_beside_the_name_that_it_holds_but_not_within_one():
    described = actor("Bashar al-Assad left", Role.DESCRIPTION)
    assert len(standing(actor("Assad", type_="person"), described)) >= 1
    assert standing(actor("New York Times", type_="media"), actor("York Times", Role.DESCRIPTION)) == [
        ("New York Times", Kind.ACTOR, Role.NAME)
    ]


BESIDE = {Role.DEMONYM, Role.DESCRIPTION, Role.EMBEDDED}  # stand beside a name
OF_PLACES = (Role.LITERAL, Role.METONYM, Role.DEMONYM, Role.EMBEDDED)
OF_ACTORS = (Role.NAME, Role.TITLE, Role.SHORT, Role.DESCRIPTION)
FORMS = [
    *((Kind.PLACE, role, "", weight) for role in OF_PLACES for weight in (0.3, 0.5, 0.9, 1.0)),
    *((Kind.ACTOR, role, type_, 0.9) for role in OF_ACTORS for type_ in ("person", "organisation")),
    (Kind.ACTOR, Role.DESCRIPTION, NOTHING, 1.0),
    (Kind.ACTOR, Role.DESCRIPTION, NOTHING, DECIDED),
    (Kind.PLACE, Role.LITERAL, "", DECIDED),
    (Kind.ACTOR, Role.NAME, "", DECIDED),
]
READINGS = st.builds(
    lambda start, length, form, records: Reading(
        "text", start, start + length, form[0], form[1], records, "a rule", type=form[2], weight=form[3]
    ),
    st.integers(0, 30),
    st.integers(1, 12),
    st.sampled_from(FORMS),
    st.sampled_from([(), (ASSAD,), (PARTY,), (PARTY, TIMES)]),
)


@given(readings=st.lists(READINGS, max_size=25))
def test_of_one_kind_and_role_no_two_readings_that_stand_overlap(readings):
    chosen = select(readings)
    assert [(one.start, one.end) for one in chosen] == sorted((one.start, one.end) for one in chosen)
    by_family = sorted(chosen, key=lambda one: (one.kind, one.role, one.start))
    for _, family in groupby(by_family, key=lambda one: (one.kind, one.role)):
        assert all(one.end <= other.start for one, other in pairwise(family))
    spans = {(one.start, one.end) for one in readings}
    assert all((one.start, one.end) in spans and one.type != NOTHING for one in chosen)


def is_in_longer_name(place: Reading, readings: list[Reading]) -> bool:
    """Tell whether a place's words are a part of a name: what the place means says nothing against that."""
    for other in readings:
        is_around = other.start <= place.start and place.end <= other.end
        is_longer = other.end - other.start > place.end - place.start
        if is_around and (other.role is Role.EMBEDDED if not is_longer else other.kind is Kind.ACTOR):
            return True
    return False


@given(readings=st.lists(READINGS, max_size=25))
def test_what_a_person_decided_stands_unless_another_decision_has_its_words(readings):
    spans = [(one.start, one.end, one.kind, one.role) for one in select(readings)]
    decided = [one for one in readings if one.weight == DECIDED and (one.type == NOTHING or one.role not in BESIDE)]
    for one in decided:
        if any(one is not other and one.start < other.end and other.start < one.end for other in decided):
            continue
        if one.kind is Kind.PLACE and is_in_longer_name(one, readings):
            continue
        if one.type == NOTHING:
            named = [(start, end) for start, end, _, role in spans if role not in BESIDE]
            assert not any(start < one.end and one.start < end for start, end in named)
        else:
            assert (one.start, one.end, one.kind, one.role) in spans
