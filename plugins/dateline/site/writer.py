"""Pelican's writer for an archive: each page knows its absolute address, and no feed a false date.

In feeds `published` stands only for whole days, and `updated` never comes from the clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import quote

from feedgenerator import Atom1Feed
from markupsafe import Markup
from pelican.utils import get_relative_path, path_to_url
from pelican.writers import Writer

from dateline.edtf import EdtfDate, parse_date
from dateline.files import sha256
from dateline.site.dates import ArchiveDate


class ArchiveWriter(Writer):  # type: ignore[misc]  # Pelican is untyped
    """Pelican's writer, with the archive's addresses and feeds."""

    def write_file(self, name: str, template: Any, context: Any, *args: Any, **kwargs: Any) -> None:
        """Render and write a page, telling its template the absolute address where the site has one."""
        siteurl = self.settings["SITEURL"]
        kwargs.setdefault("canonical", canonical(siteurl, name) if siteurl and name else None)
        super().write_file(name, template, context, *args, **kwargs)

    def write_feed(self, elements: Any, context: Any, path: str, *args: Any, **kwargs: Any) -> Any:
        """Write a feed; without SITEURL its links climb from the feed's own folder."""
        edition = _moment(parse_date(context["EDITION"])) if context.get("EDITION") else None
        dated = [element for element in elements if _updated(element, edition)]
        if not dated:
            return None
        if not context.get("SITEURL"):
            context = {**context, "SITEURL": path_to_url(get_relative_path(path))}
            if not context.get("FEED_DOMAIN"):
                context["FEED_DOMAIN"] = context["SITEURL"]
        self._edition, self._path = edition, path
        return super().write_feed(dated, context, path, *args, **kwargs)

    def _create_new_feed(self, feed_type: str, feed_title: str | None, context: Any) -> Any:
        feed = super()._create_new_feed(feed_type, feed_title, context)
        feed.feed["id"] = "urn:sha256:" + sha256(f"{context['SITENAME']}\n{self._path}")
        feed.feed["author_name"] = str(context["SITENAME"])
        return feed

    def _add_item_to_the_feed(self, feed: Any, item: Any) -> None:
        link = self.urljoiner(self.site_url, quote(item.url))
        whole_day = not isinstance(item.date, ArchiveDate) or item.date.is_whole_day
        content = getattr(item, "unlinked_content", None) or item.get_content(self.site_url)
        feed.add_item(
            title=Markup(item.title).striptags(),
            link=link,
            unique_id=f"urn:sha256:{item_id(item)}",
            unique_id_is_permalink=False,
            description=content if not isinstance(feed, Atom1Feed) else None,
            content=content if isinstance(feed, Atom1Feed) else None,
            categories=[str(tag) for tag in getattr(item, "tags", ())] or None,
            author_name=str(item.author) if getattr(item, "author", "") else None,
            pubdate=datetime.combine(item.date.date(), time(), UTC) if whole_day else None,
            updateddate=_updated(item, self._edition),
        )


def canonical(siteurl: str, url: str) -> str:
    """Return the absolute address of a page of the site at `siteurl`."""
    return f"{siteurl}/{quote(url)}"


def item_id(item: Any) -> str:
    """Return the hash that names an article in feeds: of its source's bytes, or else of its address."""
    return str(item.metadata.get("source-sha256") or sha256(item.url)).split(";")[0]


def has_moment(item: Any) -> bool:
    """Tell whether an article says itself when it was last changed, received or published."""
    return _updated(item, None) is not None


def _updated(item: Any, edition: datetime | None) -> datetime | None:
    """Return when an article last changed as far as is known: modified, received, the edition, or its day."""
    if hasattr(item, "modified"):
        return item.modified  # type: ignore[no-any-return]  # Pelican is untyped
    if received := item.metadata.get("received"):
        return _moment(parse_date(received))
    if edition:
        return edition
    whole_day = not isinstance(item.date, ArchiveDate) or item.date.is_whole_day
    return datetime.combine(item.date.date(), time(), UTC) if whole_day else None


def _moment(day: EdtfDate) -> datetime:
    return datetime.combine(day.lower, time(), UTC)
