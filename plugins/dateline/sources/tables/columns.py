"""Columns: what the columns of a table, or the keys of an object, are to a story; a row becomes the story.

The sidecar's `columns` decide, by name or by number from 1; what they leave open is guessed from common names.
A column that is nothing to a story is named in one notice at the end.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from dateline.records import Block, Keyword, Link, Locator, Notice, StatedDate, Story
from dateline.sources.characters import carried_line, uncarried_notice
from dateline.sources.dates import certain_order, read_date, read_epoch
from dateline.sources.markup import absolute_address, read_markup
from dateline.sources.source import Source
from dateline.sources.unpublished import LOCKED, STATUSES, set_aside
from dateline.text import sentence_span

# Common names of what a column can hold, the likeliest first, without case, blanks and marks.
_NAMES = {
    "headline": "headline title articletitle articleheadline newstitle newsheadline storytitle heading headlines titre "
    "titel título titulo titolo заголовок العنوان",
    "text": "text body content article articletext articlebody articlecontent fulltext maintext fullcontent bodytext "
    "contenttext storytext story newstext newscontent newsbody contentplain contenthtml bodyhtml contents sentences "
    "paragraphs texte texto testo текст النص",
    "date": "date published datepublished publisheddate publishdate publicationdate pubdate publishedat publishedon "
    "publishedtime datepublish datetime articledate postdate posteddate postedat posted createdat created datecreated "
    "timestamp createdutc fecha datum data дата",
    "updated": "updated updatedat dateupdated updateddate modified datemodified modifieddate modifiedat lastmodified "
    "lastupdated",
    "authors": "authors author byline bylines authorname authornames writer writers journalist reporter creator "
    "auteur autor autore автор",
    "dateline": "dateline",
    "topic": "topic category section sectionname categoryname newscategory desk rubric rubrique ressort channel",
    "keywords": "keywords tags keyword tag topics categories subjects newskeywords",
    "url": "url link articleurl articlelink weburl permalink canonicalurl canonical sourceurl href uri",
    "id": "id uuid guid unitid articleid storyid newsid docid documentid doc newid",
    "language": "language lang languagecode langue sprache idioma",
    "publication": "publication publicationname source sourcename outlet newspaper newspapername mediaoutlet "
    "newssource medium media site sitename journal website",
    "publisher": "publisher publishername",
    "rights": "rights copyright license licence",
}
# What stands for the text where a row has no other.
_SHORT_TEXTS = "description summary abstract excerpt lead teaser snippet standfirst chapo resumen".split()
# Keys of objects that only wrap those of a story.
_WRAPPERS = frozenset("metadata meta data article attributes fields _source doc document item story news post".split())
# Of what WordPress's interface gives in several forms, the one that a page shows.
_SHOWN = "rendered"
_NUMBERED = ("authors", "topic", "keywords")  # there by the numbers that they have in other tables
# Columns that tell whether a story was public.
_STATUS_COLUMNS = ("status", "poststatus")
_LOCK_COLUMNS = ("protected", "isprotected", "contentprotected", "excerptprotected")
_PASSWORD_COLUMNS = ("password", "postpassword")
_TRUE = ("true", "yes", "1")
# Of an object in a list, what stands for it: an author's name, a paragraph's text.
_MAIN_KEYS = ("name", "text", "content", "value", "label", "title")
_TOO_LONG, _UNMAPPED, _DOUBTFUL_DATE = "too long", "unmapped column", "doubtful date"

_NOT_IN_NAMES = re.compile(r"[\W_]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_HTML = re.compile(
    r"</(?:p|div|a|h[1-6]|li|blockquote|strong|em|b|i|span|td|article)\s*>|<(?:br|p)\s*/?>", re.IGNORECASE
)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
_BYLINE = re.compile(r"^(?:by|von|par|por|di)\s+(?=\w)", re.IGNORECASE)
_MAX_LISTED_CHARS = 10_000
_MAX_NAMES = 1_000  # of columns that are told
_MAX_NAME_CHARS = 100
_MAX_CHARS_TOLD = 64 * 1024


def squashed(name: str) -> str:
    """Return a column's name as names are compared.

    >>> squashed("Article_Title"), squashed("metadata.pubDate"), squashed("date.$date"), squashed("title.rendered")
    ('articletitle', 'pubdate', 'date', 'title')
    """
    parts = [part for part in name.split(".") if not part.startswith("$") and part != _SHOWN] or [name]
    while len(parts) > 1 and parts[0].lower() in _WRAPPERS:
        del parts[0]
    return _NOT_IN_NAMES.sub("", ".".join(parts)).lower()


def part_of(name: str) -> str:
    """Return the part of a story that a column of that name is taken for; "" for none."""
    return _FIELDS.get(squashed(name), "")


def is_telling(name: str) -> bool:
    """Tell whether a column's name is one of a headline or a text."""
    return part_of(name) in ("headline", "text")


