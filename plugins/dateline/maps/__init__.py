"""Locator maps: a place's record becomes a small SVG with a text alternative, drawn at build time."""

from dateline.maps.atlas import Atlas, load_atlas
from dateline.maps.drawing import degrees, locator_map

__all__ = ["Atlas", "degrees", "load_atlas", "locator_map"]
