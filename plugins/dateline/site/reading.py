"""Articles as Pelican reads them, and as the archive takes them from Pelican."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pelican.contents import Article, Author, Category, Tag
from pelican.readers import MarkdownReader

from dateline.articles.check import unlisted
from dateline.articles.markdown import split_list, unescape_value
from dateline.articles.provenance import parse_sources
from dateline.articles.rendered import RenderedText
from dateline.authority import Authority
from dateline.edtf import EdtfDate, parse_date
from dateline.errors import ArticleError
from dateline.facets import Imprint, SourceRef, StandingArticle, standing_tags
from dateline.records import Mention, Notice, Record, RecordId
from dateline.site.dates import ArchiveDate, stated_date
from dateline.site.state import state_of
from dateline.tagging.memory import setting_of

_SOURCE = "source-"
_NO_KEYWORD_LISTS = ("source-id", "source-sha256")
_LISTS = ("authors", "tags")


class ArticleReader(MarkdownReader):  # type: ignore[misc]  # Pelican is untyped
    """Pelican's Markdown reader, but a Date line is read as it was stated and a topic is never invented."""

    def _parse_metadata(self, meta: dict[str, list[str]]) -> dict[str, Any]:
        lines = {key: " ".join(values).strip() for key, values in meta.items()}
        stated = self._stated_date(lines.get("date", ""), lines.get("published", ""))
        # The hour of an ordinary Pelican article is Pelican's to read; all else is read here.
        is_ours = bool({"source", "published"} & meta.keys()) or not (stated and stated.is_whole_day)
        left_out = {"date"} if is_ours else set()
        if not self._states_whole_day(lines.get("modified", "")):  # Pelican would fill in the rest from today
            left_out.add("modified")
        left_out |= {key for key in _LISTS if not lines.get(key, "").strip(" ;,")}
        if not lines.get("category"):
            left_out.add("category")
        rest = {key: values for key, values in meta.items() if key not in left_out}
        metadata: dict[str, Any] = super()._parse_metadata(rest)
        if is_ours and ("source" in meta or "date" in meta or "published" in meta):
            metadata["date"] = ArchiveDate.of(stated)
        if not lines.get("category") and ("source" in meta or self.settings.get("DATELINE_THEME")):
            metadata["category"] = NoTopic(self.settings)
        for key, wrapper in (("authors", Author), ("tags", Tag)):
            if key not in left_out and ";" in lines[key]:  # Pelican would part them within a character reference
                names = split_list(lines[key])
                metadata[key] = [wrapper(html.escape(name, quote=False), self.settings) for name in names]
        return metadata

    def _stated_date(self, date_line: str, published_line: str) -> EdtfDate | None:
        try:
            return stated_date(date_line, published_line)
        except ArticleError as error:
            self._tell(f"{error}; shown as undated")
            return None

    def _states_whole_day(self, modified_line: str) -> bool:
        try:
            stated = stated_date(modified_line, "")
        except ArticleError:
            stated = None
        is_whole = stated is not None and stated.is_whole_day
        if modified_line and not is_whole:
            self._tell(f"Modified is {modified_line!r}, no whole day like 2017-03-22; it was left out")
        return is_whole

    def _tell(self, message: str) -> None:
        path, state = Path(self._source_path), state_of(self.settings)
        name = path.relative_to(state.content) if path.is_relative_to(state.content) else path
        state.tell([Notice(name.as_posix(), message)])


class NoTopic(Category):  # type: ignore[misc]  # Pelican is untyped
    """Stands where Pelican needs a category and an article has none; no page is made for it."""

    def __init__(self, settings: Any) -> None:
        super().__init__("no topic", settings)

    url = ""
    save_as = ""

    def __bool__(self) -> bool:
        return False


class RecordTag(Tag):  # type: ignore[misc]  # Pelican is untyped
    """A tag that is a place or an actor: it leads to that page, and gets none of its own."""

    def __init__(self, name: str, url: str, settings: Any) -> None:
        super().__init__(html.escape(name, quote=False), settings)
        self._url = url

    @property
    def url(self) -> str:
        """The page of the place or actor, relative to the root of the site."""
        return self._url

    save_as = ""


def complete(metadata: dict[str, Any]) -> None:
    """Give an article's metadata what Pelican needs, in place: a title that is text, and a date or its absence."""
    metadata.setdefault("date", ArchiveDate.of(None))
    if "title" in metadata:  # Pelican treats titles as HTML
        metadata["title"] = html.escape(unescape_value(str(metadata["title"])), quote=False)


def article_title(article: Article) -> str:
    """Return the title of an article of Pelican's as text."""
    return " ".join(unescape_value(str(article.title)).split())


def article_setting(article: Article) -> str:
    """Return what Pelican's article says of where its story is set: its topic and dateline."""
    has_topic = isinstance(getattr(article, "category", None), Category) and bool(article.category)
    return setting_of(unescape_value(article.category.name) if has_topic else "", _text(article.metadata, "dateline"))


