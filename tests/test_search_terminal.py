"""A result on the terminal: a count, then the hits with their facts and the words found marked."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from dateline.search import update_index
from dateline.search.asking import ENGINE, Question
from dateline.search.terminal import print_answer
from searching import document


def printed(answer, *, width=200, force_terminal=False):
    console = Console(
        file=io.StringIO(),
        width=width,
        highlight=False,
        force_terminal=force_terminal,
        color_system="standard" if force_terminal else None,
    )
    print_answer(answer, console)
    return console.file.getvalue()


def test_a_result_is_a_count_and_its_hits(tmp_path):
    update_index(
        [
            document("one", "Army near Palmyra", "[The] army moved.", topic="Syria", date="2017-03"),
            document("two", "Palmyra", "Again."),
            document("three", "Mosul", "Nothing."),
        ],
        [],
        tmp_path,
    )
    with ENGINE.open(tmp_path) as index:
        assert printed(ENGINE.ask(index, Question("army"))) == (
            "1 article for army\n\n"
            "  1. Army near Palmyra\n"
            "     Syria · March 2017 · articles/one.html\n"
            "     [The] army moved.\n"
        )
        assert printed(ENGINE.ask(index, Question("palmyra", limit=1))).startswith(
            "2 articles for palmyra, the best 1\n"
        )


def test_the_words_found_are_marked_on_a_terminal_and_plain_in_a_file(tmp_path):
    update_index([document("one", "Near Palmyra", "The army’s men moved.")], [], tmp_path)
    with ENGINE.open(tmp_path) as index:
        assert "The \x1b[1;33marmy’s\x1b[0m men moved." in printed(
            ENGINE.ask(index, Question("army")), force_terminal=True
        )
        assert "The army’s men moved." in printed(ENGINE.ask(index, Question("army")))


def test_long_lines_are_broken_between_words_but_for_the_address(tmp_path):
    update_index([document("a" * 60, "Title", "many words " * 10)], [], tmp_path)
    with ENGINE.open(tmp_path) as index:
        lines = printed(ENGINE.ask(index, Question("many")), width=40).splitlines()[2:]
    assert [line for line in lines if len(line) > 40] == [f"     Undated · articles/{'a' * 60}.html"]
    assert all(line.startswith("     ") for line in lines[1:])


def test_no_result_says_so():
    assert printed({"query": "xyzzy", "total": 0, "hits": []}) == "Nothing was found for xyzzy.\n"


HIT = {"slug": "one", "title": "One", "topic": None, "date": "2017-03-02", "url": "articles/one.html", "score": 1.5}


def hit(rank, **more):
    return {**HIT, "rank": rank, "snippet": "The army moved.", "marks": [[4, 8]], **more}


@pytest.mark.parametrize(("given", "line"), [
    ({"total": 3000, "hits": [hit(1)]}, "3,000 articles for army, the best 1"),
    ({"total": 3000, "hits": [hit(1)], "sort": "oldest"}, "3,000 articles for army, the oldest 1"),
    ({"total": 30, "hits": [hit(21), hit(22)]}, "30 articles for army, 21 to 22"),
    ({"total": 30, "hits": []}, "30 articles for army"),
    ({"note": "No place of the archive is called X."}, "No place of the archive is called X."),
    ({"suggestion": "army palmyra"}, "Did you mean: army palmyra"),
    ({"widened": [{"words": "Daesh", "field": "actor", "key": "a:1", "label": "Islamic State"},
                  {"words": "Daesh", "field": "place", "key": "p:1", "label": "Daesh (Iran)"}]},
     "“Daesh” was also looked for as Islamic State (actor), Daesh (Iran) (place); --exact looks for the words alone."),
])  # fmt: skip
def test_above_the_hits_stand_count_and_remarks(given, line):
    assert line in printed({"query": "army", "total": 1, "hits": [], **given}).splitlines()


def test_what_a_terminal_would_obey_is_shown_as_a_sign():
    hostile = "\x1b]0;pwn\x07\x9b31m\r\x7f"
    signs = "\ufffd]0;pwn\ufffd\ufffd31m\ufffd\ufffd"
    place = {"key": "p", "label": hostile, "count": 1}
    shown = printed({
        "query": f"army {hostile}", "total": 1, "note": hostile, "suggestion": hostile, "facets": {"place": [place]},
        "hits": [hit(1, title=hostile, topic=hostile, url=hostile, snippet=f"{hostile} army", marks=[[15, 19]])],
    }, force_terminal=True)  # fmt: skip
    assert shown.count(signs) == 8
    assert "\x1b[1;33marmy\x1b[0m" in shown
    assert not set(shown.replace("\x1b[", "")) & {*"\x1b\x07\x9b\r\x7f"}


def test_a_query_with_the_name_of_an_emoji_is_shown_as_it_was_typed():
    assert printed({"query": ":bomb: [b]", "total": 0, "hits": []}) == "Nothing was found for :bomb: [b].\n"


def test_articles_with_some_of_the_words_come_after_a_line_that_says_so():
    answer = {"query": "army raqqa", "total": 1, "partial": 7, "hits": [hit(1), hit(2, title="Two", partial=True)]}
    lines = printed(answer).splitlines()
    assert lines[:2] == ["1 article for army raqqa", "7 more with some of the words."]
    assert lines.index("  1. One") < lines.index("With some of the words:") < lines.index("  2. Two")


def test_facets_are_small_tables():
    years = [{"label": str(2000 + number), "count": number} for number in range(12)]
    places = [{"key": "p:1", "label": "[Raqqa]", "count": 1200}]
    shown = printed({"query": "army", "total": 0, "hits": [], "facets": {"year": years, "place": places, "topic": []}})
    assert "Places\n1,200  [Raqqa]" in shown
    assert "… and 2 more" in shown
    assert "Topics" not in shown
