"""A result on the terminal: a count, then the hits with their facts and the words found in bold."""

from __future__ import annotations

import io

from rich.console import Console

from dateline.search import SearchResult, build_index, open_index, search
from dateline.search.terminal import print_result
from searching import document


def printed(result, *, width=200, force_terminal=False):
    console = Console(
        file=io.StringIO(),
        width=width,
        highlight=False,
        force_terminal=force_terminal,
        color_system="standard" if force_terminal else None,
    )
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


def test_the_words_found_are_bold(tmp_path):
    build_index([document("one", "Near Palmyra", "The army’s men moved.")], tmp_path)
    with open_index(tmp_path) as index:
        assert "The \x1b[1marmy’s\x1b[0m men moved." in printed(search(index, "army"), force_terminal=True)


def test_long_lines_are_broken_between_words_but_for_the_address(tmp_path):
    build_index([document("a" * 60, "Title", "many words " * 10)], tmp_path)
    with open_index(tmp_path) as index:
        lines = printed(search(index, "many"), width=40).splitlines()[2:]
    assert [line for line in lines if len(line) > 40] == [f"     Undated · articles/{'a' * 60}.html"]
    assert all(line.startswith("     ") for line in lines[1:])


def test_no_result_says_so():
    assert printed(SearchResult("xyzzy")) == "Nothing was found for xyzzy.\n"
