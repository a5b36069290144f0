"""An article's file: Pelican Markdown with front matter, written from a story and read back.

Whatever looks like Markdown or HTML in a source is text: rendered by Python-Markdown with Pelican's
extensions, the body gives back the story's text, its blocks and links, and no other element.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from dateline.records import Block, BlockKind

# Inline syntax of Markdown and of its `extra` extensions (Python-Markdown 3, Markdown.ESCAPED_CHARS).
_INLINE = re.compile(r"[\\`*_\[\]{}]")
# What starts a heading, quotation, list, rule, definition or fence at the start of a line.
_LINE_START = re.compile(r"(?P<mark>[#>+\-])|(?P<number>\d+)(?P<stop>[.)])|(?P<entity>[:~=])")
_IMAGE_SIGN = re.compile(r"!\Z")  # before a link
_NO_ADDRESS = re.compile(r"[\x00-\x20<>\"'`\\^{|}\x7f-\U0010ffff]|&(?=#?\w+;)")
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
    """Return a story's blocks as Markdown that renders to their text and links."""
    body, before = "", None
    for block in blocks:
        is_next_item = before is block.kind is BlockKind.ITEM
        body += ("\n" if is_next_item else "\n\n" if body else "") + _render_block(block)
        before = block.kind
    return body


def _render_block(block: Block) -> str:
    match block.kind:
        case BlockKind.SUBHEADING:
            return f"## {_render_inline(block)}"
        case BlockKind.ITEM:
            # Items stand on lines without a blank one between, which the tables extension would read.
            return f"- {_render_inline(block)}".replace("|", "&#124;")
        case BlockKind.QUOTATION:
            return f"> {_render_inline(block)}"
        case BlockKind.CAPTION:
            return f'<p class="caption">{_render_html(block)}</p>'
        case BlockKind.LAYOUT:
            fenceless = _render_html(block).replace("`", "&#96;").replace("~", "&#126;")
            return f'<pre class="layout">\n{fenceless}\n</pre>'
    return _render_inline(block)


def _render_inline(block: Block) -> str:
    """Return a block as one line of Markdown, nothing of its text read as markup."""
    pieces: list[str] = []
    done = 0
    for link in block.links:
        before = _IMAGE_SIGN.sub("&#33;", _escape(block.text[done : link.start]))
        pieces += [before, f"[{_escape(block.text[link.start : link.end])}]"]
        pieces.append(f"(<{_escape_address(link.href)}>)")
        done = link.end
    pieces.append(_escape(block.text[done:]))
    line = "".join(pieces)
    if line.endswith("#"):  # would close a heading
        line = f"{line[:-1]}&#35;"
    return _LINE_START.sub(_escape_start, line, count=1) if _LINE_START.match(line) else line


def _render_html(block: Block) -> str:
    pieces: list[str] = []
    done = 0
    for link in block.links:
        pieces.append(html.escape(block.text[done : link.start], quote=False))
        text = html.escape(block.text[link.start : link.end], quote=False)
        pieces.append(f'<a href="{html.escape(_escape_address(link.href))}">{text}</a>')
        done = link.end
    return "".join([*pieces, html.escape(block.text[done:], quote=False)])


def _escape(text: str) -> str:
    return _INLINE.sub(r"\\\g<0>", text.replace("&", "&amp;").replace("<", "&lt;"))


def _escape_address(href: str) -> str:
    """Return an address with what would end it, or be read as Markdown in it, percent-encoded."""
    return _NO_ADDRESS.sub(lambda match: quote(match[0], safe=""), href)


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

    >>> join_list(["Deir Ezzor", "Raqqa; Aleppo"])
    'Deir Ezzor; Raqqa&#59; Aleppo;'
    """
    return " ".join(f"{'&#59;'.join(map(escape_value, name.split(';')))};" for name in names)


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
