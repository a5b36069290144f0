"""What every command goes by: its exit codes, and the folder that it runs in."""

from __future__ import annotations

from pathlib import Path

from dateline.errors import ArchiveError

DONE, REPORTED, COULD_NOT_RUN = 0, 1, 2


def content_folder() -> Path:
    """Return the folder with the sources and articles of the archive that this runs in; ArchiveError where none is."""
    content = Path("content")
    if not content.is_dir():
        raise ArchiveError(
            "content/: there is none here; run this in an archive's folder, or make one: dateline new DIR"
        )
    return content
