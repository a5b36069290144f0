"""WordPress shortcodes: the square brackets in a post that stand for a picture's caption, a film or a plugin.

What no plugin is at hand to replace is left out and told; the text between an opening and a closing one stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

_SHORTCODE = re.compile(r"\[(\[?)(/?)([a-zA-Z][\w-]{0,60}+)((?:[\s=/][^\[\]]*+)?)\](\]?)")
# A word in brackets is text ("[sic]") unless it has an attribute, or is closed, or WordPress itself has it.
_ATTRIBUTE = re.compile(r"^=|[\w-]\s{0,9}=\s{0,9}[\"'“”″\w]|/$")
_KNOWN = frozenset(
    "archives audio caption dailymotion embed facebook gallery gist googlemaps instagram playlist polldaddy scribd "
    "sitemap slideshare slideshow soundcloud ted tweet video vimeo wp_caption wpvideo youtube".split()
)
_CAPTION_TEXT = re.compile(r"""\bcaption\s*=\s*(?:"([^"]*+)"|'([^']*+)')""")  # WordPress up to 3.3
# What those that stand around text become, opening and closing.
_AROUND_TEXT = {
    "caption": ("<figure><figcaption>", "</figcaption></figure>"),
    "wp_caption": ("<figure><figcaption>", "</figcaption></figure>"),
    "embed": ("<p>", "</p>"),
    "code": ("<pre>", "</pre>"),
    "sourcecode": ("<pre>", "</pre>"),
}


def expand_shortcodes(content: str) -> tuple[str, list[str]]:
    """Return a post's markup without its shortcodes, and those of them that were left out.

    >>> expand_shortcodes('[caption id="1"]<img src="a.jpg"> The bridge[/caption] He said so [sic]. [map x="1"]')
    ('<figure><figcaption><img src="a.jpg"> The bridge</figcaption></figure> He said so [sic]. ', ['[map x="1"]'])
    """
    found = list(_SHORTCODE.finditer(content))
    paired = _paired(found)
    pieces: list[str] = []
    left_out: list[str] = []
    position = 0
    for index, code in enumerate(found):
        before, slash, name, attributes, after = code.groups()
        is_paired = index in paired
        if not (is_paired or name in _KNOWN or (not slash and _ATTRIBUTE.search(attributes))):
            continue
        pieces.append(content[position : code.start()])
        position = code.end()
        if before and after:  # "[[gallery]]" is how one writes about them
            pieces.append(code[0][1:-1])
        elif is_paired and name in _AROUND_TEXT:
            opening, closing = _AROUND_TEXT[name]
            pieces.append(before + (closing if slash else opening + _caption_text(attributes)) + after)
        else:
            pieces.append(before + after)
            left_out.append(code[0].removeprefix(before).removesuffix(after))
    return "".join((*pieces, content[position:])), left_out


def _paired(found: Sequence[re.Match[str]]) -> set[int]:
    """Return the places in `found` of those that open what another closes, and of these."""
    paired: set[int] = set()
    opened: dict[str, list[int]] = defaultdict(list)
    for index, code in enumerate(found):
        if code[1] and code[5]:
            continue
        if not code[2]:
            opened[code[3]].append(index)
        elif opened[code[3]]:
            paired |= {index, opened[code[3]].pop()}
    return paired


def _caption_text(attributes: str) -> str:
    text = _CAPTION_TEXT.search(attributes)
    return (text[1] or text[2] or "") if text else ""
