"""The command line: `dateline COMMAND`. Exit 0 done, 1 finished with items reported, 2 could not run."""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import dateline
from dateline.cli import archive, curation, searching
from dateline.cli.running import COULD_NOT_RUN, DONE
from dateline.cli.searching import HITS_SHOWN, SORTS
from dateline.errors import ArchiveError

__all__ = ["SORTS", "main"]

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(_with_unwanted_words(sys.argv[1:] if arguments is None else arguments))
    for stream in (sys.stdout, sys.stderr):  # names of the world print wherever this runs
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    command: Command = options.command
    try:
        return command(options)
    except BrokenPipeError:  # `| head` has read enough
        sys.stderr.close()
        return DONE
    except (ArchiveError, OSError) as error:
        print(f"dateline: {error}", file=sys.stderr)
        return COULD_NOT_RUN


def _with_unwanted_words(arguments: Sequence[str]) -> Sequence[str]:
    """Return arguments in which `-word` of a query is no option: with a space before it, which the query goes without.

    All options of `search` begin with two dashes, `-h` aside.
    """
    if list(arguments[:1]) != ["search"]:
        return arguments
    return [f" {given}" if re.match(r"-[^-]", given) and given != "-h" else given for given in arguments]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dateline", description="Turn news texts into an archive without a server.")
    parser.add_argument("--version", action="version", version=f"dateline {dateline.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, summary: str, example: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(command=command)
        return added

    new = add("new", archive.new, "make a ready archive of one's own", "dateline new my-archive")
    new.add_argument("folder", type=Path, help="a folder that is empty or does not exist yet")

    build = add("build", archive.build, "convert the sources and build the site", "dateline build")
    build.add_argument("--settings", type=Path, default=Path("pelicanconf.py"), help="Pelican's settings file")
    build.add_argument("--strict", action="store_true", help="exit 1 when something was reported")

    convert = add("convert", archive.convert, "turn the sources into articles", "dateline convert --dry-run")
    convert.add_argument("paths", nargs="*", type=Path, help="sources below content/sources; all of them when none")
    convert.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    convert.add_argument("--format", default="", help="take the sources named for this format, whatever they hold")
    convert.add_argument("--settings", type=Path, default=Path("pelicanconf.py"), help="Pelican's settings file")

    cat = add(
        "cat",
        archive.cat,
        "print the bytes of a source that an article names",
        "dateline cat 'sources/a.zip!b.xml#bytes=0-99'",
    )
    cat.add_argument("locator", help="what an article's Source line says, without a closing ;")

    remove = add(
        "remove", archive.remove, "take an article out for good, and leave word at its address",
        "dateline remove rain-in-lima --reason 'Taken out on request.'",
    )  # fmt: skip
    remove.add_argument("slug", help="the article's Slug")
    remove.add_argument("--reason", required=True, help="a sentence for readers")
    remove.add_argument("--on", default="", help="the day, like 2017-03-22; today unless told")
    remove.add_argument("--by", default="", help="who decided")

    tag = add(
        "tag", curation.tag, "find the places and actors of texts", 'echo \'{"id": 1, "text": "…"}\' | dateline tag'
    )
    tag.add_argument("--jsonl", action="store_true", help='JSON lines in: {"id", "text"[, "title"]}; the only form')

    search = add("search", searching.search, "search the archive that was built", "dateline search 'palmyra OR raqqa'")
    search.add_argument("query", nargs="+", type=str.lstrip, help="the query; several words need no quotes")
    search.add_argument("--json", action="store_true", help="print one JSON object")
    search.add_argument(
        "--limit", type=_positive, help=f"how many results at the most; {HITS_SHOWN} unless told, with --json all"
    )
    search.add_argument("--offset", type=_natural, default=0, help="how many of the first results to pass over")
    search.add_argument("--sort", choices=SORTS, default=SORTS[0], help="the order of results; relevance unless told")
    search.add_argument("--exact", action="store_true", help="look for names only as they are spelt here")
    search.add_argument("--facets", action="store_true", help="count places, actors, topics and years of the results")

    suggest = add("suggest", curation.suggest, "propose rows for the authority files", "dateline suggest --interactive")
    suggest.add_argument("--limit", type=_positive, default=25, help="how many of each matter; 25 unless told")
    suggest.add_argument("--kind", choices=("place", "actor"), help="only names of places, or of actors")
    suggest.add_argument("--interactive", action="store_true", help="ask one by one, and write the answers")

    diff = add(
        "diff", curation.diff, "show what a change of names, rules or tagger would alter", "dateline diff --articles"
    )
    diff.add_argument("--articles", action="store_true", help="list each article with what it gains and loses")
    diff.add_argument("--json", action="store_true", help="print one JSON object")
    diff.add_argument("--settings", type=Path, default=Path("pelicanconf.py"), help="Pelican's settings file")

    add("check", curation.check, "check authority files and articles", "dateline check")

    serve = add("serve", searching.serve, "serve the built site with its search", "dateline serve --port 8000")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on; only this machine unless told")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument(
        "--rate", type=_natural, default=20, help="searches a second that one client may ask; 20 unless told, 0 for all"
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number
