"""The table of the world’s actors: what each row says, and that its names are no common words."""

from __future__ import annotations

import re
from collections import defaultdict
from importlib.resources import files

import pytest

from dateline.authority import find_record, find_record_by_id, load_authority
from dateline.authority.lexicon import name_key, read_words
from dateline.authority.rows import ACTOR_TYPES, RECORD_COLUMNS, packaged_rows, read_record
from dateline.gazetteer import load_gazetteer
from dateline.records import Kind, RecordId
from dateline.tagging import find_mentions

AUTHORITY = load_authority(None)[0]
ROWS = packaged_rows("world_actors.csv")
RECORDS = [read_record(Kind.ACTOR, row) for row in ROWS]
CASES = packaged_rows("actor_cases.csv")
CAPITALS = packaged_rows("capitals.csv")
COMMON_WORDS = frozenset(files("dateline").joinpath("data", "common_words.txt").read_text(encoding="utf-8").split())
MAX_SHORT_CHARS = 3  # such names match in capitals only

# Two records may share a name only where their states tell them apart.
SHARED = {"abc", "abcnews", "adf", "aqis", "bnp", "fsa", "ndp", "nrc", "ppp", "saa", "sdf"}


def is_common_word(name: str) -> bool:
    """Tell whether a name is one word that a text may also begin a sentence with."""
    is_short = name.isupper() and len(name_key(name)) <= MAX_SHORT_CHARS
    return not is_short and len(read_words(name)) == 1 and name_key(name) in COMMON_WORDS


def test_the_table_is_sorted_and_no_id_comes_twice():
    ids = [row["id"] for row in ROWS]
    assert ids == sorted(set(ids))
    assert len(ids) >= 2000


def test_the_table_has_the_columns_of_an_archives_own_file():
    header = files("dateline").joinpath("data", "world_actors.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert header == ",".join(RECORD_COLUMNS)


def test_each_row_is_an_actor_that_is_no_person_under_a_plain_id_with_sound_names():
    offices = {row["slug"] for row in packaged_rows("actor_nouns.csv")}
    for record in RECORDS:
        assert record.type in set(ACTOR_TYPES) - {"person"}, record.id
        state, slash, slug = record.id.removeprefix("actor:").partition("/")
        assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug or state), record.id
        if slash:
            assert RecordId(f"actor:{state}") in AUTHORITY.states, record.id
            assert slug in offices or record.broader, record.id
        assert record.latitude is None, record.id
        names = (record.preferred, *record.variants)
        assert len(set(names)) == len(names), record.id
        assert all(name == " ".join(name.split()) and name_key(name) for name in names), record.id
        assert not any("(" in variant for variant in record.variants), record.id


def test_each_broader_record_is_known_and_none_leads_back_to_its_own():
    for record in RECORDS:
        for broader in record.broader:
            seen = {record.id}
            above = find_record_by_id(AUTHORITY, broader)
            assert above is not None, record.id
            while above and above.broader:
                assert above.id not in seen, record.id
                seen.add(above.id)
                above = find_record_by_id(AUTHORITY, above.broader[0])


def test_no_name_is_of_two_records():
    holders: dict[str, set[str]] = defaultdict(set)
    for record in RECORDS:
        for name in (record.preferred, *record.variants):
            holders[name_key(name)].add(record.id)
    assert {key for key, ids in holders.items() if len(ids) > 1} == SHARED


def test_records_of_a_shared_name_lie_in_different_states():
    for key in SHARED:
        found = [record for record in RECORDS if key in map(name_key, (record.preferred, *record.variants))]
        assert len({record.broader for record in found}) == len(found) > 1


def test_a_name_that_is_a_common_word_has_its_sentences():
    common = {name for record in RECORDS for name in (record.preferred, *record.variants) if is_common_word(name)}
    assert {name_key(name) for name in common} <= {name_key(row["name"]) for row in CASES}


def test_the_cases_are_sorted_and_none_comes_twice():
    names = [row["name"].casefold() for row in CASES]
    assert names == sorted(set(names))


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["name"])
def test_a_name_easily_mistaken_is_found_where_it_is_one_alone(row):
    def ids(sentence: str) -> set[str]:
        found = find_mentions("", sentence, AUTHORITY)
        return {mention.record.id for mention in found if mention.record and mention.kind is Kind.ACTOR}

    bearers = {record.id for record in RECORDS if name_key(row["name"]) in map(name_key, _names(record))}
    assert bearers
    assert ids(row["mention"]) & bearers
    assert not ids(row["no_mention"]) & bearers


