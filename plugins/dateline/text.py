"""Plain text: what two spellings share, where a sentence ends, which characters show."""

from __future__ import annotations

import re
import unicodedata

# What Python or JavaScript calls white space, and the zero-width space; the browser's analysis.js has the same.
_SPACES = re.compile(r"[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+")
_SENTENCE_END = re.compile(r"[.!?…؟۔。।։]+[’”\"'»)\]]*(?=\s|$)")
# A closing "(AFP)" or "(Reuters)" is no part of the sentence before it.
_LAST_MARK = re.compile(r"([.!?…؟۔。।։])[’”\"'»)\]]*(?:\s*\([A-Z][\w/&. -]{1,24}\))?$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Inc|Co|Ltd|Corp|Jr|Gen|Col|Lt|Maj|Capt|Sgt|St|No|vs|Jan|Feb|Aug|Sept|Oct|Nov|Dec))\.$"
)
_MAX_ABBREVIATION = 4  # "Sept", "Capt"
_MAX_CHARS_AROUND = 1000  # a line without a full stop may be a whole book


def fold(surface: str) -> str:
    """Return the form under which names are compared: no case, accents or stray spaces.

    >>> fold("  São   PAULO ")
    'sao paulo'
    """
    if surface.isascii():
        return fold_spaces(surface.casefold())
    # Compatibility caseless matching (Unicode 3.13, D146): some letters have a case only once decomposed.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", surface.casefold()).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return fold_spaces(bare.replace("’", "'").replace("‘", "'"))


def fold_spaces(text: str) -> str:
    r"""Return `text` with each run of white space, NBSP and zero-width space included, as one space.

    >>> fold_spaces("since\xa0 January  ")
    'since January'
    """
    if text.isascii():
        return " ".join(text.split())  # the same spaces, in a third of the time
    return _SPACES.sub(" ", text).strip(" ")


def ends_sentence(line: str, *, question: bool = True) -> bool:
    """Tell whether `line` ends as a sentence does; with `question=False`, "?", "!" and "…" do not count.

    >>> ends_sentence("It rained.”"), ends_sentence("Troops leave the U.S."), ends_sentence("Who won?")
    (True, False, True)
    """
    match = _LAST_MARK.search(line)
    if match is None or _ABBREVIATION.search(line):
        return False
    return question or match[1] not in "?!؟…"


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the sentence of `text` around the characters from `start` to `end`.

    A sentence never crosses a line break: paragraphs of an article's text are parted by them. One that goes
    on and on is cut at a thousand characters on either side.

    >>> text = "It rained. Troops left Lima. Then it snowed."
    >>> text[slice(*sentence_span(text, 23, 27))]
    'Troops left Lima.'
    """
    floor, ceiling = max(0, start - _MAX_CHARS_AROUND), min(len(text), end + _MAX_CHARS_AROUND)
    line_start = text.rfind("\n", floor, start) + 1 or floor
    line_end = text.find("\n", end, ceiling)
    line_end = ceiling if line_end < 0 else line_end
    first, last = line_start, line_end
    for match in _SENTENCE_END.finditer(text, line_start, line_end):
        if _ABBREVIATION.search(text, max(line_start, match.start() - _MAX_ABBREVIATION), match.end()):
            continue
        if text[line_start : match.start()].isdigit():  # the number of a sub-heading: "1. Mosul"
            continue
        if match.end() <= start:
            first = match.end()
        elif match.end() >= end:
            last = match.end()
            break
    while first < start and text[first].isspace():
        first += 1
    return first, last
