"""A query into its answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dateline.records import SearchValue
from dateline.search import open_index, update_index
from dateline.search.answer import search, search_json
from searching import VALUES, document, opened_index, with_values

RAIN = "It rained all day. " * 80
STORIES = [
    document("old", "Army retreats", "The army left.", date="2016-05-01", topic="War", values=(("place", "place:raqqa", 1),)),
    document("daesh", "Advance", "Daesh fighters came.", date="2017-03", values=(("actor", "actor:isis", 3),)),
    document("long", "A long day", f"{RAIN}The army and its fighters came. {RAIN}", date="2017-03-22",
             values=(("place", "place:mosul", 1), ("actor", "actor:isis", 1))),
    document("talks", "Syrian Army talks", "The Syrian Army and another Syrian force.", date="2018",
             values=(("actor", "actor:army", 1),)),
    document("undated", "Rebels", "Rebels and an army.", group="rebels"),
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    yield from opened_index(STORIES, tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Three hundred articles, some of them of two places that one spelling is of."""
    folder = tmp_path_factory.mktemp("many")
    stories = [document(f"s{number}", "Army", "The army.") for number in range(300)]
    clash = SearchValue("place", "place:rif", "Syria, countryside", ("Syria, countryside", "Syria", "Raqqa"))
    tagged = with_values(stories)
    tagged += [replace(story, slug=f"r{story.slug}", values=(("place", clash.key, 1),)) for story in tagged[:9]]
    update_index(tagged, [*VALUES, clash], folder)
    with open_index(folder) as opened:
        yield opened


def slugs(result) -> list[str]:
    return [hit.slug for hit in result.hits]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("relevance", ["old", "talks", "undated", "long"]),
        ("newest", ["talks", "long", "old", "undated"]),
        ("oldest", ["old", "long", "talks", "undated"]),
    ],
)
def test_results_have_their_order_with_undated_articles_last(sort, expected, index):
    assert slugs(search(index, "army", sort=sort)) == expected


def test_a_page_begins_where_the_one_before_ended(index):
    hits = search(index, "army", limit=1, offset=1).hits
    assert [(hit.rank, hit.slug) for hit in hits] == [(2, "talks")]


def test_a_name_finds_what_is_tagged_with_it_unless_only_the_word_is_asked_for(index):
    result = search(index, "Daesh")
    assert sorted(slugs(result)) == ["daesh", "long"]
    assert [(found.words, found.label) for found in result.widened] == [("Daesh", "ISIS")]
    assert slugs(search(index, "Daesh", widen=False)) == ["daesh"]


def test_the_name_that_a_query_was_widened_to_is_marked_too(index):
    result = search(index, "SAA")
    assert result.terms == ("saa", "syrian.army")
    [hit] = result.hits
    assert [hit.title[start:end] for start, end in hit.title_marks] == ["Syrian", "Army"]
    assert [hit.passage.text[start:end] for start, end in hit.passage.marks] == ["Syrian", "Army"]


def test_facets_say_under_which_other_name_the_query_asks_for_a_value(index):
    counted = search_json(search(index, "actor:Daesh place:mosul", facets=True))["facets"]
    assert counted["actor"] == [{"key": "actor:isis", "label": "ISIS", "count": 1, "asked": "Daesh"}]
    asked = {entry["label"]: entry.get("asked") for entry in counted["place"]}
    assert asked == {"Mosul": "mosul", "Iraq": None}
    assert "asked" not in search_json(search(index, "actor:ISIS", facets=True))["facets"]["actor"][0]


def test_few_results_are_followed_by_articles_with_some_of_the_words(index):
    result = search(index, "rebels retreat")
    assert (result.total, result.partial) == (0, 2)
    assert {(hit.slug, hit.is_partial) for hit in result.hits} == {("old", True), ("undated", True)}
    assert search(index, "rebels -retreat").partial == 0


def test_a_malformed_query_is_looked_for_by_its_words(index):
    result = search(index, "(rebels AND")
    assert result.note.endswith("Its words were looked for instead.")
    assert "undated" in slugs(result)
    assert result.error is None


def test_a_query_without_a_word_gets_its_sentence(index):
    assert search(index, "(").error == "A bracket is opened but not closed."


def test_a_vain_query_hears_of_operators_in_small_letters_and_of_likely_words(index):
    result = search(index, "place:homs or fightrs")
    assert result.note.endswith("OR between words must be in capitals.")
    assert search(index, "fightrs").suggestion == "fighters"


