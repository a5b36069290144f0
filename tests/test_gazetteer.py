"""The gazetteer: its rows are sane, its labels unique, and names in the news lead to their places."""

from __future__ import annotations

import csv
import zlib
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import REPOSITORY
from dateline.errors import AuthorityError
from dateline.gazetteer import CITY, CONTINENT, COUNTRY, DISTRICT, REGION, load_gazetteer, toponym_key
from dateline.gazetteer.compile import Place, compile_gazetteer
from dateline.gazetteer.spellings import is_useful, newspaper_keys
from dateline.gazetteer.table import ROWS_FILE

DATA = REPOSITORY / "plugins" / "dateline" / "data"

# As newspapers write them, and the place that is meant when nothing else is said.
IN_THE_NEWS = [
    ("Raqqa", 172955), ("Ar Raqqah", 172955), ("al-Raqqa", 172955), ("Raqqah", 172955), ("Rakka", 172955),
    ("Deir Ezzor", 170794), ("Deir ez-Zor", 170794), ("Deir al-Zour", 170794), ("Dayr az Zawr", 170794),
    ("Deir Azzor", 170794), ("Deir ez-Zour", 170794), ("Homs", 169577), ("Hims", 169577), ("Aleppo", 170063),
    ("Halab", 170063), ("Al Bāb", 174018), ("al-Bab", 174018), ("Idlib", 169389), ("As Suwayda", 172408),
    ("Sweida", 172408), ("Deraa", 170905), ("Dara'a", 170905), ("Hama", 170017), ("Hamah", 170017),
    ("Palmyra", 163808), ("Tadmur", 163808), ("Kobani", 172256), ("Ain al-Arab", 172256), ("Douma", 170592),
    ("Jisr al-Shughur", 169023), ("Khan Sheikhoun", 168325), ("Maaret al-Numan", 167611), ("Abu Kamal", 174448),
    ("Fallujah", 99454), ("Falluja", 99454), ("Basra", 99532), ("Mosul", 99072), ("Baquba", 97990),
    ("Hodeidah", 79415), ("Sana'a", 71137), ("Misrata", 2214846), ("Benghazi", 88319), ("Gaza City", 281133),
    ("Gaza", 281133), ("Khan Younis", 281124), ("Mazar-i-Sharif", 1133616), ("Tehran", 112931),
    ("Moscow", 524901), ("St. Petersburg", 498817), ("Kyiv", 703448), ("Kiev", 703448), ("Kharkov", 706483),
    ("Munich", 2867714), ("Cologne", 2886242), ("Gothenburg", 2711537), ("Göteborg", 2711537), ("Prague", 3067696),
    ("Lodz", 3093133), ("Washington", 4140963), ("New York", 5128581), ("Bombay", 1275339), ("Saigon", 1566083),
    ("Paris", 2988507), ("London", 2643743), ("Georgia", 614540), ("Mexico", 3996063), ("Jordan", 248816),
    ("Quebec", 6115047), ("Texas", 4736286), ("Bavaria", 2951839), ("Catalonia", 3336901), ("Crimea", 703883),
    ("Chechnya", 569665), ("Xinjiang", 1529047), ("Burma", 1327865), ("Ivory Coast", 2287781), ("Kent", 3333158),
]  # fmt: skip

# A slice of the world, small enough to know by heart.
SLICE = [
    Place(6255147, CONTINENT, "Asia", latitude=29.8, longitude=89.3, population=3_812_366_000),
    Place(
        163843, COUNTRY, "Syria", latitude=35.0, longitude=38.0, population=16_906_283, parent=6255147,
        country=163843, code="SY",
    ),
    Place(172957, REGION, "Raqqa", ("Ar Raqqah",), parent=163843, country=163843, type="province"),
    Place(1, REGION, "Desert", parent=163843, country=163843, type="province"),
    Place(
        172955, CITY, "Raqqa", alternates=("Ar Raqqah", "Nicephorium", "Syria"), latitude=35.95, longitude=39.01,
        population=500_000, parent=172957, country=163843,
    ),
    Place(2, CITY, "Raqqah as Samra", latitude=35.75, longitude=39.03, population=0, parent=172957, country=163843),
    Place(3, CITY, "Raqqa", latitude=33.0, longitude=36.0, population=900, parent=163843, country=163843),
]  # fmt: skip


