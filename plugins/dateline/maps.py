"""Locator maps: a place's record becomes a small SVG with a text alternative, drawn from Natural Earth at build time.

The atlas is TopoJSON: outlines are chains of arcs, and neighbours share the arc that parts them, so that a
border is drawn once. Colours are presentation attributes, which any style sheet may override by class.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from dateline.records import Record
from dateline.text import fold

ATLAS = Path(__file__).parent / "data" / "atlas"
WIDTH, HEIGHT = 320, 240

Point = tuple[float, float]  # degrees east and north, or pixels right and down
Line = tuple[Point, ...]

# Degrees from the middle of the map to its upper edge. A country's map is fitted to its outline instead.
HALF_HEIGHTS = {
    "city": 3.2,
    "area": 3.2,
    "region": 4.0,
    "water": 5.0,
    "land": 8.0,
    "country": 4.0,
    "continent": 32.0,
}
SUPRANATIONAL_HALF_HEIGHT = 14.0  # a region that is part of no state: "Middle East"
MAX_HALF_HEIGHT_WITH_SCALE = 15.0  # beyond it, one scale would be wrong at the edges
MIN_AREA_PX = 6  # islands and lakes smaller than this are specks
MIN_RIVER_PX = 15
MAX_HALF_HEIGHT_WITH_RIVERS = 15.0
MARGIN_PX = 4  # shapes are cut this far outside the frame, so that the cut is never seen
NEAR_DISPUTED_BORDER = 0.15  # degrees
MIN_LAND_PX = 300  # a country with less area in the frame goes unmentioned


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline or a line with the box around it."""

    points: Line
    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the atlas; holes of its territory are among its rings, even-odd."""

    name: str
    rings: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Atlas:
    """The world, as locator maps need it."""

    land: tuple[Shape, ...]
    countries: tuple[Country, ...]
    borders: tuple[Shape, ...]
    disputed_borders: tuple[Shape, ...]
    lakes: tuple[Shape, ...]
    rivers: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world that a map shows: an equirectangular projection, true at its middle."""

    longitude: float
    latitude: float
    half_height: float  # degrees

    @property
    def px_per_degree(self) -> float:
        return HEIGHT / 2 / self.half_height

    @property
    def min_step_px(self) -> float:
        """How far apart the points of a line stay: a map of a continent bears less detail than one of a town."""
        return min(0.7 + self.half_height / 10, 3.0)

    @property
    def squeeze(self) -> float:
        """The length of a degree of longitude, in degrees of latitude."""
        return math.cos(math.radians(min(abs(self.latitude), 80)))

    @property
    def half_width(self) -> float:
        return self.half_height * WIDTH / HEIGHT / self.squeeze

    def project(self, points: Iterable[Point], *, turn: float = 0.0) -> list[Point]:
        """Return `points`, moved `turn` degrees east, in pixels."""
        east_px, north_px = self.px_per_degree * self.squeeze, self.px_per_degree
        return [
            (
                WIDTH / 2 + (lon + turn - self.longitude) * east_px,
                HEIGHT / 2 - (lat - self.latitude) * north_px,
            )
            for lon, lat in points
        ]

    def turns(self, shape: Shape) -> Iterator[float]:
        """Yield the whole turns after which `shape` touches the frame: beyond the antimeridian the world goes on."""
        if shape.north < self.latitude - self.half_height or shape.south > self.latitude + self.half_height:
            return
        for turn in (-360.0, 0.0, 360.0):
            if (
                shape.west + turn <= self.longitude + self.half_width
                and shape.east + turn >= self.longitude - self.half_width
            ):
                yield turn


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a point of the map, in pixels."""

    text: str
    x: float
    y: float


@cache
def load_atlas(folder: Path = ATLAS) -> Atlas:
    """Read the atlas that Dateline carries; a second call returns the same one."""
    countries = json.loads((folder / "countries-50m.json").read_text("utf-8"))
    waters = json.loads((folder / "waters-50m.json").read_text("utf-8"))
    names = {row["atlas"]: row["name"] for row in _load_rows(folder / "names.csv")}
    disputed = {frozenset((row["first"], row["second"])) for row in _load_rows(folder / "disputed.csv")}
    return read_atlas(countries, waters, names=names, disputed=disputed)


def _load_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def read_atlas(
    countries: dict[str, Any],
    waters: dict[str, Any],
    *,
    names: dict[str, str],
    disputed: set[frozenset[str]],
) -> Atlas:
    """Decode two topologies: `countries` and `land` in one, `rivers` and `lakes` in the other."""
    arcs = decode_arcs(countries)
    owners: dict[int, set[str]] = defaultdict(set)
    shown = []
    for geometry in countries["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        chains = list(_chains(geometry["arcs"]))
        for index in (index for chain in chains for index in chain):
            owners[index if index >= 0 else ~index].add(name)
        shown.append(Country(names.get(name, name), tuple(_shape(_join(chain, arcs)) for chain in chains)))
    shared = {index: frozenset(pair) for index, pair in sorted(owners.items()) if len(pair) == 2}
    water_arcs = decode_arcs(waters)
    return Atlas(
        land=_shapes(countries["objects"]["land"], arcs),
        countries=tuple(sorted(shown, key=lambda country: country.name)),
        borders=tuple(_shape(arcs[index]) for index, pair in shared.items() if pair not in disputed),
        disputed_borders=tuple(_shape(arcs[index]) for index, pair in shared.items() if pair in disputed),
        lakes=_shapes(waters["objects"]["lakes"], water_arcs),
        rivers=_shapes(waters["objects"]["rivers"], water_arcs),
    )


def decode_arcs(topology: dict[str, Any]) -> list[Line]:
    """Return the arcs of a quantised TopoJSON topology in degrees.

    Each arc is written as steps from its first point, in whole units of the transform.
    """
    (x_scale, y_scale), (x_origin, y_origin) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    return [
        tuple(
            (x * x_scale + x_origin, y * y_scale + y_origin)
            for x, y in zip(
                accumulate(step[0] for step in arc), accumulate(step[1] for step in arc), strict=True
            )
        )
        for arc in topology["arcs"]
    ]


def _chains(arcs: Sequence[Any]) -> Iterator[list[int]]:
    """Yield the chains of arc numbers of a geometry, however deep its type nests them."""
    if arcs and isinstance(arcs[0], int):
        yield list(arcs)
        return
    for part in arcs:
        yield from _chains(part)


def _join(chain: Iterable[int], arcs: Sequence[Line]) -> Line:
    """Return the arcs of `chain` as one line; `~n` is arc n from its end, and each arc starts where the last ended."""
    points: list[Point] = []
    for index in chain:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return tuple(points)


def _shape(points: Line) -> Shape:
    points = unwrap(points)
    longitudes, latitudes = [lon for lon, _ in points], [lat for _, lat in points]
    return Shape(points, min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def unwrap(points: Line) -> Line:
    """Return a line that goes on beyond the antimeridian where the atlas jumps to the other side of the world.

    An outline that ends a whole turn from its start goes round a pole, and is closed along it.
    """
    turn, unwrapped = 0.0, list(points[:1])
    for (before, _), (lon, lat) in zip(points, points[1:], strict=False):
        if abs(lon - before) > 180:
            turn += 360.0 if lon < before else -360.0
        unwrapped.append((lon + turn, lat))
    if turn and points[0] == points[-1]:
        pole = math.copysign(90.0, unwrapped[0][1])
        unwrapped += [(unwrapped[-1][0], pole), (unwrapped[0][0], pole)]
    return tuple(unwrapped)


def _shapes(collection: dict[str, Any], arcs: Sequence[Line]) -> tuple[Shape, ...]:
    return tuple(
        _shape(_join(chain, arcs))
        for geometry in collection["geometries"]
        for chain in _chains(geometry["arcs"])
    )


def locator_map(record: Record, *, title: str, atlas: Atlas | None = None) -> Markup | None:
    """Return the map that shows where a place lies, as inline SVG; None for a record without coordinates.

    The ids in it derive from the record's, so that a page may hold the maps of several records.
    """
    if record.latitude is None or record.longitude is None:
        return None
    atlas = atlas or load_atlas()
    home = home_country(record, atlas)
    frame = frame_of(record, home)
    areas = [(country, _areas(country.rings, frame)) for country in atlas.countries]
    seen = [(country, rings) for country, rings in areas if rings]
    around = [
        country.name
        for country, rings in seen
        if country is not home and sum(map(_area, rings)) >= MIN_LAND_PX and record.type != "continent"
    ]
    disputed = _lines(atlas.disputed_borders, frame)
    rivers = atlas.rivers if frame.half_height <= MAX_HALF_HEIGHT_WITH_RIVERS else ()
    base = "map-" + re.sub(r"[^a-z0-9]+", "-", record.id.lower()).strip("-")
    parts = [
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{base}-title {base}-desc" '
        'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif">',
        f'<title id="{base}-title">{escape(title)}</title>',
        f'<desc id="{base}-desc">{escape(describe(record, home, around, disputed=bool(disputed)))}</desc>',
        f'<rect class="map-sea" width="{WIDTH}" height="{HEIGHT}" fill="#dfe7ec"/>',
        '<g transform="scale(.1)" stroke-linejoin="round">',
        _path("map-land", _areas(atlas.land, frame), 'fill="#ebe6dc" fill-rule="evenodd"', close=True),
        _path("map-home", _areas(home.rings, frame) if home else [], 'fill="#fffefa"', close=True),
        _path("map-lake", _areas(atlas.lakes, frame), 'fill="#dfe7ec"', close=True),
        _path("map-river", _lines(rivers, frame, longer_than=MIN_RIVER_PX), 'fill="none" stroke="#a9bdc9" stroke-width="10"'),
        _path("map-border", _lines(atlas.borders, frame), 'fill="none" stroke="#a39b8b" stroke-width="8"'),
        _path("map-disputed", disputed, 'fill="none" stroke="#a39b8b" stroke-width="8" stroke-dasharray="30 20"'),
        "</g>",
        *_labels(record, home, seen, frame),
        _scale_bar(frame),
        "</svg>",
    ]
    return Markup("".join(parts))


def home_country(record: Record, atlas: Atlas) -> Country | None:
    """Return the country that a record is or lies in; None at sea, and for what is larger than a country."""
    if record.type == "country":
        names = {fold(name) for name in (record.preferred, *record.variants)}
        for country in atlas.countries:
            if fold(country.name) in names:
                return country
    if record.type == "continent" or is_supranational(record):
        return None
    assert record.longitude is not None and record.latitude is not None
    return country_at(record.longitude, record.latitude, atlas)


def is_supranational(record: Record) -> bool:
    """Tell whether a region or body of water is larger than a state, as far as its record says."""
    return record.type in {"region", "water", "land"} and not record.broader


def country_at(longitude: float, latitude: float, atlas: Atlas, *, reach: float = 0.5) -> Country | None:
    """Return the country at a point, or the nearest within `reach` degrees: at this scale a port may lie in the sea.

    Beside a disputed border there is none, for the map is not the one to decide.
    """
    if any(_distance(border, longitude, latitude) < NEAR_DISPUTED_BORDER for border in atlas.disputed_borders):
        return None
    for country in atlas.countries:
        if sum(_surrounds(ring, longitude, latitude) for ring in country.rings) % 2:
            return country
    distances = [(min(_distance(r, longitude, latitude) for r in c.rings), c.name, c) for c in atlas.countries]
    distance, _, nearest = min(distances, key=lambda ranked: ranked[:2])
    return nearest if distance <= reach else None


def _distance(shape: Shape, longitude: float, latitude: float) -> float:
    """Return the degrees from a point to the nearest corner of an outline; infinite when its box is far away."""
    turned = _turned_into(shape, longitude)
    if not (shape.west - 1 <= turned <= shape.east + 1 and shape.south - 1 <= latitude <= shape.north + 1):
        return math.inf
    return min(math.dist(corner, (turned, latitude)) for corner in shape.points)


def _turned_into(shape: Shape, longitude: float) -> float:
    """Return `longitude` in the turn in which `shape` is written: an outline may go on beyond 180 degrees."""
    return longitude + 360 * round(((shape.west + shape.east) / 2 - longitude) / 360)


def _surrounds(ring: Shape, longitude: float, latitude: float) -> bool:
    turned = _turned_into(ring, longitude)
    if not (ring.west <= turned <= ring.east and ring.south <= latitude <= ring.north):
        return False
    return sum(crossing < turned for crossing in _crossings(ring.points, latitude)) % 2 == 1


def _crossings(ring: Sequence[Point], y: float) -> Iterator[float]:
    """Yield where the closed `ring` crosses the horizontal line at `y`."""
    for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y0 > y) != (y1 > y):
            yield x0 + (y - y0) * (x1 - x0) / (y1 - y0)


def frame_of(record: Record, home: Country | None) -> Frame:
    """Return the frame of a record's map: fitted to a country's main territory, else sized by type."""
    assert record.longitude is not None and record.latitude is not None
    if record.type == "country" and home:
        return _frame_around(main_territory(home))
    half_height = SUPRANATIONAL_HALF_HEIGHT if record.type == "region" and is_supranational(record) else None
    half_height = half_height or HALF_HEIGHTS.get(record.type, 4.0)
    furthest = 90 - half_height
    return Frame(record.longitude, min(max(record.latitude, -furthest), furthest), half_height)


def main_territory(country: Country) -> list[Shape]:
    """Return the largest outline of a country and those of size beside it: overseas parts would shrink it to a dot."""
    largest_first = sorted(country.rings, key=_extent, reverse=True)
    territory = [largest_first[0]]
    reach = 0.5 * max(territory[0].east - territory[0].west, territory[0].north - territory[0].south)
    for ring in largest_first[1:]:
        if _extent(ring) > 0.03 * _extent(territory[0]) and min(_gap(ring, other) for other in territory) < reach:
            territory.append(ring)
    return territory


def _extent(shape: Shape) -> float:
    return (shape.east - shape.west) * (shape.north - shape.south)


def _gap(one: Shape, other: Shape) -> float:
    """Return how far apart the boxes of two shapes are, in degrees."""
    beside = max(one.west - other.east, other.west - one.east)
    above = max(one.south - other.north, other.south - one.north)
    return max(beside, above, 0.0)


def _frame_around(shapes: Sequence[Shape]) -> Frame:
    west, east = min(shape.west for shape in shapes), max(shape.east for shape in shapes)
    south, north = min(shape.south for shape in shapes), max(shape.north for shape in shapes)
    latitude = (south + north) / 2
    squeeze = math.cos(math.radians(min(abs(latitude), 80)))
    half_height = 1.15 * max((north - south) / 2, (east - west) / 2 * squeeze * HEIGHT / WIDTH)
    return Frame((west + east) / 2, latitude, min(max(half_height, 1.5), 60.0))


def describe(record: Record, home: Country | None, around: Sequence[str], *, disputed: bool) -> str:
    """Say in words what the map shows."""
    assert record.longitude is not None and record.latitude is not None
    where = f" in {home.name}" if home and record.type != "country" else ""
    sentences = [f"{record.label}{where}, {degrees(record.latitude, record.longitude)}."]
    if around:
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


def _areas(shapes: Iterable[Shape], frame: Frame) -> list[list[Point]]:
    """Return what the frame shows of closed outlines, in pixels."""
    rings = (clip(frame.project(s.points, turn=turn)) for s in shapes for turn in frame.turns(s))
    return [thin(ring, frame.min_step_px) for ring in rings if len(ring) > 2 and _area(ring) >= MIN_AREA_PX]


def _lines(shapes: Iterable[Shape], frame: Frame, *, longer_than: float = 0.0) -> list[list[Point]]:
    """Return what the frame shows of open lines, in pixels."""
    runs = (run for s in shapes for turn in frame.turns(s) for run in _runs(frame.project(s.points, turn=turn)))
    return [thin(run, frame.min_step_px) for run in runs if _length(run) > longer_than]


def _length(line: Sequence[Point]) -> float:
    return sum(math.dist(start, end) for start, end in zip(line, line[1:], strict=False))


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Yield the stretches of a line whose segments may touch the frame."""
    run: list[Point] = []
    for start, end in zip(points, points[1:], strict=False):
        apart = (
            max(start[0], end[0]) < -MARGIN_PX
            or min(start[0], end[0]) > WIDTH + MARGIN_PX
            or max(start[1], end[1]) < -MARGIN_PX
            or min(start[1], end[1]) > HEIGHT + MARGIN_PX
        )
        if not apart:
            run.extend([end] if run else [start, end])
        elif run:
            yield run
            run = []
    if run:
        yield run


