"""One run of Pelican inside a build: quiet, into a folder aside, its complaints kept as notices."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pelican import Pelican
from pelican.log import console
from pelican.settings import read_settings

import dateline
from dateline.errors import SiteError
from dateline.records import Notice
from dateline.site.state import SiteState, state_of

# No fault: our feeds' links climb from their folder. Told by ourselves: two articles with one slug.
_EXPECTED = re.compile(r"Feeds generated without SITEURL|There are \d+ (original|items)")


_ADDRESS = re.compile(r"https?://[^/\s]+")


@dataclass(frozen=True, slots=True)
class Made:
    """What a run of Pelican made."""

    counts: dict[str, int]
    seconds: dict[str, float]
    notices: tuple[Notice, ...]


def load_settings(settings_file: Path, complaints: list[str]) -> dict[str, Any]:
    """Read Pelican's settings; raise SiteError when they cannot be read."""
    try:
        settings: dict[str, Any] = read_settings(str(settings_file))
    except SystemExit as error:
        raise SiteError(f"{settings_file}: {_last(complaints) or 'the settings cannot be read'}") from error
    siteurl = settings["SITEURL"]
    if siteurl and not _ADDRESS.match(siteurl):
        raise SiteError(f"SITEURL is {siteurl!r}; an address begins with https:// or http:// and names a host")
    return settings


def input_roots(settings: Mapping[str, Any], project: Path) -> dict[str, Path]:
    """Return the files and folders that a build depends on, by name: content, theme, settings, code."""
    roots = {
        "content": Path(settings["PATH"]),
        "theme": Path(settings["THEME"]),
        "dateline": Path(dateline.__file__).parent,
        "dateline/theme": Path(dateline.theme_path()),
    }
    for number, folder in enumerate(settings["THEME_TEMPLATES_OVERRIDES"]):
        roots[f"templates {number}"] = Path(folder)
    for name in ("pelicanconf.py", "publishconf.py"):
        roots[name] = project / name
    for path in _modules_below(project):  # what settings import, and plugins of the site's own
        roots.setdefault(path.relative_to(project).as_posix(), path)
    return {name: path for name, path in roots.items() if path.exists()}


def _modules_below(project: Path) -> set[Path]:
    files = {Path(file).resolve() for module in [*sys.modules.values()] if (file := getattr(module, "__file__", None))}
    mine = {file for file in files if file.is_relative_to(project)}
    ours = Path(dateline.__file__).parent.resolve()
    return {file for file in mine if "site-packages" not in file.parts and not file.is_relative_to(ours)}


def start_pelican(settings: dict[str, Any], staging: Path, complaints: list[str]) -> Pelican:
    """Start Pelican for a site at `staging`, which converts the sources; SiteError without our plugin."""
    pelican = Pelican({**settings, "OUTPUT_PATH": str(staging)})
    if not any(name == "dateline" or name.startswith("dateline.") for name in pelican.settings["PLUGINS"]):
        raise SiteError(f'PLUGINS must name "dateline"; {_last(complaints)}'.rstrip("; "))
    return pelican


def make_site(pelican: Pelican, complaints: list[str]) -> Made:
    """Let Pelican read the articles and write the site, and return what was made."""
    state = state_of(pelican.settings)
    with state.timed("Pelican"):
        pelican.run()
    seconds = dict(state.seconds)
    seconds["Pelican"] -= sum(spent for stage, spent in seconds.items() if stage not in ("Pelican", "convert"))
    notices = dict.fromkeys([*state.notices, *(Notice("Pelican", complaint) for complaint in complaints)])
    more = state.converted.reported - len(state.converted.notices)  # in the report's file alone
    return Made({**_counts(state), "reported": len(notices) + more}, seconds, tuple(notices))


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
def quiet_pelican() -> Iterator[list[str]]:
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
        if not _EXPECTED.match(message):
            self._complaints.append(message)


def _last(complaints: list[str]) -> str:
    return complaints[-1] if complaints else ""
