"""The commands that ask what was built: search, serve."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from dateline.cli.running import DONE
from dateline.errors import ArchiveError, SearchError

HITS_SHOWN = 20
SORTS = ("relevance", "newest", "oldest")  # as in dateline.search.asking, which is loaded for a search only


def search(options: argparse.Namespace) -> int:
    """Print the answer to a query."""
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


def serve(options: argparse.Namespace) -> int:
    """Serve the site until it is stopped."""
    from dateline.server import Limits, serve

    if not Path("output/index.html").is_file():
        raise ArchiveError("output/index.html: there is no site yet; build it first (make html)")
    serve(
        Path("output"),
        Path(".cache/index"),
        host=options.host,
        port=options.port,
        limits=Limits(rate=options.rate, burst=3 * options.rate),
        on_listening=lambda address: print(f"The archive is at {address} — stop with Ctrl-C.", flush=True),
    )
    return DONE