@pytest.mark.parametrize(("query", "suggestion"), [
    ("fightrs", "fighters"),
    ("title:fightrs", None),  # the word stands in texts alone
    ("fightrs place:Raqqa", None),
    ("(fightrs came", "(fighters came"),
])  # fmt: skip
def test_only_what_finds_something_is_suggested(query, suggestion, index):
    assert search(index, query).suggestion == suggestion


@pytest.mark.parametrize(("query", "names"), [
    ("xyzzy or zyxxy", "OR"),
    ("-(a Or b) and xyzzy or d", "OR and AND"),
    ("place:Mosul title:or", "OR"),
])  # fmt: skip
def test_operators_in_small_letters_are_told_each_once(query, names, index):
    assert search(index, query).note.endswith(f"{names} between words must be in capitals.")
    assert search(index, f'xyzzy "{query}"').note is None


def test_the_passage_comes_from_the_chunk_with_the_most_words(index):
    [hit] = search(index, "army came fighters").hits[:1]
    marked = [hit.passage.text[start:end] for start, end in hit.passage.marks]
    assert (hit.slug, marked) == ("long", ["army", "fighters", "came"])
    assert (hit.passage.text[:2], hit.passage.text[-2:]) == ("… ", " …")


def test_facets_count_what_lies_below_once_and_choices_of_several_without_themselves(index):
    counted = search_json(search(index, "army place:(Raqqa OR Homs)", facets=True))["facets"]
    assert [(entry["label"], entry["count"]) for entry in counted["place"]] == [
        ("Iraq", 1), ("Mosul", 1), ("Raqqa", 1), ("Syria", 1),
    ]  # fmt: skip
    assert (counted["actor"], counted["year"]) == ([], [{"label": "2016", "count": 1}])
    assert counted["months"] == [["2016-05", 1]]


@pytest.mark.parametrize(("query", "without"), [
    ("army", {}),
    ("topic:War", {"topic": ""}),
    ('army place:"Syria"', {"place": "army"}),
    ("army place:(Raqqa OR Iraq) date:2017", {"place": "army date:2017", "year": "army place:(Raqqa OR Iraq)"}),
    ("(date:2016 OR date:2017-03) actor:Daesh", {"year": "actor:Daesh", "actor": "(date:2016 OR date:2017-03)"}),
    ("army topic:War topic:Aid", {}),  # both are wanted, and so would be a third
    ("army date:[2012 TO *] date:[* TO 2017]", {}),
    ("army place:Syria^2", {}),
    ("army place:(Syria OR ira*)", {}),
    ("army -topic:War", {}),
    ("army undated:no", {}),
])  # fmt: skip
def test_a_count_is_what_its_value_finds_beside_the_rest_of_the_query(query, without, many):
    counted = search_json(search(many, query, facets=True))["facets"]
    for facet in ("place", "actor", "topic", "year"):
        rest = without.get(facet, query)
        found = {
            entry["label"]: search(
                many, f"{rest} date:{entry['label']}" if facet == "year" else f'{rest} {facet}:"{entry["label"]}"'
            ).total
            for entry in counted[facet]
        }
        assert found == {entry["label"]: entry["count"] for entry in counted[facet]}
        assert found
    assert sum(count for _, count in counted["months"]) <= sum(entry["count"] for entry in counted["year"])


def test_values_of_equal_label_and_count_come_by_key(tmp_path):
    keys = [f"p:{number}" for number in range(20)]
    values = [SearchValue("place", key, "Springfield", ("Springfield",)) for key in keys]
    update_index([document("one", values=tuple(("place", key, 1) for key in keys))], values, tmp_path)
    with open_index(tmp_path) as opened:
        counted = search(opened, "undated:yes", facets=True).facets.values["place"]
    assert [entry.key for entry in counted] == sorted(keys)


def test_a_search_over_its_budget_says_so(index):
    assert "took too long" in search(index, "army", budget=-1).error


def test_programs_get_every_field(index):
    answer = search_json(search(index, "rebels", limit=1))
    assert answer["hits"][0] == {
        "rank": 1, "slug": "undated", "title": "Rebels", "title_marks": [[0, 6]], "topic": None, "date": None,
        "label": "Undated", "url": "articles/undated.html", "score": answer["hits"][0]["score"],
        "snippet": "Rebels and an army.", "marks": [[0, 6]], "group": "rebels",
    }  # fmt: skip
    assert {key: answer[key] for key in ("query", "total", "partial", "sort", "widened", "terms")} == {
        "query": "rebels", "total": 1, "partial": 0, "sort": "relevance", "widened": [], "terms": ["rebel"],
    }  # fmt: skip
