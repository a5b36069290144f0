"""Newsroom conventions: what a line of a story is by its wording, such as a byline, a date line or a caption.

A line is recognised as a whole and by how it opens; a sentence that happens to hold the same words is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from dateline.records import Keyword, StatedDate
from dateline.sources.dates import read_date
from dateline.text import ends_sentence

MAX_BYLINE_CHARS = 120
MAX_DATE_LINE_CHARS = 100
MAX_MARK_CHARS = 300
MAX_DATELINE_CHARS = 120


class Mark(Enum):
    """What a line of a story is, if it is none of its text."""

    NONE = "text"
    BYLINE = "byline"
    DATE = "date line"
    WRONG_DATE = "wrong date"
    CREDIT = "credit"  # who reported, edited or was the source
    CAPTION = "caption"
    TAGS = "tags"
    READ_MORE = "read more"
    SEPARATOR = "separator"
    STORY = "story mark"  # the maintainer's own: the next line is a headline


@dataclass(frozen=True, slots=True)
class Byline:
    """Whom a line names as authors, and what else it says."""

    authors: tuple[str, ...]
    rest: str = ""


STORY_MARK = "=== story ==="

_STORY_MARK = re.compile(r"={2,} ?story ?={2,}\Z", re.IGNORECASE)
_SEPARATOR = re.compile(r"(?=([-–—*=_~#•·+.]))(?:\1 ?){3,}\Z")
_READ_MORE = re.compile(
    r"(?:read (?:more|also|next|on)(?: here| about\b.*| at\b.*| on\b.*)?|(?:also|further|related) read(?:ing)?|see also"
    r"|more on (?:this|the) (?:story|topic)|related (?:articles?|stor(?:y|ies)|topics?|news)"
    r"|click here(?: (?:for|to)\b.*)?"
    r"|continue reading|lire (?:aussi|la suite)|à lire aussi|lea también|leer más|leia (?:também|mais)|weiterlesen"
    r"|lesen sie auch|mehr zum thema|leggi anche|читайте также|по теме|اقرأ أيضا|اقرأ أيضاً|إقرأ أيضاً|devamını oku)"
    r"\s*(?:[:»›>…|–—-].*|\.{2,}|\Z)|(?-i:READ|MORE|WATCH|RELATED|Related|Watch): \S",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:file )?(?:photo(?:graph)?|picture|image|pic|foto|caption|video|fotografía|صورة|фото)"
    r"(?: (?:copyright|credit|caption|source|by))?\s?[:|]\s?\S"
    r"|(?:image|photo|picture|media) (?:copyright|caption|source|credit)\b"
    r"|(?:file )?photo by \S|file(?: photo)?\s?[-–—:] ?\S"
    r"|[\[(](?:photo: ?|file ?/ ?)?(?-i:AFP|AP|Reuters|Getty(?: Images)?|EPA|dpa|SANA|TASS|Xinhua|UPI)(?:/[\w ]{1,30})?"
    r"(?: photo)?[\])]\Z|© \S",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"[(\[]?(?:(?:(?:additional )?(?:reporting|editing|writing) by|compiled by|edited by|translated by"
    r"|with inputs? from)\b|sources?: \S|agencies\Z"
    r"|(?-i:Reuters?|REUTERS?|ENDS|-30-)\Z)",
    re.IGNORECASE,
)
_TAGS = re.compile(r"(?:tags?|keywords?|mots[- ]clés|etiquetas|schlagwörter|теги|الوسوم)\s?:?\s", re.IGNORECASE)
_WORDINGS = {
    Mark.STORY: _STORY_MARK,
    Mark.SEPARATOR: _SEPARATOR,
    Mark.READ_MORE: _READ_MORE,
    Mark.CAPTION: _CAPTION,
    Mark.CREDIT: _CREDIT,
    Mark.TAGS: _TAGS,
}
_LIST_MARKS = re.compile(r"\s*[,;|،]\s*|\s+#")

_UPPER = r"[^\W\d_a-zà-öø-ÿ]"
_PARTICLE = r"(?:van|von|der|den|de|del|da|di|du|la|le|al|el|bin|ibn|bint|dos|e|y)"
_NAME = rf"{_UPPER}[\w.'’-]*(?: (?:{_PARTICLE} )?{_UPPER}[\w.'’-]*){{0,4}}"
_AGENCY = (
    r"(?:Reuters|REUTERS|AFP|AP|Associated Press|dpa|Xinhua|SANA|TASS|UPI|ANSA|EFE|IRNA|Bloomberg|Al Jazeera|BBC News)"
)
_BYLINE = re.compile(
    rf"(?:(?:[Bb]y|BY|Par|PAR|Von|VON|Por|POR|Door|بقلم|Автор:?)\s|(?:Author|By|Auteur|Autor)s?: ?)"
    rf"(?P<names>{_NAME}(?:(?:, | and | AND | et | und | y | e | & ){_NAME}){{0,5}})"
    rf"(?P<rest>(?:,? (?:in|à|in the|from) .{{1,40}}|[,|/] .{{1,40}})?)\Z"
)
_SIGNED = re.compile(rf"(?P<names>{_NAME})(?P<rest>, {_AGENCY})\Z")
_AND = re.compile(r", | and | AND | et | und | y | e | & ")

_DATE_LABEL = re.compile(
    r"(?P<label>(?:date of publication|first published|last updated?|last modified|published(?: on| at)?|posted(?: on)?"
    r"|updated(?: on| at)?|issued(?: on)?|date|publié le|mis à jour le|veröffentlicht(?: am)?|publicado(?: el)?"
    r"|pubblicato il|опубликовано|نشر في|تاريخ النشر)\s?:?\s)(?P<words>.*\d.*)\Z",
    re.IGNORECASE,
)
_UPDATE_LABEL = re.compile(r"(?:last )?(?:updated?|modified)|mis à jour", re.IGNORECASE)
_DATE_SHAPE = re.compile(r"\d.{0,60}\d|\d{1,4}")
_MAX_DATE_WORDS = 9

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_PLACE = rf"{_UPPER}[\w.'’-]*(?: (?:{_PARTICLE} |of |the )?{_UPPER}[\w.'’-]*){{0,3}}"
_DATELINE = re.compile(
    rf"(?P<place>{_PLACE}(?:[,/] ?{_PLACE}){{0,2}})"
    rf"(?P<day>,? \(?(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:,? \d{{4}})?\)?)?"
    rf"(?P<agency>,? ?[(/|] ?{_UPPER}[\w .&/-]{{1,30}}[)/]?)?"
    rf"\s?(?P<dash>--?|–|—)\s"
)


def mark_of(line: str, *, order: str = "") -> Mark:
    """Return what a line of folded text is by its wording; `order` is that of dates in numbers.

    >>> mark_of("By Ann Lee in Beirut"), mark_of("By Tuesday it had rained.")
    (<Mark.BYLINE: 'byline'>, <Mark.NONE: 'text'>)
    """
    if len(line) > MAX_MARK_CHARS:
        return Mark.NONE
    mark = next((mark for mark, pattern in _WORDINGS.items() if pattern.match(line)), Mark.NONE)
    if mark is not Mark.NONE and not (mark is Mark.TAGS and ends_sentence(line)):
        return mark
    if read_byline(line):
        return Mark.BYLINE
    if read_date_line(line, order=order):
        return Mark.DATE
    label = _DATE_LABEL.match(line)
    return Mark.WRONG_DATE if label and ":" in label["label"] and len(line) <= MAX_DATE_LINE_CHARS else Mark.NONE


def read_byline(line: str) -> Byline | None:
    """Return whom a line of its own names as authors, None for another line.

    >>> read_byline("By Ann Lee and Bo Ek in Beirut")
    Byline(authors=('Ann Lee', 'Bo Ek'), rest='in Beirut')
    """
    if len(line) > MAX_BYLINE_CHARS or ends_sentence(line):
        return None
    match = _BYLINE.match(line) or _SIGNED.match(line)
    if match is None:
        return None
    return Byline(tuple(_AND.split(match["names"])), match["rest"].strip(" ,|/"))


def read_date_line(line: str, *, order: str = "") -> StatedDate | None:
    """Return the date of a line that states one and nothing else; its words are the whole line."""
    if len(line) > MAX_DATE_LINE_CHARS or not _DATE_SHAPE.search(line) or len(line.split()) > _MAX_DATE_WORDS + 3:
        return None
    label = _DATE_LABEL.match(line)
    words = (label["words"] if label else line).strip(" .|–—-()[]")
    if len(words.split()) > _MAX_DATE_WORDS or (words.isdigit() and not label):
        return None
    stated = read_date(words, order=order)
    return StatedDate(stated.date, line, stated.basis, stated.moment) if stated else None


def is_update(line: str) -> bool:
    """Tell whether a date line says when a story was changed, not when it appeared."""
    return _UPDATE_LABEL.match(line) is not None


def read_tags(line: str) -> tuple[Keyword, ...]:
    """Return the keywords of a line of tags, none where nothing parts them."""
    names = _TAGS.sub("", line, count=1).lstrip("# ")
    parts = [part.strip() for part in _LIST_MARKS.split(names) if part.strip()]
    return tuple(Keyword(part) for part in parts) if len(parts) > 1 or " " not in names else ()


def read_dateline(paragraph: str) -> str:
    """Return the dateline that a story's first paragraph opens with, "" for none.

    >>> read_dateline("BEIRUT, March 3 (Reuters) - It rained."), read_dateline("Rain - a lot of it - fell.")
    ('BEIRUT, March 3 (Reuters)', '')
    """
    match = _DATELINE.match(paragraph[:MAX_DATELINE_CHARS])
    if match is None:
        return ""
    is_sure = match["day"] or match["agency"] or match["place"].isupper() or match["dash"] in ("—", "--")
    return paragraph[: match.start("dash")].strip() if is_sure else ""
