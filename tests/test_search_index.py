"""The index finds what the language promises, ranks it, and survives what befalls files."""

from __future__ import annotations

import json

import pytest

from dateline.errors import SearchError
from dateline.search import build_index, open_index, search, search_json
from searching import document

STORIES = [
    document(
        "palmyra", "Army near Palmyra", "The Syrian army’s men moved.\nPalmyra is near.", topic="Syria",
        place_names=("Palmyra", "Tadmur"), actor_names=("Syrian Army", "Islamic State"),
    ),
    document("mosul", "Retreat in Mosul", "Fighters were retreating from the city of Mosul. Mosul again."),
    document("al-bab", "5,000 fighters trapped", "The city of al-Bab in Syria. A state army waits.", date="2017-02"),
    document("arabic", "الرقة", "قال الجيش السوري"),
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    build_index(STORIES, folder)
    with open_index(folder) as opened:
        yield opened


def slugs(index, query):
    result = search(index, query)
    assert result.error is None
    return [hit.slug for hit in result.hits]


@pytest.mark.parametrize(("query", "found"), [
    ("mosul", {"mosul"}),
    ("fighter", {"mosul", "al-bab"}),               # another form of the word
    ("army city", {"al-bab"}),                      # several words: all of them
    ("army OR mosul", {"palmyra", "mosul", "al-bab"}),
    ("army NOT city", {"palmyra"}),
    ("mosul NOT the", set()),                       # also when an earlier article has the unwanted word
    ("NOT army", {"mosul", "arabic"}),
    ("palmyra OR NOT army", {"palmyra", "mosul", "arabic"}),
    ('"syrian army"', {"palmyra"}),
    ('"army syrian"', set()),
    ('"moved palmyra"', set()),                     # a phrase does not cross a line
    ('"al bab"', {"al-bab"}),
    ("al-bab", {"al-bab"}),                         # a word that is several is a phrase
    ("bab-al", set()),
    ("5000", {"al-bab"}),
    ("syr*", {"palmyra", "al-bab"}),
    ("retreating*", {"mosul"}),                     # a prefix is of words as they are written
    ("retreatin*", {"mosul"}),
    ("city*", {"mosul", "al-bab"}),
    ("citi*", set()),                               # "citi" is a stem that nobody wrote
    ("zzz*", set()),
    ("title:mosul", {"mosul"}),
    ("title:again", set()),
    ("place:tadmur", {"palmyra"}),
    ('place:"palmyra tadmur"', set()),              # a phrase does not cross two names
    ("place:tad*", {"palmyra"}),
    ('actor:"islamic state"', {"palmyra"}),
    ("actor:state", {"palmyra"}),
    ("state", {"al-bab"}),                          # a tag is no word of the text
    ("topic:syria", {"palmyra"}),
    ("place:(tadmur OR army)", {"palmyra"}),
    ("السُّوري", {"arabic"}),
    ("nowhere", set()),
])  # fmt: skip
def test_a_query_finds(query, found, index):
    assert set(slugs(index, query)) == found


@pytest.mark.parametrize(("query", "order"), [
    ("mosul", ["mosul"]),
    ("army", ["palmyra", "al-bab"]),                # title and text before text alone
    ("city", ["mosul", "al-bab"]),                  # the shorter text first
    ("NOT nowhere", ["palmyra", "mosul", "al-bab", "arabic"]),  # equal ones in archive order
])  # fmt: skip
def test_the_best_comes_first(query, order, index):
    assert slugs(index, query) == order


def test_a_limit_cuts_the_hits_and_not_the_total(index):
    result = search(index, "NOT nowhere", limit=2)
    assert (result.total, [hit.rank for hit in result.hits]) == (4, [1, 2])


def test_a_phrase_scores_as_its_words(index):
    assert search(index, '"syrian army"').hits[0].score == search(index, "body:syrian body:army").hits[0].score


def test_a_malformed_query_is_answered_with_a_sentence(index):
    assert search(index, "army AND").error == "AND needs a word on each side."


def test_the_json_of_a_result_has_the_fields_of_the_contract(index):
    answer = search_json(search(index, "bab"))
    assert json.loads(json.dumps(answer)) == answer
    assert set(answer) == {"query", "total", "hits"}
    [hit] = answer["hits"]
    assert hit == {
        "rank": 1, "slug": "al-bab", "title": "5,000 fighters trapped", "date": "2017-02",
        "url": "articles/al-bab.html", "score": hit["score"],
        "snippet": "The city of al-Bab in Syria. A state army waits.",
    }  # fmt: skip


def test_a_prefix_of_too_many_words_says_which_were_looked_for(tmp_path):
    build_index([document("long", body=" ".join(f"word{number:03}" for number in range(300)))], tmp_path)
    with open_index(tmp_path) as index:
        result = search(index, "word*")
        assert result.note == "More than 256 words begin with “word”: only the first 256 were looked for."
        assert search(index, "word2*").note is None


@pytest.mark.parametrize(("query", "note"), [
    ("syria or atlantis", "OR between words must be in capitals."),
    ("(syria or atlantis) Not syria or peru", "OR and NOT between words must be in capitals."),
    ("state", None),
    ("a OR or", None),  # something was found
    ("atlantis", None),
    ("atlantis OR utopia", None),
    ('"syria or atlantis"', None),
])  # fmt: skip
def test_a_vain_query_with_an_operator_in_small_letters_is_told_so(query, note, index):
    assert search(index, query).note == note


def test_an_index_tells_what_it_holds(tmp_path):
    summary = build_index([document("one", "A city", "cities and a city")], tmp_path)
    assert (summary.documents, summary.words) == (1, 4)


def test_an_empty_archive_has_an_index_that_finds_nothing(tmp_path):
    build_index([], tmp_path)
    with open_index(tmp_path) as index:
        assert (search(index, "palmyra").total, search(index, "NOT palmyra").total) == (0, 0)


def test_a_new_index_takes_the_place_of_the_old(tmp_path):
    build_index([document("old", body="palmyra")], tmp_path)
    with open_index(tmp_path) as before:
        build_index([document("new", body="palmyra")], tmp_path)
        assert slugs(before, "palmyra") == ["old"]
    with open_index(tmp_path) as after:
        assert slugs(after, "palmyra") == ["new"]
    assert sum(path.is_dir() for path in tmp_path.iterdir()) == 1


def test_a_build_that_fails_leaves_the_old_index(tmp_path):
    def failing():
        yield document("new", body="palmyra")
        raise KeyboardInterrupt

    build_index([document("old", body="palmyra")], tmp_path)
    with pytest.raises(KeyboardInterrupt):
        build_index(failing(), tmp_path)
    with open_index(tmp_path) as index:
        assert slugs(index, "palmyra") == ["old"]


def test_a_missing_index_says_how_to_make_one(tmp_path):
    with pytest.raises(SearchError, match=r"no search index here; `make html` writes it"):
        open_index(tmp_path / "nowhere")


# Whoosh leaves a file open that it cannot read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("pattern", ["*.toc", "*.seg"])
def test_a_damaged_index_says_how_to_mend_it(tmp_path, pattern):
    build_index(STORIES, tmp_path)
    for path in tmp_path.glob(f"*/{pattern}"):
        path.write_bytes(b"\x00" * 40)
    with pytest.raises(SearchError, match="`make html` writes it"):
        open_index(tmp_path)
