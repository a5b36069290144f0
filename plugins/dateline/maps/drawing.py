"""The drawing: what a map shows of the atlas, its names and its words, as SVG.

Colours are presentation attributes: a map looks right on any page, and a style sheet may override them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from dateline.maps.atlas import Atlas, Country, Point, country_at, crossings, load_atlas, main_territory
from dateline.maps.frame import (
    HEIGHT,
    WIDTH,
    Frame,
    Path,
    area,
    areas,
    frame_around,
    frame_at,
    lines,
    project,
)
from dateline.records import DISPUTED, Record
from dateline.text import fold

# Degrees from the middle of the map to its upper edge; a country's map is fitted to its outline instead.
HALF_HEIGHTS = {"city": 3.2, "region": 4.0, "water": 5.0, "land": 8.0, "continent": 32.0}
HALF_HEIGHT = 3.2
SUPRANATIONAL_HALF_HEIGHT = 14.0
# Beyond these one scale would be wrong at the edges, and rivers would crowd out the borders.
MAX_HALF_HEIGHT_WITH_SCALE = MAX_HALF_HEIGHT_WITH_RIVERS = 15.0
MIN_LAND_SHARE = 0.08  # a map of the sea without a coast says nothing
MAX_HALF_HEIGHT = 80.0
MIN_RIVER_PX = 15
MIN_COUNTRY_PX = 300  # a neighbour with less area in the frame goes unmentioned

# Drawn in this order; lengths are tenths of a pixel.
LAYERS = {
    "land": Markup('fill="#ebe6dc" fill-rule="evenodd"'),
    "home": Markup('fill="#fffefa" fill-rule="evenodd"'),
    "lake": Markup('fill="#dfe7ec"'),
    "river": Markup('fill="none" stroke="#a9bdc9" stroke-width="10"'),
    "border": Markup('fill="none" stroke="#a39b8b" stroke-width="8"'),
    "disputed": Markup('fill="none" stroke="#a39b8b" stroke-width="8" stroke-dasharray="30 20"'),
}
OUTLINES = {"land", "home", "lake"}


@dataclass(frozen=True, slots=True)
class Territory:
    """What a map shows of a country."""

    country: Country
    rings: list[Path]


@dataclass(frozen=True, slots=True)
class Label:
    """A name and the point of the map that it belongs to, in pixels."""

    text: str
    x: float
    y: float


def locator_map(record: Record, *, title: str, in_disputed: bool = False, atlas: Atlas | None = None) -> Markup | None:
    """Return the map that shows where a place lies, as inline SVG; None for a record without coordinates.

    With `in_disputed` it lies in a region whose status is disputed: then the map gives it to no country.
    The ids in it derive from the record's, so that a page may hold the maps of several records.
    """
    if record.latitude is None or record.longitude is None:
        return None
    atlas = atlas or load_atlas()
    at = (record.longitude, record.latitude)
    home = None if in_disputed else home_country(record, *at, atlas)
    frame = frame_of(record, *at, home)
    if record.type == "water":
        frame = _until_land(frame, *at, atlas)
    territories = [Territory(country, rings) for country in atlas.countries if (rings := areas(country.rings, frame))]
    rivers = atlas.rivers if frame.half_height <= MAX_HALF_HEIGHT_WITH_RIVERS else ()
    paths = {
        "land": areas(atlas.land, frame),
        "home": areas(home.rings, frame) if home else [],
        "lake": areas(atlas.lakes, frame),
        "river": lines(rivers, frame, longer_than=MIN_RIVER_PX),
        "border": lines(atlas.borders, frame),
        "disputed": lines(atlas.disputed_borders, frame),
    }
    return Markup(
        '<svg class="map" xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'viewBox="0 0 {width} {height}" font-family="sans-serif" role="img" aria-labelledby="{id}-title {id}-desc">'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>'
        '<rect class="map-sea" width="{width}" height="{height}" fill="#dfe7ec"/>'
        '<g transform="scale(.1)" stroke-linejoin="round">{layers}</g>{names}{scale}</svg>'
    ).format(
        width=WIDTH,
        height=HEIGHT,
        id="map-" + re.sub(r"[^a-z0-9]+", "-", record.id.lower()).strip("-"),
        title=title,
        desc=_describe(record, *at, home, territories, disputed=bool(paths["disputed"])),
        layers=Markup("").join(_layer(name, paths[name]) for name in LAYERS),
        names=Markup("").join(_names(record, project([at], frame)[0], home, territories)),
        scale=_scale_bar(frame),
    )


def home_country(record: Record, longitude: float, latitude: float, atlas: Atlas) -> Country | None:
    """Return the country that a record is or lies in; None at sea, or for what is disputed or may reach further."""
    is_disputed = record.status == DISPUTED
    match record.type:
        case "continent" | "water" | "land":
            return None
        case "region" if not record.broader:
            return None
        case "country":
            names = {fold(name) for name in (record.preferred, *record.variants)}
            named = (country for country in atlas.countries if fold(country.name) in names)
            return next(named, None) or (None if is_disputed else country_at(longitude, latitude, atlas))
    return None if is_disputed else country_at(longitude, latitude, atlas)


def frame_of(record: Record, longitude: float, latitude: float, home: Country | None) -> Frame:
    """Return the frame of a record's map: a country's is fitted to its territory, others go by type."""
    if record.type == "country" and home:
        return frame_around(main_territory(home))
    if record.type == "region" and not record.broader:
        return frame_at(longitude, latitude, half_height=SUPRANATIONAL_HALF_HEIGHT)
    return frame_at(longitude, latitude, half_height=HALF_HEIGHTS.get(record.type, HALF_HEIGHT))


def _until_land(frame: Frame, longitude: float, latitude: float, atlas: Atlas) -> Frame:
    """Return a frame wide enough to show some land: an ocean's holds the coasts around it."""
    while frame.half_height < MAX_HALF_HEIGHT:
        if sum(map(area, areas(atlas.land, frame))) >= MIN_LAND_SHARE * WIDTH * HEIGHT:
            break
        frame = frame_at(longitude, latitude, half_height=min(2 * frame.half_height, MAX_HALF_HEIGHT))
    return frame


