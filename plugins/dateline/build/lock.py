"""One build at a time: a lock that ends with its process, however that ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dateline.errors import SiteError

try:
    import fcntl
except ImportError:  # not on Windows, where nothing is locked
    fcntl = None  # type: ignore[assignment]  # Windows has none


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of the build in `folder`; raise SiteError when another build holds it."""
    with (folder / "lock").open("a") as file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise SiteError(f"{folder}: another build is at work here; build again when it has ended") from error
        yield
