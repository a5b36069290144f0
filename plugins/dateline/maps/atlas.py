"""The atlas: Natural Earth's countries, borders and waters from TopoJSON, and which country lies where.

In TopoJSON outlines are chains of arcs, and neighbours share the arc that parts them: a border is one line.
"""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "data" / "atlas"
NEAR_BORDER = 0.15  # degrees
NEAR_COAST = 0.5

Point = tuple[float, float]
Line = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline or a line in degrees, with the box around it."""

    points: Line
    west: float
    south: float
    east: float
    north: float

    @property
    def extent(self) -> float:
        """The size of the box, in square degrees."""
        return (self.east - self.west) * (self.north - self.south)


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the atlas; the holes of its territory are among its rings."""

    name: str
    rings: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Atlas:
    """The world, as locator maps need it."""

    land: tuple[Shape, ...]
    countries: tuple[Country, ...]  # A–Z
    borders: tuple[Shape, ...]
    disputed_borders: tuple[Shape, ...]
    lakes: tuple[Shape, ...]
    rivers: tuple[Shape, ...]


@cache
def load_atlas(folder: Path = FOLDER) -> Atlas:
    """Read the atlas that Dateline carries; a second call returns the same one."""
    countries = json.loads((folder / "countries-50m.json").read_text("utf-8"))
    waters = json.loads((folder / "waters-50m.json").read_text("utf-8"))
    names = {row["atlas"]: row["name"] for row in load_table(folder / "names.csv")}
    disputed = {frozenset((row["first"], row["second"])) for row in load_table(folder / "disputed.csv")}
    return read_atlas(countries, waters, names=names, disputed=disputed)


