"""Articles described for machines: schema.org in JSON-LD, and Dublin Core.

Only what is known is said, a date only where it is one of ISO 8601 in certain terms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from dateline.edtf import EdtfDate
from dateline.facets.standing import StandingArticle
from dateline.records import Kind, Record

_ISO_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?\Z")
_ACTOR_TYPES = {"person": "Person", "government": "GovernmentOrganization", "state": "Country"}


def json_ld(article: StandingArticle, url: str = "") -> Markup:
    """Return an article as schema.org's NewsArticle, ready to stand in a script element of JSON-LD."""
    imprint = article.imprint
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "url": url,
        "datePublished": _iso(article.date),
        "dateModified": _iso(imprint.updated),
        "dateline": imprint.dateline,
        "author": [{"name": name} for name in imprint.authors],
        "publisher": {"name": imprint.publisher} if imprint.publisher else None,
        "isPartOf": {"@type": "CreativeWork", "name": imprint.publication} if imprint.publication else None,
        "isBasedOn": imprint.address,
        "identifier": imprint.source_id,
        "inLanguage": imprint.language,
        "copyrightNotice": imprint.rights,
        "articleSection": article.topic,
        "keywords": list(article.free_tags),
        "contentLocation": [_thing(record) for record in article.places],
        "mentions": [_thing(record) for record in article.actors],
        "associatedMedia": [{"@type": "MediaObject", "contentUrl": address} for address in imprint.enclosures],
    }
    text = json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def dublin_core(article: StandingArticle, url: str = "") -> tuple[tuple[str, str], ...]:
    """Return an article's names and contents of meta elements; by them Zotero saves a newspaper article."""
    return tuple((name, content) for name, content in _meta(article, url) if content)


def _meta(article: StandingArticle, url: str) -> Iterator[tuple[str, str]]:
    imprint = article.imprint
    yield "DC.type", "newspaperArticle"
    yield "DC.title", article.title
    yield from (("DC.creator", name) for name in imprint.authors)
    yield "DC.date", _iso(article.date)
    yield "DC.publisher", imprint.publisher
    yield "DC.language", imprint.language
    yield "DC.rights", imprint.rights
    yield "DC.identifier", url
    yield "DC.source", imprint.address
    yield from (("DC.subject", tag) for tag in article.free_tags)
    yield from (("DC.coverage", record.label) for record in article.places)
    yield "prism.publicationName", imprint.publication


def _iso(date: EdtfDate | None) -> str:
    return date.text if date and _ISO_DATE.match(date.text) else ""


def _thing(record: Record) -> dict[str, Any]:
    type_ = (
        "Place"
        if record.kind is Kind.PLACE
        else _ACTOR_TYPES.get(record.type, "Organization" if record.type else "Thing")
    )
    thing: dict[str, Any] = {"@type": type_, "name": record.label}
    scheme, _, number = record.id.partition(":")
    if scheme == "geonames":
        thing["sameAs"] = f"https://sws.geonames.org/{number}/"
    if record.kind is Kind.PLACE and record.latitude is not None and record.longitude is not None:
        thing["geo"] = {"@type": "GeoCoordinates", "latitude": record.latitude, "longitude": record.longitude}
    return thing
