"""A plan into articles and scores."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SearchError
from dateline.search import open_index, update_index
from dateline.search.evaluate import evaluate, stand_near
from dateline.search.plan import (
    AllPlan,
    AndPlan,
    DatesPlan,
    NonePlan,
    NotPlan,
    OrPlan,
    PhrasePlan,
    TermPlan,
    UndatedPlan,
)
from dateline.search.scoring import TITLE_WEIGHT, bm25
from searching import VALUES, document, opened_index, with_values

STORIES = [
    document("a", "Army retreats", "The army left Raqqa.", date="2016-05-01", values=(("place", "place:raqqa", 2),)),
    document("b", "Talks", "Talks of the army and the rebels.", date="2017-03", values=(("place", "place:syria", 1),)),
    document("c", "Rain", "It rained on the rebels.", date="2017-03-22"),
    document("d", "Army", "An undated army."),
]
ARMY, REBELS = TermPlan("text", "armi"), TermPlan("text", "rebel")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    yield from opened_index(STORIES, tmp_path_factory.mktemp("index"))


def found(plan, index) -> str:
    return "".join(STORIES[number].slug for number in evaluate(plan, index).documents)


@pytest.mark.parametrize(
    ("plan", "slugs"),
    [
        (ARMY, "abd"),
        (TermPlan("title", "armi"), "ad"),
        (TermPlan("place", "place:syria"), "b"),
        (TermPlan("place", "<place:syria"), "ab"),
        (AndPlan((ARMY, REBELS)), "b"),
        (OrPlan((TermPlan("text", "raqqa"), REBELS)), "abc"),
        (AndPlan((ARMY, NotPlan(REBELS))), "ad"),
        (AndPlan((NotPlan(ARMY), NotPlan(TermPlan("text", "talk")))), "c"),
        (OrPlan((NotPlan(ARMY), TermPlan("text", "raqqa"))), "ac"),
        (NotPlan(AndPlan((ARMY, REBELS))), "acd"),
        (PhrasePlan("text", (("armi",), ("left",))), "a"),
        (PhrasePlan("text", (("armi",), ("rebel",))), ""),
        (PhrasePlan("text", (("armi",), ("rebel",)), 3), "b"),
        (PhrasePlan("body", (("undat", "the"), ("armi", "rebel"))), "abcd"),
        (DatesPlan("2017-03-01", "2017-03-31"), "bc"),
        (DatesPlan("2017-03-02", None), "c"),  # March as a whole does not lie within
        (DatesPlan(None, "2016-12-31"), "a"),
        (UndatedPlan(), "d"),
        (AllPlan(), "abcd"),
        (NonePlan(), ""),
        (AndPlan((ARMY, UndatedPlan())), "d"),
    ],
)
def test_a_plan_finds_its_articles(plan, slugs, index):
    assert found(plan, index) == slugs


def test_a_word_scores_in_title_and_text_by_the_live_articles(index):
    statistics = index.statistics
    idf, average = statistics.idf(3), statistics.average("text")
    assert evaluate(ARMY, index).scores[0] == bm25(idf, TITLE_WEIGHT + 1, 6, average)
    assert evaluate(TermPlan("body", "armi"), index).scores[0] == bm25(idf, 1, 6, average)
    assert evaluate(TermPlan("title", "armi", 2.0), index).scores[0] == bm25(idf, TITLE_WEIGHT, 6, average) * 2


def test_what_is_unwanted_adds_no_score_and_dates_add_one(index):
    [plain, *_] = evaluate(ARMY, index).scores
    assert evaluate(AndPlan((ARMY, NotPlan(REBELS))), index).scores[0] == plain
    assert evaluate(AndPlan((ARMY, DatesPlan("2016-01-01", None))), index).scores[0] == plain + 1
    assert list(evaluate(NotPlan(ARMY), index).scores) == [1.0]


def test_deleted_articles_do_not_count(tmp_path, index):
    gone = [document(f"gone-{number}", "Army", "The army again.") for number in range(3)]
    update_index([*STORIES, *gone], VALUES, tmp_path)
    update_index(STORIES, VALUES, tmp_path)
    with open_index(tmp_path) as updated:
        for plan in (ARMY, NotPlan(REBELS), AllPlan(), UndatedPlan(), PhrasePlan("text", (("the",), ("armi",)))):
            assert evaluate(plan, updated) == evaluate(plan, index)


def test_a_search_ends_when_its_time_is_over(index):
    with pytest.raises(SearchError, match="took too long"):
        evaluate(ARMY, index, is_over=lambda: True)


@given(st.lists(st.sets(st.integers(0, 12), max_size=4), min_size=1, max_size=4), st.integers(1, 5))
def test_words_stand_near_where_some_choice_of_places_does(places, reach):
    chosen = any(all(0 < later - before <= reach for before, later in pairwise(choice)) for choice in product(*places))
    assert stand_near(places, reach) == chosen


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=8).map(" ".join), min_size=1, max_size=4), st.integers(1, 3))
def test_phrases_are_found_where_their_words_stand_near(tmp_path_factory, bodies, reach):
    folder = tmp_path_factory.mktemp("index")
    update_index([document(str(place), body=body) for place, body in enumerate(bodies)], (), folder)
    with open_index(folder) as index:
        ranked = evaluate(PhrasePlan("text", (("a",), ("b",), ("a", "c")), reach), index)
        expected = [
            place
            for place, body in enumerate(bodies)
            if stand_near(
                [{at for at, word in enumerate(body.split()) if word in words} for words in ("a", "b", "ac")], reach
            )
        ]
        assert list(ranked.documents) == expected


def test_stories_of_one_day_keep_their_order(tmp_path):
    stories = with_values([document(str(number), "Army", "Army.", date="2017-01-01") for number in range(5)])
    update_index(stories, VALUES, tmp_path)
    with open_index(tmp_path) as index:
        assert [index.stored(number).slug for number in evaluate(ARMY, index).documents] == list("01234")
