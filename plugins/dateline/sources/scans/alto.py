"""ALTO, the words of a scanned newspaper page: a story a page, or an article where the issue's METS parts them.

words ─reading order→ blocks ─hyphens joined→ paragraphs, under what METS says of the issue
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from statistics import mean
from typing import TYPE_CHECKING

from dateline.records import Block, BlockKind, Locator, Notice, Story
from dateline.sources.elements import (
    Unknowns,
    collect_unknown,
    local_name,
    parse_document,
    parse_text,
    root_of,
    text_of,
)
from dateline.sources.scans.mets import Article, Issue, find_issue
from dateline.sources.source import Format, Source
from dateline.sources.wires.wire import carried_story
from dateline.text import fold_spaces

if TYPE_CHECKING:
    from lxml.etree import _Element

_LOW_CONFIDENCE = 0.8  # below it, by its maker's own measure, a fifth of what was read is wrong
_CONTAINERS = {
    "alto", "Layout", "Page", "TopMargin", "LeftMargin", "RightMargin", "BottomMargin", "PrintSpace", "ComposedBlock",
    "TextBlock", "TextLine",
}  # fmt: skip
_KNOWN = {
    "Description", "Styles", "Tags", "ReadingOrder", "String", "SP", "HYP", "Illustration", "GraphicalElement", "Shape",
}  # fmt: skip
_MAX_WORD_CHARS = 100  # what is longer is no word that lines break
_SOFT_HYPHENS = "\xad¬"
_HYPHENS = "-‐‑⸗" + _SOFT_HYPHENS
_BROKEN = re.compile(r".*[^\W\d_]-\Z", re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# ISO 639-2 as ALTO and MODS write it, in the two letters that BCP 47 asks for.
_LANGUAGES = {
    "ara": "ar", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh", "cze": "cs", "dan": "da", "deu": "de",
    "dut": "nl", "ell": "el", "eng": "en", "est": "et", "fin": "fi", "fra": "fr", "fre": "fr", "ger": "de",
    "gre": "el", "heb": "he", "hrv": "hr", "hun": "hu", "ice": "is", "isl": "is", "ita": "it", "jpn": "ja",
    "kor": "ko", "lat": "la", "lav": "lv", "lit": "lt", "ltz": "lb", "nld": "nl", "nor": "no", "pol": "pl",
    "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es",
    "srp": "sr", "swe": "sv", "tur": "tr", "ukr": "uk", "wel": "cy", "yid": "yi", "zho": "zh",
}  # fmt: skip
_CODE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    block: int  # the number of its block
    ends_line: bool
    hyphen: str = ""  # that the OCR took off its end
    part: str = ""  # HypPart1 or HypPart2
    whole: str = ""  # the word that it is a part of


@dataclass(frozen=True, slots=True)
class _TextBlock:
    number: int  # on its page; ids may come twice
    id: str
    outer: tuple[str, ...]  # the ids of the composed blocks around it
    box: tuple[float, float, float, float]  # left, top, right, bottom
    language: str
    next: str
    words: tuple[_Word, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    number: str
    blocks: tuple[_TextBlock, ...]
    confidences: tuple[float, ...]
    pictures: int


@dataclass(frozen=True, slots=True)
class _Joined:
    """The words of a page as they read, and what was done to join them."""

    words: tuple[_Word, ...]
    unmarked: tuple[str, ...]  # joined where only a hyphen at a line's end shows it
    respelt: tuple[str, ...]  # whose parts are not the letters of the word


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A file of ALTO, and the issue that it is of."""

    source: Source
    issue: Issue | None
    locator: Locator
    sha256: str


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a page: its articles where the issue's METS parts them, and what is in none."""
    root, notices, locator, digest = parse_document(source)
    yield from notices
    unknown = Unknowns(source.name)
    collect_unknown(unknown, root, _CONTAINERS, _KNOWN)
    yield from unknown.notices()
    sheet = _Sheet(source, find_issue(source), locator, digest)
    articles = sheet.issue.articles if sheet.issue else ()
    claimed = {area.block for article in articles for area in article.areas if area.file == source.label}
    beginning = [article for article in articles if next(filter(_there(source), article.files), "") == source.label]
    for page in _pages(root):
        yield from _page_notices(page, source.name)
        blocks = _in_order(page.blocks, root, sheet)
        joined = _join_words(blocks)
        yield from _joining_notices(joined, source.name)
        texts = _texts(joined)
        number = _number(page, sheet)
        headline = ", ".join(filter(None, (_issue_name(root, sheet), number and f"page {number}")))
        for article in beginning:
            yield from _article_story(article, texts, blocks, sheet, page_headline=headline)
        beginning = []
        rest = [block for block in blocks if not claimed & {block.id, *block.outer} and block.number in texts]
        if rest:
            yield from _story(headline, [Block(texts[block.number]) for block in rest], rest, sheet)
        elif not texts:
            yield Notice(source.name, "the page has no text", reason="no text")


