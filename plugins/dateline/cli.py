"""The command line: `dateline COMMAND`. Exit 0 done, 1 finished with items reported, 2 could not run."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import dateline
from dateline.errors import ArchiveError, AuthorityError, SearchError, SourceError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from dateline.articles.convert import ConvertReport
    from dateline.curation.questions import Proposal
    from dateline.records import Notice
    from dateline.site.build import BuildSummary

DONE, REPORTED, COULD_NOT_RUN = 0, 1, 2
MAX_NOTICES_SHOWN = 20
NOTICES_OF_A_KIND = 3
MAX_PAGES_SHOWN = 40
STORIES_A_LINE = 5_000
HITS_SHOWN = 20
SORTS = ("relevance", "newest", "oldest")  # as in dateline.search.asking, which is loaded for a search only

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments)
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

    new = add("new", _new, "make a ready archive of one's own", "dateline new my-archive")
    new.add_argument("folder", type=Path, help="a folder that is empty or does not exist yet")

    build = add("build", _build, "convert the sources and build the site", "dateline build")
    build.add_argument("--settings", type=Path, default=Path("pelicanconf.py"), help="Pelican's settings file")
    build.add_argument("--strict", action="store_true", help="exit 1 when something was reported")

    convert = add("convert", _convert, "turn the sources into articles", "dateline convert --dry-run")
    convert.add_argument("paths", nargs="*", type=Path, help="sources below content/sources; all of them when none")
    convert.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    convert.add_argument("--format", default="", help="take the sources named for this format, whatever they hold")
    convert.add_argument("--settings", type=Path, default=Path("pelicanconf.py"), help="Pelican's settings file")

    cat = add(
        "cat",
        _cat,
        "print the bytes of a source that an article names",
        "dateline cat 'sources/a.zip!b.xml#bytes=0-99'",
    )
    cat.add_argument("locator", help="what an article's Source line says, without a closing ;")

    remove = add(
        "remove", _remove, "take an article out for good, and leave word at its address",
        "dateline remove rain-in-lima --reason 'Taken out on request.'",
    )  # fmt: skip
    remove.add_argument("slug", help="the article's Slug")
    remove.add_argument("--reason", required=True, help="a sentence for readers")
    remove.add_argument("--on", default="", help="the day, like 2017-03-22; today unless told")
    remove.add_argument("--by", default="", help="who decided")

    tag = add("tag", _tag, "find the places and actors of texts", 'echo \'{"id": 1, "text": "…"}\' | dateline tag')
    tag.add_argument("--jsonl", action="store_true", help='JSON lines in: {"id", "text"[, "title"]}; the only form')

    search = add("search", _search, "search the archive that was built", "dateline search 'palmyra OR raqqa'")
    search.add_argument("query", nargs="+", help="the query; several words need no quotes")
    search.add_argument("--json", action="store_true", help="print one JSON object")
    search.add_argument(
        "--limit", type=_positive, help=f"how many results at the most; {HITS_SHOWN} unless told, with --json all"
    )
    search.add_argument("--offset", type=_natural, default=0, help="how many of the first results to pass over")
    search.add_argument("--sort", choices=SORTS, default=SORTS[0], help="the order of results; relevance unless told")
    search.add_argument("--exact", action="store_true", help="look for names only as they are spelt here")
    search.add_argument("--facets", action="store_true", help="count places, actors, topics and years of the results")

    suggest = add("suggest", _suggest, "propose rows for the authority files", "dateline suggest --interactive")
    suggest.add_argument("--limit", type=_positive, default=25, help="how many of each matter; 25 unless told")
    suggest.add_argument("--kind", choices=("place", "actor"), help="only names of places, or of actors")
    suggest.add_argument("--interactive", action="store_true", help="ask one by one, and write the answers")

    diff = add("diff", _diff, "show what a change of names, rules or tagger would alter", "dateline diff --articles")
    diff.add_argument("--articles", action="store_true", help="list each article with what it gains and loses")
    diff.add_argument("--json", action="store_true", help="print one JSON object")
    diff.add_argument("--settings", type=Path, default=Path("pelicanconf.py"), help="Pelican's settings file")

    add("check", _check, "check authority files and articles", "dateline check")

    serve = add("serve", _serve, "serve the built site with its search", "dateline serve --port 8000")
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


def _new(options: argparse.Namespace) -> int:
    from datetime import date

    from dateline.scaffold import new_archive

    new_archive(options.folder, today=date.today())
    print(f"{options.folder} is ready. Put texts into {options.folder}/content/sources/, then:")
    print(f"  cd {options.folder} && make html")
    return DONE


def _build(options: argparse.Namespace) -> int:
    from dateline.site.build import build_site

    with _progress() as tick:
        summary = build_site(options.settings, progress=tick)
    _print_build(summary)
    return REPORTED if options.strict and summary.notices else DONE


def _print_build(summary: BuildSummary) -> None:
    counts = summary.counts
    made = (
        f"{_count(counts['articles'], 'article')}, {_count(counts['places'], 'place')}, "
        f"{_count(counts['actors'], 'actor')}, {_count(counts['words'], 'word')} indexed"
    )
    if summary.unchanged:
        print(f"Nothing changed since the last build: {made}.")
    else:
        stories = f"{_count(counts['stories read'], 'story', 'stories')} read"
        converted = [(counts["articles made"], "made"), (counts["articles updated"], "updated")]
        words = [f"{count:,} {word}" for count, word in converted if count]
        if counts["deleted by hand"]:
            words.append(f"{counts['deleted by hand']:,} left deleted")
        print(f"Sources: {stories}, {', '.join(words) or 'no article changed'}.")
        print(f"Site:    {made}; {_count(counts['files written'], 'file')} written.")
        stages = [f"{stage} {seconds:.2f} s" for stage, seconds in summary.seconds.items()]
        print(f"Time:    {', '.join(stages)}.")
    _print_notices(_gravest_first(summary.notices), count=counts["reported"])
    print(f"The site is at {os.path.relpath(summary.output)}/index.html; {_reported(counts['reported'])}.")


def _reported(count: int) -> str:
    return f"{count:,} {'item' if count == 1 else 'items'} reported" if count else "nothing was set aside"


def _convert(options: argparse.Namespace) -> int:
    from dateline.articles.convert import convert
    from dateline.site.settings import load_limits

    content = _content()
    if options.format and not options.paths:
        raise ArchiveError("--format: name the sources that are of this format")
    _check_format(options.format)
    with _progress() as tick:
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
    _print_notices(_gravest_first(report.notices), count=report.reported)
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


def _gravest_first(notices: Sequence[Notice]) -> list[Notice]:
    """Return what was not read, then what lost text, then the rest; many of a kind in a file come last."""
    if not notices:
        return []
    from dateline.sources import NOT_READ

    kinds: Counter[tuple[str, str]] = Counter()
    ranked = []
    for place, notice in enumerate(notices):
        kind = (notice.where.split(" line ")[0].split("#")[0], notice.reason)
        kinds[kind] += 1
        rank = 0 if notice.reason == NOT_READ else 1 if notice.reason.startswith(("text", "no ", "a headline")) else 2
        ranked.append((kinds[kind] > NOTICES_OF_A_KIND, rank, place, notice))
    return [notice for *_, notice in sorted(ranked, key=lambda row: row[:3])]


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """Yield what shows the stories done of each stage: a bar with count and rate on a terminal, else plain lines."""
    if not sys.stderr.isatty():
        yield _print_progress
        return
    with ExitStack() as stack:
        bars: list[Progress] = []  # one, from the first story on
        tasks: dict[str, TaskID] = {}

        def tick(stage: str, count: int) -> None:
            if not bars:
                bars.append(stack.enter_context(_new_bar()))
            if stage not in tasks:
                for task in tasks.values():
                    bars[0].update(task, visible=False)
                tasks.clear()
                tasks[stage] = bars[0].add_task(stage, total=None)
            bars[0].update(tasks[stage], completed=count)

        yield tick


def _new_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    name = TextColumn("{task.description}", markup=False)  # a file may be called "a[/b].txt"
    columns = (name, BarColumn(), TextColumn("{task.completed:,}"), Rate(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _print_progress(stage: str, count: int) -> None:
    if count and count % STORIES_A_LINE == 0:
        print(f"{stage}: {count:,} stories", file=sys.stderr, flush=True)


def _cat(options: argparse.Namespace) -> int:
    from dateline.articles.provenance import parse_locator
    from dateline.site.settings import load_limits
    from dateline.sources.locating import read_located

    content, locator = _content(), parse_locator(options.locator)
    path = _source(content / locator.path, content)
    for piece in read_located(path, locator, load_limits(Path("pelicanconf.py"))):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    return DONE


def _remove(options: argparse.Namespace) -> int:
    from datetime import date

    from dateline.articles.removing import remove_article

    on = options.on or date.today().isoformat()
    removed = remove_article(_content(), options.slug, reason=options.reason, on=on, by=options.by)
    print(f"{removed} was deleted; articles/{options.slug}.html will say so and why. Sources are left as they are.")
    return DONE


def _source(path: Path, content: Path) -> Path:
    sources = (content / "sources").resolve()
    if not path.resolve().is_relative_to(sources) or not path.is_file():
        raise ArchiveError(f"{path}: is no file below {content / 'sources'}, where an archive keeps what it received")
    return content / "sources" / path.resolve().relative_to(sources)


def _tag(options: argparse.Namespace) -> int:
    from dateline.authority import load_authority
    from dateline.tagging import find_mentions, mention_json

    authority, notices = load_authority(Path("content/authority"))
    failed = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            id_, title, text = _read_document(line)
        except SourceError as error:
            failed += 1
            print(f'line {number}: {error}; a line is {{"id": …, "text": "…"}}, "title" optional', file=sys.stderr)
            continue
        mentions = find_mentions(title, text, authority)
        row = {"id": id_, "mentions": [mention_json(mention, title, text) for mention in mentions]}
        print(json.dumps(row, ensure_ascii=not _is_sound(row)))
    _print_notices(notices, stream_is_error=True)
    return REPORTED if failed or notices else DONE


def _read_document(line: bytes) -> tuple[object, str, str]:
    """Return id, title and text of a line of JSON; SourceError says what is wrong with it."""
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SourceError("is not JSON") from error
    if not isinstance(document, dict):
        raise SourceError("is no JSON object")
    title, text = document.get("title") or "", document.get("text")
    if not isinstance(text, str) or not isinstance(title, str):
        raise SourceError("has no text, or a text or title that is no string")
    return document.get("id"), title, text


def _is_sound(row: object) -> bool:
    """Tell whether a row can be written as UTF-8: JSON may hold half a surrogate pair."""
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _search(options: argparse.Namespace) -> int:
    from dateline.search.asking import ENGINE, NO_LIMIT, Question

    question = Question(
        " ".join(options.query),
        limit=options.limit or (NO_LIMIT if options.json else HITS_SHOWN),
        offset=options.offset,
        sort=options.sort,
        widen=not options.exact,
        facets=options.facets,
    )
    with ENGINE.open(Path(".cache/index")) as index:
        answer = ENGINE.ask(index, question)
    error = answer.get("error")
    if options.json:
        print(json.dumps(answer, ensure_ascii=False))
    elif not error:
        from dateline.search.terminal import print_answer

        print_answer(answer)
    if error:
        raise SearchError(error)
    return DONE


def _suggest(options: argparse.Namespace) -> int:
    from dateline.authority import load_authority
    from dateline.curation.desk import proposal_rows
    from dateline.curation.suggest import load_proposals
    from dateline.records import Kind

    content = _content()
    authority, notices = load_authority(content / "authority")
    _print_notices(notices, stream_is_error=True, where="dateline check tells them")
    with _progress() as tick:
        kind = Kind(options.kind) if options.kind else None
        proposals = load_proposals(content, authority, cache=Path(".cache"), kind=kind, progress=tick)
    if not proposals:
        print("Nothing to suggest: every name has a record, and none is in doubt.")
    elif options.interactive:
        return _ask(proposals, content / "authority")
    else:
        print(proposal_rows(proposals, limit=options.limit), end="")
    return DONE


def _ask(proposals: Sequence[Proposal], folder: Path) -> int:
    """Walk through the proposals, and write each answer as it comes."""
    from dateline.curation.desk import ask, write_answer

    written = refused = 0
    for answer in ask(proposals, sys.stdin, sys.stdout):
        try:
            print(write_answer(folder, answer))
            written += 1
        except AuthorityError as error:
            print(f"Not written: {error}")
            refused += 1
    print(f"{_count(written, 'answer')} written; see what they alter with dateline diff, then make html.")
    return REPORTED if refused else DONE


def _diff(options: argparse.Namespace) -> int:
    from dateline.curation.difference import article_lines, difference_json, load_difference, summary_lines
    from dateline.site.settings import load_limits

    with _progress() as tick:
        built = Path("output/data/articles.json")
        difference = load_difference(_content(), built=built, limits=load_limits(options.settings), progress=tick)
    is_same = not difference.articles and not difference.pages
    if options.json:
        print(json.dumps(difference_json(difference), ensure_ascii=False))
    elif is_same:
        print("Nothing would change.")
    else:
        print("\n".join(summary_lines(difference, limit=None if options.articles else MAX_PAGES_SHOWN)))
        if options.articles:
            print("\n".join(article_lines(difference)))
    return DONE if is_same else REPORTED


def _check(options: argparse.Namespace) -> int:
    from dateline.articles.check import check_archive
    from dateline.authority import load_authority
    from dateline.curation.faults import load_faults
    from dateline.site.settings import load_limits

    content = _content()
    notices = check_archive(content, load_limits(Path("pelicanconf.py")))
    notices += load_faults(content, load_authority(content / "authority")[0])
    _print_notices(notices, limit=None)
    print(f"{_reported(len(notices)).capitalize()}." if notices else "All is as it should be.")
    return REPORTED if notices else DONE


def _serve(options: argparse.Namespace) -> int:
    from dateline.server import Limits, serve

    if not Path("output/index.html").is_file():
        raise ArchiveError("output/index.html: there is no site yet; build it first (make html)")
    print(f"The archive is at http://{options.host}:{options.port}/ — stop with Ctrl-C.", flush=True)
    limits = Limits(rate=options.rate, burst=3 * options.rate)
    serve(Path("output"), Path(".cache/index"), host=options.host, port=options.port, limits=limits)
    return DONE


def _content() -> Path:
    content = Path("content")
    if not content.is_dir():
        raise ArchiveError(
            "content/: there is none here; run this in an archive's folder, or make one: dateline new DIR"
        )
    return content


def _print_notices(
    notices: Iterable[Notice],
    *,
    limit: int | None = MAX_NOTICES_SHOWN,
    count: int = 0,
    stream_is_error: bool = False,
    where: str = "all are in reports/import.jsonl",
) -> None:
    """Print the first notices, and how many more there are of all that were given, or of `count`."""
    stream = sys.stderr if stream_is_error else sys.stdout
    listed = list(notices)
    for notice in listed[:limit]:
        print(f"  {notice.where}: {notice.message}", file=stream)
    more = max(count, len(listed)) - limit if limit is not None else 0
    if more > 0:
        print(
            f"  … and {more:,} more; {where}",
            file=stream,
        )


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