def clip(ring: Sequence[Point]) -> list[Point]:
    """Return the part of a closed outline inside the frame and its margin (Sutherland and Hodgman's way)."""
    clipped = list(ring)
    for axis, limit, inside in _EDGES:
        kept: list[Point] = []
        for start, end in zip(clipped[-1:] + clipped[:-1], clipped, strict=True):
            if inside(start[axis]) != inside(end[axis]):
                share = (limit - start[axis]) / (end[axis] - start[axis])
                kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
            if inside(end[axis]):
                kept.append(end)
        clipped = kept
    return clipped


_EDGES: tuple[tuple[int, float, Callable[[float], bool]], ...] = (
    (0, -MARGIN_PX, lambda x: x >= -MARGIN_PX),
    (0, WIDTH + MARGIN_PX, lambda x: x <= WIDTH + MARGIN_PX),
    (1, -MARGIN_PX, lambda y: y >= -MARGIN_PX),
    (1, HEIGHT + MARGIN_PX, lambda y: y <= HEIGHT + MARGIN_PX),
)


def thin(points: Sequence[Point], min_step: float) -> list[Point]:
    """Return the line without points nearer than `min_step` to the one before; its ends stay."""
    kept = [points[0]]
    kept.extend(point for point in points[1:-1] if math.dist(point, kept[-1]) >= min_step)
    return [*kept, points[-1]]