def load_table(path: Path) -> list[dict[str, str]]:
    """Read the rows of one of the atlas's tables."""
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def read_atlas(
    countries: Mapping[str, Any],
    waters: Mapping[str, Any],
    *,
    names: Mapping[str, str],
    disputed: AbstractSet[frozenset[str]],
) -> Atlas:
    """Decode two topologies: `countries` and `land` in one, `rivers` and `lakes` in the other.

    `names` gives countries other names than the topology does; `disputed` holds pairs of its names.
    """
    arcs, water_arcs = decode_arcs(countries), decode_arcs(waters)
    decoded: list[Country] = []
    borders: list[Shape] = []
    disputed_borders: list[Shape] = []
    owners: dict[int, set[str]] = defaultdict(set)
    for geometry in countries["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        chains = list(_chains(geometry["arcs"]))
        for number in (number for chain in chains for number in chain):
            owners[max(number, ~number)].add(name)
        decoded.append(Country(names.get(name, name), tuple(_shape(_join(chain, arcs)) for chain in chains)))
    for number, pair in sorted(owners.items()):
        if len(pair) == 2:
            (disputed_borders if pair in disputed else borders).append(_shape(arcs[number]))
    return Atlas(
        land=_shapes(countries["objects"]["land"], arcs),
        countries=tuple(sorted(decoded, key=lambda country: country.name)),
        borders=tuple(borders),
        disputed_borders=tuple(disputed_borders),
        lakes=_shapes(waters["objects"]["lakes"], water_arcs),
        rivers=_shapes(waters["objects"]["rivers"], water_arcs),
    )


def decode_arcs(topology: Mapping[str, Any]) -> list[Line]:
    """Return the arcs of a topology in degrees.

    Each arc is written as steps from its first point, in whole units of the transform.
    """
    x_scale, y_scale = topology["transform"]["scale"]
    x_origin, y_origin = topology["transform"]["translate"]
    return [
        tuple(
            (x * x_scale + x_origin, y * y_scale + y_origin)
            for x, y in accumulate(map(tuple, arc), lambda at, step: (at[0] + step[0], at[1] + step[1]))
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
    """Return the arcs of `chain` as one line: `~n` is arc n from its end, each starts where the last ends."""
    points: list[Point] = []
    for number in chain:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc[1:] if points else arc)
    return tuple(points)


def _shapes(collection: Mapping[str, Any], arcs: Sequence[Line]) -> tuple[Shape, ...]:
    chains = (chain for geometry in collection["geometries"] for chain in _chains(geometry["arcs"]))
    return tuple(_shape(_join(chain, arcs)) for chain in chains)


def _shape(line: Line) -> Shape:
    points = unwrap(line)
    longitudes, latitudes = [lon for lon, _ in points], [lat for _, lat in points]
    return Shape(points, min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def unwrap(points: Line) -> Line:
    """Return a line that goes on beyond the antimeridian, where the atlas jumps across the world.

    An outline that ends a whole turn from its start goes round a pole, and is closed along it.
    """
    turn, unwrapped = 0.0, list(points[:1])
    for (before, _), (lon, lat) in pairwise(points):
        if abs(lon - before) > 180:
            turn += 360.0 if lon < before else -360.0
        unwrapped.append((lon + turn, lat))
    if turn and points[0] == points[-1]:
        pole = math.copysign(90.0, unwrapped[0][1])
        unwrapped += [(unwrapped[-1][0], pole), (unwrapped[0][0], pole)]
    return tuple(unwrapped)


def country_at(longitude: float, latitude: float, atlas: Atlas) -> Country | None:
    """Return the country at a point, or the nearest at hand: at this scale a port may lie in the sea.

    Beside a disputed border there is none, for the map is not the one to decide.
    """
    if _distance(atlas.disputed_borders, longitude, latitude) < NEAR_BORDER:
        return None
    for country in atlas.countries:
        # Inside a hole a point has two rings around it.
        if sum(_surrounds(ring, longitude, latitude) for ring in country.rings) % 2:
            return country
    nearest = min(atlas.countries, key=lambda country: _distance(country.rings, longitude, latitude))
    return nearest if _distance(nearest.rings, longitude, latitude) < NEAR_COAST else None


def _surrounds(ring: Shape, longitude: float, latitude: float) -> bool:
    turned = _turned(longitude, ring)
    if not (ring.west <= turned <= ring.east and ring.south <= latitude <= ring.north):
        return False
    return sum(crossing < turned for crossing in crossings(ring.points, latitude)) % 2 == 1


def crossings(ring: Sequence[Point], y: float) -> Iterator[float]:
    """Yield where the closed `ring` crosses the horizontal line at `y`."""
    for (x0, y0), (x1, y1) in pairwise((*ring, ring[0])):
        if (y0 > y) != (y1 > y):
            yield x0 + (y - y0) * (x1 - x0) / (y1 - y0)


def _distance(shapes: Iterable[Shape], longitude: float, latitude: float) -> float:
    """Return the degrees from a point to the nearest corner of the shapes; infinite when far from all."""
    distance = math.inf
    for shape in shapes:
        at = (_turned(longitude, shape), latitude)
        if shape.west - 1 <= at[0] <= shape.east + 1 and shape.south - 1 <= at[1] <= shape.north + 1:
            distance = min(distance, *(math.dist(at, corner) for corner in shape.points))
    return distance


def _turned(longitude: float, shape: Shape) -> float:
    """Return `longitude` in the turn of the globe in which `shape` is written."""
    return longitude + 360 * round(((shape.west + shape.east) / 2 - longitude) / 360)


def main_territory(country: Country) -> list[Shape]:
    """Return a country's largest outline and those of size near it, without overseas parts."""
    first, *others = sorted(country.rings, key=lambda ring: ring.extent, reverse=True)
    territory = [first]
    reach = max(first.east - first.west, first.north - first.south) / 2
    for ring in others:
        if ring.extent > first.extent / 30 and min(_gap(ring, part) for part in territory) < reach:
            territory.append(ring)
    return territory


def _gap(one: Shape, other: Shape) -> float:
    """Return how far apart the boxes of two shapes are, in degrees."""
    beside = max(one.west - other.east, other.west - one.east)
    above = max(one.south - other.north, other.south - one.north)
    return max(beside, above, 0.0)
