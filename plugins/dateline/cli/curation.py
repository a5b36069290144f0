"""The commands that look after names and tags: tag, suggest, diff, check."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.cli.output import count_of, print_notices, reported, show_progress
from dateline.cli.running import DONE, REPORTED, content_folder
from dateline.errors import AuthorityError, SourceError

if TYPE_CHECKING:
    from dateline.curation.questions import Proposal

MAX_PAGES_SHOWN = 40


def tag(options: argparse.Namespace) -> int:
    """Print the mentions of texts that come in as JSON lines."""
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
    print_notices(notices, stream_is_error=True)
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


def suggest(options: argparse.Namespace) -> int:
    """Print or ask what the authority files may take up."""
    from dateline.authority import load_authority
    from dateline.curation.desk import proposal_rows
    from dateline.curation.suggest import load_proposals
    from dateline.records import Kind

    content = content_folder()
    authority, notices = load_authority(content / "authority")
    print_notices(notices, stream_is_error=True, where="dateline check tells them")
    with show_progress() as tick:
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
    print(f"{count_of(written, 'answer')} written; see what they alter with dateline diff, then make html.")
    return REPORTED if refused else DONE


def diff(options: argparse.Namespace) -> int:
    """Print what a build would alter."""
    from dateline.curation.difference import article_lines, difference_json, load_difference, summary_lines
    from dateline.site.settings import load_limits

    with show_progress() as tick:
        built = Path("output/data/articles.json")
        difference = load_difference(content_folder(), built=built, limits=load_limits(options.settings), progress=tick)
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


def check(options: argparse.Namespace) -> int:
    """Print what is wrong with authority files and articles."""
    from dateline.articles.check import check_archive
    from dateline.authority import load_authority
    from dateline.curation.faults import load_faults
    from dateline.site.settings import load_limits

    content = content_folder()
    notices = check_archive(content, load_limits(Path("pelicanconf.py")))
    notices += load_faults(content, load_authority(content / "authority")[0])
    print_notices(notices, limit=None)
    print(f"{reported(len(notices)).capitalize()}." if notices else "All is as it should be.")
    return REPORTED if notices else DONE
