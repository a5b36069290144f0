"""The forms on an article's page that correct its tags, and what they write.

Corrections write a file, so they are for the person at this machine alone: a server that listens to others offers
none, and a request must come from this machine, name it as its host, and carry what only our own page could know.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Scope

from dateline.errors import AuthorityError
from dateline.server.files import NO_FRAMES, SiteFiles
from dateline.site.corrections import (
    ADDRESS,
    answer_page,
    find_correction,
    insert_forms,
    link_to,
    load_mentions,
    marked_article,
    write_correction,
)

MAX_FORM_BYTES = 8192
_PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": NO_FRAMES}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where corrections are written, and what a form must bring to be heard."""

    mentions: Path  # data/mentions.jsonl of the site
    rules: Path  # rules.csv
    token: str


def is_this_machine(host: str) -> bool:
    """Tell whether a name or address of a host is one of loopback.

    >>> [is_this_machine(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "archive.example")]
    [True, True, True, False, False]
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def correction_routes(site: Path, rules: Path) -> list[BaseRoute]:
    """Return the routes of a site whose readers on this machine are offered to correct tags in `rules`."""
    desk = Desk(site / "data" / "mentions.jsonl", rules, secrets.token_urlsafe())
    return [Route(ADDRESS, _correct(desk), methods=["POST"]), Mount("/", _Pages(site, desk))]


class _Pages(SiteFiles):
    """The site's files; pages with evidence get the forms that correct it."""

    def __init__(self, site: Path, desk: Desk) -> None:
        super().__init__(site)
        self._desk = desk

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file of the site, an article's page with its forms where the request is from this machine."""
        response = await self.find_file(path, scope)
        page = self._page_with_forms(response, scope)
        return page or await self.finish(response, path, scope)

    def _page_with_forms(self, response: Response, scope: Scope) -> HTMLResponse | None:
        if not isinstance(response, FileResponse) or response.media_type != "text/html":
            return None
        if scope["method"] != "GET" or _reason_against(Request(scope)):
            return None
        page = Path(response.path).read_text(encoding="utf-8")
        article = marked_article(page)
        if not article:
            return None
        shown = insert_forms(page, load_mentions(self._desk.mentions, article), self._desk.token)
        return HTMLResponse(shown, response.status_code, _HEADERS)


def _correct(desk: Desk) -> Callable[[Request], Awaitable[HTMLResponse]]:
    async def correct(request: Request) -> HTMLResponse:
        """Write the row that a form of ours asks for; nothing else is awaited while the file is changed."""
        if reason := _reason_against(request) or _reason_against_form(request):
            return _tell("Not written", reason, status=403)
        size = request.headers.get("content-length", "")
        if not (size.isascii() and size.isdigit() and int(size[:9]) <= MAX_FORM_BYTES):
            return _tell("Not written", "The form does not say how long it is, or is too long.", status=413)
        given = {key: values[-1] for key, values in parse_qs((await request.body()).decode("ascii", "replace")).items()}
        if not compare_digest(given.get("token", "").encode(), desk.token.encode()):
            return _tell(
                "Not written", "The form is from an earlier run of the server: reload the article’s page.", status=403
            )
        return _write(desk, given, back="/" + urlsplit(request.headers.get("referer", "")).path.lstrip("/"))

    return correct


def _write(desk: Desk, given: Mapping[str, str], *, back: str) -> HTMLResponse:
    article = given.get("article", "")
    mentions = load_mentions(desk.mentions, article)
    correction = find_correction(mentions, article, given.get("mention", ""), given.get("choice", ""))
    if correction is None:
        return _tell("Not written", "The site was built anew since: reload the article’s page.", status=409)
    try:
        is_new = write_correction(desk.rules, correction, on=date.today().isoformat())
    except (AuthorityError, OSError) as error:
        return _tell("Not written", f"content/authority/{desk.rules.name}: {str(error).rstrip('.')}.", status=409)
    what = f"{correction.words}: the row “{correction.cells}” "
    return _tell(
        "Written" if is_new else "It stands there already",
        what + ("was put into" if is_new else "is in") + " content/authority/rules.csv.",
        "Run make html to build the site with it; dateline diff shows first what it alters.",
        link_to("Back to the article", back),
    )


def _tell(title: str, *paragraphs: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(answer_page(title, *paragraphs), status, _HEADERS)


def _reason_against(request: Request) -> str:
    """Return why a request is not from the person at this machine; "" when it is."""
    if request.client is None or not is_this_machine(request.client.host):
        return "Corrections are taken from this machine only."
    if any(name in request.headers for name in _PASSED_ON):
        return "Corrections are not taken through another server."
    if not is_this_machine(request.url.hostname or ""):  # a name of somebody else's that leads here
        return "Corrections are taken at 127.0.0.1 or localhost only."
    return ""


def _reason_against_form(request: Request) -> str:
    """Return why a form is not of a page of ours; "" when it may be."""
    origin = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if request.headers.get("origin") != origin or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "Corrections are taken from the archive’s own pages only."
    if request.headers.get("content-type", "") != "application/x-www-form-urlencoded":
        return "This is no form of the archive’s own pages."
    return ""
