"""The frame of a map: which part of the world it shows, and outlines brought into its pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dateline.maps.atlas import Point, Shape

WIDTH, HEIGHT = 320, 240
MARGIN_PX = 4  # shapes are cut this far outside the frame, so that the cut is never seen
MIN_AREA_PX = 6  # islands and lakes smaller than this are specks

Path = list[Point]  # in pixels, to the right and down


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world that a map shows: an equirectangular projection, true at its middle."""

    longitude: float
    latitude: float
    half_height: float  # degrees

    @property
    def px_per_degree(self) -> float:
        """The length of a degree of latitude."""
        return HEIGHT / 2 / self.half_height

    @property
    def half_width(self) -> float:
        """Degrees of longitude from the middle to an edge."""
        return self.half_height * WIDTH / HEIGHT / squeeze(self.latitude)

    @property
    def min_step_px(self) -> float:
        """How far apart the points of a line stay: a continent bears less detail than a town."""
        return min(0.7 + self.half_height / 10, 3.0)


def squeeze(latitude: float) -> float:
    """Return the length of a degree of longitude in degrees of latitude, short of the poles."""
    return math.cos(math.radians(min(abs(latitude), 80.0)))


def frame_at(longitude: float, latitude: float, *, half_height: float) -> Frame:
    """Return the frame around a point, which is its middle unless that is near a pole."""
    furthest = 90 - half_height
    return Frame(longitude, min(max(latitude, -furthest), furthest), half_height)


def frame_around(shapes: Sequence[Shape]) -> Frame:
    """Return the frame that holds all of `shapes`, with some space around them."""
    west, east = min(shape.west for shape in shapes), max(shape.east for shape in shapes)
    south, north = min(shape.south for shape in shapes), max(shape.north for shape in shapes)
    latitude = (south + north) / 2
    fitting = max((north - south) / 2, (east - west) / 2 * squeeze(latitude) * HEIGHT / WIDTH)
    return Frame((west + east) / 2, latitude, min(max(1.15 * fitting, 1.5), 60.0))


def project(points: Iterable[Point], frame: Frame, *, turn: float = 0.0) -> Path:
    """Return `points`, moved `turn` degrees east, in pixels."""
    down = frame.px_per_degree
    right = down * squeeze(frame.latitude)
    return [
        (WIDTH / 2 + (lon + turn - frame.longitude) * right, HEIGHT / 2 - (lat - frame.latitude) * down)
        for lon, lat in points
    ]


def areas(shapes: Iterable[Shape], frame: Frame) -> list[Path]:
    """Return what the frame shows of closed outlines."""
    rings = (clip(path) for path in _projected(shapes, frame))
    return [thin(ring, frame.min_step_px) for ring in rings if area(ring) >= MIN_AREA_PX]


def lines(shapes: Iterable[Shape], frame: Frame, *, longer_than: float = 0.0) -> list[Path]:
    """Return what the frame shows of open lines, in stretches longer than so many pixels."""
    stretches = (stretch for path in _projected(shapes, frame) for stretch in _stretches(path))
    return [thin(stretch, frame.min_step_px) for stretch in stretches if _length(stretch) > longer_than]


def _projected(shapes: Iterable[Shape], frame: Frame) -> Iterator[Path]:
    """Yield those shapes whose box touches the frame, as often as it does: a frame may go round the world."""
    north, south = frame.latitude + frame.half_height, frame.latitude - frame.half_height
    east, west = frame.longitude + frame.half_width, frame.longitude - frame.half_width
    for shape in shapes:
        if shape.south <= north and shape.north >= south:
            for turn in (-360.0, 0.0, 360.0):
                if shape.west + turn <= east and shape.east + turn >= west:
                    yield project(shape.points, frame, turn=turn)


def clip(ring: Path) -> Path:
    """Return the part of a closed outline inside the frame and its margin (after Sutherland and Hodgman)."""
    for axis, limit, inside in _EDGES:
        kept: Path = []
        for start, end in pairwise((*ring[-1:], *ring)):
            if inside(start[axis]) != inside(end[axis]):
                share = (limit - start[axis]) / (end[axis] - start[axis])
                kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
            if inside(end[axis]):
                kept.append(end)
        ring = kept
    return ring


_EDGES: tuple[tuple[int, float, Callable[[float], bool]], ...] = (
    (0, -MARGIN_PX, lambda x: x >= -MARGIN_PX),
    (0, WIDTH + MARGIN_PX, lambda x: x <= WIDTH + MARGIN_PX),
    (1, -MARGIN_PX, lambda y: y >= -MARGIN_PX),
    (1, HEIGHT + MARGIN_PX, lambda y: y <= HEIGHT + MARGIN_PX),
)


def _stretches(path: Path) -> Iterator[Path]:
    """Yield the stretches of a line whose segments may touch the frame."""
    stretch: Path = []
    for start, end in pairwise(path):
        if _apart(start[0], end[0], WIDTH) or _apart(start[1], end[1], HEIGHT):
            if stretch:
                yield stretch
            stretch = []
        else:
            stretch.extend([end] if stretch else [start, end])
    if stretch:
        yield stretch


def _apart(start: float, end: float, size: int) -> bool:
    return max(start, end) < -MARGIN_PX or min(start, end) > size + MARGIN_PX


def thin(path: Path, min_step: float) -> Path:
    """Return the line without points nearer than `min_step` to the one before; its ends stay."""
    kept = path[:1]
    for point in path[1:-1]:
        if math.dist(point, kept[-1]) >= min_step:
            kept.append(point)
    return kept + path[-1:]


def area(ring: Path) -> float:
    """Return the area inside a closed outline, in square pixels."""
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise((*ring, *ring[:1])))) / 2


def _length(path: Path) -> float:
    return sum(math.dist(start, end) for start, end in pairwise(path))
