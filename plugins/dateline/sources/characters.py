"""Characters: what a page can carry of a text, and a report of what it cannot."""

from __future__ import annotations

import re

from dateline.records import Notice
from dateline.text import fold_spaces

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")
# Characters that HTML cannot carry: controls, surrogates and noncharacters (HTML Living Standard, 13.1.4).
_UNCARRIED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def carried(text: str) -> tuple[str, str]:
    r"""Return `text` without the characters that a page cannot carry, and those.

    >>> carried("Lima\x02 won")
    ('Lima won', '\x02')
    """
    if text.replace("\n", "").isprintable():  # which none of them is
        return text, ""
    dropped = _UNCARRIED.findall(text)
    return (_UNCARRIED.sub("", text), "".join(dropped)) if dropped else (text, "")


def carried_line(text: str) -> tuple[str, str]:
    """Return `text` as one line of folded text that a page can carry, and the characters left out of it."""
    kept, dropped = carried(text)
    return fold_spaces(kept), dropped


def language_of(words: str) -> str:
    """Return the code of a language (BCP 47) that words are, "" for none.

    >>> language_of("pt_BR"), language_of("English, mostly")
    ('pt-BR', '')
    """
    code = words.strip().replace("_", "-")
    return code if _LANGUAGE.match(code) else ""


def uncarried_notice(where: str, dropped: str) -> Notice:
    """Return the notice of characters that were left out because a page cannot carry them."""
    codes = ", ".join(sorted({f"U+{ord(char):04X}" for char in dropped}))
    message = f"{len(dropped)} control characters that a page cannot carry were left out ({codes})"
    return Notice(where, message, dropped, reason="control characters", count=len(dropped))
