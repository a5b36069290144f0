"""Check: what a maintainer would want to know of the authority files and the articles before the next build."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dateline.articles.ledger import read_ledger
from dateline.articles.markdown import ArticleFile, parse_file, split_list
from dateline.articles.provenance import parse_sources
from dateline.authority import Authority, find_record, load_authority
from dateline.authority.rows import is_record_id
from dateline.edtf import parse_date
from dateline.errors import ArticleError
from dateline.records import Kind, Locator, Notice, Record
from dateline.sources import DEFAULT_LIMITS, Limits
from dateline.sources.locating import hash_located
from dateline.tagging.memory import ArticleText, Memory, open_memory

_IN_BRACKETS = re.compile(r"(?P<name>.*?) *\[(?P<within>[^\[\]]*)\]")

BASES = ("stated", "inferred")


def check_archive(content: Path, limits: Limits = DEFAULT_LIMITS) -> list[Notice]:
    """Return a notice for whatever is wrong: rows, dates, names that no record has, sources that changed.

    Raises ArchiveError when the ledger is damaged.
    """
    authority, notices = load_authority(content / "authority")
    with open_memory(content.parent / ".cache", authority) as memory:
        return notices + _check(content, limits, authority, memory)


def _check(content: Path, limits: Limits, authority: Authority, memory: Memory) -> list[Notice]:
    notices: list[Notice] = []
    for _ in read_ledger(content / "ledger.jsonl"):
        pass  # each line is checked as it is read
    slugs: dict[str, str] = {}
    sources: dict[str, list[_Stated]] = {}
    for path in sorted(path for path in (content / "articles").rglob("*.md") if path.is_file()):
        name = path.relative_to(content).as_posix()
        try:
            article = parse_file(path.read_text("utf-8"))
        except UnicodeDecodeError as error:
            notices.append(Notice(name, f"byte {error.start} is not UTF-8"))
            continue
        slug = article.get("Slug") or path.stem
        if slug in slugs:
            notices.append(Notice(name, f"Slug {slug!r} is that of {slugs[slug]} too; give one of them another"))
        slugs.setdefault(slug, name)
        notices += [Notice(name, message) for message in _check_article(article, authority, memory)]
        try:
            stated = parse_sources(article.get("Source"), article.get("Source-SHA256"))
        except ArticleError as error:
            notices.append(Notice(name, str(error)))
            continue
        for locator, sha256 in stated:
            sources.setdefault(locator.path, []).append((locator, sha256, name))
    notices += _check_sources(sources, content, limits)
    return notices


# A locator and the hash that the article of that name states for it.
_Stated = tuple[Locator, str, str]


def _check_article(article: ArticleFile, authority: Authority, memory: Memory) -> Iterator[str]:
    if not article.get("Title"):
        yield "has no Title line"
    yield from _check_dates(article)
    yield from _check_names(article, authority, memory)


def _check_dates(article: ArticleFile) -> Iterator[str]:
    for key in ("Date", "Published"):
        if value := article.get(key):
            try:
                date = parse_date(value)
            except ArticleError as error:
                yield f"{key} {error}"
                continue
            if key == "Date" and not date.is_whole_day:
                yield f"Date is {value!r}, which is no whole day; write it as Published: {value}"
    basis = article.get("Published-Basis")
    if basis and basis not in BASES:
        yield f"Published-Basis is {basis!r}, not one of {', '.join(BASES)}"


def _check_names(article: ArticleFile, authority: Authority, memory: Memory) -> Iterator[str]:
    near: list[Record] | None = None
    for kind, key in ((Kind.PLACE, "Places"), (Kind.ACTOR, "Actors")):
        for name in split_list(article.get(key)):
            if find_record(authority, kind, name, article=article.get("Slug")):
                continue
            near = _named_in(article, memory) if near is None else near
            if not find_record(authority, kind, name, near=near):
                yield f"{key}: {unlisted(name, f'authority/{key.lower()}.csv')}"


def unlisted(name: str, file: str) -> str:
    """Return what is to be told of a name of an article's list that no record has, and what would be right.

    >>> unlisted("Homs, Hama", "places.csv")
    "'Homs, Hama' is in no authority file; part names with semicolons (Homs; Hama;), or add it to places.csv"
    """
    advice = f"add it to {file}"
    if bracketed := _IN_BRACKETS.fullmatch(name):
        stem, within = bracketed["name"], bracketed["within"]
        if not is_record_id(within):
            advice = f"square brackets hold an id ({stem} [geonames:170794]), round ones tell apart ({stem} ({within}))"
        else:
            advice = f"no record has the id {within}; {advice}"
    elif "," in name:
        parts = "; ".join(part.strip() for part in name.split(",") if part.strip())
        advice = f"part names with semicolons ({parts};), or {advice}"
    return f"{name!r} is in no authority file; {advice}"


def _named_in(article: ArticleFile, memory: Memory) -> list[Record]:
    """Return the records that the article's own words name: composed ones are known by them alone."""
    mentions = memory.mentions(ArticleText(article.get("Slug"), article.get("Title"), article.body))
    return [mention.record for mention in mentions if mention.record]


def _check_sources(sources: Mapping[str, Sequence[_Stated]], content: Path, limits: Limits) -> Iterator[Notice]:
    """Read each source once, and tell what articles state of it that is not so."""
    for name, stated in sorted(sources.items()):
        path = content / name
        found: dict[Locator, str] = {}
        if path.resolve().is_relative_to(content.resolve()) and path.is_file():
            found = hash_located(path, {locator for locator, _, _ in stated}, limits)
        for locator, sha256, article in stated:
            if locator not in found:
                missing = f"{name}!{locator.member}" if locator.member and path.is_file() else name
                yield Notice(article, f"Source names {missing}, which is not there")
            elif found[locator] != sha256:
                yield Notice(
                    article, f"Source-SHA256 is not that of {locator}; the source changed, run `dateline convert`"
                )
