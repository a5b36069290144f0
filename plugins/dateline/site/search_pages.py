"""The pages of search: the one that asks, the index of names that needs no script, and the list of all shards."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from dateline.articles.slugs import slugify
from dateline.facets import Link
from dateline.files import sha256
from dateline.records import SearchDocument, SearchValue
from dateline.text import fold

SEARCH_PAGE = "search.html"
NAMES_PAGE = "index-of-names/index.html"
FILES_PAGE = "search/files.html"
NAMES_ON_ONE_PAGE = 1500  # more are parted by letter
LINKS_A_PAGE = 2000
INDEXED_FIELDS = ("place", "actor", "topic", "tag")  # a tag that is one of the others is listed as that

# Thai, Lao, Burmese, Khmer, Chinese and Japanese are written without spaces: each of their letters is a word here.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
# Signs within a word, as in “Ma‘arrat” and “ʻAlaka”; some of them count as letters (Unicode, general category Lm).
_SIGNS = re.compile("['`´\u02b0-\u02ff]")

Item = TypeVar("Item")
Page = tuple[str, str, dict[str, Any]]  # where it is written, its template, what that is given


@dataclass(frozen=True, slots=True)
class IndexedName:
    """An entry of the index of names: with a page of its own, or a spelling that leads to others."""

    name: str
    field: str  # of search; "" of a spelling
    links: tuple[Link, ...]  # of a name its one page, of a spelling those of the names to see

    @property
    def is_spelling(self) -> bool:
        """Tell whether the name is another spelling of names that have a page."""
        return not self.field


@dataclass(frozen=True, slots=True)
class NamesPage:
    """A page of the index of names."""

    url: str
    letter: str  # "" when it holds all of them
    groups: tuple[tuple[str, str, tuple[IndexedName, ...]], ...]  # letter, anchor, names
    urls: tuple[str, ...] = ()  # of the parts of the letter, itself among them


def search_pages(
    documents: Iterable[SearchDocument],
    values: Sequence[SearchValue],
    *,
    scripts: Sequence[str],
    lazy_scripts: Mapping[str, str],
    shards: Iterable[str],
    generation: str = "",
    api: str = "",
) -> Iterator[Page]:
    """Yield what the pages of search are written from.

    `scripts` are the paths of the page's scripts from the root of the site, `lazy_scripts` by their names those of the
    scripts that are loaded when needed, `shards` the names of the files in the folder of the search, `generation`
    what changes with any of them, `api` the path of a server's answers, where the site has one.
    """
    given = {
        "search_scripts": tuple(scripts),
        "search_lazy": dict(lazy_scripts),
        "search_generation": generation,
        "search_api": api,
    }
    yield SEARCH_PAGE, "search", given
    documents = list(documents)
    spellings = used_spellings(documents, values)
    names = index_names(values, count_articles(documents, values), spellings)
    pages = names_pages(names)
    letters = names_letters(pages)
    for page in pages:
        yield page.url, "book_index", {"names": page, "letters": letters, "total": len(names)}
    parts = _cut(sorted([*shards, f"meta.js?{generation}"] if generation else shards), LINKS_A_PAGE)
    urls = _part_urls(FILES_PAGE, len(parts))
    for number, (url, part) in enumerate(zip(urls, parts, strict=True), start=1):
        yield url, "search_files", {"shards": part, "number": number, "urls": urls}


def count_articles(documents: Iterable[SearchDocument], values: Iterable[SearchValue]) -> Counter[tuple[str, str]]:
    """Return how many articles have each value, by field and key: itself or one that lies in it."""
    broader = {(value.field, value.key): value.broader for value in values}
    counts: Counter[tuple[str, str]] = Counter()
    for document in documents:
        counts.update(
            {(field, each) for field, key, _ in document.values for each in (key, *broader.get((field, key), ()))}
        )
    return counts


def used_spellings(documents: Iterable[SearchDocument], values: Iterable[SearchValue]) -> set[str]:
    """Return those names of values, folded, that stand in a title or a text of the archive.

    A gazetteer knows its places in every language: for each name that articles have there may be fifty that none has.
    """
    by_word: defaultdict[str, dict[str, str]] = defaultdict(dict)  # names not yet found by their first word, spaced
    for name in {fold(name) for value in values if value.field in INDEXED_FIELDS for name in value.names}:
        if words := _WORD.findall(name):
            by_word[words[0]][name] = f" {' '.join(words)} "
    found: set[str] = set()
    for document in documents:
        words = _WORD.findall(fold(f"{document.title}\n{document.body}"))
        text = f" {' '.join(words)} "
        for first in by_word.keys() & set(words):
            here = [name for name, spaced in by_word[first].items() if spaced in text]
            found.update(here)
            for name in here:
                del by_word[first][name]
            if not by_word[first]:
                del by_word[first]
    return found


def index_names(
    values: Iterable[SearchValue], counts: Mapping[tuple[str, str], int], spellings: Set[str]
) -> list[IndexedName]:
    """Return the entries of the index, A–Z: all that has articles and a page, and the other spellings of its name.

    `spellings` are the names, folded, that articles use.
    """
    named: dict[str, IndexedName] = {}
    seen: defaultdict[str, dict[str, Link]] = defaultdict(dict)  # other spellings, folded, and where they lead
    spelt: dict[str, str] = {}
    ordered = sorted(values, key=lambda value: (_rank(value.field), value.label, value.key))
    for value in ordered:
        count = counts.get((value.field, value.key), 0)
        if value.field not in INDEXED_FIELDS or not count or not value.url:
            continue
        if value.url in named:
            continue  # a tag that is a place, an actor or a topic
        link = Link(value.label, value.url, count)
        named[value.url] = IndexedName(value.label, value.field, (link,))
        for name in value.names:
            if fold(name) in spellings and fold(name) != fold(value.label):
                seen[fold(name)].setdefault(value.url, link)
                spelt[fold(name)] = min(spelt.get(fold(name), name), name)
    others = [IndexedName(spelt[name], "", tuple(links.values())) for name, links in seen.items()]
    return sorted([*named.values(), *others], key=_place)


def names_pages(names: Sequence[IndexedName]) -> list[NamesPage]:
    """Return the pages of the index: one for all while that is light, else a first one that leads to the letters'."""
    groups = [(letter, tuple(group)) for letter, group in groupby(names, key=lambda entry: _letter(entry.name))]
    if len(names) <= NAMES_ON_ONE_PAGE:
        return [NamesPage(NAMES_PAGE, "", tuple((letter, _anchor(letter), group) for letter, group in groups))]
    pages = [NamesPage(NAMES_PAGE, "", ())]
    for letter, group in groups:
        parts = _cut(group, NAMES_ON_ONE_PAGE)
        urls = _part_urls(f"index-of-names/{_anchor(letter)}.html", len(parts))
        pages += [
            NamesPage(url, letter, ((letter, _anchor(letter), part),), urls)
            for url, part in zip(urls, parts, strict=True)
        ]
    return pages