def _area(ring: Sequence[Point]) -> float:
    return (
        abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True))) / 2
    )


def _path(name: str, lines: Iterable[Sequence[Point]], attributes: str, *, close: bool = False) -> str:
    data = "".join(_path_data(line) + ("z" if close else "") for line in lines)
    return f'<path class="{name}" {attributes} d="{data}"/>' if data else ""


def _path_data(line: Sequence[Point]) -> str:
    """Write a line as steps of whole tenths of a pixel, counted from rounded points so that errors do not add up."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in line]
    steps = " ".join(f"{x1 - x0} {y1 - y0}" for (x0, y0), (x1, y1) in zip(tenths, tenths[1:], strict=False))
    return f"M{tenths[0][0]} {tenths[0][1]}l{steps}".replace(" -", "-")


def _labels(
    record: Record, home: Country | None, seen: Iterable[tuple[Country, list[list[Point]]]], frame: Frame
) -> list[str]:
    """Return the names of the countries that have room for them, then the record's own mark and name."""
    if record.type == "continent":
        return []
    seen = list(seen)
    named_by_territory = record.type == "country" and any(country is home for country, _ in seen)
    own = None if named_by_territory else _own_label(record, frame)
    placed = ((country, _country_label(country.name, rings, avoid=own)) for country, rings in seen)
    names = [_country_text(label, home=country is home) for country, label in placed if label]
    return names if own is None else [*names, _own_text(record, own)]


