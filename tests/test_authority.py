"""Authority files: what each row gives, what a broken one is told, and what a typed name means."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from conftest import REPOSITORY
from dateline.authority import ancestors, are_kept_apart, find_record, find_record_by_id, load_authority
from dateline.authority.decisions import merged_ids, without_contradictions
from dateline.authority.lexicon import name_key
from dateline.authority.rows import ACTOR_TYPES, Rule, packaged_rows
from dateline.records import Kind, Record, RecordId
from dateline.tagging import find_mentions

PLACE_HEADER = "id,kind,preferred,variants,broader,latitude,longitude,same_as,valid_from,valid_to,status,note\n"
ARCHIVE = REPOSITORY / "content" / "authority"
TABLES = {
    "actor_cases.csv": ("name",),
    "capitals.csv": ("name",),
    "states.csv": ("code",),
    "actor_nouns.csv": ("noun",),
    "units.csv": ("word", "part"),
    "party_words.csv": ("word", "part"),
    "state_acts.csv": ("word", "part"),
    "lookalikes.csv": ("name",),
    "world_actors.csv": ("id",),
}


@pytest.fixture(scope="module")
def authority():
    return load_authority(ARCHIVE)[0]


@pytest.fixture
def folder(tmp_path):
    """An empty authority folder."""
    (tmp_path / "authority").mkdir()
    return tmp_path / "authority"


def write_places(folder: Path, *rows: str, encoding: str = "utf-8") -> None:
    (folder / "places.csv").write_bytes((PLACE_HEADER + "\n".join(rows) + "\n").encode(encoding))


def told(folder: Path) -> list[str]:
    return [f"{notice.where}: {notice.message}" for notice in load_authority(folder)[1]]


@pytest.mark.parametrize(("table", "columns"), TABLES.items())
def test_a_table_is_sorted_and_no_row_comes_twice(table, columns):
    keys = [tuple(row[column].casefold() for column in columns) for row in packaged_rows(table)]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("table", TABLES)
def test_every_line_of_a_table_has_as_many_cells_as_its_header(table):
    text = files("dateline").joinpath("data", table).read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    assert {len(row) for row in rows} == {len(header)}


@pytest.mark.parametrize("row", packaged_rows("states.csv"), ids=lambda row: row["code"])
def test_a_state_has_an_id_an_adjective_and_a_point_on_earth(row):
    assert row["id"].removeprefix("geonames:").isdecimal()
    assert row["code"].isalpha()
    assert row["code"].isupper()
    assert len(row["code"]) == len("SY")
    assert row.values("adjectives")
    assert -90 <= float(row["latitude"]) <= 90
    assert -180 <= float(row["longitude"]) <= 180
    spellings = row.values("variants") + row.values("demonyms") + row.values("adjectives")
    assert all(any(char.isupper() for char in spelling) for spelling in (row["name"], *spellings))


def test_the_states_are_those_of_the_united_nations_its_observers_kosovo_and_taiwan():
    rows = packaged_rows("states.csv")
    assert len(rows) == 193 + 2 + 2
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["name"] for row in rows if row["status"]} == {"Kosovo", "Palestine", "Taiwan", "Vatican City"}


def test_no_two_states_share_a_name():
    holders: dict[str, str] = {}
    for row in packaged_rows("states.csv"):
        for spelling in {name_key(spelling) for spelling in (row["name"], *row.values("variants"))}:
            assert holders.setdefault(spelling, row["code"]) == row["code"]


@pytest.mark.parametrize("row", packaged_rows("lookalikes.csv"), ids=lambda row: row["name"])
def test_a_lookalike_is_read_past_and_what_it_looks_like_is_still_found(row, authority):
    def surfaces(sentence):
        return {mention.surface for mention in find_mentions("", sentence, authority)}

    assert row["mistaken_for"] in surfaces(row["mention"])
    assert row["name"] in row["no_mention"]
    assert surfaces(row["no_mention"]) == set()


def test_words_of_the_grammar_lead_somewhere():
    offices = packaged_rows("actor_nouns.csv")
    assert {row["type"] for row in offices} <= set(ACTOR_TYPES)
    by_slug = {row["slug"]: (row["office"], row["type"]) for row in offices}
    assert all(by_slug[row["slug"]] == (row["office"], row["type"]) for row in offices)
    units = packaged_rows("units.csv")
    assert {row["force"] for row in units if row["part"] != "branch"} <= set(by_slug)
    assert {row["part"] for row in units} == {"branch", "implied", "noun", "numbered"}
    assert {row["part"] for row in packaged_rows("party_words.csv")} == {"epithet", "noun"}
    assert {row["part"] for row in packaged_rows("state_acts.csv")} == {"noun", "participle", "verb"}


def test_every_row_of_the_archives_own_files_is_sound():
    authority, notices = load_authority(ARCHIVE)
    assert notices == []
    assert all(record.latitude is not None for record in authority.records.values() if record.kind is Kind.PLACE)


@pytest.mark.parametrize(
    ("name", "id_", "latitude", "longitude"),
    [
        ("Palmyra", "geonames:163808", 34.562, 38.284),  # Tadmur in Syria, not Palmyra in New York
        ("Deir Ezzor", "geonames:170794", 35.336, 40.141),
        ("Deir Hafer", "geonames:170785", 36.157, 37.708),
        ("Raqqa", "geonames:172955", 35.953, 39.008),
        ("Al-Bab", "geonames:174018", 36.371, 37.516),
        ("Mosul", "geonames:99072", 36.335, 43.119),
    ],
)
def test_a_city_of_the_archive_lies_where_geonames_has_it(name, id_, latitude, longitude, authority):
    record = find_record(authority, Kind.PLACE, name)
    assert record is not None
    assert record.id == id_
    assert (record.latitude, record.longitude) == pytest.approx((latitude, longitude), abs=0.001)


def test_a_city_leads_up_to_its_state_and_region(authority):
    palmyra = authority.records[RecordId("geonames:163808")]
    assert [record.preferred for record in ancestors(authority, palmyra)] == ["Homs Province", "Syria", "Middle East"]


@pytest.mark.parametrize("missing", [None, Path("nowhere")])
def test_without_a_folder_what_is_packaged_stands_alone(missing):
    authority, notices = load_authority(missing)
    assert notices == []
    assert find_record(authority, Kind.PLACE, "Peru") is not None
    assert find_record(authority, Kind.ACTOR, "Tiger Forces of Nowhere") is None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("place:a,city,Aba,,,95,3,,,,,", "latitude '95' is not between -90 and 90"),
        ("place:a,city,Aba,,,5,-181,,,,,", "longitude '-181' is not between -180 and 180"),
        ('place:a,city,Aba,,,"5,5",3,,,,,', "latitude '5,5' is not a number; write 5.5"),
        ("place:a,city,Aba,,,north,3,,,,,", "latitude 'north' is not a number"),
        ("place:a,city,Aba,,,nan,3,,,,,", "latitude 'nan' is not between -90 and 90"),
        ("place:a,city,Aba,,,5,,,,,,", "a latitude needs a longitude, and a longitude a latitude"),
        ("place:a,city,Aba; Abah,,,5,3,,,,,",
         "preferred 'Aba; Abah' holds a semicolon, which parts the names in an article's list"),
        ("place:a,city,Aba [sic],,,5,3,,,,,",
         "preferred 'Aba [sic]' ends in square brackets, in which an article's list has ids"),
        ('place:a,city,"Aba,,,5,3,,,,,',
         'a quotation mark is not closed; inside a quoted cell it is written twice: "the ""Tiger"" forces"'),
        ('place:a,city,"the "Aba" gate",,,5,3,,,,,',
         'a quotation mark is not closed; inside a quoted cell it is written twice: "the ""Tiger"" forces"'),
        (f"place:a,city,{'a' * 201},,,5,3,,,,,", "preferred has a name of 201 characters; one has at most 200"),
        (f"place:a,city,Aba,{'a' * 100_000},,5,3,,,,,", "variants has a name of 100,000 characters; one has at most 200"),
        (f"place:a,city,{'a' * 200_000},,,5,3,,,,,", "has 200,025 characters; a line of a row has at most 120,000"),
        (",city,Aba,,,5,3,,,,,", "id '' is not of the form place:tigris"),
        ("Aba,city,Aba,,,5,3,,,,,", "id 'Aba' is not of the form place:tigris"),
        ("place:a,city,,,,5,3,,,,,", "place:a has no preferred name"),
        (
            "place:a,town,Aba,,,5,3,,,,,",
            "kind 'town' is none of city, region, country, continent, water, land, area",
        ),
        ("place:a,city,Aba,,,5,3,,,,,,spare", "has 13 cells, the header 12: quote a cell that holds ','"),
        ("place:good,city,Abu,,,5,3,,,,,", "id place:good is taken: authority/places.csv line 2 has it"),
        ("actor:tr,country,Aba,,,5,3,,,,,", "actor:tr belongs in actors.csv"),
        ("place:a,city,Aba,,place:b,5,3,,,,,", "broader 'place:b' is no record"),
        ("place:a,city,Aba,,place:a,5,3,,,,,", "broader 'place:a' leads back to place:a"),
        (
            "place:a,city,Good,,,5,3,,,,,",
            "'Good' is the label of place:good too; tell it apart: Paris (Texas)",
        ),
    ],
)  # fmt: skip
def test_a_broken_row_is_told_and_the_other_rows_stand(row, message, folder):
    write_places(folder, "place:good,city,Good,,,1,2,,,,,", row, "place:after,city,After,,,1,2,,,,,")
    authority, notices = load_authority(folder)
    assert [(notice.where, notice.message) for notice in notices] == [("authority/places.csv line 3", message)]
    assert {"place:good", "place:after"} <= set(authority.records)


def test_a_loop_of_broader_places_is_told_and_broken(folder):
    write_places(folder, "place:a,area,Aba,,place:b,,,,,,,", "place:b,area,Bab,,place:a,,,,,,,")
    authority, notices = load_authority(folder)
    assert len(notices) == 2
    assert all("leads back" in notice.message for notice in notices)
    assert [*ancestors(authority, authority.records[RecordId("place:a")])] == []


def test_a_header_without_the_needed_columns_is_told(folder):
    (folder / "actors.csv").write_text("id;preferred\nactor:x;X\n", encoding="utf-8")
    assert told(folder) == ["authority/actors.csv line 1: the header lacks kind; no row is read"]


@pytest.mark.parametrize("name", ["places.csv", "actors.csv", "rules.csv"])
@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_file_without_a_header_is_told(name, text, folder):
    (folder / name).write_text(text, encoding="utf-8")
    (sentence,) = told(folder)
    assert sentence.startswith(f"authority/{name}: is empty: its first line should name its columns, ")


def test_a_quotation_mark_that_is_not_closed_costs_its_own_row_alone(folder):
    write_places(
        folder,
        'place:a,city,"Aba,,,,,,,,,',
        'place:b,city,Bab,"Bob; Bub",,,,,,,,"a note\nof ""two"" lines"',
        'place:c,city,Cab,"Cob,,,,,,,,',
    )
    authority, notices = load_authority(folder)
    assert [notice.where for notice in notices] == ["authority/places.csv line 2", "authority/places.csv line 5"]
    bab = authority.records[RecordId("place:b")]
    assert (bab.variants, bab.note) == (("Bob", "Bub"), 'a note of "two" lines')


@pytest.mark.parametrize(
    ("encoding", "delimiter", "end"),
    [("utf-8-sig", ",", "\n"), ("utf-8", ",", "\r\n"), ("utf-8-sig", ";", "\r\n")],
)
def test_a_file_that_a_spreadsheet_saved_is_read(encoding, delimiter, end, folder):
    cells = [
        "place:sao",
        "city",
        "São João",
        "S. João; Sao Joao" if delimiter == "," else '"S. João; Sao Joao"',
    ]
    lines = [delimiter.join(PLACE_HEADER.strip().split(",")), delimiter.join(cells + [""] * 8), ""]
    (folder / "places.csv").write_bytes(end.join(lines).encode(encoding))
    authority, notices = load_authority(folder)
    assert notices == []
    assert authority.records[RecordId("place:sao")].variants == ("S. João", "Sao Joao")


def test_a_line_that_begins_with_a_number_sign_is_for_people(folder):
    write_places(folder, '# "Alpha," said the mayor; 3 articles', "place:alpha,city,Alpha", '"# a, quoted one",,')
    authority, notices = load_authority(folder)
    assert notices == []
    assert authority.records[RecordId("place:alpha")].preferred == "Alpha"


def test_a_file_in_another_encoding_is_read_and_told(folder):
    write_places(folder, "place:sao,city,São João,,,,,,,,,", encoding="cp1252")
    authority, notices = load_authority(folder)
    assert authority.records[RecordId("place:sao")].preferred == "São João"
    assert [str(notice.where) for notice in notices] == ["authority/places.csv line 2"]


def test_a_row_with_the_id_of_a_state_mends_it(folder):
    write_places(folder, "geonames:298795,country,Türkiye,Turkiye,,,,,,,,Its own choice of name.")
    authority, _ = load_authority(folder)
    state = authority.records[RecordId("geonames:298795")]
    assert (state.preferred, state.latitude) == ("Türkiye", 39)
    assert {"Turkey", "Turkiye"} <= set(state.variants)
    assert authority.records[RecordId("actor:tr")].preferred == "Türkiye"


def test_a_qualifier_in_brackets_tells_two_places_of_one_name_apart(folder):
    write_places(folder, "place:a,city,Paris,,,,,,,,,", "geonames:4717560,city,Paris (Texas),,,,,,,,,")
    authority, notices = load_authority(folder)
    assert notices == []
    texan = authority.records[RecordId("geonames:4717560")]
    assert (texan.preferred, texan.qualifier, texan.label) == ("Paris", "Texas", "Paris (Texas)")
    assert find_record(authority, Kind.PLACE, "Paris (Texas)") == texan
    assert find_record(authority, Kind.PLACE, "Paris [geonames:4717560]") == texan
    assert find_record(authority, Kind.PLACE, "Paris [place:nowhere]") is None
    assert find_record(authority, Kind.PLACE, "Paris") == authority.records[RecordId("place:a")]


@pytest.mark.parametrize(
    ("kind", "name", "id_"),
    [
        (Kind.PLACE, "Deir Ezzor", "geonames:170794"),
        (Kind.PLACE, "deir ez-zour", "geonames:170794"),
        (Kind.PLACE, "Turkey", "geonames:298795"),
        (Kind.ACTOR, "Turkey", "actor:tr"),
        (Kind.ACTOR, "Daesh", "actor:isis"),
        (Kind.ACTOR, "Jordanian Army", "actor:jo/army"),
        (Kind.ACTOR, "Russian General Staff", "actor:ru/general-staff"),
        (Kind.ACTOR, "5th Legion", "actor:5th-legion"),
        (Kind.ACTOR, "Fifth Legion", "actor:5th-legion"),
        (Kind.ACTOR, "Syrian 5th Legion", "actor:sy/army/5th-legion"),
        (Kind.ACTOR, "5th Legion [actor:sy/army/5th-legion]", "actor:sy/army/5th-legion"),
        (Kind.ACTOR, "Army [actor:sy/army]", "actor:sy/army"),
        (Kind.ACTOR, "Palmyra", None),
        (Kind.PLACE, "Jordanian Army", None),
        (Kind.PLACE, "Syrian", None),
        (Kind.ACTOR, "Nobody", None),
        (Kind.ACTOR, "", None),
        (Kind.ACTOR, "…", None),
        (Kind.ACTOR, "x [actor:sy/brewery]", None),
        (Kind.ACTOR, "x [geonames:163843]", None),
    ],
)
def test_a_name_in_an_articles_list_means_one_record(kind, name, id_, authority):
    record = find_record(authority, kind, name)
    assert (record.id if record else None) == id_


def test_what_the_articles_own_words_name_comes_first(authority):
    legion = find_record_by_id(authority, "actor:sy/army/5th-legion")
    assert legion is not None
    assert legion.broader == ("actor:sy/army",)
    assert find_record(authority, Kind.ACTOR, "5th Legion", near=[legion]) == legion


def test_a_name_that_two_records_share_means_neither(authority):
    actors = [Record(RecordId(f"actor:{n}"), Kind.ACTOR, "group", f"Front {n}", ("The Front",)) for n in "ab"]
    assert find_record(authority, Kind.ACTOR, "The Front", near=actors) is None
    assert find_record(authority, Kind.ACTOR, "Front b", near=actors) == actors[1]


def test_a_composed_name_that_the_archive_lists_is_the_archives_record(folder):
    header = PLACE_HEADER
    (folder / "actors.csv").write_text(header + "actor:own,force,Peruvian Army,,,,,,,,,\n", encoding="utf-8")
    authority, _ = load_authority(folder)
    (mention,) = [m for m in find_mentions("", "The Peruvian troops left.", authority) if m.makes_tag]
    assert mention.record == authority.records[RecordId("actor:own")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("forget,Palmyra,,,,,", "rule 'forget' is none of ignore, means, same-as, not-same-as, show-as, hide"),
        ("ignore,,,,,,", "ignore needs a name"),
        ("means,the city,,,,,", "means needs a record"),
        ("means,the city,Erewhon,,,,", "'Erewhon' is no record: write an id such as place:tigris, or a name of one"),
        ("means,the state,Turkey,,,,", "'Turkey' may be geonames:298795 or actor:tr: write the id"),
        ("show-as,Tadmur,geonames:163808,some-article,,,",
         "show-as holds everywhere: a page has one name, so leave the article empty"),
        ("not-same-as,actor:isis,place:tigris,,,,", "actor:isis and place:tigris are not the same: one is a place"),
        ("same-as,actor:isis,place:tigris,,,,", "actor:isis and place:tigris are not the same: one is a place"),
        ("same-as,Daesh,actor:isis,,,,", "same-as has no effect: Daesh and actor:isis are one record already"),
        ("show-as,Tadmur; Palmyra,geonames:163808,,,,",
         "name 'Tadmur; Palmyra' holds a semicolon, which parts the names in an article's list"),
        ("show-as,Tadmur [Syria],geonames:163808,,,,",
         "name 'Tadmur [Syria]' ends in square brackets, in which an article's list has ids"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told(row, message, folder):
    for name in ("places.csv", "actors.csv"):
        (folder / name).write_bytes((ARCHIVE / name).read_bytes())
    header = "rule,name,record,article,reason,by,on\n"
    (folder / "rules.csv").write_text(f"{header}ignore,Alpha,,,,,\n{row}\n", encoding="utf-8")
    authority, notices = load_authority(folder)
    assert [(notice.where, notice.message) for notice in notices] == [("authority/rules.csv line 3", message)]
    assert [(rule.name, rule.line) for rule in authority.rules] == [("Alpha", 2)]


def test_a_quotation_mark_that_a_later_row_closes_swallows_no_row(tmp_path):
    rows = ['place:a,city,"Aba,,,5,3,,,,,', "place:b,city,Abo,,,5,3,,,,,", 'place:c,city,"Abu",,,5,3,,,,,']
    (tmp_path / "places.csv").write_text(PLACE_HEADER + "\n".join(rows) + "\n", "utf-8")
    authority, notices = load_authority(tmp_path)
    assert {"place:b", "place:c"} <= set(authority.records)
    assert [notice.where.rpartition("/")[2] for notice in notices] == ["places.csv line 2"]


@pytest.mark.parametrize(
    ("row", "rule", "id_"),
    [
        ("actor:hizb,organisation,Hezbollah,,,,,,,,,", "", "actor:hizb"),
        ("actor:hizb,person,Hezbollah,,,,,,,,,", "", "actor:hezbollah"),  # of another kind
        ("actor:hizb,group,Hezbollah (Tlon),,,,,,,,,", "", "actor:hezbollah"),
        ("actor:hizb,group,Hezbollah,,,,,,,,,", "not-same-as,actor:hizb,actor:hezbollah,", "actor:hezbollah"),
        ("actor:hizb,group,Hezbollah,,,,,,,,,", "same-as,actor:hizb,actor:hezbollah,", "actor:hezbollah"),
        ("actor:hizb,group,Hezbollah,,,,,,,,,", "same-as,actor:hizb,actor:isis,", "actor:isis"),  # as it is merged
    ],
)
def test_a_row_of_ones_own_takes_the_place_of_our_record_of_that_label(row, rule, id_, folder):
    (folder / "actors.csv").write_text(PLACE_HEADER + row + "\n", encoding="utf-8")
    (folder / "rules.csv").write_text(f"rule,name,record,article\n{rule}\n", encoding="utf-8")
    authority, notices = load_authority(folder)
    assert notices == []
    found = find_record(authority, Kind.ACTOR, "Hezbollah [actor:hezbollah]")
    assert found
    assert found.id == id_


def test_it_is_tagged_by_all_the_names_that_our_record_has(folder):
    row = "actor:aqis-au,government,Australian Quarantine and Inspection Service,Oz Quarantine,,,,,,,,"
    hezbollah = "actor:hizb,group,Hezbollah,,,,,,,,,"
    (folder / "actors.csv").write_text(f"{PLACE_HEADER}{row}\n{hezbollah}\n", encoding="utf-8")
    authority, notices = load_authority(folder)
    assert notices == []
    text = "The Australian Quarantine and Inspection Service met. Oz Quarantine agreed. Hizbullah left."
    mentions = find_mentions("", text, authority)
    assert [m.record.id for m in mentions if m.makes_tag and m.record] == [
        "actor:aqis-au",
        "actor:aqis-au",
        "actor:hizb",
    ]
    for name in ("Australian Quarantine and Inspection Service", "Hezbollah"):
        assert find_record(authority, Kind.ACTOR, name, near=[m.record for m in mentions if m.record])


LEAGUES = """actor:blue,group,Blue Hill Front,al-Bluhil,,,,,,,,
actor:grey,group,Grey River League,GRVL; Blue Hill Front,,,,,,,,
actor:green,group,Green Valley League,,,,,,,,,
"""


def with_rules(folder: Path, *rows: str):
    """The authority of three groups, two of which are called alike, and of the rules."""
    (folder / "actors.csv").write_text(PLACE_HEADER + LEAGUES, encoding="utf-8")
    (folder / "rules.csv").write_text("\n".join(["rule,name,record,article", *rows, ""]), encoding="utf-8")
    return load_authority(folder)


@pytest.mark.parametrize(
    ("rules", "name", "article", "id_"),
    [
        (["same-as,actor:blue,actor:grey"], "al-Bluhil", "", "actor:grey"),  # a merge carries what was typed by hand
        (["same-as,actor:blue,actor:grey"], "Old name [actor:blue]", "", "actor:grey"),
        (["same-as,actor:blue,actor:green", "same-as,actor:green,actor:grey"], "al-Bluhil", "", "actor:grey"),
        (["same-as,actor:green,actor:grey", "same-as,actor:blue,actor:green"], "al-Bluhil", "", "actor:grey"),
        (["same-as,actor:blue,actor:grey,story"], "al-Bluhil", "", "actor:blue"),
        (["same-as,actor:blue,actor:grey,story"], "al-Bluhil", "story", "actor:grey"),
        (["means,the Lads,actor:blue,"], "The Lads", "", "actor:blue"),
        (["means,Blue Hill Front,actor:grey,"], "Blue Hill Front", "", "actor:blue"),  # the hand's label wins
        (["means,the Lads,actor:blue,story"], "the Lads", "", None),
        (["means,the Lads,actor:blue,story"], "the Lads", "story", "actor:blue"),
        (["not-same-as,GRVL,actor:grey"], "GRVL", "", None),
        (["not-same-as,Grey River League,actor:grey"], "Grey River League", "", "actor:grey"),  # its label
        (["show-as,The Lads,actor:green"], "Green Valley League", "", "actor:green"),
    ],
)
def test_a_name_typed_by_hand_follows_the_rules(rules, name, article, id_, folder):
    authority, notices = with_rules(folder, *rules)
    assert notices == []
    found = find_record(authority, Kind.ACTOR, name, article=article)
    assert (found and found.id) == id_


@pytest.mark.parametrize("rule", ["not-same-as,actor:blue,actor:grey", "not-same-as,actor:grey,Blue Hill Front"])
def test_of_two_records_kept_apart_neither_goes_by_the_others_first_name(rule, folder):
    text = "The Blue Hill Front fought."
    authority, _ = with_rules(folder)
    (mention,) = [m for m in find_mentions("", text, authority) if m.makes_tag]
    assert [other.record.id for other in mention.alternatives]
    authority, notices = with_rules(folder, rule)
    assert notices == []
    (mention,) = [m for m in find_mentions("", text, authority) if m.makes_tag]
    assert mention.record
    assert (mention.record.id, mention.alternatives) == ("actor:blue", ())
    assert are_kept_apart(authority, RecordId("actor:grey"), RecordId("actor:blue"))


@pytest.mark.parametrize(
    ("rules", "line", "message"),
    [
        (["same-as,actor:blue,actor:grey", "same-as,actor:grey,actor:blue"], 3,
         "same-as has no effect: other rules make actor:grey and actor:blue one already"),
        (["same-as,actor:blue,actor:green", "same-as,actor:green,actor:grey", "not-same-as,actor:grey,actor:blue"], 3,
         "would make one of actor:grey and actor:blue, which line 4 keeps apart"),
        (["show-as,GRVL,actor:grey", "show-as,Green Valley League,actor:blue"], 3,
         "'Green Valley League' is the label of actor:green too; tell it apart: Paris (Texas)"),
    ],
)  # fmt: skip
def test_rules_that_contradict_each_other_are_told(rules, line, message, folder):
    _, notices = with_rules(folder, *rules)
    assert [(notice.where, notice.message) for notice in notices] == [(f"authority/rules.csv line {line}", message)]


def test_thousands_of_merges_lead_to_the_record_that_stays_in_the_end():
    ways = [(f"actor:{number}", f"actor:{number + 1}") for number in range(4000)]  # minutes, were each read anew
    rules = [Rule("same-as", gone, stays, "", "", "", "", line) for line, (gone, stays) in enumerate(ways, start=2)]
    assert without_contradictions(rules) == (rules, [])
    assert set(merged_ids(rules).values()) == {"actor:4000"}


def test_a_merge_is_not_blamed_for_what_others_made_one(folder):
    apart, one = "not-same-as,actor:blue,actor:grey,story", "same-as,actor:blue,actor:grey"
    authority, notices = with_rules(folder, apart, one, "same-as,actor:grey,actor:green,story")
    assert notices == []
    assert len(authority.rules) == 3


def test_a_place_of_the_gazetteer_that_is_shown_otherwise_is_preferred_to_none_by_it(folder):
    (folder / "rules.csv").write_text('rule,name,record\nshow-as,"Paris, Texas",geonames:4717560\n', encoding="utf-8")
    authority, notices = load_authority(folder)
    assert notices == []
    texan = find_record(authority, Kind.PLACE, "Paris (Texas)")
    assert texan
    assert (texan.id, texan.label) == ("geonames:4717560", "Paris, Texas")
    (mention,) = [m for m in find_mentions("", "They flew from Berlin to Paris.", authority) if m.surface == "Paris"]
    assert mention.record
    assert mention.record.id == "geonames:2988507"


def test_a_variant_with_a_tilde_is_found_and_not_shown():
    authority, _ = load_authority(None)
    (record,) = (m.record for m in find_mentions("", "The Assad regime fell.", authority) if m.kind is Kind.ACTOR)
    assert record is not None
    assert "Assad regime" in record.variants
    assert "Assad regime" not in record.shown_variants
    assert "Assad government" in record.shown_variants
