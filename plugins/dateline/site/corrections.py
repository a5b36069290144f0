"""Corrections beside the evidence: what `dateline serve` offers to write into rules.csv, one row each.

A built page marks each piece of evidence with a comment that says which mention it shows. A local server puts a form
there; the page itself, as it is published, has none.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dateline.authority.lexicon import name_key
from dateline.authority.rows import RULE_COLUMNS
from dateline.authority.writing import append_row
from dateline.files import replace_file
from dateline.gazetteer import load_gazetteer

ADDRESS = "/api/corrections"

_MARK = re.compile(r"<!--mention (?P<article>\S+) (?P<mention>(?:title|text) \d+ \d+ [a-z]+ [a-z]+)-->")
_SLUG = re.compile(rb'\{"slug": ("(?:[^"\\]|\\.)*")')
_SURFACE = re.compile(rb'"surface": ("(?:[^"\\]|\\.)*")')
_HEAD_END = "</head>"
# A form on a page that sends no referrer says nothing of its origin either, and the server asks for that.
_REFERRER = '<meta name="referrer" content="same-origin">\n'

_FORM = Markup("""<details class="wrong">
<summary>Wrong?</summary>
<form method="post" action="{address}">
<p>Put this row into rules.csv:</p>
<input type="hidden" name="token" value="{token}">
<input type="hidden" name="article" value="{article}">
<input type="hidden" name="mention" value="{mention}">
{buttons}
</form>
</details>""")
_BUTTON = Markup('<button name="choice" value="{key}">{words} <code>{row}</code></button>')
_ANSWER = Markup("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/theme/css/style.css">
</head>
<body>
<main class="page">
<h1>{title}</h1>
<div class="prose">
{paragraphs}
</div>
</main>
</body>
</html>
""")

MentionRow = Mapping[str, Any]  # a mention as data/mentions.jsonl has it, and "articles": see `load_mentions`

_gazetteer = cache(load_gazetteer)


@dataclass(frozen=True, slots=True)
class Correction:
    """A row that would put a mention right, and what it says to people."""

    key: str
    words: str
    row: Mapping[str, str]

    @property
    def cells(self) -> str:
        """The row's first cells as they will stand in rules.csv."""
        return ",".join(self.row.get(column, "") for column in RULE_COLUMNS[:4]).rstrip(",")


def mention_key(mention: MentionRow) -> str:
    """Return what tells a mention from all others of its article, as the marks in its page do."""
    return " ".join(str(mention[part]) for part in ("field", "start", "end", "kind", "role"))


def corrections(mention: MentionRow, article: str) -> list[Correction]:
    """Return the rows of rules.csv that may put a mention of an article right."""
    name = " ".join(mention["surface"].split())
    taken_for = f"taken for {mention['name']} in {article}" if mention["name"] else f"named in {article}"
    never = {"rule": "ignore", "name": name, "reason": taken_for}
    offered = [
        Correction("ignore-here", f"“{name}” names nothing in this article", {**never, "article": article}),
        Correction("ignore", f"“{name}” is never a place or an actor{_held(mention)}", never),
    ]
    if mention["record"]:
        row = {"rule": "hide", "record": mention["record"], "reason": taken_for}
        offered += [
            Correction("hide-here", f"Never {mention['name']} in this article", {**row, "article": article}),
            Correction("hide", f"Never {mention['name']} in any article", row),
        ]
    for number, other in enumerate(mention["alternatives"]):
        row = {"rule": "means", "name": name, "record": other["record"], "reason": taken_for}
        meant = located(other["name"], other["record"])
        offered += [
            Correction(f"means-here-{number}", f"Here it is {meant}", {**row, "article": article}),
            Correction(f"means-{number}", f"“{name}” is {meant} everywhere{_held(mention)}", row),
        ]
    return offered


def _held(mention: MentionRow) -> str:
    """Return in how many articles a row without an article would act."""
    articles = mention.get("articles")
    if not articles:
        return ""
    return " (only this article has the name)" if articles == 1 else f" ({articles:,} articles have the name)"