@pytest.fixture(scope="module")
def gazetteer():
    return load_gazetteer()


def load_slice(folder, places=SLICE, words=()):
    for name, content in compile_gazetteer(places, words).items():
        (folder / name).write_bytes(content)
    return load_gazetteer(folder)


def rows_of(path):
    with (DATA / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("surface", "key"), [
    ("Deir ez-Zor", "deir ez zor"),
    ("Dar‘ā", "dara"),
    ("St. John’s", "saint johns"),
    ("Sault Ste. Marie", "sault saint marie"),
    ("Ft. Worth", "fort worth"),
    ("Mt Vernon", "mount vernon"),
    ("Los Ángeles", "los angeles"),            # articles of Spanish and French are part of the name
    ("Łódź", "lodz"),
    ("Tromsø", "tromso"),
    ("Washington, D.C.", "washington dc"),
    ("Frankfurt (Oder)", "frankfurt oder"),
    ("—", ""),
])  # fmt: skip
def test_a_key_is_what_the_spellings_of_a_name_share(surface, key):
    assert toponym_key(surface) == key


@given(st.text(max_size=20))
@example("İstanbul")
@example("½ St. ’")
def test_the_key_of_a_key_is_itself(surface):
    assert toponym_key(toponym_key(surface)) == toponym_key(surface)


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_key_of_words_is_the_keys_of_the_words(first, second):
    joined = " ".join(filter(None, [toponym_key(first), toponym_key(second)]))
    assert toponym_key(f"{first} {second}") == joined


@pytest.mark.parametrize(("name", "keys"), [
    ("Dayr az Zawr", {"deir ez zor", "deir al zour", "deir ezzor", "deir el zor", "dayr azzawr"}),
    ("Ar Raqqah", {"raqqa", "al raqqa", "ar raqqa", "raqqah"}),
    ("As Suwaydā’", {"al suwayda", "suweida", "as suweida"}),
    ("Khān Shaykhūn", {"khan sheikhun", "khan sheikhoun"}),
    ("Al Mayādīn", {"al mayadeen", "mayadin"}),
])  # fmt: skip
def test_newspapers_spellings_of_a_romanised_name_are_made(name, keys):
    assert keys - set(newspaper_keys(name)) == set()


@pytest.mark.parametrize(("name", "claim"), [
    ("Raqqa", True),
    ("al-Bab", True),
    ("QHS", False),             # an airport
    ("Ur", False),
    ("mdynt hms", False),       # read off Arabic letters by a machine
    ("Sector 3", False),
    ("Хомс", False),
])  # fmt: skip
def test_only_alternate_names_that_a_text_may_hold_are_taken(name, claim):
    assert is_useful(name) is claim


def test_a_slice_compiles_to_the_same_bytes_each_time():
    assert compile_gazetteer(SLICE) == compile_gazetteer(reversed(SLICE))


def test_a_region_takes_its_point_and_inhabitants_from_its_cities(tmp_path):
    gazetteer = load_slice(tmp_path)
    row = gazetteer.row("geonames:172957")
    assert gazetteer.population[row] == 500_000
    assert (gazetteer.latitude[row], gazetteer.longitude[row]) == pytest.approx((35.85, 39.02), abs=0.001)
    assert gazetteer.row("geonames:1") is None  # nothing in it, no point: nothing to show


def test_the_town_comes_before_the_region_that_is_named_for_it(tmp_path):
    gazetteer = load_slice(tmp_path)
    labels = [gazetteer.label(row) for row in gazetteer.find("raqqa")]
    assert labels == ["Raqqa", "Raqqa (province)", "Raqqa (Syria)"]


def test_a_places_own_name_is_primary_and_another_spelling_is_not(tmp_path):
    gazetteer = load_slice(tmp_path)
    city, region = gazetteer.row("geonames:172955"), gazetteer.row("geonames:172957")
    assert gazetteer.is_primary("raqqa", city)
    assert not gazetteer.is_primary("ar raqqah", city)
    assert gazetteer.is_primary("ar raqqah", region)
    assert not gazetteer.is_primary("nicephorium", city)
    assert not gazetteer.is_primary("nicephorium", region)
    assert not gazetteer.is_primary("atlantis", city)