def _story(
    headline: str, paragraphs: Iterable[Block], blocks: Iterable[_TextBlock], sheet: _Sheet, *, identifier: str = ""
) -> Iterator[Story | Notice]:
    issue = sheet.issue
    yield from carried_story(
        Story(
            headline,
            tuple(paragraphs),
            sheet.locator,
            sheet.sha256,
            source_id=identifier or None,
            published=issue.date if issue else None,
            language=_language(blocks) or _code(issue.language if issue else ""),
            publication=issue.publication if issue else "",
        )
    )


def _article_story(
    article: Article, texts: Mapping[int, str], blocks: Sequence[_TextBlock], sheet: _Sheet, *, page_headline: str
) -> Iterator[Story | Notice]:
    """Yield the story of an article that begins on this page, with what of it stands on others.

    One without a heading or title goes by the name of the page.
    """
    source, issue = sheet.source, sheet.issue
    headings: list[str] = []
    paragraphs: list[Block] = []
    pages = {source.label: _by_area(texts, blocks)}
    for area in article.areas:
        if area.file not in pages:
            pages[area.file] = _texts_of_file(source, area.file)
        found = pages[area.file].get(area.block, ())
        if not found:
            yield Notice(source.name, f"block {area.block} of an article has no text on its page {area.file}")
        elif area.is_heading and not paragraphs:
            headings += found
        else:
            kind = BlockKind.SUBHEADING if area.is_heading else BlockKind.PARAGRAPH
            paragraphs += (Block(text, kind) for text in found)
    headline = " ".join(headings) or article.title or page_headline
    identifier = f"{issue.id}#{article.id}" if issue and issue.id and article.id else ""
    if headline and paragraphs:
        yield from _story(headline, paragraphs, blocks, sheet, identifier=identifier)
    elif headings:
        yield Notice(source.name, "an article has a headline and no text; it was set aside", headline, "no text")


def _there(source: Source) -> Callable[[str], bool]:
    return lambda file: file == source.label or file in source.beside(posixpath.dirname(file))


def _texts_of_file(source: Source, file: str) -> Mapping[str, Sequence[str]]:
    """Return the texts of another page of the same issue by the ids of its blocks."""
    path = source.beside(posixpath.dirname(file)).get(file)
    if path is None:
        return {}
    with path.open("rb") as stream:
        data = stream.read(source.limits.document_bytes)
    root, _ = parse_text(data.decode("utf-8", "replace"), file)
    blocks = [block for page in _pages(root) for block in page.blocks] if root is not None else []
    return _by_area(_texts(_join_words(blocks)), blocks)


def _by_area(texts: Mapping[int, str], blocks: Iterable[_TextBlock]) -> Mapping[str, Sequence[str]]:
    """Return texts by the ids of blocks, and those of composed blocks with all that is in them."""
    areas: dict[str, list[str]] = {}
    for block in blocks:
        for name in (block.id, *block.outer) if block.number in texts else ():
            areas.setdefault(name, []).append(texts[block.number])
    return areas


def _pages(root: _Element) -> Iterator[_Page]:
    for page in root.iter("{*}Page"):
        blocks = tuple(_text_block(block, number) for number, block in enumerate(page.iter("{*}TextBlock")))
        confidences = (_measure(string, "WC", -1) for string in page.iter("{*}String"))
        yield _Page(
            number=page.get("PRINTED_IMG_NR", "") or page.get("PHYSICAL_IMG_NR", ""),
            blocks=blocks,
            confidences=tuple(value for value in confidences if 0 <= value <= 1),
            pictures=sum(1 for _ in page.iter("{*}Illustration")),
        )


