"""Articles as curation reads them: headline, text and the names on their lines, without Pelican."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dateline.articles.markdown import ArticleFile, parse_file, split_list, unescape_value
from dateline.records import Kind
from dateline.tagging.memory import setting_of
from dateline.text import fold_spaces

# What `articles.markdown` writes for a block, and what people type most.
_LINE_MARK = re.compile(r"#{1,6} +|[-*] +|> ?")
_HTML_LINE = re.compile(r"<(?:p|pre)\b")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\((?:<[^>]*>|[^()\s]*)\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>~:=|-])")


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article of the shelf, as far as names are concerned."""

    slug: str
    title: str
    text: str
    listed: tuple[tuple[Kind, str], ...]  # the names on its Places and Actors lines
    setting: str = ""  # its topic and dateline


def load_articles(content: Path) -> Iterator[ReadArticle]:
    """Yield the articles below `content`/articles in the order of their paths, but for those that are not UTF-8."""
    for path in sorted(path for path in (content / "articles").rglob("*.md") if path.is_file()):
        try:
            yield read_article(parse_file(path.read_text("utf-8")), path.stem)
        except UnicodeDecodeError:  # `dateline check` tells
            continue


def read_article(article: ArticleFile, stem: str) -> ReadArticle:
    """Return an article's file as curation reads it; `stem` is its slug where it states none."""
    names = ((kind, name) for kind in Kind for name in split_list(article.get(f"{kind.value}s")))
    title = fold_spaces(unescape_value(article.get("Title")))
    setting = setting_of(*(unescape_value(article.get(line)) for line in ("Category", "Dateline")))
    return ReadArticle(article.get("Slug") or stem, title, plain_text(article.body), tuple(names), setting)


def plain_text(body: str) -> str:
    r"""Return the text of an article's Markdown, paragraphs parted by empty lines.

    >>> plain_text("## 1\\. *Mosul*\n\nIt [rained](<https://lima.example>) &lt;again&gt;.")
    '1. *Mosul*\n\nIt rained <again>.'
    """
    lines: list[str] = []
    is_layout = False
    for line in body.split("\n"):
        is_layout = line.startswith("<pre") or (is_layout and not line.startswith("</pre"))
        if is_layout or _HTML_LINE.match(line):
            lines.append(html.unescape(_TAG.sub("", line)))
        else:
            mark = _LINE_MARK.match(line)
            text = _LINK.sub(r"\1", _TAG.sub("", line[mark.end() :] if mark else line))
            lines.append(html.unescape(_ESCAPED.sub(r"\1", text)))
    return "\n".join(lines)
