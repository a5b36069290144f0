"""Our own table of the world's places, the adjectives of regions and the lookalikes: every row is sound."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from conftest import REPOSITORY
from dateline.authority import load_authority
from dateline.authority.lexicon import Name, Sense, compile_lexicon, longest_match, name_key, read_words
from dateline.authority.rows import PLACE_TYPES, Row, packaged_rows, read_record
from dateline.edtf import parse_date
from dateline.gazetteer import load_gazetteer
from dateline.records import Kind, Record
from dateline.tagging import find_mentions

ROWS = packaged_rows("world_places.csv")
RECORDS = [read_record(Kind.PLACE, row) for row in ROWS]
STATES = {row["id"]: row for row in packaged_rows("states.csv")}
ADJECTIVES = packaged_rows("region_adjectives.csv")
IDS = {record.id for record in RECORDS}
AUTHORITY = load_authority(REPOSITORY / "content" / "authority")[0]

# Degrees of a great circle between a country's middle and the farthest of what is its own.
MAX_DEGREES = 25
MAX_DEGREES_OF_WIDE = {"CA": 40, "CL": 40, "ID": 30, "RU": 60}
OVERSEAS = {"AU", "DK", "FR", "GB", "NL", "NO", "NZ", "US"}  # have islands and territories on other continents
NAMES_OF_TWO = {
    "galicia",
    "khalidiyah",
    "kingscross",
    "soho",
    "salahaddin",
    "salahaldin",
    "salahuddin",
    "salaheddine",
}  # told apart by their qualifier and the story


def is_known(id_: str) -> bool:
    """Whether an id is one of our tables, or the gazetteer's."""
    return id_ in STATES or id_ in IDS or (id_.startswith("geonames:") and load_gazetteer().row(id_) is not None)


def degrees_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    """The angle between two points on a sphere, in degrees (haversine)."""
    (lat1, lon1), (lat2, lon2) = [tuple(math.radians(degrees) for degrees in point) for point in (first, second)]
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return math.degrees(2 * math.asin(math.sqrt(chord)))


def spellings(record: Record) -> list[str]:
    return [record.preferred, *record.variants]


def forms(spelling: str) -> tuple[str, tuple[int, ...], tuple[bool, ...]]:
    """What tells one spelling from another: its letters, where it is parted, which words are small."""
    words = read_words(spelling)
    return name_key(spelling), tuple(len(word.key) for word in words), tuple(w.surface[0].islower() for w in words)


def test_the_table_is_sorted_by_id_and_no_id_comes_twice():
    ids = [row["id"] for row in ROWS]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
def test_a_place_has_a_sound_id_kind_and_point(record):
    authority, _, number = record.id.partition(":")
    assert authority in ("place", "geonames")
    assert authority == "place" or number.isdecimal()
    assert record.type in PLACE_TYPES
    assert record.latitude is not None
    assert record.longitude is not None
    assert (record.latitude, record.longitude) != (0, 0)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
def test_a_place_lies_in_places_that_are_known_and_not_in_itself(record):
    assert [id_ for id_ in record.broader if not is_known(id_)] == []
    above, waiting = set(), list(record.broader)
    by_id = {other.id: other for other in RECORDS}
    while waiting:
        id_ = waiting.pop()
        if id_ not in above:
            above.add(id_)
            waiting += by_id[id_].broader if id_ in by_id else ()
    assert record.id not in above


@pytest.mark.parametrize("record", [r for r in RECORDS if len(r.broader) == 1], ids=lambda record: record.id)
def test_a_place_of_one_country_lies_near_its_middle(record):
    state = STATES.get(record.broader[0])
    if state is None or state["code"] in OVERSEAS:
        return
    middle = float(state["latitude"]), float(state["longitude"])
    limit = MAX_DEGREES_OF_WIDE.get(state["code"], MAX_DEGREES)
    assert degrees_between(middle, (record.latitude, record.longitude)) <= limit


@pytest.mark.parametrize(
    "record",
    [r for r in RECORDS if r.id.startswith("geonames:") and r.type in ("city", "area")],
    ids=lambda record: record.id,
)
def test_a_town_under_an_id_of_geonames_lies_where_geonames_has_it(record):
    gazetteer = load_gazetteer()
    row = gazetteer.row(record.id)
    assert row is not None
    point = gazetteer.latitude[row], gazetteer.longitude[row]
    assert degrees_between(point, (record.latitude, record.longitude)) <= 0.2


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
def test_the_names_of_a_place_are_names_and_none_comes_twice(record):
    names = spellings(record)
    assert Counter(map(forms, names)).most_common(1)[0][1] == 1
    assert all(any(char.isupper() for char in name) for name in names)
    assert not any("," in name for name in names)  # a comma parts a name from what it lies in
    assert not any(name.startswith("The ") for name in names if len(read_words(name)) > 1 and name != "The Bronx")


def test_no_two_places_share_a_name_but_those_that_do_in_the_world():
    holders: dict[str, set[str]] = {}
    for row in STATES.values():
        for name in (row["name"], *row.values("variants")):
            holders.setdefault(name_key(name), set()).add(row["id"])
    for record in RECORDS:
        for name in spellings(record):
            holders.setdefault(name_key(name), set()).add(record.id)
    assert {key for key, ids in holders.items() if len(ids) > 1} <= NAMES_OF_TWO