@lru_cache(maxsize=64)
def find_columns(names: tuple[str, ...], told: tuple[tuple[str, str], ...] = ()) -> Mapping[str, str]:
    """Return the column of each part of a story that has one; `told` are those that the sidecar names.

    >>> dict(find_columns(("title", "description", "published_at")))
    {'headline': 'title', 'date': 'published_at', 'text': 'description'}
    """
    found = {part: name for part, column in told if (name := _told_column(column, names))}
    taken = set(found.values())
    by_squashed: dict[str, str] = {}
    for name in names:
        by_squashed.setdefault(squashed(name), name)
    for part, common in _COMMON.items():
        free = (by_squashed[name] for name in common if name in by_squashed and by_squashed[name] not in taken)
        if part not in found and (column := next(free, None)) is not None:
            found[part] = column
            taken.add(column)
    if "text" not in found:
        short = next((by_squashed[name] for name in _SHORT_TEXTS if name in by_squashed), None)
        if short is not None and short not in taken:
            found["text"] = short
    return found


def _told_column(column: str, names: Sequence[str]) -> str:
    """Return the column of that name, or of that number; "" where there is none."""
    if column in names:
        return column
    return names[int(column) - 1] if column.isdecimal() and 1 <= int(column) <= len(names) else ""


def missing_columns(told: Iterable[tuple[str, str]], names: Sequence[str], what: str) -> str:
    """Return in words which of the columns that the sidecar names are not there, "" for none.

    >>> missing_columns([("date", "Datum")], ("Kopf", "Tag"), "the table")
    "columns: date is 'Datum', which the table has not; it has Kopf, Tag"
    """
    missing = ", ".join(f"{part} is {column!r}" for part, column in told if not _told_column(column, names))
    return f"columns: {missing}, which {what} has not; it has {', '.join(names)[:_MAX_LISTED_CHARS]}" if missing else ""


_COMMON = {part: names.split() for part, names in _NAMES.items()}
_FIELDS = {name: part for part, names in _COMMON.items() for name in names} | dict.fromkeys(_SHORT_TEXTS, "text")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the values of its columns, and where it stands."""

    values: Mapping[str, object]
    where: str
    locator: Locator
    sha256: str


def flat(value: Mapping[str, object], depth: int, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield the values of an object under their names, those of objects within it under dotted ones.

    A list of objects is the list of their names, or texts. Raises ValueError where it is deeper than `depth`.

    >>> dict(flat({"meta": {"title": "A"}, "authors": [{"name": "B", "id": 1}]}, 5))
    {'meta.title': 'A', 'authors': ['B'], 'authors.id': [1]}
    """
    if depth < 0:
        raise ValueError("objects within objects, too deep to be read")
    for key, inner in value.items():
        name = f"{prefix}{key}"
        if isinstance(inner, Mapping):
            yield from flat(inner, depth - 1, f"{name}.")
        elif isinstance(inner, list) and inner and all(isinstance(item, Mapping) for item in inner):
            yield from _flat_list(inner, depth - 1, name)
        else:
            yield name, inner


