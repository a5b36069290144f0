"""METS, the table of contents of a digitised newspaper issue: its title and date, its pages, and its articles."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from dateline.errors import SourceError
from dateline.records import Notice, StatedDate, Story
from dateline.sources.dates import read_date
from dateline.sources.elements import find, find_all, local_name, parse_document, parse_text, root_of, text_of
from dateline.sources.source import Format, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_CANDIDATES = 32  # of a folder's files that may be the METS of a page
_HEAD_BYTES = 64 * 1024
_HREF = "{http://www.w3.org/1999/xlink}href"
_HEADING_TYPES = {"heading", "headline", "title", "main_title", "article_title"}
_XML = ".xml"


@dataclass(frozen=True, slots=True)
class Area:
    """A block of a page that is part of an article: the page's file, the block's id, the kind of part."""

    file: str
    block: str
    is_heading: bool


@dataclass(frozen=True, slots=True)
class Article:
    """An article of an issue: its areas in reading order, and its title where the METS says it."""

    id: str
    title: str
    areas: tuple[Area, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files of its pages in its order."""
        return tuple(dict.fromkeys(area.file for area in self.areas))


@dataclass(frozen=True, slots=True)
class Issue:
    """What a METS document says of a newspaper issue; empty is "not said"."""

    id: str
    label: str
    publication: str
    date: StatedDate | None
    wrong_date: str
    language: str
    pages: tuple[tuple[str, str], ...]  # the file of each page, and the number that it bears
    orders: tuple[tuple[str, tuple[str, ...]], ...]  # the blocks of a page's file in order, where it is given
    articles: tuple[Article, ...]
    rest: str  # text that is in no field

    @property
    def title(self) -> str:
        """The name of the issue: its label, or publication and date."""
        date = self.date.words if self.date else ""
        return self.label or ", ".join(filter(None, (self.publication, date)))


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield notices of what an issue says in no field and of pages that are not there; its pages tell its stories."""
    root, notices, _, _ = parse_document(source)
    yield from notices
    own = source.label
    issue = _issue(root, posixpath.dirname(own))
    missing = [file for file, _ in issue.pages if not _is_there(source, file)]
    if len(missing) == len(issue.pages):
        raise SourceError(
            f"{source.name}: is the METS of {len(missing):,} pages, and none of their ALTO files is where it says; "
            "put them in one folder or archive with it"
        )
    if missing:
        message = f"names {len(issue.pages):,} pages; of these {len(missing):,} are not here: {', '.join(missing)}"
        yield Notice(source.name, message)
    if issue.wrong_date:
        yield Notice(source.name, f"{issue.wrong_date!r} is no date, like 1861-07-19", issue.wrong_date, "wrong date")
    if issue.rest:
        message = "numbers and notes of the issue and its film are in no field of a story, and were left out"
        yield Notice(source.name, message, issue.rest, "description of the issue")


def find_issue(source: Source) -> Issue | None:
    """Return the issue that names a page's file as one of its own: its METS is in the same folder or the one around."""
    own = source.label
    folder = posixpath.dirname(own)
    for place in dict.fromkeys((folder, posixpath.dirname(folder))):
        files = source.beside(place)
        for name in _candidates(files, place, own):
            with files[name].open("rb") as stream:
                head = stream.read(_HEAD_BYTES)
                if not matches(head):
                    continue
                data = head + stream.read(source.limits.document_bytes - len(head))
            issue = _parsed_issue(data, place)
            if issue and any(file == own for file, _ in issue.pages):
                return issue
    return None


def _candidates(files: Iterable[str], folder: str, own: str) -> list[str]:
    """Return files that may be a METS, those first whose name says so: the word, or the folder's name."""
    stem = posixpath.basename(folder)
    names = [name for name in files if name.lower().endswith(_XML) and name != own]
    told = [name for name in names if "mets" in posixpath.basename(name).lower()]
    alike = [name for name in names if stem and posixpath.basename(name).startswith(stem)]
    return list(dict.fromkeys((*told, *alike, *names)))[:_MAX_CANDIDATES]


def _is_there(source: Source, file: str) -> bool:
    return file in source.beside(posixpath.dirname(file))


@lru_cache(maxsize=8)
def _parsed_issue(data: bytes, folder: str) -> Issue | None:
    root, _ = parse_text(data.decode("utf-8", "replace"), "")
    return _issue(root, folder) if root is not None else None


