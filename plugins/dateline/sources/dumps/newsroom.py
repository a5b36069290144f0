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
MAX_PARTICULARS_CHARS = 160
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
    """Whom a line names as authors, and what else it says: posts, employers, places."""

    authors: tuple[str, ...]
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a line beside a story's text says of the story: "By Ann Lee | 22 March 2017, updated 30 March 2017"."""

    byline: Byline | None = None
    dates: tuple[StatedDate, ...] = ()
    rest: str = ""  # a part that is neither, or a date that cannot be one


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
_BY = re.compile(
    r"(?:[Bb]y|BY|Par|PAR|Von|VON|Por|POR|Door)\s(?!\s)|(?:بقلم|Автор)(?:\s?:)?\s?|(?:Author|By|Auteur|Autor|Par|Von|Por)s?\s?:\s?"
)
_JOINED = re.compile(r"\s*[,;/|،]\s*|\s(?:and|AND|et|und|y|e|&)\s")
_SIGNATORY = re.compile(
    rf"(?P<name>{_NAME})"
    r"(?P<rest> (?:in|from|at|of|for|à|pour|avec|with|aus|für|en|desde|مع|من|في) .{1,40}| ?[(\[].{1,40}[)\]])?"
)
_POST_WORD = (
    r"(?:reporters?|correspondents?|editors?|writers?|journalists?|contributors?|columnists?|staff|bureau|desk|newsroom"
    r"|agenc(?:y|ies)|reports|news|media|correspondante?s?|envoyée?s? spéciale?s?|journalistes?|rédaction"
    r"|rédact(?:eur|rice)s?|agences|redaktion|korrespondent(?:in|en)?|redacción|corresponsal(?:es)?"
    r"|enviad[oa]s? especial(?:es)?|redação|agencias|редакция|корреспондент|مراسل(?:نا|تنا)?|محرر|وكالات)"
)
_POST = re.compile(
    rf"(?:[\w.'’-]+ ){{0,4}}{_POST_WORD}(?: (?:in|à|at|avec|with|of|for) .{{1,40}}|,? ?\(.{{1,40}}\))?", re.IGNORECASE
)
_POST_OPENING = re.compile(r"(?:our|the|an?|la|le|notre|unser\w*|die|el|staff|special|wire|news)\b", re.IGNORECASE)
_EMPLOYER = re.compile(rf"(?:{_AGENCY}|AAP|ABC News|DPA)(?: .{{1,30}})?|(?:The|THE) .{{1,40}}")
_FRENCH_NEWSPAPER = re.compile(r"(?:L[ae]s? |L[’'])\w.{1,40}")
_PLACE_OPENING = re.compile(r"(?:New|Los|Las|San|Santa|Saint|St\.?|São|Sao|Tel|Deir|Addis|Buenos|Cape|Hong|Port|Rio) ")
_MAX_REST_CHARS = 60

_PUBLISHED = (
    r"date of publication|publication date|first published|published|posted|issued|released|publiée?|mise? en ligne"
    r"|veröffentlicht|erschienen|publicad[oa]|pubblicat[oa]|опубликовано|(?:تم )?(?:النشر|نشر)|تاريخ النشر"
)
_UPDATED = (
    r"(?:last )?(?:updated?|modified|revised)|(?:dernière )?mise? à jour|modifiée?|actualisée?"
    r"|(?:zuletzt )?aktualisiert|actualizad[oa]|atualizad[oa]|aggiornat[oa]|обновлено"
    r"|(?:آخر|تم) (?:ال)?تحديث|تحديث"
)
_DATE_LABEL = re.compile(
    rf"(?P<label>(?:{_PUBLISHED}|{_UPDATED}|date)(?: (?:on|at|le|am|el|em|il|في))?\s?:?\s)(?P<words>.*\d.*)\Z",
    re.IGNORECASE,
)
_UPDATE_LABEL = re.compile(_UPDATED, re.IGNORECASE)
_PARTS = re.compile(
    rf"\s+[|•·]\s+|(?<!last)(?<!first)(?<!dernière)(?<!آخر)(?<!تم)(?<!zuletzt)[\s|•·;,،(–—-]+(?=(?:{_PUBLISHED}|{_UPDATED})\b)",
    re.IGNORECASE,
)
_DATE_SHAPE = re.compile(r"\d.{0,60}\d|\d{1,4}")
_MAX_DATE_WORDS = 9
_DATE_LEAD = re.compile(r"(?:le|on|am|den|el|il|em|في)\s", re.IGNORECASE)
_CLOCK_LEAD = re.compile(r"(?<=\d),?\s(?:à|at|um|a las?|às|alle|kl\.?|om|в|الساعة)\s(?=\d)", re.IGNORECASE)
_LATE_DAY = re.compile(r"(?<!\d)(?:29|3\d|[4-9]\d)(?!\d)")  # what some month, or each, has not

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
    particulars = read_particulars(line, order=order)
    if particulars:
        return Mark.BYLINE if particulars.byline else Mark.DATE
    return Mark.WRONG_DATE if _is_wrong_date(line) else Mark.NONE


