"""Pages as browsers save them, and the parts that they save beside them."""

from __future__ import annotations

import plistlib

import pytest

from dateline.errors import SourceError
from dateline.records import Story
from dateline.sources import find_format, source_of
from dateline.sources.pages import saved

PAGE = "<!DOCTYPE html><html><head><title>Rain</title></head><body><h1>Rain</h1>" + "".join(
    f"<p>Paragraph {number} of a story – with a dash = that goes on for a while, as stories do. It ends.</p>"
    for number in range(4)
)
ADDRESS = "https://news.example/rain"


def mhtml(encoding: str, body: str) -> bytes:
    return (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://news.example/rain\r\nSubject: Rain\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B"\r\n\r\n\r\n------B\r\nContent-Type: text/html; charset=utf-8\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\nContent-Location: {ADDRESS}\r\n\r\n{body}\r\n------B\r\nContent-Type: image/png\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Location: https://news.example/a.png\r\n\r\niVBORw0KGgo=\r\n------B--\r\n"
    ).encode()


def quoted(text: str) -> str:
    return text.replace("=", "=3D").replace("–", "=E2=80=93")


@pytest.mark.parametrize(
    "data",
    [
        mhtml("quoted-printable", quoted(PAGE)),
        mhtml("8bit", PAGE),
        plistlib.dumps(
            {
                "WebMainResource": {
                    "WebResourceData": PAGE.encode(),
                    "WebResourceURL": ADDRESS,
                    "WebResourceTextEncodingName": "UTF-8",
                },
                "WebSubresources": [{"WebResourceData": b"x"}],
            },
            fmt=plistlib.FMT_BINARY,
        ),
    ],
)
def test_the_page_in_a_browsers_file_becomes_a_story(data):
    assert find_format(source_of(data)) is saved.FORMAT
    items = list(saved.read(source_of(data)))
    (story,) = [item for item in items if isinstance(item, Story)]
    assert (story.headline, len(story.blocks), story.url) == ("Rain", 4, ADDRESS)
    assert "– with a dash =" in story.blocks[0].text
    assert items[-1].message.startswith("1 parts")


@pytest.mark.parametrize(
    "data",
    [
        b"bplist00 nonsense",
        plistlib.dumps({"a": 1}, fmt=plistlib.FMT_BINARY),
        mhtml("8bit", PAGE).replace(b"text/html", b"text/plain"),
    ],
)
def test_a_browsers_file_without_a_page_is_refused_with_a_sentence(data):
    with pytest.raises(SourceError, match="sources/source: is a p"):
        list(saved.read(source_of(data)))


@pytest.mark.parametrize(
    "data",
    [
        b"body{margin:0}a:hover{color:#c00}",
        b"/* Theme: Harbour */\n.entry-title {\n  font-size: 2em;\n}\n.byline {\n  color: grey;\n}\n",
        b"!function(e,t){'use strict';e.load=function(){return t}}(window,document);",
        b"// comments.js\nvar form = document.forms[0];\nif (form) { form.onsubmit = check; }\n",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><text>Logo</text></svg>',
        b"wOF2\0\1\0\0" + bytes(100),
    ],
)
def test_a_part_of_a_page_is_set_aside(data):
    source = source_of(data)
    assert find_format(source) is saved.PART
    assert [notice.reason for notice in saved.read_part(source)] == ["no page"]


@pytest.mark.parametrize(
    "data",
    [
        b"Rain\n\nIt rained; it poured (for days); nobody {not even the mayor} went out. "
        + b"So it went on for long. " * 40,
        b"a {{ 7*7 }} {% raw %}\n\nIt rained.",
        b"Rain {updated}\n\nIt rained.",
        b"How a page is made\n\nThe rule body { margin: 0; } takes the white edge off the page in every browser today.\n",
        b"Subject: Rain\nContent-Type: text/plain\n\nIt rained.",
        b"",
    ],
)
def test_prose_is_no_part_of_a_page(data):
    assert find_format(source_of(data)) not in (saved.FORMAT, saved.PART)
