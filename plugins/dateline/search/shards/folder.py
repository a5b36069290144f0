"""The folder of shards: files named by what they hold, each written once, whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
from base64 import b32encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from dateline.errors import SearchError

META = "meta.js"

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class CollisionError(SearchError):
    """Two shards would have the same name."""


class StaleStateError(SearchError):
    """What an export kept for the next does not fit what stands."""


class ShardFolder:
    """The shards that stand in a folder, and those that an export has named."""

    def __init__(self, folder: Path, name_chars: int) -> None:
        """Look at what stands in `folder`, which is made; names have `name_chars` characters."""
        self.folder = folder
        self.name_chars = name_chars
        folder.mkdir(parents=True, exist_ok=True)
        self.standing = dict(_standing(str(folder)))
        self.sizes: dict[str, int] = {}  # of the files of this export, by path
        self.kept: dict[str, int] = {}  # those of an earlier export
        self.written = 0
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
            if name and path not in self.sizes:
                size = self.kept.get(path, -1)
                if self.standing.get(path) != size:
                    raise StaleStateError(f"{path} is not as it was exported.")
                self.sizes[path] = size

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
        """Write a file that is not there yet; raises OSError."""
        path = f"{name}.js"
        if path in self.sizes:
            return
        data = b'dateline.shard("%b",%b);\n' % (name.encode(), content)
        self.sizes[path] = len(data)
        stands = self.standing.get(path)
        if stands is None:
            _write_whole(self._root + path, data, f"{self._root}{name.rpartition('/')[0]}{os.sep}{self._aside}")
            self.written += 1
        elif stands != len(data):
            raise CollisionError(f"{path} holds another shard")


def script(name: str, data: object) -> str:
    """Return the text of a shard."""
    return f"dateline.shard({to_json(name)},{to_json(data)});\n"


def _write_whole(path: str, data: bytes, aside: str) -> None:
    """Write a new file in one step, as `dateline.files.replace_file` does; an export writes tens of thousands."""
    try:
        with open(aside, "wb", buffering=0) as stream:  # noqa: PTH123 - a Path costs as much as the file
            stream.write(data)
        os.replace(aside, path)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)  # noqa: PTH108
        raise


def _standing(folder: str, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Yield the path and size of each shard in a folder and the folders in it."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if not prefix:
                    yield from _standing(entry.path, f"{entry.name}/")
            # Names of scripts beside the shards have a full stop, as has what a killed writer left.
            elif entry.name.endswith(".js") and "." not in entry.name[:-3] and entry.name != META:
                yield f"{prefix}{entry.name}", entry.stat().st_size
