"""A result on the terminal: a count, then the hits with their facts and the words found in bold."""

from __future__ import annotations

import io

from rich.console import Console

from dateline.search import SearchResult, build_index, open_index, search
from dateline.search.terminal import print_result, render_result
from searching import document


def printed(result):
    console = Console(file=io.StringIO(), width=200, highlight=False)
    print_result(result, console)
    return console.file.getvalue()


def test_a_result_is_a_count_and_its_hits(tmp_path):
    build_index(
        [
            document("one", "Army near Palmyra", "[The] army moved.", topic="Syria", date="2017-03"),
            document("two", "Palmyra", "Again."),
            document("three", "Mosul", "Nothing."),
        ],
        tmp_path,
    )
    with open_index(tmp_path) as index:
        assert printed(search(index, "army")) == (
            "1 article for army\n\n"
            "  1. Army near Palmyra\n"
            "     Syria · March 2017 · articles/one.html\n"
            "     [The] army moved.\n"
        )
        assert printed(search(index, "palmyra", limit=1)).startswith("2 articles for palmyra, the best 1\n")
        *_, passage = render_result(search(index, "army"))
        [span] = passage.spans
        assert (passage.plain[span.start : span.end], span.style) == ("army", "bold")


def test_no_result_says_so():
    assert printed(SearchResult("xyzzy")) == "Nothing was found for xyzzy.\n"
