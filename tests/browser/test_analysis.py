"""In a real Chromium a text has the words and terms that it has in Python, in every language with a stemmer."""

from __future__ import annotations

import json
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from dateline.search.analysis import find_tokens, term_of, terms_of
from dateline.search.languages import STEMMINGS, is_stemmable
from searching import SHARED, shared_cases

INFLECTIONS = {
    language: " ".join(lines).split()
    for language, lines in json.loads((SHARED / "inflections.json").read_text(encoding="utf-8")).items()
}
TEXTS = {".csv", ".html", ".json", ".jsonl", ".sgm", ".tsv", ".txt", ".warc", ".xml"}
TERMS = "([surfaces, language]) => surfaces.map((surface) => dateline.analysis.termOf(surface, language))"
TOKENS = """(texts) => texts.map((text) => dateline.analysis.findTokens(text)
    .map((token) => [token.word, token.surface, token.start, token.end, token.position]))"""


@pytest.fixture(scope="module")
def page(browser: Browser, repository: Path) -> Iterator[Page]:
    """A page that has the analysis and all stemmers."""
    opened = browser.new_page()
    folder = repository / "theme/static/js/search"
    for script in (
        *(folder / f"{name}.js" for name in ("stemmer", "analysis", "regions")),
        *sorted((folder / "stem").glob("*.js")),
    ):
        opened.add_script_tag(path=script)
    yield opened
    opened.close()


def assert_terms_agree(page: Page, surfaces: list[str], language: str) -> None:
    for start in range(0, len(surfaces), 20_000):
        part = surfaces[start : start + 20_000]
        found = page.evaluate(TERMS, [part, language])
        assert [(s, t) for s, t in zip(part, found, strict=True) if t != term_of(s, language)] == []


def corpus_texts(folder: Path) -> Iterator[str]:
    """Everything in a folder of corpora that looks like text, whatever its form: markup has words too."""
    for path in sorted(folder.rglob("*")):
        if path.name.endswith(".tar.xz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    if member.isfile() and Path(member.name).suffix in TEXTS:
                        yield archive.extractfile(member).read().decode("utf-8", "replace")
        elif path.suffix == ".xz":
            yield lzma.decompress(path.read_bytes()).decode("utf-8", "replace")
        elif path.suffix in TEXTS:
            # Bytes that are no UTF-8 are mostly of Windows: é and curly quotes, not signs of replacement.
            content = path.read_bytes()
            try:
                yield content.decode("utf-8")
            except UnicodeDecodeError:
                yield content.decode("cp1252", "replace")


@pytest.fixture(scope="module")
def vocabulary(repository: Path) -> list[str]:
    """Every distinct word, as written, of all corpora in `../shared/data`."""
    folder = repository.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("there are no corpora in ../shared/data beside the repository")
    # No word has a space in it, so that each piece between spaces need be read once.
    pieces = {piece for text in corpus_texts(folder) for piece in text.split()}
    return sorted({token.surface for token in find_tokens(" ".join(sorted(pieces)))})


def test_every_word_of_all_corpora_has_the_same_english_term(vocabulary, page):
    assert_terms_agree(page, vocabulary, "en")


@pytest.mark.parametrize("language", sorted(STEMMINGS.keys() - {"en"}))
def test_every_word_of_all_corpora_in_the_letters_of_a_language_has_the_same_term(language, vocabulary, page):
    letters = is_stemmable(language)
    assert_terms_agree(page, sorted({word for surface in vocabulary if letters(word := surface.lower())}), language)


@pytest.mark.parametrize("language", sorted(STEMMINGS))
def test_any_word_of_a_language_s_letters_has_the_same_term(language, page):
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.from_regex(rf"[{STEMMINGS[language].letters}]{{1,14}}", fullmatch=True), max_size=200))
    def check(words: list[str]) -> None:
        assert_terms_agree(page, words, language)

    check()


@pytest.mark.parametrize("language", sorted(STEMMINGS))
def test_any_beginning_with_any_endings_of_corpus_words_has_the_same_term(language, vocabulary, page):
    words = [word for word in vocabulary[:: max(1, len(vocabulary) // 4000)] if 5 < len(word) <= 12]
    assert_terms_agree(page, [head[:4] + tail[-5:] for head, tail in zip(words, words[::-1], strict=True)], language)


def test_any_text_has_the_same_tokens(page):
    # Letters that Unicode has not given out yet, a browser may know before Python does.
    known = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=8)
    parts = known | st.sampled_from(["U.S.", "’s", "1,200", "l’", "ı", "İ", "ß", "\u0301", "\n"])

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.lists(parts, max_size=12).map("".join), max_size=60))
    def check(texts: list[str]) -> None:
        expected = [[list(token) for token in find_tokens(text)] for text in texts]
        for tokens, text in zip(expected, texts, strict=True):
            for token in tokens:  # JavaScript counts in units of UTF-16
                token[2], token[3] = (len(text[:at].encode("utf-16-le")) // 2 for at in token[2:4])
        assert page.evaluate(TOKENS, texts) == expected

    check()


@pytest.mark.parametrize("language", sorted(INFLECTIONS))
def test_inflected_words_have_the_stems_that_whoosh_gives_them(language, page):
    assert_terms_agree(page, INFLECTIONS[language], language)


@pytest.mark.parametrize("language", sorted(INFLECTIONS))
def test_any_beginning_with_any_ending_of_inflected_words_has_the_same_term(language, page):
    words = INFLECTIONS[language]
    assert_terms_agree(page, sorted({head[:4] + tail[-7:] for head in words for tail in words}), language)


def test_a_text_has_the_terms_of_the_shared_cases(page):
    found = page.evaluate(
        """(texts) => texts.map((text) => dateline.analysis.findTokens(text)
            .map(({ surface }) => dateline.analysis.termOf(surface, "en")))""",
        [case["text"] for case in shared_cases("analysis")],
    )
    assert found == [case["terms"] for case in shared_cases("analysis")]


@pytest.mark.parametrize("case", shared_cases("stems"), ids=lambda case: case["language"])
def test_words_have_the_terms_of_their_language(case, page):
    words = list(case["terms"])
    assert page.evaluate(TERMS, [words, case["language"]]) == list(case["terms"].values())


def test_a_word_of_a_query_stands_for_its_terms_in_all_languages_of_the_archive(page):
    surfaces, languages = ["nations", "elections", "Москвы", "armées", "’", "U.S."], ["en", "es", "fr", "ru", "tr"]
    found = page.evaluate(
        """async ([surfaces, languages]) => {
            const loaded = [];
            const scripts = { parser: "parser.js", "stem/es": "es.js", "stem/fr": "fr.js", "stem/ru": "ru.js" };
            dateline.lazy = Object.assign(async (name) => loaded.push(name), { scripts });
            await dateline.analysis.use(languages);
            const terms = surfaces.map(dateline.analysis.termsOf);
            await dateline.analysis.use(["en"]);
            return { loaded, terms };
        }""",
        [surfaces, languages],
    )
    assert found["loaded"] == ["stem/es", "stem/fr", "stem/ru"]
    assert [tuple(terms) for terms in found["terms"]] == [terms_of(surface, languages) for surface in surfaces]


def test_a_hostile_text_is_parted_in_linear_time(page):
    page.set_default_timeout(30_000)
    for piece in ("x", "'", "a'", "a.", "123,", "a\u0301", "l’", "U.S.’s"):
        count = page.evaluate(
            "([piece, times]) => dateline.analysis.findTokens(piece.repeat(times)).length", [piece, 50_000]
        )
        assert count == sum(1 for _ in find_tokens(piece * 50_000))