def _flat_list(items: Iterable[Mapping[str, object]], depth: int, name: str) -> Iterator[tuple[str, object]]:
    gathered: dict[str, list[object]] = {}
    for item in items:
        main = next((key for key in _MAIN_KEYS if isinstance(item.get(key), str)), None)
        for key, inner in flat(item, depth):
            gathered.setdefault(name if key == main else f"{name}.{key}", []).append(inner)
    yield from gathered.items()


def conclude_order(source: Source, rows: Iterable[Mapping[str, object]]) -> str:
    """Return the order that all dates of three numbers in a column agree on; "" when none shows one, or they differ."""
    orders = set()
    for values in rows:
        columns = find_columns(tuple(values), source.sidecar.columns)
        for part in ("date", "updated"):
            if part in columns and (order := certain_order(str(values[columns[part]]))):
                orders.add(order)
                if len(orders) > 1:
                    return ""
    return orders.pop() if orders else ""


@dataclass(slots=True)
class RowReader:
    """Reads rows as stories, and remembers what is to be told of all of them together."""

    source: Source
    concluded_order: str = ""
    names: dict[str, None] = field(default_factory=dict)  # of its columns, as far as they are known, in order
    what: str = "the file"
    unmapped: Counter[str] = field(default_factory=Counter)
    doubtful: list[str] = field(default_factory=list)  # dates
    dropped: list[str] = field(default_factory=list)  # characters that a page cannot carry
    waiting_chars: int = 0  # of those two

    def read(self, row: Row) -> Iterator[Story | Notice]:
        """Yield the story of a row, and notices of what of the row is in none."""
        told = self.source.sidecar.columns
        if told and len(self.names) < _MAX_NAMES:
            self.names.update(dict.fromkeys(row.values))
        columns = _without_numbers(find_columns(tuple(row.values), told), row.values)
        shown = frozenset(part for part, column in columns.items() if column.endswith(f".{_SHOWN}"))
        cells = _Cells(row, {part: row.values[column] for part, column in columns.items()}, shown)
        if reason := _why_not_public(row.values, set(columns.values())):
            yield set_aside(row.where, cells.line("headline"), reason)
            return
        text = list(_leaves(cells.values.get("text")))
        if sum(map(len, text)) > self.source.limits.story_chars:
            limit = f"{self.source.limits.story_chars:,} characters (story_chars in DATELINE_LIMITS)"
            yield Notice(row.where, f"a text of more than {limit} was set aside", "\n".join(text), _TOO_LONG)
            return
        self._count_unmapped(row.values, set(columns.values()))
        story = yield from self._story(cells, columns)
        self.dropped += cells.dropped
        self.waiting_chars += len(cells.dropped)
        if story:
            yield story
        elif rest := "\n".join(filter(str.strip, _leaves(list(cells.values.values())))):
            yield Notice(row.where, "a row without a headline or a text was set aside", rest, "no text")
        if self.waiting_chars > _MAX_CHARS_TOLD:
            yield from self._waiting()

    def _story(self, cells: _Cells, columns: Mapping[str, str]) -> Generator[Notice, None, Story | None]:
        where = cells.row.where
        url, language = cells.line("url"), cells.line("language").replace("_", "-")
        is_address, is_language = _WEB_ADDRESS.fullmatch(url) and absolute_address(url), _LANGUAGE.fullmatch(language)
        titles = yield from cells.blocks("headline", url)
        blocks = yield from cells.blocks("text", url)
        headline = " ".join(block.text for block in titles)
        if not headline:
            headline, blocks = _first_sentence(blocks)
        if not headline:
            return None
        if url and not is_address:
            yield Notice(where, f"“{url[:60]}” is no address of the web; it was left out", url, "no address")
        if language and not is_language:
            yield Notice(where, f"“{language[:60]}” is no code like en or pt-BR", language, "no language")
        published = yield from self._date(cells, "date")
        updated = yield from self._date(cells, "updated")
        topics = cells.names("topic") if isinstance(cells.values.get("topic"), list) else [cells.line("topic")]
        # Several topics are keywords: an article has one.
        listed = {"topic": topics if len(topics) > 1 else [], "keywords": cells.names("keywords")}
        return Story(
            headline=headline,
            blocks=blocks,
            locator=cells.row.locator,
            sha256=cells.row.sha256,
            topic=(topics[0] or None) if len(topics) == 1 else None,
            source_id=cells.line("id") or None,
            authors=tuple(_BYLINE.sub("", name, count=1) for name in cells.names("authors")),
            dateline=cells.line("dateline"),
            published=published,
            updated=updated,
            keywords=tuple(Keyword(name, _scheme(columns[part])) for part, names in listed.items() for name in names),
            url=url if is_address else "",
            language=language if is_language else "",
            publication=cells.line("publication"),
            publisher=cells.line("publisher"),
            rights=cells.line("rights"),
        )

    def close(self) -> Iterator[Notice]:
        """Yield what is to be told at the end of the source."""
        yield from self._waiting()
        if fault := missing_columns(self.source.sidecar.columns, tuple(self.names), self.what):
            yield Notice(self.source.name, fault)
        if self.unmapped:
            names = ", ".join(f"{name or 'without a name'} ({count:,} values)" for name, count in self.unmapped.items())
            message = f"read as nothing: {names}; map what belongs to a story in the sidecar's columns, or leave it"
            yield Notice(self.source.name, message, reason=_UNMAPPED, count=len(self.unmapped))

    def _date(self, cells: _Cells, part: str) -> Generator[Notice, None, StatedDate | None]:
        words = cells.line(part)
        stated = self._stated(words, cells.line("language")) if words else None
        if stated is not None or not words:
            return stated
        if any(read_date(words, order=order) for order in ("DMY", "MDY")):
            self.doubtful.append(words)
            self.waiting_chars += len(words)
        else:
            yield Notice(cells.row.where, f"“{words[:60]}” is no date; it was left out", words, "wrong date")
        return None

    def _stated(self, words: str, language: str) -> StatedDate | None:
        if _EPOCH.fullmatch(words):
            number = float(words)
            return read_epoch(number / 1000 if number >= 1e12 else number, words)
        order = self.source.sidecar.date_order or self.concluded_order
        language = self.source.sidecar.language or language
        stated = read_date(words, order=order, language=language)
        rests_on_column = not self.source.sidecar.date_order and stated and not read_date(words, language=language)
        return replace(stated, basis="inferred") if stated and rests_on_column else stated

    def _waiting(self) -> Iterator[Notice]:
        """Yield what occurs row after row as one notice."""
        if self.dropped:
            yield uncarried_notice(self.source.name, "".join(self.dropped))
        if self.doubtful:
            message = (
                f"{len(self.doubtful):,} dates may be of two orders and their stories are undated; name the order in "
                'the sidecar: date_order = "DMY", or "MDY"'
            )
            yield Notice(self.source.name, message, "\n".join(self.doubtful), _DOUBTFUL_DATE, len(self.doubtful))
        self.doubtful, self.dropped, self.waiting_chars = [], [], 0

    def _count_unmapped(self, values: Mapping[str, object], mapped: Collection[str]) -> None:
        for column, value in values.items():
            if column not in mapped and any(map(str.strip, _leaves(value))):
                name = carried_line(column)[0][:_MAX_NAME_CHARS]
                known = name in self.unmapped or len(self.unmapped) < _MAX_NAMES
                self.unmapped[name if known else "others"] += 1


