"""Web archives: the pages of WARC and ARC files, whatever state the records are in."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.files import sha256
from dateline.records import Notice, Story
from dateline.sources import DEFAULT_LIMITS, Limits, Sidecar, Source, find_format, read_file, source_of
from dateline.sources.pages import warc

PAGE = b"<!DOCTYPE html><html><head><title>Rain</title></head><body><h1>Rain</h1>" + b"".join(
    b"<p>Paragraph %d of a story that goes on for a while, as stories in a newspaper do. It ends.</p>" % number
    for number in range(4)
)
DATE = "2017-03-22T10:00:00Z"


def http(body: bytes = PAGE, status: str = "200 OK", **fields: str) -> bytes:
    fields = {"Content_Type": "text/html; charset=utf-8", **fields}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def record(content: bytes, kind: str = "response", uri: str = "https://news.example/rain", **fields: str) -> bytes:
    fields = {"WARC_Type": kind, "WARC_Target_URI": uri, "WARC_Date": DATE, **fields}
    fields = {"Content_Type": "application/http; msgtype=response", "Content_Length": str(len(content)), **fields}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + content + b"\r\n\r\n"


def arc(content: bytes, uri: str = "https://news.example/rain") -> bytes:
    return f"{uri} 192.0.2.1 20170322100000 text/html {len(content)}\n".encode() + content + b"\n"


ARC_HEADER = arc(b"1 0 Crawler\nURL IP-address Archive-date Content-type Archive-length\n", "filedesc://a.arc")


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[list[Story], list[Notice]]:
    source = source_of(data)
    assert find_format(source) is warc.FORMAT
    items = list(warc.read(Source(source.path, source.stream, limits=limits)))
    return [item for item in items if isinstance(item, Story)], [item for item in items if isinstance(item, Notice)]


def reasons(notices: list[Notice]) -> set[str]:
    return {notice.reason for notice in notices}


def chunked(body: bytes) -> bytes:
    parts = [body[start : start + 100] for start in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        record(http()),
        record(http(gzip.compress(PAGE), Content_Encoding="gzip")),
        record(http(zlib.compress(PAGE), Content_Encoding="deflate")),
        record(http(chunked(PAGE), Transfer_Encoding="chunked")),
        record(http(chunked(gzip.compress(PAGE)), Transfer_Encoding="chunked", Content_Encoding="gzip")),
        record(http(PAGE, Transfer_Encoding="chunked")),  # unpacked by the crawler, its header left as it was
        record(http(PAGE, Content_Encoding="gzip")),
        record(PAGE, kind="resource", Content_Type="text/html"),
        record(http(PAGE, Content_Type="application/octet-stream")),  # a page by what it holds
        record(http(), uri="<https://news.example/rain>"),  # as old versions of wget write it
        record(http()).replace(b"\r\n", b"\n", 6),
        ARC_HEADER + arc(http()),
        ARC_HEADER + arc(PAGE),
    ],
)
def test_a_recorded_page_becomes_a_story(data):
    (story,), _ = read(data)
    assert (story.headline, len(story.blocks), story.url) == ("Rain", 4, "https://news.example/rain")
    assert story.published is None  # when a page was recorded is not when it was published


@pytest.mark.parametrize("before", [b"", record(http(), uri="https://news.example/first"), b"\r\n\r\n", ARC_HEADER])
def test_a_story_names_the_bytes_of_its_record(before):
    whole = record(http()) if before != ARC_HEADER else arc(http())
    stories, _ = read(before + whole)
    locator = stories[-1].locator
    span = (before + whole)[locator.first : locator.last + 1]
    assert span == whole.rstrip(b"\r\n")
    assert stories[-1].sha256 == sha256(span)


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (record(http(status="404 Not Found")), "other status", "1 404"),
        (record(http(b"", status="301 Moved Permanently", Location="/x")), "other status", "1 301"),
        (record(http(b"\x89PNG", Content_Type="image/png")), "no page", "1 image"),
        (record(http(b"{}", Content_Type="application/json")), "no page", "application/json"),
        (record(b"GET / HTTP/1.1\r\n\r\n", kind="request"), "", "1 request"),
        (record(b"software: x", kind="warcinfo"), "", "1 warcinfo"),
        (record(b"x", kind="invented"), "", "1 unknown"),
        (record(http(b"x", Content_Encoding="zstd-x")), "not read", "zstd-x"),
        (record(http(gzip.compress(PAGE)[:40], Content_Encoding="gzip")), "no article", ""),
    ],
)
def test_what_is_no_page_is_told(data, reason, words):
    stories, notices = read(data)
    assert not stories
    assert any(notice.reason == reason and words in notice.message for notice in notices)


def test_records_of_a_kind_are_told_together():
    _, notices = read(b"".join(record(http(b"x", Content_Type=f"image/{number}")) for number in range(50)))
    assert len(notices) == 1
    assert "50 image" in notices[0].message


def test_a_revisit_repeats_the_page_before_it():
    first = record(http(), WARC_Payload_Digest="sha1:AAAA")
    again = record(http(b""), kind="revisit", WARC_Payload_Digest="sha1:AAAA")
    by_date = record(
        b"", kind="revisit", WARC_Refers_To_Target_URI="https://news.example/rain", WARC_Refers_To_Date=DATE
    )
    stories, notices = read(first + again + by_date)
    assert len(stories) == 1
    assert any("2 visits found a page of this file unchanged" in notice.message for notice in notices)


def test_a_revisit_of_a_page_elsewhere_is_told_by_its_address():
    _, notices = read(record(b"", kind="revisit", WARC_Payload_Digest="sha1:BBBB"))
    assert "https://news.example/rain" in notices[0].message
    assert notices[0].reason == "revisit"


@pytest.mark.parametrize("damage", [
    b"\x00\x01 garbage \r\n\r\n", b"WARC/1.0\r\nContent-Length: many\r\n\r\n", b"WARC/1.0\r\nno end of header\r\n",
    record(http(), Content_Length="999999"), record(http(), Content_Length="40"), record(http())[:150] + b"\r\n",
])  # fmt: skip
def test_a_damaged_record_costs_no_other(damage):
    sound = record(http(), uri="https://news.example/sound")
    stories, notices = read(sound.replace(b"/sound", b"/first") + damage + sound)
    assert {"https://news.example/first", "https://news.example/sound"} <= {story.url for story in stories}
    assert "damaged record" in reasons(notices)


def test_a_record_that_breaks_off_is_read_as_far_as_it_goes():
    stories, notices = read(record(http())[:-200])
    assert [story.headline for story in stories] == ["Rain"]
    assert reasons(notices) >= {"damaged record"}


def test_a_record_beyond_the_limit_is_not_loaded():
    stories, notices = read(record(http(PAGE + b"x" * 5000)) + record(http()), Limits(document_bytes=2000))
    assert len(stories) == 1
    assert "document_bytes" in next(notice for notice in notices if notice.reason == "not read").message


def test_a_packed_page_beyond_the_limit_is_not_unpacked():
    bomb = record(http(gzip.compress(b"<p>" * 2_000_000), Content_Encoding="gzip"))
    stories, notices = read(bomb, Limits(document_bytes=1_000_000))
    assert not stories
    assert "unpacks to more than 1,000,000 bytes" in notices[0].message


@given(st.binary(max_size=300), st.integers(0, 2000), st.integers(0, 30))
def test_no_damage_is_a_crash(junk, place, cut):
    data = record(http()) + record(http(), uri="https://news.example/2")
    place = min(place, len(data))
    items = list(warc.read(source_of(data[:place] + junk + data[place + cut :])))
    assert items
    for item in items:
        if isinstance(item, Story):
            assert 0 <= item.locator.first <= item.locator.last


def test_memory_does_not_grow_with_the_archive(tmp_path):
    def peak(pages: int) -> int:
        path = tmp_path / f"{pages}.warc"
        path.write_bytes(
            b"".join(
                record(http(b"\x89" * 20_000, Content_Type="image/png"), uri=f"https://news.example/{number}")
                for number in range(pages)
            )
        )
        tracemalloc.start()
        with path.open("rb") as stream:
            assert list(warc.read(Source("sources/a.warc", stream)))
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(10)
    assert peak(1_000) < 1.1 * peak(100)


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("example.warc", 1),
        ("example.warc.gz", 1),
        ("example.arc.gz", 1),
        ("example-resource.warc.gz", 1),
        ("example-iana.org-chunked.warc", 1),
    ],
)
def test_real_archives_are_read(corpus, name, pages):
    items = list(read_file(corpus("warc") / name, f"sources/{name}", Sidecar()))
    judged = [item for item in items if isinstance(item, Story) or item.reason == "no article"]
    assert len(judged) == pages
    assert not {item.reason for item in items if isinstance(item, Notice)} & {"damaged record", "not read"}


@pytest.mark.parametrize("data", [record(http()), ARC_HEADER + arc(http())])
def test_the_day_on_which_a_page_was_fetched_is_when_it_was_received_not_when_it_appeared(data):
    (story,), _ = read(data)
    assert story.received == "2017-03-22"
