"""The manifest, `.cache/build.json`: what the last build read and wrote, so that the next one knows what changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dateline.files import replace_file, sha256

VERSION = 3
_SKIPPED = ("__pycache__",)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was seen: size in bytes, time of change in nanoseconds, SHA-256."""

    size: int
    mtime: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The memory of the last build."""

    inputs: Mapping[str, Stamp] = field(default_factory=dict)
    roots: Mapping[str, str] = field(default_factory=dict)  # where the inputs lie, seen from the project
    options: str = ""  # hash of what is no file: versions, environment
    output: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # size and time of change of each of our files
    superseded: tuple[str, ...] = ()  # search files of the build before, kept for pages that are open
    summary: Mapping[str, Any] = field(default_factory=dict)


def load_manifest(path: Path) -> Manifest:
    """Read the manifest; one that is missing, damaged or of another version is an empty one."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if data.pop("version") != VERSION:
            return Manifest()
        return Manifest(
            inputs={name: Stamp(*stamp) for name, stamp in data["inputs"].items()},
            roots=data["roots"],
            options=data["options"],
            output={name: (size, mtime) for name, (size, mtime) in data["output"].items()},
            superseded=tuple(data["superseded"]),
            summary=data["summary"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest()


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest."""
    data = {
        "version": VERSION,
        "inputs": {name: [stamp.size, stamp.mtime, stamp.sha256] for name, stamp in manifest.inputs.items()},
        "roots": dict(manifest.roots),
        "options": manifest.options,
        "output": dict(manifest.output),
        "superseded": list(manifest.superseded),
        "summary": dict(manifest.summary),
    }
    replace_file(path, json.dumps(data, separators=(",", ":")))


def stamp_inputs(roots: Mapping[str, Path], last: Mapping[str, Stamp]) -> dict[str, Stamp]:
    """Return the stamps of all files below `roots`, each under its root's name, so that an archive may be moved.

    A file with the size and time that the last build saw is not read again.
    """
    stamps: dict[str, Stamp] = {}
    for root_name, root in roots.items():
        for path in _files(root):
            name = f"{root_name}/{path.relative_to(root).as_posix()}"
            status = path.stat()
            before = last.get(name)
            if before and (before.size, before.mtime) == (status.st_size, status.st_mtime_ns):
                stamps[name] = before
            else:
                stamps[name] = Stamp(status.st_size, status.st_mtime_ns, sha256(path.read_bytes()))
    return stamps


def same_content(stamps: Mapping[str, Stamp], last: Mapping[str, Stamp]) -> bool:
    """Tell whether two sets of files are the same by name and content."""
    return stamps.keys() == last.keys() and all(stamp.sha256 == last[name].sha256 for name, stamp in stamps.items())


def list_output(folder: Path, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return the size and time of change of those of the site's files `names` that are there."""
    listing: dict[str, tuple[int, int]] = {}
    for name in names:
        with suppress(FileNotFoundError, NotADirectoryError):
            status = (folder / name).stat()
            listing[name] = (status.st_size, status.st_mtime_ns)
    return listing


def _files(root: Path) -> Iterable[Path]:
    if root.is_file():
        yield root
        return
    for folder, folders, names in os.walk(root, followlinks=True):  # as Pelican does
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file():
                yield path