@dataclass(slots=True)
class _Cells:
    """The cells of a row by what they hold, each cleaned of what a page cannot carry."""

    row: Row
    values: Mapping[str, object]
    shown: frozenset[str] = frozenset()  # the parts that are HTML, whether they have tags or not
    dropped: list[str] = field(default_factory=list)

    def line(self, part: str) -> str:
        """Return a cell as one line."""
        return " ".join(filter(None, map(self._clean, _leaves(self.values.get(part)))))

    def names(self, part: str) -> list[str]:
        """Return the names in a cell: a list's, or those that a text keeps apart."""
        value = self.values.get(part)
        found = _listed(value, commas=part != "authors") if isinstance(value, str) else _leaves(value)
        return list(filter(None, map(self._clean, found)))

    def blocks(self, part: str, base: str) -> Generator[Notice, None, tuple[Block, ...]]:
        """Return the paragraphs of a cell, one a line, or the blocks of what is plainly HTML."""
        blocks: list[Block] = []
        for text in _leaves(self.values.get(part)):
            if part in self.shown or _HTML.search(text):
                of_markup, notices = read_markup(text, self.row.where, base=base)
                yield from notices
                blocks += of_markup
            else:
                blocks += map(Block, filter(None, map(self._clean, text.splitlines())))
        return tuple(blocks)

    def _clean(self, text: str) -> str:
        line, dropped = carried_line(text)
        self.dropped += dropped
        return line


