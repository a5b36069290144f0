"""An article's file: Pelican Markdown with front matter, written from a story and read back.

Whatever looks like Markdown or HTML in a source is text: rendered by Python-Markdown with Pelican's
extensions, the body gives back the story's text and no element but paragraphs and sub-headings.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from dateline.records import Block

# Inline syntax of Markdown and of its `extra` extensions (Python-Markdown 3, Markdown.ESCAPED_CHARS).
_INLINE = re.compile(r"[\\`*_\[\]{}]")
# What starts a heading, quotation, list, rule, definition or fence at the start of a line.
_LINE_START = re.compile(r"(?P<mark>[#>+\-])|(?P<number>\d+)(?P<stop>[.)])|(?P<entity>[:~=])")
_FIELD = re.compile(r"[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):[ \t]*(?P<value>.*)")
_CONTINUATION = re.compile(r"[ ]{4,}(?P<value>.*)")
# What join_list writes, and what people type most; any other `;` parts two values.
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|amp|lt|gt|quot|apos|nbsp);\Z")
_FENCE = re.compile(r"-{3}\s*\Z|\.{3}\s*\Z")


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """What an article's file holds: its front matter, in order, and its body in Markdown."""

    fields: tuple[tuple[str, str], ...]
    body: str

    def get(self, key: str) -> str:
        """Return the value of a field of the front matter, "" when there is none."""
        return next((value for name, value in self.fields if name.lower() == key.lower()), "")


def render_file(article: ArticleFile) -> str:
    """Return the text of an article's file."""
    lines = [f"{key}: {value}".rstrip().replace("\n", "\n    ") for key, value in article.fields]
    return "\n".join([*lines, "", article.body.strip("\n"), ""])


def parse_file(text: str) -> ArticleFile:
    """Read the text of an article's file, as Pelican's Markdown reader would."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines and _FENCE.match(lines[0]):
        lines.pop(0)
    fields: list[tuple[str, str]] = []
    while lines:
        line = lines[0]
        if field := _FIELD.match(line):
            fields.append((field["key"], field["value"].rstrip()))
        elif fields and (more := _CONTINUATION.match(line)):
            key, value = fields.pop()
            fields.append((key, f"{value}\n{more['value'].rstrip()}"))
        else:
            if not line.strip() or _FENCE.match(line):
                lines.pop(0)
            break
        lines.pop(0)
    return ArticleFile(tuple(fields), "\n".join(lines).strip("\n"))


def render_body(blocks: Iterable[Block]) -> str:
    """Return a story's paragraphs and sub-headings as Markdown that renders to their text."""
    return "\n\n".join(f"## {_escape(block.text)}" if block.subheading else _escape(block.text) for block in blocks)


def _escape(text: str) -> str:
    escaped = _INLINE.sub(r"\\\g<0>", text.replace("&", "&amp;").replace("<", "&lt;"))
    if escaped.endswith("#"):  # would close a heading
        escaped = f"{escaped[:-1]}&#35;"
    return _LINE_START.sub(_escape_start, escaped, count=1) if _LINE_START.match(escaped) else escaped


def _escape_start(match: re.Match[str]) -> str:
    if match["mark"]:
        return f"\\{match['mark']}"
    if match["number"]:
        return f"{match['number']}\\{match['stop']}"
    return f"&#{ord(match['entity'])};"


def escape_value(text: str) -> str:
    """Return `text` as a value of the front matter: Pelican treats titles as HTML.

    >>> escape_value("R&D <b>")
    'R&amp;D &lt;b>'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;")


def unescape_value(value: str) -> str:
    """Return the text that a value of the front matter stands for; a raw `<` is text too."""
    return html.unescape(value)


def join_list(names: Iterable[str]) -> str:
    """Return names as a list value: each ends in `;`, because Pelican splits on commas otherwise.

    >>> join_list(["Deir Ezzor", "Raqqa"])
    'Deir Ezzor; Raqqa;'
    """
    return " ".join(f"{escape_value(name)};" for name in names)


def split_values(value: str) -> list[str]:
    """Return the values of a list value, in order. A `;` that ends a character reference parts nothing.

    >>> split_values("AT&amp;T; BBC; BBC;")
    ['AT&T', 'BBC', 'BBC']
    """
    parts, part = [], ""
    for piece in re.split(r"(?<=;)", value):
        part += piece
        if piece.endswith(";") and not _REFERENCE.search(part):
            parts.append(part.removesuffix(";"))
            part = ""
    texts = (" ".join(unescape_value(text).split()) for text in (*parts, part))
    return [text for text in texts if text]


def split_list(value: str) -> list[str]:
    """Return the names of a list value, in order, each once.

    >>> split_list("Deir Ezzor; Raqqa; Raqqa")
    ['Deir Ezzor', 'Raqqa']
    """
    return list(dict.fromkeys(split_values(value)))
