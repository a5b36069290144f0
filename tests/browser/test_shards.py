"""In a real Chromium the shards say what was written, and when they are stale."""

from __future__ import annotations

import shutil
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from whoosh.util.numeric import byte_to_length, length_to_byte

from dateline.search.shards import export_index
from dateline.search.snippet import chunk_texts, cut_chunks
from searching import document
from sharding import STORIES, VALUES, Archive

POLICY = "default-src 'none'; script-src 'self'"
LONG = replace(
    STORIES[0],
    slug="long",
    body="\n".join(f"The army of 𐐀 {n} saw far more than its scouts had told." for n in range(60)),
    group="story-1",
)
ARCHIVE = Archive([*STORIES, LONG, replace(LONG, slug="undated", date=None)])
ANALYSED = ARCHIVE.analysed()

TERMS = """async ([family, keys]) => {
    await dateline.lazy("phrases");
    const plain = (columns) => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, [...column]]));
    return Promise.all(keys.map(async (key) => {
        const term = await dateline.shards.term(family, key);
        if (!term) return null;
        const { documents, title, body, lengths, masks } = await dateline.shards.postings(term);
        const all = { df: term.df, label: term.label, ...plain({ documents, title, body, lengths }),
            masks: masks ? [...masks] : null, best: [...term.best.documents] };
        if (family !== "text") return all;
        const places = await dateline.phrases.positions(term);
        return { ...all, places: { title: plain(places.title), body: plain(places.body) } };
    }));
}"""
FIRST = """async (term) => {
    const pairs = ({ documents, scores }, places) => places.map((at) => [documents[at], scores[at]]);
    const plan = ["term", "text", term, 1];
    const [all, best] = [await dateline.rank.evaluate(plan), await dateline.rank.best(plan, 10)];
    const kept = (await dateline.shards.term("text", term)).best.documents.length;
    return [pairs(all, [...dateline.rank.bestFirst(all, 10)].slice(0, 10)), best && pairs(best, [...best.documents.keys()]), kept];
}"""
COLLECT = """async ([kind, prefix]) => {
    const found = [];
    await dateline.lazy("vocabulary");
    for await (const entry of dateline.vocabulary[kind](prefix)) found.push(entry);
    return found;
}"""


