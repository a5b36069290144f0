"""Files as the archive writes them: whole or not at all, and only when they changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def replace_file(path: Path, data: bytes | str) -> bool:
    """Make `data` (text as UTF-8) the content of `path`, in one step; return whether that changed it.

    A reader, or a build that is killed, sees the old file or the new one, never a part. Raises OSError.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    with suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return False
    with _written_aside(path) as stream:
        stream.write(content)
    return True


def replace_lines(path: Path, lines: Iterable[str]) -> bool:
    """Make `lines` the content of `path`, as `replace_file` does, without holding them all."""
    digest, before = hashlib.sha256(), file_sha256(path) if path.exists() else ""
    with _written_aside(path) as stream:
        for line in lines:
            data = f"{line}\n".encode()
            digest.update(data)
            stream.write(data)
    return digest.hexdigest() != before


@contextmanager
def _written_aside(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that takes the place of `path` when all was written to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of `data` (text as UTF-8) in hexadecimal."""
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces; raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
