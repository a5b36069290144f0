"""A question to the index and its answer, as the command line and the server have them."""

from __future__ import annotations

import gc
import os

import pytest

from dateline.errors import SearchError
from dateline.records import SearchValue
from dateline.search import update_index
from dateline.search.asking import ENGINE, Question
from searching import document

ARTICLES = [
    document(f"story-{day}", "Palmyra", "The army moved.", date=f"2017-03-{day:02}", values=(("place", "p:1", 1),))
    for day in range(1, 10)
]
VALUES = [SearchValue("place", "p:1", "Palmyra", ("Palmyra", "Tadmur"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    update_index(ARTICLES, VALUES, folder)
    return folder


@pytest.fixture
def ask(folder):
    def answer(query, **more):
        with ENGINE.open(folder) as index:
            return ENGINE.ask(index, Question(query, **more))

    return answer


@pytest.mark.parametrize(("asked", "slugs"), [
    ({"limit": 2}, ["story-1", "story-2"]),
    ({"limit": 2, "offset": 7}, ["story-8", "story-9"]),
    ({"limit": 2, "sort": "newest"}, ["story-9", "story-8"]),
    ({"limit": 2, "sort": "oldest"}, ["story-1", "story-2"]),
    ({"offset": 9}, []),
])  # fmt: skip
def test_a_part_of_the_answer_is_given_in_the_order_asked_for(asked, slugs, ask):
    answer = ask("palmyra", **asked)
    assert ([hit["slug"] for hit in answer["hits"]], answer["total"]) == (slugs, 9)
    assert [hit["rank"] for hit in answer["hits"]] == list(range(asked.get("offset", 0) + 1, 10))[: len(slugs)]


def test_names_are_widened_unless_they_are_to_be_exact(ask):
    assert ask("tadmur")["total"] == 9
    assert ask("tadmur", widen=False)["total"] == 0


def test_facets_are_counted_when_they_are_asked_for(ask):
    assert "facets" not in ask("army")
    facets = ask("army", facets=True)["facets"]
    assert facets["place"] == [{"key": "p:1", "label": "Palmyra", "count": 9}]
    assert (facets["year"], facets["months"]) == ([{"label": "2017", "count": 9}], [["2017-03", 9]])


def test_a_search_whose_time_is_over_says_so(ask):
    with pytest.raises(SearchError, match="took too long"):
        ask("army", seconds=0.0)


@pytest.mark.parametrize("query", ["(", "army AND", "", "…"])
def test_a_fault_of_the_query_is_an_answer(query, ask):
    answer = ask(query)
    assert answer.get("error") or answer.get("note")


def test_an_index_has_another_generation_when_it_was_changed(tmp_path):
    folder = tmp_path / "index"
    generations = [ENGINE.generation(folder)]
    for count in (1, 2):
        update_index(ARTICLES[:count], VALUES, folder)
        generations.append(ENGINE.generation(folder))
        with ENGINE.open(folder) as index:
            assert ENGINE.count(index) == count
    assert generations[0] == ""
    assert len(set(generations)) == 3


@pytest.mark.filterwarnings("ignore:Exception ignored in")  # Whoosh leaves a file open that it cannot read
def test_postings_that_decayed_unseen_are_told_and_mended(tmp_path):
    update_index(ARTICLES, VALUES, tmp_path)
    path = next(tmp_path.glob("*/*.seg"))
    data, status = path.read_bytes(), path.stat()
    told = set()
    for at in range(0, len(data), 41):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # so that it is not read again when opened
        try:
            with ENGINE.open(tmp_path) as index:
                ENGINE.ask(index, Question("army place:Palmyra"))
        except SearchError as error:
            told.add(str(error))
            assert path.stat().st_mtime_ns != status.st_mtime_ns
        gc.collect()
    assert {sentence.split(": ")[1] for sentence in told} == {
        "the search index is not as it was written; `make html` writes it anew."
    }
    os.utime(path)
    assert len(update_index(ARTICLES, VALUES, tmp_path).notes) == 1