def _text_block(block: _Element, number: int) -> _TextBlock:
    left, top = _measure(block, "HPOS"), _measure(block, "VPOS")
    return _TextBlock(
        number=number,
        id=block.get("ID", ""),
        outer=tuple(outer.get("ID", "") for outer in block.iterancestors("{*}ComposedBlock")),
        box=(left, top, left + _measure(block, "WIDTH"), top + _measure(block, "HEIGHT")),
        language=block.get("LANG", "") or block.get("language", ""),
        next=block.get("IDNEXT", ""),
        words=tuple(word for line in block.iter("{*}TextLine") for word in _line_words(line, number)),
    )


def _line_words(line: _Element, block: int) -> list[_Word]:
    words: list[_Word] = []
    for element in line:
        match local_name(element):
            case "String" if text := fold_spaces(element.get("CONTENT", "")):
                words.append(
                    _Word(
                        text,
                        block,
                        ends_line=False,
                        part=element.get("SUBS_TYPE", ""),
                        whole=element.get("SUBS_CONTENT", ""),
                    )
                )
            case "HYP" if words:
                words[-1] = replace(words[-1], hyphen=element.get("CONTENT", "") or "-")
    if words:
        words[-1] = replace(words[-1], ends_line=True)
    return words


def _measure(element: _Element, name: str, default: float = 0.0) -> float:
    try:
        value = float(element.get(name, ""))
    except ValueError:
        return default
    return value if isfinite(value) else default


def _in_order(blocks: tuple[_TextBlock, ...], root: _Element, sheet: _Sheet) -> Sequence[_TextBlock]:
    """Return blocks as they are read: as METS or ALTO say, else as they stand, unless that is row by row."""
    order = dict(sheet.issue.orders).get(sheet.source.label, ()) if sheet.issue else ()
    order = order or tuple(ref.get("REF", "") for ref in root.iter("{*}ElementRef"))
    if order:
        place = {name: index for index, name in reversed(list(enumerate(order)))}
        return sorted(blocks, key=lambda block: min(place.get(name, len(order)) for name in (block.id, *block.outer)))
    if any(block.next for block in blocks):
        return _chained(blocks)
    rows = [(block.box[1], block.box[0]) for block in blocks]
    return _by_columns(blocks) if rows == sorted(rows) else blocks


def _chained(blocks: Sequence[_TextBlock]) -> Sequence[_TextBlock]:
    """Return blocks with those that another names as its next after that one."""
    by_id = {block.id: block for block in blocks}
    followers = {block.next for block in blocks}
    ordered: dict[int, _TextBlock] = {}
    for start in (*(block for block in blocks if block.id not in followers), *blocks):
        block: _TextBlock | None = start
        while block is not None and block.number not in ordered:
            ordered[block.number] = block
            block = by_id.get(block.next) if block.next else None
    return list(ordered.values())


def _by_columns(blocks: Sequence[_TextBlock]) -> Sequence[_TextBlock]:
    """Return blocks column by column: the page is cut across where nothing stands, else down, and so are its parts."""
    for low, high in ((0, 2), (1, 3)):  # columns first: a gap that runs down all of them parts them
        parts = _parted(blocks, low, high)
        if len(parts) > 1:
            return [block for part in parts for block in _by_columns(part)]
    return blocks


def _parted(blocks: Sequence[_TextBlock], low: int, high: int) -> list[list[_TextBlock]]:
    """Return blocks in groups that do not overlap from one side of the page to the other."""
    parts: list[list[_TextBlock]] = []
    reach = 0.0
    for block in sorted(blocks, key=lambda block: block.box[low]):
        if parts and block.box[low] < reach:
            parts[-1].append(block)
        else:
            parts.append([block])
        reach = max(reach, block.box[high]) if len(parts[-1]) > 1 else block.box[high]
    return parts


def _join_words(blocks: Iterable[_TextBlock]) -> _Joined:
    """Join the words that a line's end breaks: those marked as parts of one, and those that a hyphen shows."""
    words = [word for block in blocks for word in block.words]
    known = {part.casefold() for word in words for part in _WORD.findall(word.text)}
    joined: list[_Word] = []
    unmarked: list[str] = []
    respelt: list[str] = []
    for word in words:
        last = joined[-1] if joined and joined[-1].ends_line else None
        if last and last.part == "HypPart1" and word.part == "HypPart2":
            parts = last.text.rstrip(_HYPHENS) + word.text
            text = _marked(last, word)
            if _letters(text) != _letters(parts):
                respelt.append(f"{last.text} {word.text}")
        elif last and last.block == word.block and (found := _unmarked(last, word, known)):
            text = found
            unmarked.append(text)
        else:
            joined.append(word)
            continue
        joined[-1] = replace(word, text=text, block=last.block)
    return _Joined(tuple(joined), tuple(unmarked), tuple(respelt))