def has_dot(record: Record) -> bool:
    """Tell whether a record is a spot at the map's scale; a region or a river is not."""
    return record.type not in {"region", "water", "land", "continent"}


def _own_label(record: Record, frame: Frame) -> Label:
    assert record.longitude is not None and record.latitude is not None
    ((x, y),) = frame.project([(record.longitude, record.latitude)])
    return Label(record.preferred, x, y)


def _own_text(record: Record, label: Label) -> str:
    dot = f'<circle class="map-dot" cx="{label.x:.0f}" cy="{label.y:.0f}" r="4" fill="#9b2d1f"/>'
    style = "normal" if has_dot(record) else "italic"
    return (
        f'{dot if has_dot(record) else ""}<text class="map-name" x="{label.x:.0f}" y="{label.y + (-10 if has_dot(record) else 4):.0f}" '
        f'text-anchor="middle" font-size="14" font-weight="600" font-style="{style}" fill="#1d1a16" stroke="#fffefa" '
        f'stroke-width="3" stroke-linejoin="round" paint-order="stroke">{escape(label.text)}</text>'
    )


def _country_text(label: Label, *, home: bool) -> str:
    return (
        f'<text class="{"map-home-country" if home else "map-country"}" x="{label.x:.0f}" y="{label.y:.0f}" '
        f'text-anchor="middle" font-size="11" fill="#5f594e">{escape(label.text)}</text>'
    )


