"""HTML as browsers cut it: text, start tags and end tags, of any string, in one pass.

The rules are those of the HTML Living Standard, 13.2.5, with exceptions in favour of text: what stands in a CDATA
section is kept, `<iframe/>` is empty as in XML, and a tag that never ends is told. A tree is not built: the
builders at hand stop at 256 elements and lose the text below.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

# What follows such a start tag is text up to its own end tag; only in the first two are there character references.
_RAW = frozenset({"textarea", "title", "script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"})
_WITH_REFERENCES = frozenset({"textarea", "title"})

# Every repetition is possessive: what does not match was looked at once.
_VALUE = r"""(?: "([^"]*+)" | '([^']*+)' | ((?!["'])[^\s>]*+) )"""
_NAME_AND_VALUE = rf"([^\s/>][^\s/>=]*+) (?: \s*+ = \s*+ {_VALUE} | (?! \s*+ = ) )"
_ATTRIBUTE = re.compile(rf"(?x: {_NAME_AND_VALUE} )")
_TAG = re.compile(rf"(?x: <(/?)([a-zA-Z][^\s/>]*+) ((?: [\s/]++ | {_NAME_AND_VALUE} )*+) > )")
_ENDLESS_REFERENCE = re.compile(r"&#[0-9]{1000,}+;?")  # Python refuses to read such a number
_SELF_CLOSED = re.compile(r"""(?:^|[\s"'])/\Z""")
_COMMENT_END = re.compile(r"--!?>")


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that a reader sees, unless an element around them hides them."""

    text: str


@dataclass(frozen=True, slots=True)
class Start:
    """A start tag; its name is in lower case, its attributes are as they stand."""

    name: str
    markup: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether the tag ends its own element, as `<p/>` does in XML."""
        return _SELF_CLOSED.search(self.markup, max(0, len(self.markup) - 2)) is not None

    def attributes(self) -> dict[str, str]:
        """Return the attributes by name; of two with one name, the first counts."""
        found: dict[str, str] = {}
        for name, *values in _ATTRIBUTE.findall(self.markup):
            found.setdefault(name.lower(), unescape("".join(values)))
        return found


@dataclass(frozen=True, slots=True)
class End:
    """An end tag, whether or not anything is open that it could end."""

    name: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A tag that the markup breaks off in, with all that follows it."""

    markup: str


Token = Text | Start | End | Unfinished


def unescape(text: str) -> str:
    """Return text with HTML's character references as the characters that they stand for."""
    return html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text) if "&#" in text else text)


def tokens(markup: str) -> Iterator[Token]:
    """Yield the tokens of any markup in order, comments left out, in time that grows with its length.

    >>> list(tokens("<p>1 &lt 2"))
    [Start(name='p', markup=''), Text(text='1 < 2')]
    """
    position = 0
    while (opening := markup.find("<", position)) >= 0:
        if opening > position:
            yield Text(unescape(markup[position:opening]))
        if tag := _TAG.match(markup, opening):
            slash, name, attributes = tag.group(1, 2, 3)
            name, position = name.lower(), tag.end()
            if slash:
                yield End(name)
                continue
            yield (start := Start(name, attributes))
            if name in _RAW and not start.is_empty:
                end = _raw_end(markup, position, name)
                if raw := markup[position:end]:
                    yield Text(unescape(raw) if name in _WITH_REFERENCES else raw)
                position = end
        elif markup.startswith("<![CDATA[", opening):
            position = _after(markup, "]]>", opening)
            yield Text(markup[opening + len("<![CDATA[") : position].removesuffix("]]>"))
        elif markup.startswith("<!--", opening):
            position = _comment_end(markup, opening + len("<!--"))
        elif markup.startswith(("<!", "<?"), opening) or _is_odd_end_tag(markup, opening):
            position = _after(markup, ">", opening)
        elif re.match("</?[a-zA-Z]", markup[opening : opening + 3]):
            yield Unfinished(markup[opening:])
            return
        else:
            yield Text("<")
            position = opening + 1
    if position < len(markup):
        yield Text(unescape(markup[position:]))


def _after(markup: str, end: str, start: int) -> int:
    found = markup.find(end, start)
    return len(markup) if found < 0 else found + len(end)


def _comment_end(markup: str, start: int) -> int:
    for short in (">", "->"):  # "<!-->" and "<!--->" are whole comments
        if markup.startswith(short, start):
            return start + len(short)
    end = _COMMENT_END.search(markup, start)
    return end.end() if end else len(markup)


def _is_odd_end_tag(markup: str, opening: int) -> bool:
    following = markup[opening + 1 : opening + 3]
    return len(following) == 2 and following[0] == "/" and not (following[1].isascii() and following[1].isalpha())


def _raw_end(markup: str, start: int, name: str) -> int:
    if name == "plaintext":
        return len(markup)
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(markup, start)
    return end.start() if end else len(markup)