def _marked(first: _Word, second: _Word) -> str:
    """Return a word from its marked parts; the whole that the OCR gives decides whether the hyphen is part of it."""
    stem = first.text.rstrip(_HYPHENS)
    parts, hyphenated = stem + second.text, f"{stem}-{second.text}"
    if not first.whole or _letters(first.whole) != _letters(parts):
        return first.whole or parts
    return hyphenated if _letters(stem, "-") + "-" in _letters(first.whole, "-") else parts


def _unmarked(first: _Word, second: _Word, known: Collection[str]) -> str:
    """Return the word that a hyphen at a line's end breaks, "" when that is no evidence of one."""
    hyphen = first.hyphen or (first.text[-1] if first.text[-1] in _SOFT_HYPHENS else "")
    stem = first.text.rstrip(_HYPHENS)
    if not stem or len(stem) > _MAX_WORD_CHARS:
        return ""
    if not hyphen and not (_BROKEN.match(first.text) and second.text[:1].islower()):
        return ""
    beginning = _WORD.findall(f"{stem}-{second.text}")
    is_compound = not second.text[:1].islower() or any(word.casefold() in known for word in beginning if "-" in word)
    return f"{stem}-{second.text}" if is_compound and hyphen not in ("\xad", "¬") else stem + second.text


def _letters(text: str, also: str = "") -> str:
    return "".join(char for char in text.casefold() if char.isalnum() or char in also)


def _texts(joined: _Joined) -> Mapping[int, str]:
    """Return the text of each block by its number; a hyphen that joined nothing stays."""
    texts: dict[int, list[str]] = {}
    for word in joined.words:
        texts.setdefault(word.block, []).append(word.text + word.hyphen)
    return {block: " ".join(words) for block, words in texts.items()}


def _joining_notices(joined: _Joined, where: str) -> Iterator[Notice]:
    if joined.unmarked:
        message = "words were joined where only a hyphen at a line's end shows that they are one"
        yield Notice(
            where, f"{len(joined.unmarked):,} {message}", " ".join(joined.unmarked), count=len(joined.unmarked)
        )
    if joined.respelt:
        message = "words were taken as the OCR gives them whole, which is not how their parts are spelt"
        respelt = "\n".join(joined.respelt)
        yield Notice(where, f"{len(joined.respelt):,} {message}", respelt, "respelt", len(joined.respelt))


def _page_notices(page: _Page, where: str) -> Iterator[Notice]:
    if page.pictures:
        yield Notice(
            where, f"pictures on the page, without text: {page.pictures:,}", reason="picture", count=page.pictures
        )
    if page.confidences and mean(page.confidences) < _LOW_CONFIDENCE:
        share = f"{mean(page.confidences):.2f} of 1 over {len(page.confidences):,} words"
        yield Notice(where, f"the OCR gives its words a low confidence, {share} on average; check before quoting")


def _number(page: _Page, sheet: _Sheet) -> str:
    return (dict(sheet.issue.pages).get(sheet.source.label, "") if sheet.issue else "") or page.number


def _issue_name(root: _Element, sheet: _Sheet) -> str:
    """Return the name of the issue: as METS has it, or the sidecar's publication, or the scan's file name."""
    if sheet.issue and sheet.issue.title:
        return sheet.issue.title
    scan = next(filter(None, map(text_of, root.iter("{*}fileName"))), "")
    return sheet.source.sidecar.publication or scan or posixpath.basename(sheet.source.label)


def _language(blocks: Iterable[_TextBlock]) -> str:
    """Return the language that blocks with over half the words name, "" for none."""
    counts: Counter[str] = Counter()
    for block in blocks:
        counts[block.language] += len(block.words)
    language, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return _code(language) if 2 * count > counts.total() else ""


def _code(language: str) -> str:
    return _LANGUAGES.get(language.lower(), language if _CODE.match(language) else "")


def matches(head: bytes) -> bool:
    """Tell whether a file's first element is `alto`."""
    return root_of(head)[0] == "alto"


FORMAT = Format("alto", matches, read)
