"""The settings of Pelican that an archive needs; what a site has set itself stays.

With Dateline's theme a setting left at Pelican's default becomes Dateline's. With another theme, only what keeps
sources unpublished and our own pages possible is added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from pelican.settings import DEFAULT_CONFIG, get_settings_from_file

from dateline import theme_path
from dateline.authority.rows import RECORD_COLUMNS, load_rows
from dateline.errors import SiteError
from dateline.records import RecordId
from dateline.sources.limits import DEFAULT_LIMITS, Limits, limits_from

PACKAGE = Path(__file__).parent.parent
FALLBACK_TEMPLATES = PACKAGE / "templates"

# Folders and files of the content that are the archive's workshop, never pages of the site.
WORKSHOP = ("sources", "authority")
WORKSHOP_FILES = ("ledger.jsonl", "removed.csv")

_MAIL = re.compile(r"[^\s@<>\"?&]+@[^\s@<>\"?&]+")
_FORM = re.compile(r"https://[^\s/]+\S*")

ADDRESSES: dict[str, Any] = {
    "ARTICLE_PATHS": ["articles"],
    "ARTICLE_URL": "articles/{slug}.html",
    "ARTICLE_SAVE_AS": "articles/{slug}.html",
    "ARTICLE_LANG_URL": "articles/{slug}.html",
    "ARTICLE_LANG_SAVE_AS": "articles/{slug}.html",
    "DRAFT_SAVE_AS": "",  # a draft is not published
    "DRAFT_LANG_SAVE_AS": "",
    "PAGE_URL": "{slug}.html",
    "PAGE_SAVE_AS": "{slug}.html",
    "PAGE_LANG_URL": "{slug}.html",
    "PAGE_LANG_SAVE_AS": "{slug}.html",
    "CATEGORY_URL": "topics/{slug}.html",
    "CATEGORY_SAVE_AS": "topics/{slug}.html",
    "TAG_URL": "tags/{slug}.html",
    "TAG_SAVE_AS": "tags/{slug}.html",
    "AUTHOR_SAVE_AS": "",
    "DIRECT_TEMPLATES": ["index"],
    "RELATIVE_URLS": True,
    "USE_FOLDER_AS_CATEGORY": False,
    "DEFAULT_PAGINATION": False,
    "FEED_ALL_ATOM": "feeds/all.atom.xml",
    "CATEGORY_FEED_ATOM": "feeds/topics/{slug}.atom.xml",
    "TRANSLATION_FEED_ATOM": None,
    "AUTHOR_FEED_ATOM": None,
    "AUTHOR_FEED_RSS": None,
    "FEED_MAX_ITEMS": 50,
    "SLUGIFY_SOURCE": "basename",
}


def has_our_theme(settings: dict[str, Any]) -> bool:
    """Tell whether a site is shown in Dateline's theme."""
    return Path(settings["THEME"]).resolve() == Path(theme_path()).resolve()


def adapt(settings: dict[str, Any]) -> None:
    """Fit a site's settings to an archive, in place."""
    settings["DATELINE_THEME"] = has_our_theme(settings)
    if settings["DATELINE_THEME"]:
        for key, value in ADDRESSES.items():
            if settings.get(key) == DEFAULT_CONFIG.get(key):
                settings[key] = value
    for key in ("ARTICLE_EXCLUDES", "PAGE_EXCLUDES", "STATIC_EXCLUDES"):
        settings[key] = [
            *settings.get(key, ()),
            *(name for name in WORKSHOP if name not in settings.get(key, ())),
        ]
    settings["IGNORE_FILES"] = [*settings["IGNORE_FILES"], *WORKSHOP_FILES]
    settings["STATIC_PATHS"] = [path for path in settings["STATIC_PATHS"] if path.split("/")[0] not in WORKSHOP]
    settings["THEME_TEMPLATES_OVERRIDES"] = [*settings["THEME_TEMPLATES_OVERRIDES"], str(FALLBACK_TEMPLATES)]
    if not settings["DATELINE_THEME"]:
        settings["JINJA_FILTERS"] = {"striptags": strip_tags, **settings["JINJA_FILTERS"]}
    settings["JINJA_ENVIRONMENT"] = {**settings["JINJA_ENVIRONMENT"], "autoescape": _autoescape(settings)}


def contact_of(settings: Mapping[str, Any]) -> str:
    """Return the mail address or the address of a form to which readers report errors; "" for none.

    Raises SiteError when CONTACT is neither.
    """
    contact = str(settings.get("CONTACT") or "").strip().removeprefix("mailto:")
    if contact and not (_MAIL.fullmatch(contact) or _FORM.fullmatch(contact)):
        raise SiteError(f"CONTACT is {contact!r}; write a mail address, or that of a form: https://…")
    return contact


def listed_persons(settings: Mapping[str, Any], authority: Path) -> frozenset[RecordId] | None:
    """Return the ids that the archive's own actors.csv lists, as of persons only these have a page.

    None: ONLY_LISTED_PERSONS is off, and every person whom an article tags has one.
    """
    if not settings.get("ONLY_LISTED_PERSONS", True):
        return None
    rows, _ = load_rows(authority / "actors.csv", RECORD_COLUMNS[:3])  # what is wrong in it was told before
    return frozenset(RecordId(row["id"]) for row in rows)


def load_limits(settings_file: Path) -> Limits:
    """Return the limits on sources that a settings file sets; raise SourceError for one that is none."""
    if not settings_file.is_file():
        return DEFAULT_LIMITS
    return limits_from(get_settings_from_file(str(settings_file)).get("DATELINE_LIMITS", {}))


def strip_tags(value: Any) -> Markup:
    """Strip tags as Jinja's filter does, for templates that do not escape: entities in a title stay text.

    >>> strip_tags("<b>News</b> of &lt;script&gt;")
    Markup('News of &lt;script&gt;')
    """
    return escape(Markup(str(value)).striptags())


def _autoescape(settings: dict[str, Any]) -> Any:
    """Escape in our templates; another theme's are written for an environment that does not."""
    if settings["DATELINE_THEME"]:
        return True
    theirs = settings["JINJA_ENVIRONMENT"].get("autoescape", False)

    def in_template(name: str | None) -> bool:
        if name and name.startswith("dateline/"):
            return True
        return bool(theirs(name) if callable(theirs) else theirs)

    return in_template
