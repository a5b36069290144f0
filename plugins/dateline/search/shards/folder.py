"""The folder of shards: files named by what they hold, each written once, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import secrets
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from dateline.errors import SearchError

META = "meta.js"

_ASIDE = re.compile(r"\.(?:.+\.)?[0-9a-f]{12}")  # the name of a file that is not finished

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class CollisionError(SearchError):
    """Two shards would have the same name."""


class StaleStateError(SearchError):
    """What an export kept for the next does not fit what stands."""


class Mark(NamedTuple):
    """By what a file is known for the one that was written."""

    size: int
    time: int  # of its last change, in ns


_UNKNOWN: Mapping[str, Mark] = MappingProxyType({})


class ShardFolder:
    """The shards that stand in a folder, and those that an export has named."""

    def __init__(self, folder: Path, name_chars: int, recorded: Mapping[str, Mark] = _UNKNOWN) -> None:
        """Look at what stands in `folder`, which is made, and clear away what was left in it unfinished or empty.

        Names have `name_chars` characters; `recorded` are the files of an earlier export, by path, as it wrote them.
        """
        self.folder = folder
        self.name_chars = name_chars
        folder.mkdir(parents=True, exist_ok=True)
        self.standing = dict(_cleared(str(folder)))
        self.files: dict[str, Mark] = {}  # those of this export, by path
        self.written = 0
        self._recorded = recorded
        self._digests: dict[str, bytes] = {}
        self._root = f"{folder}{os.sep}"
        self._aside = f".{secrets.token_hex(6)}"

    def name(self, content: bytes) -> str:
        """Return the name of a file that holds `content`."""
        digest = sha256(content).digest()
        name = b32encode(digest).decode()[: self.name_chars].lower()
        if self._digests.setdefault(name, digest) != digest:
            raise CollisionError(f"two shards are both named {name}")
        return name

    def write(self, data: Sequence[object]) -> str:
        """Write a shard and return its name; bytes are columns, which need no escape. Raises OSError."""
        content = b"[%b]" % b",".join(
            [b'"%b"' % item if isinstance(item, bytes) else to_json(item).encode() for item in data]
        )
        name = self.name(content)
        self.write_content(name, content)
        return name

    def write_run(self, cards: list[tuple[str, str]]) -> str:
        """Write the cards of some articles, each under a number of its own, and return their common name."""
        contents = [(number, card.encode()) for number, card in cards]
        name = self.name(b"\n".join([card for _, card in contents]))
        (self.folder / name).mkdir(exist_ok=True)
        for number, card in contents:
            self.write_content(f"{name}/{number}", card)
        return name

    def keep(self, names: Iterable[str]) -> None:
        """Take over shards of an earlier export; an empty name is none. StaleStateError where one is not as it was."""
        for name in names:
            path = f"{name}.js"
            if name and path not in self.files:
                mark = self._recorded.get(path)
                if mark is None or self.standing.get(path) != mark:
                    raise StaleStateError(f"{path} is not as it was exported.")
                self.files[path] = mark

    def read(self, name: str) -> list[str]:
        """Return what a shard of an earlier export holds; StaleStateError where it is not as it was."""
        try:
            data = Path(f"{self._root}{name}.js").read_bytes()
        except OSError as error:
            raise StaleStateError(f"{name}.js cannot be read.") from error
        content = data[len(name) + len('dateline.shard("",') : -3]
        if self.name(content) != name:
            raise StaleStateError(f"{name}.js is not as it was exported.")
        return list(json.loads(content))

    def write_content(self, name: str, content: bytes) -> None:
        """Write a file that is not there yet, or not as it should be; raises OSError."""
        path = f"{name}.js"
        data = b'dateline.shard("%b",%b);\n' % (name.encode(), content)
        if path in self.files:
            if self.files[path].size != len(data):  # one of an earlier export, whose content is not at hand
                raise StaleStateError(f"{path} holds another shard.")
            return
        if not self._stands(path, data):
            aside = f"{self._root}{name.rpartition('/')[0]}{os.sep}{self._aside}"
            self.standing[path] = _write_whole(self._root + path, data, aside)
            self.written += 1
        self.files[path] = self.standing[path]

    def _stands(self, path: str, data: bytes) -> bool:
        """Tell whether a file holds `data`; it is read unless it is as an earlier export wrote it."""
        mark = self.standing.get(path)
        if mark is None or mark.size != len(data):
            return False
        return self._recorded.get(path) == mark or Path(self._root + path).read_bytes() == data


def script(name: str, data: object) -> str:
    """Return the text of a shard."""
    return f"dateline.shard({to_json(name)},{to_json(data)});\n"


def _write_whole(path: str, data: bytes, aside: str) -> Mark:
    """Write a file in one step, as `dateline.files.replace_file` does; an export writes tens of thousands."""
    try:
        with open(aside, "wb", buffering=0) as stream:  # noqa: PTH123 - a Path costs as much as the file
            stream.write(data)
            mark = _mark(os.fstat(stream.fileno()))
        os.replace(aside, path)  # noqa: PTH105 - without a Path, as above
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)  # noqa: PTH108 - without a Path, as above
        raise
    return mark


def _mark(status: os.stat_result) -> Mark:
    return Mark(status.st_size, status.st_mtime_ns)


def _cleared(folder: str, prefix: str = "") -> Iterator[tuple[str, Mark]]:
    """Yield path and mark of each shard in a folder and the folders in it; remove unfinished files, empty folders."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if not prefix:
                    yield from _cleared(entry.path, f"{entry.name}/")
                    with suppress(OSError):  # it is not empty
                        os.rmdir(entry.path)  # noqa: PTH106 - without a Path, as above
            elif _ASIDE.fullmatch(entry.name):
                with suppress(OSError):
                    os.unlink(entry.path)  # noqa: PTH108 - without a Path, as above
            # Names of scripts beside the shards have a full stop.
            elif entry.name.endswith(".js") and "." not in entry.name[:-3] and entry.name != META:
                yield f"{prefix}{entry.name}", _mark(entry.stat())