def read_particulars(line: str, *, order: str = "", loosely: bool = False) -> Particulars | None:
    """Return whom and which dates a line of its own names, None for another line.

    `loosely` is for a line that stands where nothing else is likely, right under a headline.

    >>> [date.date for date in read_particulars("Published 22 March 2017, updated 30 March 2017").dates]
    ['2017-03-22', '2017-03-30']
    """
    if len(line) > MAX_PARTICULARS_CHARS:
        return None
    byline: Byline | None = None
    dates: list[StatedDate] = []
    rest: list[str] = []
    for part in filter(None, _PARTS.split(line)):
        if stated := read_date_line(part, order=order):
            dates.append(stated)
        elif byline is None and (found := read_byline(part, loosely=loosely)):
            stated = read_date_line(found.rest, order=order) if found.authors else None
            dates += [stated] if stated else []
            byline = Byline(found.authors) if stated else found
        elif _is_wrong_date(part) or (_may_follow(part, byline, dates) and len(part) <= _MAX_REST_CHARS):
            rest.append(part)
        else:
            return None
    return Particulars(byline, tuple(dates), ", ".join(rest)) if byline or dates else None


def _may_follow(part: str, byline: Byline | None, dates: list[StatedDate]) -> bool:
    """Tell whether a part of a line may be anything, for what was read before it."""
    return byline is not None or (bool(dates) and _DATE_LABEL.match(part) is not None)


def read_byline(line: str, *, loosely: bool = False) -> Byline | None:
    """Return whom a line of its own names as authors, None for another line; `loosely`, also "Ann Lee, Beirut".

    A post or an employer is no author.

    >>> read_byline("By Ann Lee and Bo Ek in Beirut")
    Byline(authors=('Ann Lee', 'Bo Ek'), rest='in Beirut')
    """
    if len(line) > MAX_BYLINE_CHARS or ends_sentence(line):
        return None
    by = _BY.match(line)
    if by is None:
        return _read_signature(line, loosely=loosely)
    authors: list[str] = []
    rest: list[str] = []
    for at, part in enumerate(_JOINED.split(line[by.end() :])):
        person = None if _is_post(part, by[0]) else _SIGNATORY.fullmatch(part)
        if at == 0 and person is None and not _is_post(part, by[0]):
            return None
        if person and (not authors or _is_further_author(person["name"], after_place=any(rest))):
            authors.append(person["name"])
            rest.append((person["rest"] or "").strip())
        else:
            rest.append(part)
    rest = list(filter(None, rest))
    return Byline(tuple(authors), ", ".join(rest)) if all(len(part) <= _MAX_REST_CHARS for part in rest) else None


def _is_further_author(name: str, *, after_place: bool) -> bool:
    """Tell a second author from a place: "By Ann Lee, Beirut", "By Ann Lee in Lima and New York"."""
    return " " in name and not (after_place and _PLACE_OPENING.match(name))


def _read_signature(line: str, *, loosely: bool) -> Byline | None:
    """Return whom a line names that does not say "by": beside a post or an employer, or as nothing but a post."""
    first, *others = _JOINED.split(line)
    if not others:
        bare = re.fullmatch(rf"(?:(?:our|staff|special|chief|senior) ){{1,2}}{_POST_WORD}", line, re.IGNORECASE)
        return Byline((), line) if bare else None
    person = _SIGNATORY.fullmatch(first)
    if person is None or person["rest"] or not 2 <= len(first.split()) <= 4 or _is_post(first):
        return None
    is_place = loosely and len(others) == 1 and re.fullmatch(rf"{_UPPER}[\w.'’-]*", others[0])
    return Byline((first,), ", ".join(others)) if is_place or all(map(_is_post, others)) else None


def _is_post(words: str, by: str = "") -> bool:
    """Tell whether words name a post or an employer, no person; `by` is what led to them."""
    if _EMPLOYER.fullmatch(words) or (by.startswith(("Par", "PAR")) and _FRENCH_NEWSPAPER.fullmatch(words)):
        return not by or words[0].isupper()
    return _POST.fullmatch(words) is not None and (words[0].isupper() or _POST_OPENING.match(words) is not None)


def read_date_line(line: str, *, order: str = "") -> StatedDate | None:
    """Return the date of a line that states one and nothing else; its words are the whole line."""
    if len(line) > MAX_DATE_LINE_CHARS or not _DATE_SHAPE.search(line) or len(line.split()) > _MAX_DATE_WORDS + 3:
        return None
    label = _DATE_LABEL.match(line)
    words = (label["words"] if label else line).strip(" .|–—-()[]")
    if len(words.split()) > _MAX_DATE_WORDS or (words.isdigit() and not label):
        return None
    bare = _CLOCK_LEAD.sub(" ", _DATE_LEAD.sub("", words, count=1) if _DATE_LEAD.match(words) else words)
    stated = read_date(words, order=order) or (read_date(bare, order=order) if bare != words else None)
    return StatedDate(stated.date, line, stated.basis, stated.moment) if stated else None


def is_open_date(line: str) -> bool:
    """Tell whether a line is a date in numbers of which either may be the day."""
    return read_date_line(line) is None and read_date_line(line, order="DMY") is not None


def _is_wrong_date(line: str) -> bool:
    """Tell whether a line is set as a date and cannot be one, or leaves its day open."""
    if len(line) > MAX_DATE_LINE_CHARS or not _DATE_SHAPE.search(line):
        return False
    label = _DATE_LABEL.match(line)
    if label and ":" in label["label"]:
        return True
    possible = _LATE_DAY.sub("15", line, count=1)
    return is_open_date(line) or (possible != line and read_date_line(possible) is not None)


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
