"""The build: convert, let Pelican make the site aside, put it in place, and tell what was done.

inputs ─unchanged→ say so     inputs ─convert→ articles ─Pelican→ .cache/staging ─publish→ output
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.build.lock import build_lock
from dateline.build.manifest import (
    Manifest,
    list_output,
    load_manifest,
    same_content,
    stamp_inputs,
    write_manifest,
)
from dateline.build.publish import check_writable, owned_without_memory, publish
from dateline.errors import SiteError
from dateline.files import sha256
from dateline.records import Notice

if TYPE_CHECKING:  # its readers take a while to load, and a build that finds nothing changed needs none
    from dateline.articles.intake import Progress

REMOVED_STORIES = "content/removed.csv"
# What convert writes below the content: seen after it ran; all else is seen before, lest a change be missed.
WRITTEN_BY_CONVERT = ("content/articles/", "content/ledger.jsonl")


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did: counts by name, seconds by stage, and what the maintainer should know."""

    output: Path
    unchanged: bool
    counts: dict[str, int]
    seconds: dict[str, float]
    notices: tuple[Notice, ...]


def build_site(settings_file: Path, *, progress: Progress | None = None) -> BuildSummary:
    """Build the site whose settings stand in `settings_file`; `progress` is told of the stories converted.

    When nothing has changed since the last build, the site is left as it is and the summary says so. Raises
    SiteError when the site cannot be written, or another build is at work.
    """
    if not settings_file.is_file():
        raise SiteError(f"{settings_file}: there are no settings; `dateline new` makes an archive with them")
    project = settings_file.resolve().parent
    last = load_manifest(project / ".cache" / "build.json")
    if last.options == _options(settings_file) and _is_settled(last, project):
        return _summary(project, last.summary, unchanged=True)
    check_writable(project / ".cache")
    with build_lock(project / ".cache"):
        return _build(settings_file, project, last, progress)


def _is_settled(last: Manifest, project: Path) -> bool:
    """Tell whether the inputs and the output are those of the last build."""
    roots = {name: project / path for name, path in last.roots.items()}
    if not same_content(stamp_inputs(roots, last.inputs), last.inputs):
        return False
    return list_output(project / last.summary["output"], last.output) == last.output


def _build(settings_file: Path, project: Path, last: Manifest, progress: Progress | None) -> BuildSummary:
    from dateline.site.run import input_roots, load_settings, make_site, quiet_pelican, start_pelican

    start = time.perf_counter()
    cache = project / ".cache"
    staging = cache / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    with quiet_pelican() as complaints:
        settings = {**load_settings(settings_file, complaints), "DATELINE_PROGRESS": progress}
        output = project / settings["OUTPUT_PATH"]
        check_writable(output)
        before = stamp_inputs(input_roots(settings, project), last.inputs)
        pelican = start_pelican(settings, staging, complaints)
        roots = input_roots(settings, project)
        after = stamp_inputs(roots, last.inputs)
        made = make_site(pelican, complaints)
    converted = {name: stamp for name, stamp in after.items() if name.startswith(WRITTEN_BY_CONVERT)}
    stamps = {name: stamp for name, stamp in (after | before | converted).items() if name in after}
    publish_start = time.perf_counter()
    owned = last.output or owned_without_memory(output)
    manifest_file = cache / "build.json"

    def remember(names: Collection[str]) -> None:
        """Before the first file is moved: a publish that is killed still knows whose the files are."""
        write_manifest(manifest_file, Manifest(output=dict.fromkeys({*names, *owned}, (0, 0))))

    # Search files of the last build are kept for pages that are open, but not with a story that was removed since.
    was_removed = stamps.get(REMOVED_STORIES) != last.inputs.get(REMOVED_STORIES)
    superseded = owned if was_removed else last.superseded
    published = publish(staging, output, last=owned, superseded=superseded, before_first=remember)
    shutil.rmtree(staging, ignore_errors=True)
    seconds = {**made.seconds, "publish": time.perf_counter() - publish_start, "in all": time.perf_counter() - start}
    summary: dict[str, Any] = {
        "output": os.path.relpath(output, project),
        "counts": {**made.counts, "files written": published.written, "files removed": published.removed},
        "seconds": seconds,
        "notices": [[notice.where, notice.message, notice.reason] for notice in made.notices],
    }
    manifest = Manifest(
        inputs=stamps,
        roots={name: _from_project(path, project) for name, path in roots.items()},
        options=_options(settings_file),
        output=list_output(output, published.names),
        superseded=published.superseded,
        summary=summary,
    )
    write_manifest(manifest_file, manifest)
    return _summary(project, summary, unchanged=False)


def _summary(project: Path, summary: Mapping[str, Any], *, unchanged: bool) -> BuildSummary:
    notices = tuple(Notice(where, message, reason=reason) for where, message, reason in summary["notices"])
    return BuildSummary(project / summary["output"], unchanged, summary["counts"], summary["seconds"], notices)


def _from_project(path: Path, project: Path) -> str:
    """Return a path as seen from the project where it lies in it, so that an archive may be moved."""
    resolved = path.resolve()
    return resolved.relative_to(project).as_posix() if resolved.is_relative_to(project) else str(resolved)


def _options(settings_file: Path) -> str:
    """Return a hash of what a build depends on that is no file of the archive: versions and the environment."""
    installed = {info.name for folder in sys.path for info in Path(folder).glob("*.dist-info")}
    return sha256("\n".join([settings_file.name, os.environ.get("SITEURL", ""), sys.version, *sorted(installed)]))