def names_letters(pages: Sequence[NamesPage]) -> tuple[Link, ...]:
    """Return the letters of the index with where each begins and how many names it has."""
    counts: Counter[tuple[str, str]] = Counter()
    for page in pages:
        for letter, anchor, names in page.groups:
            counts[letter, f"{page.urls[0]}" if page.urls else f"{page.url}#{anchor}"] += len(names)
    return tuple(Link(letter, url, count) for (letter, url), count in counts.items())


def _rank(field: str) -> int:
    return INDEXED_FIELDS.index(field) if field in INDEXED_FIELDS else len(INDEXED_FIELDS)


def _place(entry: IndexedName) -> tuple[str, str, bool, str]:
    """Return by what an entry stands in its order: its letter, its words, then the name itself before a spelling."""
    return fold(_letter(entry.name)), _letters(entry.name), entry.is_spelling, entry.links[0].url


def _letters(name: str) -> str:
    """Return what a name is sorted by: its words without signs.

    >>> _letters("‘Ālaka"), _letters("(al-Bab)")
    ('alaka', 'al bab')
    """
    return " ".join(_WORD.findall(_SIGNS.sub("", fold(name))))


def _letter(name: str) -> str:
    first = _letters(name)[:1]
    return "0–9" if first.isdigit() else first.upper() or "Other"


def _anchor(letter: str) -> str:
    """Return what names a letter in an address; letters that are spelt alike in ASCII are told apart."""
    if letter == "0–9":
        return "figures"
    return letter.lower() if letter.isascii() else f"{slugify(letter) or 'letter'}-{sha256(letter)[:8]}"


def _cut(items: Sequence[Item], size: int) -> list[tuple[Item, ...]]:
    return [tuple(items[first : first + size]) for first in range(0, max(len(items), 1), size)]


def _part_urls(first: str, count: int) -> tuple[str, ...]:
    stem = first.removesuffix(".html")
    return (first, *(f"{stem}-{number}.html" for number in range(2, count + 1)))
