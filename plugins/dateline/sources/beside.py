"""Beside: the other files of a source's folder or archive, for a format whose document is told in several files."""

from __future__ import annotations

import posixpath
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from dateline.records import Notice
from dateline.sources.limits import Limits
from dateline.sources.source import Files, beside_label
from dateline.sources.unpacking import unpack


class Beside:
    """The files around a source. A class because an archive is laid out once, when asked for, and cleared away."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self._path = path
        self._name = name
        self._limits = limits
        self._laid_out: tempfile.TemporaryDirectory[str] | None = None
        self._by_folder: dict[str, dict[str, Path]] = {}

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._laid_out:
            self._laid_out.cleanup()

    def in_folder(self, folder: str) -> Files:
        """Return the files of a folder of sources, by their paths below `content`; of no other folder."""
        top = self._name.partition("/")[0]
        if "/" not in self._name or posixpath.normpath(folder) != folder or folder.partition("/")[0] != top:
            return {}
        place = self._path.parents[self._name.count("/")] / folder
        paths = sorted(place.iterdir()) if place.is_dir() else []
        return {f"{folder}/{path.name}": path for path in paths if path.is_file()}

    def in_archive(self, folder: str) -> Files:
        """Return the files of a folder of the archive, by their labels."""
        if self._laid_out is None:
            self._laid_out = tempfile.TemporaryDirectory()
            self._lay_out(Path(self._laid_out.name))
        return self._by_folder.get(folder, {})

    def _lay_out(self, target: Path) -> None:
        """Copy the archive's files under names of ours; one that no reader would hold whole is left out."""
        with self._path.open("rb") as stream:
            for number, part in enumerate(unpack(stream, self._name, self._limits)):
                if isinstance(part, Notice) or part.member is None:
                    continue
                if part.stream.seek(0, 2) > self._limits.document_bytes:
                    continue
                part.stream.seek(0)
                label = beside_label(part.member)
                copy = target / str(number)
                with copy.open("wb") as file:
                    shutil.copyfileobj(part.stream, file)
                self._by_folder.setdefault(posixpath.dirname(label), {}).setdefault(label, copy)
