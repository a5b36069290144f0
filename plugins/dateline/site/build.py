"""The build: convert, let Pelican make the site aside, put it in place, and tell what was done.

inputs ─unchanged→ say so     inputs ─convert→ articles ─Pelican→ .cache/staging ─publish→ output
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dateline
from dateline.build.manifest import (
    Manifest,
    Stamp,
    list_output,
    load_manifest,
    same_content,
    stamp_inputs,
    write_manifest,
)
from dateline.build.publish import check_writable, publish
from dateline.errors import SiteError
from dateline.files import sha256
from dateline.records import Notice

DISTRIBUTIONS = ("pelican", "markdown", "jinja2", "whoosh3")


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did: counts by name, seconds by stage, and what the maintainer should know."""

    output: Path
    unchanged: bool
    counts: dict[str, int]
    seconds: dict[str, float]
    notices: tuple[Notice, ...]


def build_site(settings_file: Path) -> BuildSummary:
    """Build the site whose settings stand in `settings_file`; raise SiteError when it cannot be written.

    When nothing has changed since the last build, the site is left as it is and the summary says so.
    """
    project = settings_file.resolve().parent
    if not settings_file.is_file():
        raise SiteError(f"{settings_file}: there are no settings; `dateline new` makes an archive with them")
    manifest_file = project / ".cache" / "build.json"
    last = load_manifest(manifest_file)
    options = _options(settings_file)
    roots = _inputs(project)
    stamps = stamp_inputs(roots, last.inputs)
    output = project / last.summary.get("output", "output")
    if last.settings == options and same_content(stamps, last.inputs) and list_output(output) == dict(last.output):
        return _summary(output, last.summary, unchanged=True)
    return _build(settings_file, manifest_file, last, options=options, roots=roots)


def _build(
    settings_file: Path, manifest_file: Path, last: Manifest, *, options: str, roots: dict[str, Path]
) -> BuildSummary:
    from dateline.site.run import run_pelican  # Pelican takes half a second to import

    project, cache = settings_file.resolve().parent, manifest_file.parent
    staging = cache / "staging"
    start = time.perf_counter()
    check_writable(cache)
    shutil.rmtree(staging, ignore_errors=True)
    stamps: dict[str, Stamp] = {}
    run = run_pelican(settings_file, staging, when_converted=lambda: stamps.update(stamp_inputs(roots, last.inputs)))
    publish_start = time.perf_counter()
    published = publish(staging, run.output, last=last.output.keys(), superseded=last.superseded)
    shutil.rmtree(staging, ignore_errors=True)
    listing = list_output(run.output)
    seconds = {
        **run.seconds,
        "publish": time.perf_counter() - publish_start,
        "in all": time.perf_counter() - start,
    }
    counts = {**run.counts, "files written": published.written, "files removed": published.removed}
    summary: dict[str, Any] = {
        "output": os.path.relpath(run.output, project),
        "counts": counts,
        "seconds": seconds,
        "notices": [[notice.where, notice.message] for notice in run.notices],
    }
    write_manifest(manifest_file, Manifest(stamps, options, listing, published.superseded, summary))
    return _summary(run.output, summary, unchanged=False)


def _summary(output: Path, summary: Any, *, unchanged: bool) -> BuildSummary:
    notices = tuple(Notice(where, message) for where, message in summary["notices"])
    return BuildSummary(output, unchanged, summary["counts"], summary["seconds"], notices)


def _inputs(project: Path) -> dict[str, Path]:
    """Return what a build depends on, by name: content, settings, theme, and Dateline itself."""
    own = {name: project / name for name in ("content", "theme", "pelicanconf.py", "publishconf.py")}
    ours = {"dateline": Path(dateline.__file__).parent, "dateline/theme": Path(dateline.theme_path())}
    return {name: path for name, path in (own | ours).items() if path.exists()}


def _options(settings_file: Path) -> str:
    """Return a hash of what a build depends on that is no file."""
    versions = [f"{name} {_version(name)}" for name in DISTRIBUTIONS]
    return sha256("\n".join([settings_file.name, os.environ.get("SITEURL", ""), sys.version, *versions]))


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except ImportError:
        return "none"