def _country_label(name: str, rings: Sequence[Sequence[Point]], *, avoid: Label | None) -> Label | None:
    """Place a country's name where its territory in the frame is widest; None when there is no room for it."""
    half_width = len(name) * 3.0 + 3
    best: tuple[float, Label] | None = None
    for y in range(14, HEIGHT - 20, 6):
        if avoid and avoid.y - 26 < y < avoid.y + 18:
            continue
        for left, right in _room(rings, y):
            if right - left >= 2 * half_width and (best is None or right - left > best[0]):
                best = right - left, Label(name, (left + right) / 2, y)
    return best[1] if best else None


def _room(rings: Sequence[Sequence[Point]], y: float) -> Iterator[tuple[float, float]]:
    """Yield the stretches inside the rings and the frame along the base line `y` of a text, clear to its top."""
    levels = [sorted(x for ring in rings for x in _crossings(ring, level)) for level in (y - 9, y + 2)]
    for lower in zip(levels[1][::2], levels[1][1::2], strict=True):
        for upper in zip(levels[0][::2], levels[0][1::2], strict=True):
            left, right = max(lower[0], upper[0], 4.0), min(lower[1], upper[1], WIDTH - 4.0)
            if left < right:
                yield left, right


def _scale_bar(frame: Frame) -> str:
    if frame.half_height > MAX_HALF_HEIGHT_WITH_SCALE:
        return ""
    km_per_px = 111.2 / frame.px_per_degree
    km = max(km for km in (5, 10, 20, 50, 100, 200, 500, 1000) if km <= max(km_per_px * 80, 5))
    end = 10 + km / km_per_px
    return (
        '<g class="map-scale" fill="#5f594e">'
        f'<path d="M10 {HEIGHT - 14}v4H{end:.1f}v-4" fill="none" stroke="#5f594e"/>'
        f'<text x="{end + 5:.0f}" y="{HEIGHT - 9}" font-size="11">{km} km</text></g>'
    )