def _names(record) -> tuple[str, ...]:
    return (record.preferred, *record.variants)


@pytest.mark.parametrize(
    ("names", "id_"),
    [
        ("ISIS; ISIL; Daesh; Da’esh; Islamic State; Islamic State of Iraq and the Levant", "actor:isis"),
        ("Hezbollah; Hizbollah; Hizballah; Hizbullah", "actor:hezbollah"),
        ("Jabhat al-Nusra; Nusra Front; al-Nusra Front; Jabhat Fateh al-Sham", "actor:al-nusra-front"),
        ("Hayat Tahrir al-Sham; HTS; Tahrir al-Sham", "actor:hayat-tahrir-al-sham"),
        ("Jaysh al-Islam; Jaish al-Islam; Army of Islam", "actor:jaysh-al-islam"),
        ("Syrian Democratic Forces; QSD; Democratic Forces of Syria", "actor:syrian-democratic-forces"),
        ("YPG; People's Protection Units", "actor:ypg"),
        ("Popular Mobilization Units; Hashd al-Shaabi; PMF; PMU", "actor:popular-mobilisation-forces"),
        ("Free Syrian Army; Syrian Free Army", "actor:free-syrian-army"),
        ("White Helmets; Syria Civil Defence", "actor:white-helmets"),
        ("Revolutionary Guards; IRGC", "actor:islamic-revolutionary-guard-corps"),
        ("Houthis; Ansar Allah", "actor:houthis"),
        ("Tamil Tigers; LTTE", "actor:tamil-tigers"),
        ("UN; U.N.; United Nations", "actor:united-nations"),
        ("WHO; World Health Organization", "actor:world-health-organization"),
        ("NATO; Nato; North Atlantic Treaty Organization", "actor:nato"),
        ("EC; EEC; European Community", "actor:european-community"),
        ("Pentagon; US Department of Defense; US Defence Ministry", "actor:us/defence-ministry"),
        ("State Department; US Foreign Ministry", "actor:us/foreign-ministry"),
        ("Bundesbank; German Central Bank", "actor:de/central-bank"),
        ("Knesset; Israeli Parliament", "actor:il/parliament"),
        ("Royal Air Force; RAF; British Air Force", "actor:gb/air-force"),
        ("US-led coalition; Global Coalition; international coalition", "actor:us-led-coalition"),
        ("New York Times; The New York Times; NYT", "actor:new-york-times"),
    ],
)
def test_the_names_of_an_actor_lead_to_one_record(names, id_):
    found = {name: find_record(AUTHORITY, Kind.ACTOR, name) for name in names.split("; ")}
    assert {name: record.id if record else None for name, record in found.items()} == dict.fromkeys(found, id_)


def test_places_in_the_name_of_an_actor_are_embedded():
    mentions = find_mentions("", "It was printed in the Jordan Times, he told the Bank of Lebanon.", AUTHORITY)
    places = {mention.surface: mention.role.value for mention in mentions if mention.kind is Kind.PLACE}
    assert places == {"Jordan": "embedded", "Lebanon": "embedded"}


def test_a_capital_leads_to_its_state_and_to_a_city_of_the_gazetteer():
    gazetteer = load_gazetteer()
    names = [row["name"].casefold() for row in CAPITALS]
    assert names == sorted(set(names))
    for row in CAPITALS:
        assert row["state"] in AUTHORITY.states, row["name"]
        assert gazetteer.row(row["place"]) is not None, row["name"]


def test_each_actor_is_found_by_its_names_in_a_text():
    plain = re.compile(r"[^,&+]*")  # what the lexicon takes between the words of a name
    missed = set()
    for record in RECORDS:
        names = [name for name in _names(record) if plain.fullmatch(name) and not re.search(r"s' |\b-\d| - ", name)]
        text = "\n\n".join(f"Yesterday they were told about {name} in the old house by the sea." for name in names)
        found = {
            name_key(mention.surface)
            for mention in find_mentions("", text, AUTHORITY)
            if mention.record == record or any(other.record == record for other in mention.alternatives)
        }
        missed |= {name for name in names if name_key(name) not in found}
    assert missed == set()
