"""Files as the archive writes them: whole or not at all, and only when they changed."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def replace_file(path: Path, data: bytes | str) -> bool:
    """Make `data` (text as UTF-8) the content of `path`, in one step; return whether that changed it.

    A reader, or a build that is killed, sees the old file or the new one, never a part. Raises OSError.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    with suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return False
    with _aside(path) as aside:
        aside.write_bytes(content)
        aside.replace(path)
    return True


def replace_lines(path: Path, lines: Iterable[str]) -> bool:
    """Make `lines` the content of `path`, as `replace_file` does, without holding them all."""
    with _aside(path) as aside:
        with aside.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{line}\n" for line in lines)
        if path.is_file() and file_sha256(path) == file_sha256(aside):
            aside.unlink()
            return False
        aside.replace(path)
    return True


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """Yield the name of a file to write beside `path` in its folder, gone afterwards unless it took its place."""
    aside = path.with_name(f".{path.name[:40]}.{secrets.token_hex(6)}")
    if not aside.parent.is_dir():
        aside.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield aside
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of `data` (text as UTF-8) in hexadecimal."""
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces; raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def link_file(source: Path, target: Path) -> None:
    """Put a file that never changes at `target` as well, without a copy where the file system allows it.

    What stands at `target` is replaced in one step, and never written through. Raises OSError.
    """
    with suppress(OSError):
        target.hardlink_to(source)
        return
    if target.exists() and target.samefile(source):
        return
    with _aside(target) as aside:
        try:
            aside.hardlink_to(source)
        except OSError:
            shutil.copy2(source, aside)  # with its time, by which publishing knows it
        aside.replace(target)