def test_no_two_places_share_a_label():
    labels = Counter(name_key(record.label) for record in RECORDS)
    assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize("row", [r for r in ROWS if r["valid_from"] or r["valid_to"]], ids=lambda row: row["id"])
def test_what_no_longer_is_has_sound_dates(row):
    dates = [parse_date(row[column]) for column in ("valid_from", "valid_to") if row[column]]
    assert [date.lower for date in dates] == sorted(date.lower for date in dates)


def test_a_former_state_has_its_years_and_the_continents_have_the_ids_of_geonames():
    assert {r.preferred for r in RECORDS if r.type == "country" and not r.valid_to} <= {
        "Roman Empire",
        "Persian Empire",
    }
    assert {r.id: r.preferred for r in RECORDS if r.type == "continent"} == {
        "geonames:6255146": "Africa",
        "geonames:6255147": "Asia",
        "geonames:6255148": "Europe",
        "geonames:6255149": "North America",
        "geonames:6255150": "South America",
        "geonames:6255151": "Oceania",
        "geonames:6255152": "Antarctica",
    }


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Khan Shaykhun", "geonames:168325"),
        ("Jisr ash-Shughur", "geonames:169023"),
        ("Ayn al-Arab", "geonames:172256"),
        ("Abu Kamal", "geonames:174448"),
        ("Serekaniye", "geonames:165509"),
        ("Tel Abyad", "geonames:163750"),
        ("al-Qaim", "geonames:92138"),
        ("Telafer", "geonames:90393"),
        ("T4", "place:t4-air-base"),
        ("al-Tanf", "place:al-tanf"),
        ("East Ghouta", "place:eastern-ghouta"),
        ("River Thames", "place:thames"),
        ("Thames River", "place:thames"),
        ("U.S.S.R.", "place:soviet-union"),
        ("GDR", "place:east-germany"),
        ("Mideast", "place:middle-east"),
        ("Trans-Dniester", "geonames:858889"),
        ("Diaoyu Islands", "place:senkaku-islands"),
        ("Lower 48", "place:continental-united-states"),
    ],
)
def test_the_spellings_of_newspapers_lead_to_their_place(name, id_):
    lexicon = compile_lexicon(Name(s, Sense.NAME, record, "") for record in RECORDS for s in spellings(record))
    text = f"{name} was shown on the map."
    match = longest_match(text, read_words(text), 0, [lexicon])
    assert match is not None
    assert (match.end, {found.record.id for found in match.names if found.record}) == (len(name), {id_})


def test_the_adjectives_are_sorted_and_each_place_is_known_and_has_its_words_once():
    ids = [row["place"] for row in ADJECTIVES]
    assert ids == sorted(set(ids))
    assert [id_ for id_ in ids if not is_known(id_)] == []
    assert [row["place"] for row in ADJECTIVES if not row["adjectives"] and not row["people"]] == []
    assert all(word[0].isupper() or word.startswith("sub-") for row in ADJECTIVES for word in adjectives(row))


def adjectives(row: Row) -> tuple[str, ...]:
    return row.values("adjectives") + row.values("people")


@pytest.mark.parametrize("column", ["adjectives", "people"])
def test_an_adjective_leads_to_one_place_and_to_no_state(column):
    of_states = {
        name_key(word) for row in STATES.values() for word in row.values({"people": "demonyms"}.get(column, column))
    }
    holders: dict[str, set[str]] = {}
    for row in ADJECTIVES:
        for word in row.values(column):
            holders.setdefault(name_key(word), set()).add(row["place"])
    assert {word: ids for word, ids in holders.items() if len(ids) > 1} == {}
    assert holders.keys() & of_states == set()


@pytest.mark.parametrize(
    ("word", "id_"),
    [
        ("Soviet", "place:soviet-union"),
        ("Chechen", "geonames:569665"),
        ("Scottish", "geonames:2638360"),
        ("Texan", "geonames:4736286"),
        ("Londoners", "geonames:2643743"),
        ("Middle Eastern", "place:middle-east"),
        ("European", "geonames:6255148"),
    ],
)
def test_an_adjective_names_the_place_that_readers_think_of(word, id_):
    assert [row["place"] for row in ADJECTIVES if word in adjectives(row)] == [id_]


@pytest.mark.parametrize("row", packaged_rows("lookalikes.csv"), ids=lambda row: row["name"])
def test_an_expression_is_no_place_and_the_place_in_it_is_still_found(row):
    def surfaces(sentence: str) -> set[str]:
        mentions = find_mentions("", sentence, AUTHORITY)
        return {mention.surface for mention in mentions if mention.kind is Kind.PLACE}

    assert row["mistaken_for"] in surfaces(row["mention"])
    assert row["name"] in row["no_mention"]
    assert surfaces(row["no_mention"]) == set()


def test_no_place_of_the_tables_is_called_like_an_expression():
    names = {name_key(name) for record in RECORDS for name in spellings(record)}
    names |= {name_key(row["name"]) for row in STATES.values()}
    assert names & {name_key(row["name"]) for row in packaged_rows("lookalikes.csv")} == set()