def _describe(
    record: Record,
    longitude: float,
    latitude: float,
    home: Country | None,
    territories: Iterable[Territory],
    *,
    disputed: bool,
) -> str:
    """Say in words what the map shows."""
    where = f" in {home.name}" if home and record.type != "country" else ""
    sentences = [f"{record.label}{where}, {degrees(latitude, longitude)}."]
    around = [
        territory.country.name
        for territory in territories
        if territory.country is not home and sum(map(area, territory.rings)) >= MIN_COUNTRY_PX
    ]
    if around and record.type != "continent":
        sentences.append(f"Also on the map: {', '.join(around)}.")
    if disputed:
        sentences.append("Dashed borders are disputed.")
    return " ".join(sentences)


def degrees(latitude: float, longitude: float) -> str:
    """Write coordinates as people read them.

    >>> degrees(35.336, 40.146)
    '35.34° N, 40.15° E'
    """
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.2f}° {north}, {abs(longitude):.2f}° {east}"


def _layer(name: str, paths: Iterable[Path]) -> Markup:
    data = "".join(_path_data(path) + ("z" if name in OUTLINES else "") for path in paths)
    if not data:
        return Markup("")
    return Markup('<path class="map-{}" {} d="{}"/>').format(name, LAYERS[name], data)


def _path_data(path: Path) -> str:
    """Write a line as steps of whole tenths of a pixel, from point to rounded point: so no errors add up."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in path]
    steps = " ".join(f"{x1 - x0} {y1 - y0}" for (x0, y0), (x1, y1) in pairwise(tenths))
    return f"M{tenths[0][0]} {tenths[0][1]}l{steps}".replace(" -", "-")


def _names(record: Record, at: Point, home: Country | None, territories: Sequence[Territory]) -> Iterator[Markup]:
    """Yield the names of the countries that have room for them, then the record's own mark and name.

    A country with room on its territory is named there, like its neighbours.
    """
    if record.type == "continent":
        return
    fits = record.type == "country" and any(
        territory.country is home and _country_label(territory, avoid=None) for territory in territories
    )
    own = None if fits else Label(record.preferred, *at)
    for territory in territories:
        label = _country_label(territory, avoid=own)
        if label:
            yield _country_name(label, home=territory.country is home)
    if own:
        yield _own_name(own, dot=record.type not in {"region", "water", "land"})


def _country_label(territory: Territory, *, avoid: Label | None) -> Label | None:
    """Place a country's name where its territory is widest; None when there is no room for it."""
    name = territory.country.name
    rows = [y for y in range(14, HEIGHT - 20, 6) if not (avoid and avoid.y - 26 < y < avoid.y + 18)]
    room = [(right - left, left, right, y) for y in rows for left, right in _room(territory.rings, y)]
    if not room:
        return None
    width, left, right, y = max(room, key=lambda stretch: stretch[0])
    return Label(name, (left + right) / 2, y) if width >= len(name) * 6 + 6 else None


def _room(rings: Sequence[Path], y: float) -> Iterator[tuple[float, float]]:
    """Yield the stretches inside both rings and frame for a text on the base line `y`, clear to its top."""
    top, base = (sorted(x for ring in rings for x in crossings(ring, level)) for level in (y - 9, y + 2))
    for upper in zip(top[::2], top[1::2], strict=True):
        for lower in zip(base[::2], base[1::2], strict=True):
            left, right = max(lower[0], upper[0], 4.0), min(lower[1], upper[1], WIDTH - 4.0)
            if left < right:
                yield left, right


def _country_name(label: Label, *, home: bool) -> Markup:
    return Markup(
        '<text class="{}" x="{:.0f}" y="{:.0f}" text-anchor="middle" font-size="11" fill="#5f594e">{}</text>'
    ).format("map-country map-country-home" if home else "map-country", label.x, label.y, label.text)


def _own_name(label: Label, *, dot: bool) -> Markup:
    name = Markup(
        '<text class="map-name" x="{:.0f}" y="{:.0f}" text-anchor="middle" font-size="14" font-weight="600" '
        'font-style="{}" fill="#1d1a16" stroke="#fffefa" stroke-width="3" stroke-linejoin="round" '
        'paint-order="stroke">{}</text>'
    ).format(label.x, label.y + (-10 if dot else 4), "normal" if dot else "italic", label.text)
    if not dot:
        return name
    return Markup('<circle class="map-dot" cx="{:.0f}" cy="{:.0f}" r="4" fill="#9b2d1f"/>{}').format(
        label.x, label.y, name
    )


def _scale_bar(frame: Frame) -> Markup:
    if frame.half_height > MAX_HALF_HEIGHT_WITH_SCALE:
        return Markup("")
    km_per_px = 111.2 / frame.px_per_degree
    km = max(km for km in (20, 50, 100, 200, 500, 1000) if km <= 80 * km_per_px)
    end = 10 + km / km_per_px
    return Markup(
        '<g class="map-scale" fill="#5f594e"><path d="M10 {}v4H{:.1f}v-4" fill="none" stroke="#5f594e"/>'
        '<text x="{:.0f}" y="{}" font-size="11">{} km</text></g>'
    ).format(HEIGHT - 14, end, end + 5, HEIGHT - 9, km)
