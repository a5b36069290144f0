"""The server's interface as OpenAPI 3.1, for programs that ask it."""

from __future__ import annotations

from typing import Any

import dateline
from dateline.search.asking import SORTS
from dateline.server.searching import MAX_LIMIT, MAX_OFFSET, MAX_QUERY_CHARS

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_SPAN = {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties, "additionalProperties": False}


def _optional(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]}


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


_HIT = _object(
    "rank slug title date url score snippet",
    rank={"type": "integer", "minimum": 1},
    slug=_TEXT,
    title=_TEXT,
    title_marks={**_list(_SPAN), "description": "Where the words found stand in the title, as in the snippet."},
    topic=_optional(_TEXT),
    date=_optional({**_TEXT, "description": "EDTF"}),
    label={**_TEXT, "description": "The date in words."},
    url={**_TEXT, "description": "Relative to the root of the site."},
    score={"type": "number"},
    snippet=_TEXT,
    marks={**_list(_SPAN), "description": "Where the words found stand in the snippet: start and end, in characters."},
    group={**_TEXT, "description": "The same for all versions of a story."},
    partial={"type": "boolean", "description": "Only some of the words were found."},
)
_VALUE = _object(
    "key label count",
    key=_TEXT,
    label=_TEXT,
    count=_COUNT,
    asked={**_TEXT, "description": "Another name of it, by which the query asks for it."},
)
_FACETS = _object(
    "",
    **{field: _list(_VALUE) for field in ("place", "actor", "topic")},
    year=_list(_object("label count", label=_TEXT, count=_COUNT)),
    months=_list({"type": "array", "minItems": 2, "maxItems": 2}),
)
_ANSWER = _object(
    "query total hits",
    query=_TEXT,
    total={**_COUNT, "description": "How many articles were found; versions of a story count each."},
    partial={**_COUNT, "description": "How many more have some of the words only."},
    sort={**_TEXT, "enum": list(SORTS)},
    note=_optional(_TEXT),
    error=_optional({**_TEXT, "description": "Why nothing could be looked for, as a sentence."}),
    widened=_list(_object("words field key label", words=_TEXT, field=_TEXT, key=_TEXT, label=_TEXT)),
    suggestion=_optional(_TEXT),
    hits=_list({"$ref": "#/components/schemas/Hit"}),
    terms={**_list(_TEXT), "description": "Terms and names that are marked; a name has full stops between its words."},
    facets={"$ref": "#/components/schemas/Facets"},
)
_HEALTH = _object("status", status=_TEXT, generation=_TEXT, articles=_COUNT, error=_TEXT)


def _parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    """Return a parameter of the address; without a default it is required."""
    return {
        "name": name,
        "in": "query",
        "required": "default" not in schema,
        "description": description,
        "schema": schema,
    }


_QUESTION = [
    _parameter(
        "q",
        "The query, in the language of the search page: it has a letter or a figure.",
        type="string",
        minLength=1,
        maxLength=MAX_QUERY_CHARS,
        pattern=r"[\p{L}\p{N}]",
    ),
    _parameter("limit", "How many hits.", type="integer", minimum=1, maximum=MAX_LIMIT, default=20),
    _parameter("offset", "How many hits to pass over.", type="integer", minimum=0, maximum=MAX_OFFSET, default=0),
    _parameter("sort", "The order of the hits.", type="string", enum=list(SORTS), default=SORTS[0]),
    _parameter("names", "exact: only the spelling typed.", type="string", enum=["any", "exact"], default="any"),
    _parameter("facets", "Whether values are counted.", type="string", enum=["no", "yes"], default="no"),
]
_RETRY = {"Retry-After": {"description": "In how many seconds to ask again.", "schema": {"type": "integer"}}}


def _response(description: str, schema: str, **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content, **more}


def describe() -> dict[str, Any]:
    """Return the description as `/api/openapi.json` gives it."""
    same = {"description": "What the client has is what it would get."}
    search = {
        "operationId": "search",
        "summary": "Search the archive",
        "parameters": _QUESTION,
        "responses": {
            "200": _response("What was found.", "Answer"),
            "304": same,
            "400": _response("The question is not right: `error` says why.", "Answer"),
            "429": _response("Too many questions of one client.", "Answer", headers=_RETRY),
            "503": _response("Too much to do, or no index.", "Answer", headers=_RETRY),
        },
    }
    health = {
        "operationId": "health",
        "summary": "Tell whether the search can answer",
        "responses": {
            "200": _response("It can.", "Health"),
            "304": same,
            "503": _response("It cannot, for now.", "Health"),
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The search of an archive",
            "summary": "What `dateline search --json` prints, over the web.",
            "version": dateline.__version__,
        },
        "paths": {"/api/search": {"get": search}, "/api/health": {"get": health}},
        "components": {"schemas": {"Answer": _ANSWER, "Hit": _HIT, "Facets": _FACETS, "Health": _HEALTH}},
    }
