"""Locator maps: the atlas is decoded rightly, a map shows where its record lies, and says so in words."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest
from markupsafe import escape

from dateline.maps import Atlas, degrees, load_atlas, locator_map
from dateline.maps.atlas import (
    FOLDER,
    country_at,
    decode_arcs,
    load_table,
    main_territory,
    read_atlas,
    unwrap,
)
from dateline.maps.drawing import frame_of, home_country
from dateline.maps.frame import HEIGHT, MARGIN_PX, WIDTH, clip, frame_around, thin
from dateline.records import Kind, Record, RecordId

SVG = "{http://www.w3.org/2000/svg}"

# Two square countries side by side, A west of B; the arc between them runs upwards at 10° E.
TOPOLOGY = {
    "transform": {"scale": [10, 10], "translate": [0, 0]},
    "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
    "objects": {
        "countries": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "A"}},
                {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"name": "B Rep."}},
            ]
        },
        "land": {"geometries": [{"type": "MultiPolygon", "arcs": [[[1, 2]]]}]},
    },
}
WATERS = {
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [[[2, 2], [3, 4]]],
    "objects": {"rivers": {"geometries": [{"type": "LineString", "arcs": [0]}]}, "lakes": {"geometries": []}},
}


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


def place(
    name: str,
    latitude: float | None,
    longitude: float | None,
    *,
    kind: str = "city",
    broader: tuple[str, ...] = ("place:somewhere",),
    status: str = "",
) -> Record:
    return Record(
        RecordId(f"place:{name.lower()}"),
        Kind.PLACE,
        kind,
        name,
        broader=tuple(map(RecordId, broader)),
        latitude=latitude,
        longitude=longitude,
        status=status,
    )


def drawn(record: Record) -> ET.Element:
    svg = locator_map(record, title=f"Where {record.preferred} lies")
    assert svg is not None
    return ET.fromstring(svg)


def words_of(svg: ET.Element) -> str:
    return svg.findtext(f"{SVG}desc") or ""


def test_arcs_are_steps_from_their_first_point_in_units_of_the_transform() -> None:
    assert decode_arcs(WATERS) == [((2, 2), (5, 6))]
    assert decode_arcs(TOPOLOGY)[0] == ((10, 0), (10, 10))


def test_rings_are_arcs_joined_and_a_negative_number_is_an_arc_from_its_end() -> None:
    tiny = read_atlas(TOPOLOGY, WATERS, names={"B Rep.": "Republic of B"}, disputed=set())
    assert [(country.name, [ring.points for ring in country.rings]) for country in tiny.countries] == [
        ("A", [((10, 0), (10, 10), (0, 10), (0, 0), (10, 0))]),
        ("Republic of B", [((10, 0), (20, 0), (20, 10), (10, 10), (10, 0))]),
    ]


def test_a_border_is_an_arc_that_two_countries_share_and_is_dashed_when_disputed() -> None:
    settled = read_atlas(TOPOLOGY, WATERS, names={}, disputed=set())
    assert [border.points for border in settled.borders] == [((10, 0), (10, 10))]
    contested = read_atlas(TOPOLOGY, WATERS, names={}, disputed={frozenset(("A", "B Rep."))})
    assert (contested.borders, contested.disputed_borders) == ((), settled.borders)


def test_every_row_of_the_tables_names_countries_of_the_atlas(atlas: Atlas) -> None:
    renamed = {row["atlas"]: row["name"] for row in load_table(FOLDER / "names.csv")}
    names = {country.name for country in atlas.countries}
    disputed = load_table(FOLDER / "disputed.csv")
    assert set(renamed.values()) <= names
    assert {renamed.get(name, name) for row in disputed for name in (row["first"], row["second"])} <= names
    assert [name for name in names if name.endswith(".")] == []


def test_every_disputed_pair_has_a_border_in_the_atlas() -> None:
    tables = [FOLDER / "countries-50m.json", FOLDER / "waters-50m.json"]
    countries, waters = (json.loads(path.read_text("utf-8")) for path in tables)
    for row in load_table(FOLDER / "disputed.csv"):
        pair = frozenset((row["first"], row["second"]))
        assert read_atlas(countries, waters, names={}, disputed={pair}).disputed_borders, pair


@pytest.mark.parametrize(
    ("latitude", "longitude", "country"),
    [
        (35.34, 40.14, "Syria"),
        (36.34, 43.12, "Iraq"),
        (-29.6, 28.2, "Lesotho"),  # a hole in South Africa
        (64.73, 177.5, "Russia"),
        (66.16, -169.8, "Russia"),  # beyond the antimeridian
        (-18.14, 178.44, "Fiji"),
        (35.52, 35.76, "Syria"),  # a port that lies in the sea at this scale
        (-82.0, 20.0, "Antarctica"),
    ],
)
def test_a_point_lies_in_its_country(latitude: float, longitude: float, country: str, atlas: Atlas) -> None:
    found = country_at(longitude, latitude, atlas)
    assert found is not None and found.name == country


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(30.0, -40.0), (31.78, 35.23)],  # mid-Atlantic; beside a disputed border
)
def test_no_country_is_claimed_at_sea_or_beside_a_disputed_border(
    latitude: float, longitude: float, atlas: Atlas
) -> None:
    assert country_at(longitude, latitude, atlas) is None


def test_a_line_goes_on_beyond_the_antimeridian() -> None:
    assert unwrap(((179.0, 0.0), (-179.0, 0.0), (-178.0, 1.0), (179.0, 0.0))) == (
        (179.0, 0.0),
        (181.0, 0.0),
        (182.0, 1.0),
        (179.0, 0.0),
    )


def test_an_outline_round_a_pole_is_closed_along_it() -> None:
    assert unwrap(((-180.0, -70.0), (-60.0, -70.0), (60.0, -70.0), (179.9, -70.0), (-180.0, -70.0)))[-2:] == (
        (180.0, -90.0),
        (-180.0, -90.0),
    )


def test_an_outline_is_cut_at_the_frame() -> None:
    everywhere = [(-1000.0, -1000.0), (1000.0, -1000.0), (1000.0, 1000.0), (-1000.0, 1000.0)]
    edges = {(x, y) for x in (-MARGIN_PX, WIDTH + MARGIN_PX) for y in (-MARGIN_PX, HEIGHT + MARGIN_PX)}
    assert set(clip(everywhere)) == edges
    assert clip([(-50.0, 5.0), (-40.0, 5.0), (-40.0, 9.0)]) == []


def test_points_too_near_to_be_told_apart_are_left_out_but_the_ends_stay() -> None:
    assert thin([(0, 0), (0.2, 0), (0.9, 0), (3, 0), (3.1, 0)], 0.8) == [(0, 0), (0.9, 0), (3, 0), (3.1, 0)]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (
            place("Deir Ezzor", 35.3359, 40.1408),
            ["Deir Ezzor in Syria, 35.34° N, 40.14° E.", "Iraq", "Turkey"],
        ),
        (place("Suva", -18.1416, 178.4415), ["Suva in Fiji, 18.14° S, 178.44° E."]),
        (
            place("Syria", 35.0, 38.0, kind="country"),
            ["Syria, 35.00° N, 38.00° E.", "Iraq", "Jordan", "Turkey"],
        ),
        (
            place("Middle East", 29.5, 42.5, kind="region", broader=()),
            ["Middle East, 29.50° N", "Saudi Arabia"],
        ),
    ],
)
def test_the_description_says_where_the_place_lies_and_what_is_around_it(record: Record, words: list[str]) -> None:
    said = words_of(drawn(record))
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "kind"),
    [
        ("Crimea", 45.3, 34.3, "region"),
        ("Golan Heights", 33.05, 35.8, "region"),
        ("Kuril Islands", 46.5, 151.0, "land"),
        ("Temple Mount", 31.778, 35.236, "area"),
        ("A state that few recognise", 45.3, 34.3, "country"),
    ],
)
def test_the_map_of_a_disputed_place_gives_it_to_no_country(
    name: str, latitude: float, longitude: float, kind: str
) -> None:
    svg = drawn(place(name, latitude, longitude, kind=kind, status="disputed"))
    assert [path for path in svg.iter(f"{SVG}path") if path.get("class") == "map-home"] == []
    assert words_of(svg).startswith(f"{name}, ")


def test_a_town_in_a_disputed_region_is_given_to_no_country() -> None:
    svg = locator_map(place("Simferopol", 44.95, 34.1), title="Simferopol", in_disputed=True) or ""
    assert "map-home" not in svg
    assert "Simferopol, 44.95° N" in svg


def test_a_disputed_state_that_the_atlas_knows_is_its_own(atlas: Atlas) -> None:
    home = home_country(place("Taiwan", 23.5, 121.0, kind="country", status="disputed"), 121.0, 23.5, atlas)
    assert home and home.name == "Taiwan"


def test_the_map_of_a_city_marks_and_names_it_inside_the_frame() -> None:
    svg = drawn(place("Palmyra", 34.56, 38.28))
    dot = svg.find(f"{SVG}circle")
    assert dot is not None
    assert (float(dot.get("cx", 0)), float(dot.get("cy", 0))) == (WIDTH / 2, HEIGHT / 2)
    assert {"Palmyra", "Syria", "Iraq"} <= {text.text for text in svg.iter(f"{SVG}text")}


def test_the_map_of_a_region_has_its_name_and_no_dot() -> None:
    svg = drawn(place("Middle East", 29.5, 42.5, kind="region", broader=()))
    assert svg.find(f"{SVG}circle") is None
    assert "Middle East" in [text.text for text in svg.iter(f"{SVG}text")]


def test_a_country_fills_its_frame_without_its_overseas_parts(atlas: Atlas) -> None:
    france = place("France", 46.0, 2.0, kind="country")
    frame = frame_of(france, 2.0, 46.0, home_country(france, 2.0, 46.0, atlas))
    assert 0 < frame.longitude < 5
    assert 44 < frame.latitude < 48
    assert frame.half_height < 8


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "around"),
    [
        ("Pacific Ocean", 0.0, -160.0, "Australia"),
        ("Atlantic Ocean", 10.0, -30.0, "Brazil"),
        ("Arabian Sea", 15.0, 65.0, "India"),
    ],
)
def test_the_map_of_an_ocean_is_wide_enough_to_show_its_coasts(
    name: str, latitude: float, longitude: float, around: str
) -> None:
    svg = drawn(place(name, latitude, longitude, kind="water", broader=()))
    assert svg.findall(f".//{SVG}path[@class='map-land']")
    assert around in words_of(svg)


def test_the_map_of_a_lake_is_as_close_as_before() -> None:
    svg = drawn(place("Lake Assad", 36.0, 38.3, kind="water"))
    assert "200 km" in [text.text for text in svg.iter(f"{SVG}text")]


def test_every_country_of_the_world_has_a_small_map_that_names_it(atlas: Atlas) -> None:
    for country in atlas.countries:
        middle = frame_around(main_territory(country))
        assert middle.half_height < 45, country.name
        record = place(country.name, middle.latitude, middle.longitude, kind="country")
        svg = locator_map(record, title=country.name, atlas=atlas)
        assert svg is not None
        assert len(svg.encode()) < 16_000, country.name
        assert f">{escape(country.name)}</text>" in svg


def test_the_map_is_named_and_described_for_those_who_do_not_see_it() -> None:
    svg = drawn(place("Raqqa", 35.95, 39.01))
    ids = {element.get("id"): element.text for element in svg.iter() if element.get("id")}
    assert svg.get("role") == "img"
    assert [ids[name] for name in svg.get("aria-labelledby", "").split()] == [
        "Where Raqqa lies",
        words_of(svg),
    ]


def test_a_name_that_looks_like_markup_stays_text() -> None:
    svg = drawn(place("<b>&", 35.0, 38.0))
    assert "<b>&" in [text.text for text in svg.iter(f"{SVG}text")]


def test_the_map_brings_no_style_attribute_and_no_address_to_load_from() -> None:
    svg = locator_map(place("Raqqa", 35.95, 39.01), title="Raqqa") or ""
    assert not re.search(r"\sstyle=|href=|url\(|<style|<script", svg)


def test_a_record_without_coordinates_has_no_map() -> None:
    assert locator_map(place("Nowhere", None, None), title="Nowhere") is None


def test_the_same_record_gives_the_same_map() -> None:
    record = place("Mosul", 36.335, 43.1189)
    assert locator_map(record, title="Mosul") == locator_map(record, title="Mosul")


@pytest.mark.parametrize("latitude", [-90.0, -89.0, 89.0, 90.0])
def test_the_poles_have_maps(latitude: float) -> None:
    assert drawn(place("Pole", latitude, 0.0)).find(f"{SVG}circle") is not None


@pytest.mark.parametrize(
    ("latitude", "longitude", "written"),
    [(35.336, 40.146, "35.34° N, 40.15° E"), (-0.5, -78.467, "0.50° S, 78.47° W")],
)
def test_coordinates_are_written_for_people(latitude: float, longitude: float, written: str) -> None:
    assert degrees(latitude, longitude) == written
