"""Placing: which of the places that bear a name is meant, and how sure that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.authority import load_authority
from dateline.authority.places import Candidate
from dateline.records import Kind, Mention, RecordId
from dateline.tagging import find_mentions
from dateline.tagging.placing import Name, place

AUTHORITY = load_authority(None)[0]
SYRIA, AMERICA = RecordId("place:syria"), RecordId("place:america")
HOMS, ILLINOIS = RecordId("place:homs-province"), RecordId("place:illinois")


def candidate(
    id_: str,
    prominence: float = 5.0,
    *,
    country: RecordId | None = None,
    region: RecordId | None = None,
    point: tuple[float, float] | None = None,
    is_own: bool = False,
    type_: str = "city",
) -> Candidate:
    latitude, longitude = point or (None, None)
    id_ = RecordId(id_)
    return Candidate(id_, -1, type_, latitude, longitude, prominence, region, country, is_primary=True, is_own=is_own)


SYRIAN = candidate("place:palmyra", 4.5, country=SYRIA, region=HOMS, point=(34.6, 38.3))
AMERICAN = candidate("place:palmyra-illinois", 4.5, country=AMERICA, region=ILLINOIS, point=(39.4, -90.0))
PALMYRA = Name((SYRIAN, AMERICAN))
SYRIAN_STATE = Name((candidate(SYRIA, 9.0, country=SYRIA, type_="country"),))
AMERICAN_STATE = Name((candidate(AMERICA, 9.0, country=AMERICA, type_="country"),))
CITY_OF_HOMS = Name((candidate("place:homs", 6.0, country=SYRIA, region=HOMS, point=(34.7, 36.7)),))
CHICAGO = Name((candidate("place:chicago", 6.5, country=AMERICA, region=ILLINOIS, point=(41.9, -87.6)),))


def chance(*others: Name, of: Candidate = SYRIAN, name: Name = PALMYRA) -> float:
    """The share that a candidate has of a name in a story with other names."""
    placed = place({"Palmyra": name, **{str(number): other for number, other in enumerate(others)}})["Palmyra"]
    shares = {placed.chosen.id: placed.share} if placed.chosen else {}
    shares |= {one.id: share for one, share, _ in placed.others}
    return shares.get(of.id, 0.0)


def test_a_name_that_one_place_alone_bears_is_that_place():
    placed = place({"Homs": CITY_OF_HOMS})["Homs"]
    assert placed.chosen == CITY_OF_HOMS.candidates[0]
    assert (placed.share, placed.others) == (1.0, ())


def test_a_name_that_no_place_bears_is_not_placed():
    assert place({"Erewhon": Name(())}) == {}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((SYRIAN_STATE,), SYRIAN),
        ((CITY_OF_HOMS,), SYRIAN),
        ((AMERICAN_STATE,), AMERICAN),
        ((CHICAGO,), AMERICAN),
        ((CHICAGO, AMERICAN_STATE, SYRIAN_STATE), AMERICAN),
    ],
)
def test_the_place_that_lies_where_the_story_is_is_meant(others, expected):
    placed = place({"Palmyra": PALMYRA, **dict(enumerate(others))})["Palmyra"]  # type: ignore[dict-item]  # keys of two kinds
    assert placed.chosen == expected


@pytest.mark.parametrize(
    "stories",
    [
        [(CHICAGO, AMERICAN_STATE), (AMERICAN_STATE,), (), (SYRIAN_STATE,), (SYRIAN_STATE, CITY_OF_HOMS)],
        [(CHICAGO,), (CHICAGO, SYRIAN_STATE), (CHICAGO, SYRIAN_STATE, CITY_OF_HOMS)],
    ],
)
def test_the_more_a_story_says_for_a_place_the_higher_is_its_share(stories):
    chances = [chance(*others) for others in stories]
    assert chances == sorted(chances)
    assert len(set(chances)) == len(chances)


def test_of_two_places_of_which_a_story_says_nothing_the_more_prominent_is_likelier():
    city = candidate("place:paris", 7.0, country=RecordId("place:france"))
    town = candidate("place:paris-texas", 4.4, country=AMERICA)
    placed = place({"Paris": Name((town, city))})["Paris"]
    assert placed.chosen == city
    ((other, share, why),) = placed.others
    assert (other, why) == (town, "It is less prominent, and nothing in the story speaks for it.")
    assert share == pytest.approx(1 - placed.share)


def test_what_the_words_beside_a_name_say_outweighs_all_else():
    name = Name((SYRIAN, AMERICAN), pinned=frozenset({AMERICAN.id}))
    placed = place({"Palmyra": name, "Homs": CITY_OF_HOMS, "Syria": SYRIAN_STATE})["Palmyra"]
    assert placed.chosen == AMERICAN
    assert placed.share > 0.99
    assert placed.others[0][2] == "The words beside the name tell which is meant."


def test_the_archives_own_place_comes_before_a_more_prominent_one():
    own = candidate("place:own", 4.0, country=SYRIA, is_own=True)
    placed = place({"Palmyra": Name((candidate("place:large", 6.0, country=AMERICA), own))})["Palmyra"]
    assert placed.chosen == own
    assert placed.others[0][2] == "The archive’s own list has the other."


def test_of_a_name_that_many_places_bear_alike_none_is_taken_and_the_likeliest_are_told():
    springfields = tuple(candidate(f"place:springfield-{number}", country=AMERICA) for number in range(8))
    placed = place({"Springfield": Name(springfields)})["Springfield"]
    assert placed.chosen is None
    assert len(placed.others) == 3
    assert {why for _, _, why in placed.others} == {
        "Many places bear the name, and the story does not tell which is meant."
    }


def test_a_place_in_a_country_may_share_its_name_with_one_in_none():
    syrian, landless = candidate("place:tell-a", country=SYRIA), candidate("place:tell-b")
    placed = place({"Tell": Name((syrian, landless))})["Tell"]
    assert {placed.chosen, *(other for other, _, _ in placed.others)} == {syrian, landless}


def test_what_other_stories_mean_decides_where_a_story_says_nothing():
    prevailing = Name((SYRIAN, AMERICAN), prevailing=AMERICAN.id)
    placed = place({"Palmyra": prevailing})["Palmyra"]
    assert placed.chosen == AMERICAN
    assert placed.others[0][2] == "In this archive’s other stories the name means the other."
    assert place({"Palmyra": prevailing, "Homs": CITY_OF_HOMS, "Syria": SYRIAN_STATE})["Palmyra"].chosen == SYRIAN


def test_what_the_words_beside_a_name_say_outweighs_what_other_stories_mean():
    pinned = Name((SYRIAN, AMERICAN), pinned=frozenset({SYRIAN.id}), prevailing=AMERICAN.id)
    assert place({"Palmyra": pinned})["Palmyra"].chosen == SYRIAN


def test_a_capital_whose_country_is_named_is_hardly_the_village_of_its_name_near_another_city():
    capital = candidate("place:damascus", 8.0, country=SYRIA, point=(33.5, 36.3))
    village = candidate("place:damascus-illinois", 3.0, country=AMERICA, region=ILLINOIS, point=(41.8, -87.8))
    damascus = Name((capital, village))
    assert chance(CHICAGO, name=damascus, of=capital) < 0.5
    assert chance(CHICAGO, SYRIAN_STATE, name=damascus, of=capital) > 0.9


CANDIDATES = st.builds(
    candidate,
    st.sampled_from([f"place:{number}" for number in range(20)]),
    st.floats(0, 9),
    country=st.sampled_from([None, SYRIA, AMERICA]),
    region=st.sampled_from([None, HOMS, ILLINOIS]),
    point=st.one_of(st.none(), st.tuples(st.floats(-90, 90), st.floats(-180, 180))),
    is_own=st.booleans(),
    type_=st.sampled_from(["city", "region", "country", "water", "land"]),
)
NAMES = st.dictionaries(
    st.integers(0, 9),
    st.builds(
        Name,
        st.lists(CANDIDATES, max_size=6, unique_by=lambda one: one.id),
        st.frozensets(st.sampled_from([RecordId(f"place:{number}") for number in range(20)]), max_size=2),
        st.floats(0.1, 3),
        st.one_of(st.none(), st.sampled_from([RecordId(f"place:{number}") for number in range(20)])),
    ),
    max_size=8,
)


@given(names=NAMES)
def test_no_other_place_has_a_larger_share_than_the_chosen(names):
    placed = place(names)
    assert set(placed) == {key for key, name in names.items() if name.candidates}
    for key, one in placed.items():
        assert 0 < one.share <= 1 + 1e-9
        assert sum(share for _, share, _ in one.others) <= 1 + 1e-9
        assert all(share <= one.share + 1e-9 for _, share, _ in one.others)
        assert one.chosen is None or one.chosen in names[key].candidates
        assert one.chosen not in [other for other, _, _ in one.others]


@given(names=NAMES)
def test_what_a_name_is_taken_for_does_not_depend_on_what_the_names_are_called(names):
    placed = place(names)
    renamed = place({f"name {key}": name for key, name in names.items()})
    assert {f"name {key}": one for key, one in placed.items()} == renamed


def places(text: str, title: str = "") -> list[Mention]:
    return [m for m in find_mentions(title, text, AUTHORITY) if m.kind is Kind.PLACE]


@pytest.mark.parametrize(
    ("text", "label", "score"),
    [
        ("Troops in Syria retook Palmyra from ISIS near Homs.", "Palmyra", 0.9),
        ("It rained in Chicago, in Springfield, Ill., and in Palmyra.", "Palmyra (Illinois)", 0.5),
        ("It rained in Palmyra, Missouri.", "Palmyra (Missouri)", 0.9),
    ],
)
def test_palmyra_is_where_the_story_is(text, label, score):
    (palmyra,) = [m for m in places(text) if m.surface == "Palmyra"]
    assert palmyra.record
    assert palmyra.record.label == label
    assert palmyra.score >= score


def test_the_runner_up_is_told_with_the_reason_why_it_lost():
    (palmyra,) = places("It rained in Palmyra.")
    assert palmyra.record
    assert palmyra.record.id == "geonames:163808"
    assert palmyra.alternatives
    for other in palmyra.alternatives:
        assert other.record.preferred == "Palmyra"
        assert other.record.label != palmyra.record.label
        assert 0 < other.score < palmyra.score
        assert other.why_not == "It is less prominent, and nothing in the story speaks for it."


@pytest.mark.parametrize("name", ["Clinton", "Marion"])
def test_a_name_that_many_towns_bear_stays_unresolved_where_the_story_does_not_tell(name):
    (mention,) = places(f"It rained in {name}.")
    assert mention.record is None
    assert not mention.makes_tag
    assert len(mention.alternatives) == 3
    (iowan, state) = places(f"It rained in {name}, Iowa.")
    assert iowan.record
    assert iowan.record.label == f"{name} (Iowa)"
    assert state.surface == "Iowa"


@pytest.mark.parametrize(
    ("title", "text", "label"),
    [
        ("", "They met in Paris, Texas. Later Paris was quiet, and Paris slept.", "Paris (Texas)"),
        ("", "They met in Moscow, Idaho. Moscow was cold.", "Moscow (Idaho)"),
        ("", "It rained in London. They live in London, Ontario.", "London (Ontario)"),
        ("Paris, Texas, mayor resigns", "The mayor of Paris resigned.", "Paris (Texas)"),
    ],
)
def test_a_town_that_was_told_once_is_meant_throughout_the_story(title, text, label):
    name = label.partition(" (")[0]
    found = [m.record and m.record.label for m in places(text, title) if m.surface == name]
    assert len(found) >= 2
    assert set(found) == {label}


@pytest.mark.parametrize(
    ("text", "surface", "label"),
    [
        ("The Queensland city of Gympie flooded.", "Queensland", "Queensland"),
        ("Wind farms in Victoria, Colac Otway Shire.", "Victoria", "Victoria (Australia)"),
        ("Attorneys general from Maine, New York, New Jersey, Nevada, Oregon sued.", "Nevada", "Nevada"),
        ("Voters in Georgia and Florida went to the polls.", "Georgia", "Georgia (United States)"),
        ("They met in Georgia, near the Black Sea.", "Georgia", "Georgia"),
        ("Shells hit Hamdaniyeh in Aleppo, Syria.", "Hamdaniyeh", None),  # a quarter; Qaraqosh in Iraq is called so too
        ("They live in The Northern Territory.", "Northern Territory", "Northern Territory"),
    ],
)
def test_a_place_of_the_news_is_the_one_that_the_story_is_about(text, surface, label):
    found = {m.surface: m.record and m.record.label for m in find_mentions("", text, AUTHORITY) if m.kind is Kind.PLACE}
    assert found[surface] == label


def test_a_town_far_from_all_that_a_story_speaks_of_is_a_guess():
    (orem,) = (
        m for m in find_mentions("", "A convoy was hit at Orem in Aleppo, Syria.", AUTHORITY) if m.surface == "Orem"
    )
    (alone,) = (m for m in find_mentions("", "A convoy was hit at Orem in Utah.", AUTHORITY) if m.surface == "Orem")
    assert orem.score < 0.5 < alone.score


@pytest.mark.parametrize(
    ("setting", "label"),
    [
        ("", "Paris"),
        ("LEXINGTON, Ky., May 1 (AP)", "Paris (Kentucky)"),
        ("PARIS, Texas, March 3", "Paris (Texas)"),
        ("Deir Ezzor", "Paris"),
    ],
)
def test_topic_and_dateline_speak_for_their_surroundings_and_are_no_mentions(setting, label):
    (paris,) = find_mentions("", "The council met in Paris.", AUTHORITY, setting=setting)
    assert paris.record is not None
    assert paris.record.label == label
