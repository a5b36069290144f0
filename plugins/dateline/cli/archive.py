"""The commands that make an archive and its articles: new, build, convert, cat, remove."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.cli.output import count_of, gravest_first, print_notices, reported, show_progress
from dateline.cli.running import DONE, REPORTED, content_folder
from dateline.errors import ArchiveError

if TYPE_CHECKING:
    from dateline.articles.convert import ConvertReport
    from dateline.site.build import BuildSummary


def new(options: argparse.Namespace) -> int:
    """Make an archive."""
    from datetime import date

    from dateline.scaffold import new_archive

    new_archive(options.folder, today=date.today())
    print(f"{options.folder} is ready. Put texts into {options.folder}/content/sources/, then:")
    print(f"  cd {options.folder} && make html")
    return DONE


def build(options: argparse.Namespace) -> int:
    """Convert the sources and build the site."""
    from dateline.site.build import build_site

    with show_progress() as tick:
        summary = build_site(options.settings, progress=tick)
    _print_build(summary)
    return REPORTED if options.strict and summary.notices else DONE


def _print_build(summary: BuildSummary) -> None:
    counts = summary.counts
    made = (
        f"{count_of(counts['articles'], 'article')}, {count_of(counts['places'], 'place')}, "
        f"{count_of(counts['actors'], 'actor')}, {count_of(counts['words'], 'word')} indexed"
    )
    if summary.unchanged:
        print(f"Nothing changed since the last build: {made}.")
    else:
        stories = f"{count_of(counts['stories read'], 'story', 'stories')} read"
        converted = [(counts["articles made"], "made"), (counts["articles updated"], "updated")]
        words = [f"{count:,} {word}" for count, word in converted if count]
        if counts["deleted by hand"]:
            words.append(f"{counts['deleted by hand']:,} left deleted")
        print(f"Sources: {stories}, {', '.join(words) or 'no article changed'}.")
        print(f"Site:    {made}; {count_of(counts['files written'], 'file')} written.")
        stages = [f"{stage} {seconds:.2f} s" for stage, seconds in summary.seconds.items()]
        print(f"Time:    {', '.join(stages)}.")
    print_notices(gravest_first(summary.notices), count=counts["reported"])
    print(f"The site is at {os.path.relpath(summary.output)}/index.html; {reported(counts['reported'])}.")


def convert(options: argparse.Namespace) -> int:
    """Turn sources into articles."""
    from dateline.articles.convert import convert
    from dateline.site.settings import load_limits

    content = content_folder()
    if options.format and not options.paths:
        raise ArchiveError("--format: name the sources that are of this format")
    _check_format(options.format)
    with show_progress() as tick:
        report = convert(
            content,
            paths=[_source(path, content) for path in options.paths],
            format_name=options.format,
            dry_run=options.dry_run,
            limits=load_limits(options.settings),
            report_file=Path("reports/import.jsonl"),
            on_diff=print,
            progress=tick,
        )
    _print_convert(report, dry_run=options.dry_run)
    print_notices(gravest_first(report.notices), count=report.reported)
    if options.format:
        print(f'To have it read so in each build, write format = "{options.format}" into its sidecar.')
    return REPORTED if report.reported else DONE


def _check_format(name: str) -> None:
    from dateline.sources import format_of_name, formats

    if name and not format_of_name(name):
        raise ArchiveError(f"--format: there is no format {name!r}; there are: {', '.join(formats())}")


def _print_convert(report: ConvertReport, *, dry_run: bool) -> None:
    made, updated = ("to make", "to update") if dry_run else ("made", "updated")
    rows = {
        "read": report.read,
        "exact repeats among them": report.repeats,
        made: report.made,
        updated: report.updated,
        "unchanged": report.unchanged,
        "deleted by hand": report.deleted,
        "removed, with a tombstone": report.removed,
        "with other versions": report.versions,
        **{f"set aside: {reason}": count for reason, count in sorted(report.set_aside.items())},
        "reported": report.reported,
    }
    always = ("read", "unchanged", "reported")
    for name, count in rows.items():
        if count or name in always:
            print(f"{count:>9,}  {name}")


def cat(options: argparse.Namespace) -> int:
    """Print the bytes that an article names as its source."""
    from dateline.articles.provenance import parse_locator
    from dateline.site.settings import load_limits
    from dateline.sources.locating import read_located

    content, locator = content_folder(), parse_locator(options.locator)
    path = _source(content / locator.path, content)
    for piece in read_located(path, locator, load_limits(Path("pelicanconf.py"))):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    return DONE


def remove(options: argparse.Namespace) -> int:
    """Take an article out."""
    from datetime import date

    from dateline.articles.removing import remove_article

    on = options.on or date.today().isoformat()
    removed = remove_article(content_folder(), options.slug, reason=options.reason, on=on, by=options.by)
    print(f"{removed} was deleted; articles/{options.slug}.html will say so and why. Sources are left as they are.")
    return DONE


def _source(path: Path, content: Path) -> Path:
    sources = (content / "sources").resolve()
    if not path.resolve().is_relative_to(sources) or not path.is_file():
        raise ArchiveError(f"{path}: is no file below {content / 'sources'}, where an archive keeps what it received")
    return content / "sources" / path.resolve().relative_to(sources)