def test_an_alternate_name_yields_to_the_place_that_is_really_called_so(tmp_path):
    gazetteer = load_slice(tmp_path)
    assert [gazetteer.label(row) for row in gazetteer.find("syria")] == ["Syria"]


def test_a_common_word_is_no_alternate_name(tmp_path):
    gazetteer = load_slice(tmp_path, words={"nicephorium", "raqqa"})
    assert gazetteer.find("nicephorium") == ()
    assert len(gazetteer.find("raqqa")) == 3


def test_a_file_that_is_no_gazetteer_is_told(tmp_path):
    load_slice(tmp_path)
    load_gazetteer.cache_clear()
    (tmp_path / ROWS_FILE).write_bytes(b"\x00" * 64)
    with pytest.raises(AuthorityError, match=r"rows\.bin is not a gazetteer"):
        load_gazetteer(tmp_path)


def test_the_columns_of_every_row_are_sane(gazetteer):
    rows = range(len(gazetteer))
    assert len(gazetteer) > 270_000
    assert all(-90 <= gazetteer.latitude[row] <= 90 and -180 <= gazetteer.longitude[row] <= 180 for row in rows)
    assert not any(gazetteer.latitude[row] == gazetteer.longitude[row] == 0 for row in rows)
    assert all(before >= after for before, after in pairwise(gazetteer.kind))
    for row in rows:
        kind, parent, country = gazetteer.kind[row], gazetteer.parent[row], gazetteer.country[row]
        if kind == CONTINENT:
            assert (parent, country) == (-1, -1)
            continue
        assert gazetteer.kind[parent] > kind
        assert gazetteer.kind[country] == COUNTRY
        assert parent == country or gazetteer.country[parent] == country or kind == COUNTRY


def test_every_kind_of_place_is_there(gazetteer):
    counts = {kind: gazetteer.kind.tolist().count(kind) for kind in (CITY, DISTRICT, REGION, COUNTRY, CONTINENT)}
    assert counts[CONTINENT] == 7
    assert 240 <= counts[COUNTRY] <= 252
    assert counts[REGION] > 3_500
    assert counts[DISTRICT] > 30_000
    assert counts[CITY] > 230_000


def test_labels_are_unique_and_hold_nothing_that_a_list_would_break_on(gazetteer):
    labels = [gazetteer.label(row) for row in range(len(gazetteer))]
    assert len(set(labels)) == len(labels)
    assert [label for label in labels if ";" in label or label.endswith("]") or label != label.strip()] == []


def test_ids_and_labels_lead_back_to_their_rows(gazetteer):
    for row in range(0, len(gazetteer), 101):
        assert gazetteer.row(gazetteer.id(row)) == row
        assert gazetteer.find_label(gazetteer.label(row)) == row


@pytest.mark.parametrize(
    "unknown", ["geonames:1", "geonames:", "geonames:²", "place:tigris", "geonames:99999999999", ""]
)
def test_an_id_that_is_not_there_has_no_row(unknown, gazetteer):
    assert gazetteer.row(unknown) is None


@pytest.mark.parametrize("unknown", ["Paris (Atlantis)", "Xyzzy", "", " (", "Paris ("])
def test_a_label_that_is_not_there_has_no_row(unknown, gazetteer):
    assert gazetteer.find_label(unknown) is None


@pytest.mark.parametrize(("label", "id_"), [
    ("Paris", 2988507), ("Paris (Texas)", 4717560), ("Paris (Ontario)", 6942553), ("Georgia (United States)", 4197000),
    ("Raqqa (province)", 172957), ("New York (state)", 5128638), ("York (United Kingdom)", 2633352),
    ("San Juan (Argentina)", 3837213), ("Albany (Western Australia)", 2077963), ("Orange (New South Wales)", 2154219),
])  # fmt: skip
def test_a_label_tells_namesakes_apart(label, id_, gazetteer):
    assert gazetteer.find_label(label) == gazetteer.row(f"geonames:{id_}")


@pytest.mark.parametrize(("name", "id_"), IN_THE_NEWS)
def test_a_name_in_the_news_leads_first_to_its_place(name, id_, gazetteer):
    assert gazetteer.id(gazetteer.find(toponym_key(name))[0]) == f"geonames:{id_}"


