"""The machine's article: what convert makes of a story before anything that a person changed is merged in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dateline.articles.markdown import ArticleFile, escape_value, join_list
from dateline.articles.provenance import format_values
from dateline.edtf import parse_date
from dateline.errors import ArticleError
from dateline.records import Keyword, Kind, Mention, StatedDate, Story
from dateline.sources import Sidecar
from dateline.text import fold_spaces

# The order of an article's front matter; the source's own lists ("Source-Topics") follow Keywords.
_BEFORE_LISTS = ("Title", "Slug", "Category", "Places", "Actors", "Keywords")
_AFTER_LISTS = (
    "Authors", "Dateline", "Lang", "Date", "Published", "Published-Basis", "Published-Words", "Updated",
    "Updated-Words", "Publication", "Publisher", "Original-URL", "Rights", "Access", "Received", "Enclosures",
    "Source-Id", "Versions", "Source", "Source-SHA256",
)  # fmt: skip
_LIST_PREFIX = "Source-"


def story_text(story: Story) -> str:
    """Return a story's text as articles have it: blocks parted by an empty line."""
    return "\n\n".join(block.text for block in story.blocks)


def fields_of(story: Story, sidecar: Sidecar) -> dict[str, str]:
    """Return the front matter that follows from a story and its sidecar, tags and provenance apart.

    What a story says of itself stands before what the sidecar says of all its source; the topic and the names of
    publication and publisher are the sidecar's first.
    """
    authors = story.authors or ((sidecar.author,) if sidecar.author else ())
    fields = {
        "Title": escape_value(story.headline),
        "Category": escape_value(sidecar.topic or story.topic or ""),
        "Keywords": join_list(dict.fromkeys(keyword.name for keyword in story.keywords)),
        **_keyword_lists(story.keywords),
        "Authors": join_list(authors),
        "Dateline": escape_value(story.dateline),
        "Lang": story.language or sidecar.language,
        **_published(story.published),
        "Updated": story.updated.date if story.updated else "",
        "Updated-Words": escape_value(story.updated.words) if story.updated else "",
        "Publication": escape_value(sidecar.publication or story.publication),
        "Publisher": escape_value(sidecar.publisher or story.publisher),
        "Original-URL": escape_value(story.url or sidecar.url),
        "Rights": escape_value(story.rights or sidecar.rights),
        "Access": story.access or sidecar.access,
        "Received": story.received or sidecar.received,
        "Enclosures": join_list(story.enclosures),
        "Source-Id": escape_value(story.source_id or ""),
    }
    return {key: fold_spaces(value) for key, value in fields.items() if value}


def _published(date: StatedDate | None) -> dict[str, str]:
    if date is None:
        return {}
    key = "Date" if _is_whole_day(date.date) else "Published"
    return {key: date.date, "Published-Basis": date.basis, "Published-Words": escape_value(date.words)}


def _is_whole_day(text: str) -> bool:
    try:
        return parse_date(text).is_whole_day
    except ArticleError:
        return False


def _keyword_lists(keywords: Sequence[Keyword]) -> dict[str, str]:
    """Return a line for each list that the source's keywords are from: `Source-Topics: earn; acq;`."""
    lists: dict[str, list[str]] = {}
    for keyword in keywords:
        if keyword.scheme:
            key = _LIST_PREFIX + "-".join(part.capitalize() for part in _words(keyword.scheme))
            lists.setdefault(key, []).append(keyword.name)
    return {key: join_list(names) for key, names in sorted(lists.items()) if key not in _AFTER_LISTS}


def _words(scheme: str) -> list[str]:
    return "".join(char if char.isascii() and char.isalnum() else " " for char in scheme).split()


def machine_article(
    fields: Mapping[str, str],
    body: str,
    *,
    slug: str,
    mentions: Sequence[Mention] = (),
    origins: Sequence[tuple[str, str]] = (),
    versions: Sequence[str] = (),
) -> ArticleFile:
    """Return the article that the machine makes of a story: front matter and body.

    `fields` are those of `fields_of`, `origins` the locator and hash of each place where the story stands, and
    `versions` the slugs of all its versions, newest first.
    """
    tags = {(mention.kind, mention.record.label) for mention in mentions if mention.record and mention.makes_tag}
    values = {
        **fields,
        "Slug": slug,
        "Places": join_list(sorted(label for kind, label in tags if kind is Kind.PLACE)),
        "Actors": join_list(sorted(label for kind, label in tags if kind is Kind.ACTOR)),
        "Versions": join_list(versions),
        "Source": format_values([locator for locator, _ in origins]),
        "Source-SHA256": format_values([sha256 for _, sha256 in origins]),
    }
    lists = [key for key in values if key not in _BEFORE_LISTS and key not in _AFTER_LISTS]
    order = (*_BEFORE_LISTS, *lists, *_AFTER_LISTS)
    return ArticleFile(tuple((key, values[key]) for key in order if values.get(key)), body)
