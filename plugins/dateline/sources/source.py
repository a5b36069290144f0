"""A source as its reader gets it: the bytes received, under their name, with what the sidecar says."""

from __future__ import annotations

from dataclasses import dataclass

from dateline.records import Notice
from dateline.sources.sidecar import Sidecar


@dataclass(frozen=True, slots=True)
class Source:
    """A source file. `name` is its path below `content/`, joined by `/`."""

    name: str
    data: bytes
    sidecar: Sidecar = Sidecar()
    notices: tuple[Notice, ...] = ()  # on the sidecar