@pytest.mark.parametrize("name", ["Raqqa", "Deir al-Zour", "Hims", "Halab", "Deraa", "Sweida", "Basra", "Tripoli"])
def test_a_province_shares_the_spellings_of_its_seat(name, gazetteer):
    city, province, *_ = gazetteer.find(toponym_key(name))
    assert (gazetteer.kind[city], gazetteer.kind[province]) == (CITY, REGION)


def test_rows_of_a_name_come_most_prominent_first(gazetteer):
    for name in ("springfield", "san jose", "victoria", "washington"):
        ranks = [gazetteer.prominence[row] for row in gazetteer.find(name)]
        assert len(ranks) > 5
        assert ranks == sorted(ranks, reverse=True)


def test_names_that_begin_a_text_end_where_a_word_ends(gazetteer):
    found = gazetteer.find_prefixes("new york city officials")
    assert [length for length, _ in found] == [8, 13]
    assert found[0][1] == gazetteer.find("new york")
    assert [length for length, _ in gazetteer.find_prefixes("parisian")] == []
    assert [length for length, _ in gazetteer.find_prefixes("paris")] == [5]


def test_a_record_says_what_the_gazetteer_knows(gazetteer):
    record = gazetteer.record(gazetteer.row("geonames:172955"))
    assert (record.label, record.type, record.broader) == ("Raqqa", "city", ("geonames:172957",))
    assert {"Ar-Raqqah", "al-Raqqa", "Nicephorium"} <= set(record.variants)
    assert (record.latitude, record.longitude) == (35.95283, 39.00788)


def test_a_city_lies_in_its_district_region_country_and_continent(gazetteer):
    row = gazetteer.row("geonames:4887398")
    names = []
    while row >= 0:
        names.append(gazetteer.name(row))
        row = gazetteer.parent[row]
    assert names == ["Chicago", "Cook County", "Illinois", "United States", "North America"]


def test_countries_have_their_codes(gazetteer):
    assert gazetteer.code(gazetteer.row("geonames:163843")) == "SY"
    assert gazetteer.code(gazetteer.row("geonames:170654")) == ""
    codes = list(gazetteer.codes.values())
    assert len(set(codes)) == len(codes)


def test_abbreviations_lead_to_their_regions(gazetteer):
    names = {short: gazetteer.name(row) for short, row in gazetteer.abbreviations.items()}
    expected = {"TX": "Texas", "Tex": "Texas", "Calif": "California", "NSW": "New South Wales", "Ont": "Ontario"}
    assert names.items() >= expected.items()


def test_every_row_of_the_abbreviations_names_a_region(gazetteer):
    rows = rows_of("region_abbreviations.csv")
    assert rows == sorted(rows, key=lambda row: (int(row["id"].partition(":")[2]), row["abbreviation"]))
    assert {row["style"] for row in rows} == {"postal", "press"}
    assert {gazetteer.kind[gazetteer.row(row["id"])] for row in rows} == {REGION}
    written = [row["abbreviation"].replace(".", "") for row in rows]
    assert len({(row["id"], short) for row, short in zip(rows, written, strict=True)}) <= len(rows)
    assert len(gazetteer.abbreviations) == len(set(written))


def test_every_english_name_that_we_chose_is_its_places_name(gazetteer):
    rows = rows_of("gazetteer/english_names.csv")
    assert rows == sorted(rows, key=lambda row: int(row["id"].partition(":")[2]))
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        place = gazetteer.row(row["id"])
        assert gazetteer.name(place) == row["name"]
        for name in filter(None, [row["name"], *row["names"].split("; ")]):
            assert place in gazetteer.find(toponym_key(name)), name
            assert gazetteer.is_primary(toponym_key(name), place), name


def test_every_seat_lies_in_its_region(gazetteer):
    rows = rows_of("gazetteer/region_capitals.csv")
    assert rows == sorted(rows, key=lambda row: int(row["region"].partition(":")[2]))
    for row in rows:
        region, above = gazetteer.row(row["region"]), gazetteer.row(row["city"])
        assert row["note"] == f"{gazetteer.name(above)} is the seat of {gazetteer.name(region)}"
        while above != region:
            above = gazetteer.parent[above]
            assert above >= 0, row["note"]


def test_the_packed_names_are_deflated_text(gazetteer):
    first = zlib.decompress((DATA / "gazetteer" / "names.bin").read_bytes()[: gazetteer._block[1]]).decode("utf-8")
    assert first.split("\t")[0] == "Africa"