def take_article(
    article: Article,
    rendered: RenderedText,
    mentions: Sequence[Mention],
    authority: Authority,
    notices: list[Notice],
) -> StandingArticle:
    """Return an article of Pelican's as it stands, its tags with what supports them."""
    metadata = article.metadata
    name = article.relative_source_path
    tags = standing_tags(
        split_list(_line(metadata, "places")),
        split_list(_line(metadata, "actors")),
        mentions,
        authority,
        article=article.slug,
    )
    notices += [Notice(name, unlisted(unknown, "authority/places.csv or actors.csv")) for unknown in tags.unknown]
    has_topic = isinstance(getattr(article, "category", None), Category) and bool(article.category)
    if _date(metadata, "received", notices, name) is None:
        metadata.pop("received", None)
    date = article.date
    stated = date.stated if isinstance(date, ArchiveDate) else stated_date(date.strftime("%Y-%m-%d"), "")
    return StandingArticle(
        slug=article.slug,
        url=article.url,
        title=article_title(article),
        rendered=rendered,
        topic=unescape_value(article.category.name) if has_topic else None,
        topic_url="" if article.settings["DATELINE_THEME"] or not has_topic else article.category.url,
        date=stated,
        date_basis=_line(metadata, "published-basis") if stated else "",
        date_words=unescape_value(_line(metadata, "published-words")) if stated else "",
        places=tags.places,
        actors=tags.actors,
        by_editor=tags.by_editor,
        mentions=tags.mentions,
        keywords=tuple(split_list(_line(metadata, "keywords"))),
        typed_tags=tuple(unescape_value(tag.name) for tag in metadata.get("tags", ())),
        sources=_sources(metadata, name, notices),
        imprint=_imprint(metadata, name, notices),
        keyword_lists=tuple(_keyword_lists(metadata)),
        versions=tuple(split_list(_line(metadata, "versions"))),
        lang=article.lang if article.lang != article.settings["DEFAULT_LANG"] else "",
    )


def pelican_tags(article: StandingArticle, urls: Mapping[RecordId, str], settings: Any) -> list[Tag]:
    """Return what Pelican's own `article.tags` is: places and actors with a page, keywords, tags typed by hand."""
    records: Sequence[Record] = (*article.places, *article.actors)
    tags: list[Tag] = [RecordTag(record.label, urls[record.id], settings) for record in records if urls[record.id]]
    return tags + [Tag(html.escape(keyword, quote=False), settings) for keyword in article.free_tags]


def _line(metadata: dict[str, Any], key: str) -> str:
    value = metadata.get(key, "")
    return "; ".join(value) if isinstance(value, list) else str(value)


def _text(metadata: dict[str, Any], key: str) -> str:
    return unescape_value(_line(metadata, key))


def _date(metadata: dict[str, Any], key: str, notices: list[Notice], name: str) -> EdtfDate | None:
    """Return the date that a line states, and tell when it states none."""
    value = _line(metadata, key)
    if not value:
        return None
    try:
        return parse_date(value)
    except ArticleError:
        message = f"{key.capitalize()} is {value!r}, not a date like 2020-05-01; it was left out"
        notices.append(Notice(name, message))
        return None


def _imprint(metadata: dict[str, Any], name: str, notices: list[Notice]) -> Imprint:
    authors = metadata.get("authors") or [author for author in [metadata.get("author")] if author]
    updated = _date(metadata, "updated", notices, name)
    return Imprint(
        authors=tuple(unescape_value(str(author)) for author in authors),
        dateline=_text(metadata, "dateline"),
        publication=_text(metadata, "publication"),
        publisher=_text(metadata, "publisher"),
        url=_text(metadata, "original-url"),
        updated=updated,
        updated_words=_text(metadata, "updated-words") if updated else "",
        source_id=_text(metadata, "source-id"),
        rights=_text(metadata, "rights"),
        access=_text(metadata, "access"),
        received=_line(metadata, "received"),
        enclosures=tuple(split_list(_line(metadata, "enclosures"))),
        language=_line(metadata, "lang"),
    )


def _keyword_lists(metadata: dict[str, Any]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield the source's own lists of keywords by their names: the line `Source-Topics` is the list "Topics"."""
    for key in metadata:
        if key.startswith(_SOURCE) and key not in _NO_KEYWORD_LISTS:
            name = key.removeprefix(_SOURCE).replace("-", " ").capitalize()
            yield name or "Keywords", tuple(split_list(_line(metadata, key)))


def _sources(metadata: dict[str, Any], name: str, notices: list[Notice]) -> tuple[SourceRef, ...]:
    if not metadata.get("source"):
        return ()
    try:
        pairs = parse_sources(_line(metadata, "source"), _line(metadata, "source-sha256"))
    except ArticleError as error:
        notices.append(Notice(name, str(error)))
        return ()
    return tuple(SourceRef(locator, sha256) for locator, sha256 in pairs)
