"""One run of Pelican inside a build: quiet, into a folder aside, its complaints kept as notices."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pelican import Pelican
from pelican.log import console
from pelican.settings import read_settings

from dateline.build.publish import check_writable
from dateline.errors import SiteError
from dateline.records import Notice
from dateline.site.state import SiteState, state_of

# True of every archive that is read from disk, and no fault: our feeds' links climb from their folder.
_EXPECTED = "Feeds generated without SITEURL"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run made, and where the site belongs."""

    output: Path
    counts: dict[str, int]
    seconds: dict[str, float]
    notices: tuple[Notice, ...]


def run_pelican(settings_file: Path, staging: Path, *, when_converted: Callable[[], None]) -> Run:
    """Make the site at `staging`; `when_converted` is called between convert and Pelican's reading.

    Raises SiteError when the settings cannot be read or the output folder cannot be written.
    """
    with _quiet_pelican() as complaints:
        try:
            settings = read_settings(str(settings_file))
        except SystemExit as error:
            raise SiteError(f"{settings_file}: {_last(complaints) or 'the settings cannot be read'}") from error
        output = settings_file.resolve().parent / settings["OUTPUT_PATH"]
        check_writable(output)
        settings["OUTPUT_PATH"] = str(staging)
        pelican = Pelican(settings)
        if not any(name == "dateline" or name.startswith("dateline.") for name in pelican.settings["PLUGINS"]):
            raise SiteError(f'{settings_file}: PLUGINS must name "dateline"; {_last(complaints)}'.rstrip("; "))
        when_converted()
        state = state_of(pelican.settings)
        with state.timed("Pelican"):
            pelican.run()
    seconds = dict(state.seconds)
    seconds["Pelican"] -= sum(spent for stage, spent in seconds.items() if stage not in ("Pelican", "convert"))
    notices = dict.fromkeys([*state.notices, *(Notice("Pelican", complaint) for complaint in complaints)])
    return Run(output, _counts(state), seconds, tuple(notices))


def _counts(state: SiteState) -> dict[str, int]:
    converted, views = state.converted, state.views
    counts = {
        "stories read": converted.read,
        "articles made": converted.made,
        "articles updated": converted.updated,
        "deleted by hand": converted.deleted,
    }
    if views:
        archive = views.archive
        counts |= {
            "articles": len(archive.entries),
            "places": len(archive.places.facets),
            "actors": len(archive.actors.facets),
            "topics": len(archive.topics.facets),
            "words": archive.word_count,
        }
    return counts


@contextmanager
def _quiet_pelican() -> Iterator[list[str]]:
    """Keep Pelican from the terminal, and its warnings and errors in the list that this yields."""
    complaints: list[str] = []
    logger = logging.getLogger("pelican")
    handler = _Keeper(complaints)
    was_quiet, console.quiet = console.quiet, True
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield complaints
    finally:
        logger.removeHandler(handler)
        console.quiet, logger.propagate = was_quiet, propagated


class _Keeper(logging.Handler):
    def __init__(self, complaints: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._complaints = complaints

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.exc_info and record.exc_info[1]:
            message = f"{message}: {record.exc_info[1]}"
        if not message.startswith(_EXPECTED):
            self._complaints.append(message)


def _last(complaints: list[str]) -> str:
    return complaints[-1] if complaints else ""