def write_page(folder: Path, repository: Path, archive: Archive = ARCHIVE) -> Path:
    """Write a page that has the shards and their reader, and nothing else."""
    export_index(archive, folder / "search")
    scripts = repository / "theme/static/js/engine"
    engine = "".join((scripts / f"{name}.js").read_text(encoding="utf-8") for name in ("lazy", "shards", "rank"))
    (folder / "engine.js").write_text(engine, encoding="utf-8")
    for name in ("columns", "phrases", "vocabulary"):
        shutil.copy(scripts / f"{name}.js", folder)
    (folder / "extra.js").write_text("dateline.extra = (dateline.extra ?? 0) + 1;", encoding="utf-8")
    page = folder / "page.html"
    page.write_text(
        f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Shards</title>
        <meta http-equiv="Content-Security-Policy" content="{POLICY}"><script defer src="engine.js"></script></head>
        <body data-search="search/"></body></html>""",
        encoding="utf-8",
    )
    return page


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    return write_page(tmp_path_factory.mktemp("shards"), repository)


@pytest.fixture
def page(browser: Browser, written: Path) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(written.as_uri())
    yield opened
    opened.close()


def length_of(number: int) -> int:
    """The words of an article, as Whoosh rounds them."""
    return byte_to_length(length_to_byte(ANALYSED[number].lengths["text"]))


def text_postings(term: str) -> list[tuple[int, tuple[int, ...], tuple[int, ...]]]:
    """The articles that have a term, and where it stands in title and body."""
    return [
        (number, analysed.title.get(term, ()), analysed.body.get(term, ()))
        for number, analysed in enumerate(ANALYSED)
        if term in analysed.title or term in analysed.body
    ]


def test_every_term_of_the_text_comes_back_as_it_was_written(page):
    terms = sorted({term for article in ANALYSED for term in (*article.title, *article.body)})
    for term, found in zip(terms, page.evaluate(TERMS, ["text", terms]), strict=True):
        postings = text_postings(term)
        assert found["documents"] == [number for number, _, _ in postings]
        assert found["df"] == len(postings)
        assert found["title"] == [len(title) for _, title, _ in postings]
        assert found["body"] == [len(body) for _, _, body in postings]
        assert found["lengths"] == [length_of(number) for number, _, _ in postings]
        assert found["places"]["title"]["places"] == [place for _, title, _ in postings for place in title]
        assert found["places"]["body"]["places"] == [place for _, _, body in postings for place in body]
        masks = [
            sum({1 << bisect_right(ANALYSED[number].chunks, place) - 1 for place in body})
            if body and length_of(number) > 250
            else 0
            for number, _, body in postings
        ]
        assert (found["masks"] or [0] * len(masks)) == masks


@pytest.mark.parametrize("term", ["armi", "the", "saw"])
def test_the_best_of_a_long_list_are_those_of_all(page, term):
    expected, found, kept = page.evaluate(FIRST, term)
    assert kept == 64
    assert found in (expected, None)  # None where the 64 do not tell


@pytest.mark.parametrize("longest", [1, 3])
def test_the_best_of_a_long_list_tell_the_first_where_no_other_can_score_more(browser, repository, tmp_path, longest):
    stories = [
        document(f"s{n}", "Rain", "rain " * (n % 41) + "fell " * (n % 17 + 1) * longest, date="2017-03-22")
        for n in range(200)
    ]
    page = browser.new_page()
    page.goto(write_page(tmp_path, repository, Archive(stories)).as_uri())
    for term in ("rain", "fell"):
        expected, found, _ = page.evaluate(FIRST, term)
        assert found == expected
    page.close()


def test_values_come_back_with_what_lies_below(page):
    tagged = [number for number, stored in enumerate(ARCHIVE.documents) if stored.values]
    (raqqa, below, missing) = page.evaluate(TERMS, ["place", ["raqqa", "<syria", "syria"]])
    assert raqqa["documents"] == below["documents"] == tagged
    assert raqqa["body"] == raqqa["lengths"] == [2] * len(tagged)
    assert (raqqa["label"], below["label"]) == ("Raqqa", None)
    assert missing is None


def test_a_term_that_no_article_has_is_null(page):
    assert page.evaluate(TERMS, ["text", ["", "zzz", "!", "\U0001f600"]]) == [None] * 4


@pytest.mark.parametrize("prefix", ["", "w", "w1", "story1", "zz", "𐐀", "𐐨"])
def test_words_come_by_code_point_from_a_prefix_on(page, prefix):
    expected = [
        {"word": word.word, "rank": word.df.bit_length() - 1, "terms": list(word.terms)}
        for word in ARCHIVE.words(prefix)
    ]
    assert page.evaluate(COLLECT, ["words", prefix]) == expected


@pytest.mark.parametrize("prefix", ["", "ar raqq", "raqqah", "s", "x"])
def test_names_come_whole_and_from_each_later_word_on(page, prefix):
    expected = [
        {"text": name.text, "whole": name.whole, "field": name.field, "key": name.key} for name in ARCHIVE.names(prefix)
    ]
    assert page.evaluate(COLLECT, ["names", prefix]) == expected


def test_a_common_word_is_found_beside_another_without_its_own_positions(page):
    found = page.evaluate(
        """async () => {
            const term = await dateline.shards.term("text", "story7");
            await dateline.lazy("phrases");
            const { starts, places } = (await dateline.phrases.neighbours(term, "of", -1)).body;
            return [[...starts], [...places]];
        }"""
    )
    assert found == [[0, 1], [2]]


@pytest.mark.parametrize("number", [0, 1, 70, len(STORIES), len(STORIES) + 1])
def test_each_chunk_of_an_article_has_its_card(page, number):
    stored = ARCHIVE.documents[number]
    for chunk, text in enumerate(chunk_texts(stored.body, cut_chunks(stored.body))):
        card = page.evaluate("([document, chunk]) => dateline.shards.card(document, chunk)", [number, chunk])
        assert card == {
            "slug": stored.slug,
            "url": stored.url,
            "title": stored.title,
            "topic": None,
            "date": stored.date,
            "label": "22 March 2017" if stored.date else "Undated",
            "group": stored.group,
            "text": text,
            "chunk": chunk,
        }


def test_columns_say_of_all_articles_what_facets_need(page):
    place = page.evaluate(
        """async () => {
            const { labels, keys, broader, starts, values } = await dateline.shards.column("place");
            return { labels, keys, broader, starts: [...starts], values: [...values] };
        }"""
    )
    tagged = [len([value for value in stored.values if value[0] == "place"]) for stored in ARCHIVE.documents]
    assert place["labels"] == ["Raqqa", "Syria"]
    assert place["keys"] == [VALUES[1].key, VALUES[0].key]
    assert place["broader"] == [[1], []]
    assert place["starts"] == [sum(tagged[:number]) for number in range(len(tagged) + 1)]
    assert set(place["values"]) == {0}
    days = page.evaluate("dateline.shards.column('dates').then(({first, last}) => [[...first], [...last]])")
    assert days == [[17247] * (len(STORIES) + 1)] * 2
    groups = page.evaluate("dateline.shards.column('groups').then((groups) => [...groups])")
    assert groups == [[len(STORIES), 0], [len(STORIES) + 1, 0]]


def test_a_script_that_is_asked_for_twice_is_loaded_once(page):
    both = "Promise.all([dateline.lazy('extra'), dateline.lazy('extra')]).then(() => dateline.extra)"
    assert page.evaluate(both) == 1


@pytest.mark.parametrize("change", ["missing", "another"])
def test_a_shard_that_is_gone_or_another_is_called_stale(browser, written, tmp_path, change):
    folder = tmp_path / "site"
    shutil.copytree(written.parent, folder)
    for path in (folder / "search").glob("*.js"):
        if path.name == "meta.js":
            continue
        if change == "missing":
            path.unlink()
        else:
            path.write_text('dateline.shard("another", []);', encoding="utf-8")
    page = browser.new_page()
    page.goto((folder / "page.html").as_uri())
    name = page.evaluate("dateline.shards.card(0).then(() => 'none', (error) => error.name)")
    page.close()
    assert name == "StaleArchive"