def _issue(root: _Element, folder: str) -> Issue:
    files = {
        file.get("ID", ""): _path(folder, location.get(_HREF, ""))
        for file in root.iter("{*}file")
        for location in find_all(file, "FLocat")
    }
    descriptions = {section.get("ID", ""): section for section in find_all(root, "dmdSec")}
    words = _first(root, "dateIssued") or _first(root, "dateCreated") or _first(root, "date")
    label = root.get("LABEL", "")
    date = read_date(words) if words else None
    pages, orders = _pages(root, files, descriptions)
    identifier = root.get("OBJID", "")
    title = _title(root)
    used = {words, title, *(number for _, number in pages)}
    return Issue(
        id=identifier,
        label=label,
        publication=title or (label.removesuffix(f", {words}") if words and label.endswith(f", {words}") else ""),
        date=date,
        wrong_date=words if words and date is None else "",
        language=_first(root, "languageTerm"),
        pages=pages,
        orders=orders,
        articles=tuple(_articles(root, files, descriptions)),
        rest="\n".join(dict.fromkeys(text for text in _described(root) if text not in used)),
    )


def _path(folder: str, href: str) -> str:
    """Return the name beside the METS that an address gives; it is only looked up, never opened as a path."""
    path = re.sub(r"^file:/*", "", unquote(href)).replace("\\", "/")
    return posixpath.normpath(posixpath.join(folder, path.removeprefix("./").lstrip("/")))


def _first(root: _Element, name: str) -> str:
    """Return the text of the first MODS element of that name that has one."""
    return next(filter(None, (text_of(element) for element in root.iter("{*}" + name))), "")


def _title(root: _Element) -> str:
    """Return the title of the newspaper: the host's, or that of the issue."""
    titles = [
        " ".join(filter(None, (text_of(find(info, "nonSort")), text_of(find(info, "title")))))
        for item in (*root.iter("{*}relatedItem"), *list(root.iter("{*}mods"))[:1])
        if local_name(item) == "mods" or item.get("type") in ("host", "series")
        for info in find_all(item, "titleInfo")
    ]
    return next(filter(None, titles), "")


def _described(root: _Element) -> Iterator[str]:
    for section in find_all(root, "dmdSec"):
        for element in section.iter():
            if len(element) == 0 and (text := text_of(element)):
                yield text


def _pages(
    root: _Element, files: dict[str, str], descriptions: dict[str, _Element]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return the text files of pages with their numbers, and the order of their blocks where it is given."""
    texts = {identifier: path for identifier, path in files.items() if path.lower().endswith(_XML)}
    pages: dict[str, str] = {}
    orders: dict[str, tuple[str, ...]] = {}
    for div in root.iter("{*}div"):
        if "page" not in div.get("TYPE", "").lower():
            continue
        section = next((descriptions[key] for key in div.get("DMDID", "").split() if key in descriptions), None)
        start = next((text_of(start) for start in section.iter("{*}start")), "") if section is not None else ""
        number = start or div.get("ORDERLABEL", "") or div.get("ORDER", "")
        for pointer in div.iter("{*}fptr", "{*}area"):
            file = texts.get(pointer.get("FILEID", ""))
            if file:
                pages.setdefault(file, number)
            if file and (block := pointer.get("BEGIN")):
                orders[file] = (*orders.get(file, ()), block)
    return tuple(pages.items()), tuple(orders.items())


def _articles(root: _Element, files: dict[str, str], descriptions: dict[str, _Element]) -> Iterator[Article]:
    """Yield the outermost divisions that are articles, with the areas in them."""
    for div in root.iter("{*}div"):
        outer = [ancestor.get("TYPE", "") for ancestor in div.iterancestors("{*}div")]
        if not _is_article(div.get("TYPE", "")) or any(map(_is_article, outer)):
            continue
        section = next((descriptions[key] for key in div.get("DMDID", "").split() if key in descriptions), None)
        title = div.get("LABEL", "") or (_title_of(section) if section is not None else "")
        areas = tuple(
            Area(files[area.get("FILEID", "")], area.get("BEGIN", ""), _is_heading(area, div))
            for area in div.iter("{*}area")
            if area.get("FILEID", "") in files and area.get("BEGIN")
        )
        if areas:
            yield Article(div.get("ID", ""), title, areas)


def _title_of(section: _Element) -> str:
    return next(filter(None, (text_of(title) for title in section.iter("{*}title"))), "")


def _is_article(kind: str) -> bool:
    return kind.rpartition(":")[2].lower() == "article"


def _is_heading(area: _Element, article: _Element) -> bool:
    for div in area.iterancestors("{*}div"):
        if div is article:
            return False
        if div.get("TYPE", "").lower() in _HEADING_TYPES:
            return True
    return False


def matches(head: bytes) -> bool:
    """Tell whether a file's first element is `mets`."""
    return root_of(head)[0] == "mets"


FORMAT = Format("mets", matches, read)
