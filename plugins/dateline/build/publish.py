"""Publish: a site made aside is put in place, each file whole, only those that changed, in a safe order.

Search files come first (their names tell their content), then pages, then the indexes that name them, at last what
leads to the new search: its root, and then the page that asks for this under a name of its own. What is no longer part
of the site goes after that. Whoever reads the site meanwhile finds every link answered.
"""

from __future__ import annotations

import errno
import filecmp
import os
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dateline.errors import SiteError
from dateline.files import replace_file

SEARCH = "search/"
SEARCH_ROOT = "search/meta.js"  # names the shards, whose names tell their content
# The page asks for the root as of its generation, under which no cache between is to keep the one before.
LAST = (SEARCH_ROOT, "search.html")
OWN_GLOBS = (
    *(
        f"{family}/{names}"
        for family in ("actors", "articles", "dates", "places", "tags", "topics")
        for names in ("*.html", "*/*.html")
    ),
    "feeds/**/*.atom.xml",
    "data/articles.json",
    "data/mentions.jsonl",
    "search/*.js",
    "search/*/*.js",
)


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing changed, in numbers of files, and the search files kept for pages that are open."""

    written: int
    unchanged: int
    removed: int
    superseded: tuple[str, ...]
    names: tuple[str, ...]  # all files of the site, the superseded ones included


def check_writable(folder: Path) -> None:
    """Raise SiteError when no site can be written to `folder`."""
    probe = folder / f".dateline-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SiteError(
            f"{folder}: the site cannot be written there ({error.strerror}); make it a folder that you may write to"
        ) from error


def publish(
    staging: Path,
    output: Path,
    *,
    last: Collection[str],
    superseded: Collection[str],
    before_first: Callable[[Collection[str]], None] = lambda names: None,
) -> Published:
    """Move the site at `staging` to `output`.

    `last` are the files of the build before: those the site no longer has are removed, but for search files,
    which stay for one build more; `superseded` are those kept so by the last one. Files of others stay.
    `before_first` is told the names of the new site before the first file is moved.
    """
    new = sorted((path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()), key=_turn)
    before_first(new)
    written = sum(_replace_if_changed(staging / name, output / name, is_same=_comparison(name)) for name in new)
    gone = sorted({*last, *superseded} - set(new))
    kept = tuple(name for name in gone if name.startswith(SEARCH) and name not in superseded)
    removed = sum(_remove(output, name) for name in gone if name not in kept)
    return Published(written, len(new) - written, removed, kept, (*new, *kept))


def owned_without_memory(output: Path) -> list[str]:
    """Return the files of a site that an earlier build left, when what it remembered is lost: those of our names.

    Without our data file there, none is ours.
    """
    if not (output / "data/articles.json").is_file():
        return []
    return sorted({path.relative_to(output).as_posix() for glob in OWN_GLOBS for path in output.glob(glob)})


def _turn(name: str) -> tuple[int, str]:
    """Return when a file has its turn: what others name before what names it."""
    if name in LAST:
        return 3 + LAST.index(name), name
    if name.startswith((SEARCH, "theme/")):
        return 0, name
    is_index = name.endswith("index.html") or not name.endswith(".html")
    return (2 if is_index else 1), name


def _comparison(name: str) -> Callable[[Path, Path], bool]:
    """Return how a file is told from the one that stands: the many shards are read only where size or time differ."""
    if name.startswith(SEARCH) and name.endswith(".js") and name != SEARCH_ROOT:
        return _is_same_shard
    return _is_same


def _is_same(new: Path, old: Path) -> bool:
    return filecmp.cmp(new, old, shallow=False)


def _is_same_shard(new: Path, old: Path) -> bool:
    mark, standing = new.stat(), old.stat()
    if (mark.st_size, mark.st_mtime_ns) == (standing.st_size, standing.st_mtime_ns):
        return True
    if not _is_same(new, old):
        return False
    _date_as(new, old)
    return True


def _date_as(new: Path, old: Path) -> None:
    """Give a file that stands the time of the new one, by which the next build knows it."""
    with suppress(OSError):
        os.utime(old, ns=(new.stat().st_atime_ns, new.stat().st_mtime_ns))


def _replace_if_changed(new: Path, old: Path, *, is_same: Callable[[Path, Path], bool]) -> bool:
    try:
        if old.is_file() and is_same(new, old):
            return False
        old.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.replace(old)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            replace_file(old, new.read_bytes())  # the output lies on another file system
            _date_as(new, old)
    except OSError as error:
        message = f"{old}: cannot be written ({error.strerror}); make way for it, and build again"
        raise SiteError(message) from error
    return True


def _remove(output: Path, name: str) -> bool:
    path = output / name
    try:
        path.unlink()
    except OSError:  # it is gone already, or somebody has put a folder in its place
        return False
    with suppress(OSError):  # a folder that holds something else stays
        path.parent.rmdir()
    return True