def _without_numbers(columns: Mapping[str, str], values: Mapping[str, object]) -> Mapping[str, str]:
    """Return the columns of a row without those that, in WordPress's own rows, name an author or a term by number."""
    if not any(column.endswith(f".{_SHOWN}") for column in columns.values()):
        return columns
    return {
        part: column
        for part, column in columns.items()
        if part not in _NUMBERED or not all(leaf.isdecimal() for leaf in _leaves(values[column]))
    }


def _why_not_public(values: Mapping[str, object], mapped: Collection[str]) -> str:
    """Return why a row was not public; "" where nothing says so. A column that the sidecar maps says something else."""
    for column, value in values.items():
        name = squashed(column) if column not in mapped else ""
        words = " ".join(_leaves(value)).strip().casefold()
        if name in _STATUS_COLUMNS and words and words in STATUSES:
            return STATUSES[words]
        if (name in _LOCK_COLUMNS and words in _TRUE) or (name in _PASSWORD_COLUMNS and words):
            return LOCKED
    return ""


def _leaves(value: object) -> Iterator[str]:
    """Yield the texts of a value, of a list's items in order."""
    match value:
        case None:
            return
        case str():
            yield value
        case Mapping():
            yield from _leaves(list(value.values()))
        case list() | tuple():
            for item in value:
                yield from _leaves(item)
        case _:
            yield str(value)


def _listed(text: str, *, commas: bool) -> Iterator[str]:
    """Yield the names that a text lists: as a list of Python or JSON, or kept apart by marks."""
    if text.startswith("[") and text.endswith("]") and len(text) <= _MAX_LISTED_CHARS:
        try:
            yield from _leaves(ast.literal_eval(text))
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            pass
        else:
            return
    mark = next((mark for mark in (";", "|", "\n") if mark in text), ",")
    names = text.split(mark)
    if mark == "," and not commas and not all(len(name.split()) > 1 for name in names):
        names = [text]  # "Author, Ann" is one name
    yield from names


def _scheme(column: str) -> str:
    return carried_line(column.rpartition(".")[2])[0][:_MAX_NAME_CHARS].lower()


def _first_sentence(blocks: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
    """Return the first sentence of a text that has no headline, and the blocks of the rest."""
    if not blocks:
        return "", ()
    first = blocks[0]
    end = sentence_span(first.text, 0, 0)[1]
    if end < len(first.text) and not first.text[end].isspace():  # cut in a sentence without end
        end = first.text.rfind(" ", 0, end) if " " in first.text[:end] else end
    start = end + len(first.text[end:]) - len(first.text[end:].lstrip())
    links = tuple(Link(link.start - start, link.end - start, link.href) for link in first.links if link.start >= start)
    rest = (replace(first, text=first.text[start:], links=links),) if first.text[start:] else ()
    return first.text[:end], (*rest, *blocks[1:])