def located(label: str, record: str) -> str:
    """Return the label of a place with its country, where the gazetteer knows that and the label does not say it.

    >>> located("San Juan", "geonames:4568127"), located("San Juan (Argentina)", "geonames:3837213")
    ('San Juan, Puerto Rico', 'San Juan (Argentina)')
    """
    gazetteer = _gazetteer()
    row = gazetteer.row(record)
    country = -1 if row is None else gazetteer.country[row]
    if country < 0 or gazetteer.name(country) in label:
        return label
    return f"{label}, {gazetteer.name(country)}"


def find_correction(mentions: Mapping[str, MentionRow], article: str, mention: str, choice: str) -> Correction | None:
    """Return the correction that a form asks for, or None when no such was offered."""
    if mention not in mentions:
        return None
    return next((one for one in corrections(mentions[mention], article) if one.key == choice), None)


def marked_article(page: str) -> str:
    """Return the slug of the article whose evidence a page shows; "" for none."""
    mark = _MARK.search(page)
    return mark["article"] if mark else ""


def insert_forms(page: str, mentions: Mapping[str, MentionRow], token: str) -> str:
    """Return a page with a form for each mention that it marks and that `mentions` has by its key."""

    def form(mark: re.Match[str]) -> str:
        mention = mentions.get(mark["mention"])
        if mention is None:
            return mark[0]
        buttons = Markup("\n").join(
            _BUTTON.format(key=one.key, words=one.words, row=one.cells) for one in corrections(mention, mark["article"])
        )
        given = {"article": mark["article"], "mention": mark["mention"], "token": token, "buttons": buttons}
        return str(_FORM.format(address=ADDRESS, **given))

    return _MARK.sub(form, page.replace(_HEAD_END, _REFERRER + _HEAD_END, 1))


def answer_page(title: str, *paragraphs: str) -> str:
    """Return the page that tells what became of a correction."""
    told = Markup("\n").join(Markup("<p>{}</p>").format(paragraph) for paragraph in paragraphs)
    return str(_ANSWER.format(title=title, paragraphs=told))


def link_to(text: str, href: str) -> Markup:
    """Return a link for a paragraph of an answer."""
    return Markup('<a href="{}">{}</a>').format(href, text)


def write_correction(rules: Path, correction: Correction, *, on: str) -> bool:
    """Put a correction into rules.csv, dated; return whether it was not there already.

    Raises OSError, and AuthorityError where the file's header has no room for it.
    """
    data = rules.read_bytes() if rules.is_file() else b""
    return replace_file(rules, append_row(data, RULE_COLUMNS, {**correction.row, "on": on}))


def load_mentions(data: Path, article: str) -> dict[str, MentionRow]:
    """Return the mentions of an article from the site's data/mentions.jsonl by their keys, {} when it has none.

    Each also says in how many `articles` its name is found.
    """
    try:
        known = data.stat()
        starts, holding = _overview(data, known.st_mtime_ns, known.st_size)
        start = starts.get(article)
        if start is None:
            return {}
        with data.open("rb") as stream:
            stream.seek(start)
            row = json.loads(stream.readline())
    except FileNotFoundError:
        return {}
    counted = [{**mention, "articles": holding[name_key(mention["surface"])]} for mention in row["mentions"]]
    return {mention_key(mention): mention for mention in counted}


@lru_cache(maxsize=1)
def _overview(data: Path, changed: int, size: int) -> tuple[Mapping[str, int], Counter[str]]:
    """Return where the line of each article begins, and in how many articles each name is found, by its letters.

    Read once for each state of the file, which may be large: of its lines the surfaces alone.
    """
    starts: dict[str, int] = {}
    holding: Counter[str] = Counter()
    keys: dict[bytes, str] = {}
    at = 0
    with data.open("rb") as stream:
        for line in stream:
            if slug := _SLUG.match(line):
                starts[json.loads(slug[1])] = at
            surfaces = set(_SURFACE.findall(line))
            keys |= {surface: name_key(json.loads(surface)) for surface in surfaces - keys.keys()}
            holding.update({keys[surface] for surface in surfaces})
            at += len(line)
    return starts, holding
