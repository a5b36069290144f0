"""HTML pages: the article is told from the page around it, and every character is accounted for."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import REPOSITORY
from dateline.files import sha256
from dateline.records import BlockKind, Notice, Story
from dateline.sources import Sidecar, find_format, source_of
from dateline.sources.markup import read_markup
from dateline.sources.pages import page as pages

CASES = REPOSITORY / "tests" / "cases" / "pages"
GOLD = re.compile(r' data-gold="(\w+)"')
MARKED = re.compile(r'<(\w+)[^>]*? data-gold="(\w+)"[^>]*>(.*?)</\1>', re.DOTALL)
ARTICLES = [path.stem for path in sorted(CASES.glob("*.html")) if GOLD.search(path.read_text("utf-8"))]
OTHERS = [path.stem for path in sorted(CASES.glob("*.html")) if path.stem not in ARTICLES]
FILLER = "".join(
    f"<p>Paragraph {number} of a story that goes on for a while, as stories in a newspaper do. It ends.</p>"
    for number in range(4)
)


def case(name: str) -> str:
    return (CASES / f"{name}.html").read_text("utf-8")


def gold(name: str, mark: str) -> list[str]:
    """The texts that a case marks, as blocks."""
    return [
        block.text
        for _, kind, inner in MARKED.findall(case(name))
        if kind == mark
        for block in read_markup(inner, "")[0]
    ]


def read(page: str | bytes, **sidecar: str) -> tuple[Story | None, list[Notice]]:
    data = page if isinstance(page, bytes) else GOLD.sub("", page).encode()
    items = list(pages.read(source_of(data, sidecar=Sidecar(**sidecar))))
    stories = [item for item in items if isinstance(item, Story)]
    assert len(stories) <= 1
    return (stories[0] if stories else None), [item for item in items if isinstance(item, Notice)]


def told(notices: list[Notice], reason: str) -> str:
    return "\n".join(f"{notice.message}\n{notice.text}" for notice in notices if notice.reason == reason)


def page(body: str = f"<h1>Rain</h1>{FILLER}", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize("name", ARTICLES)
def test_the_text_of_an_article_is_what_a_reader_would_mark(name):
    story, _ = read(case(name))
    assert story is not None
    assert [story.headline] == gold(name, "headline")
    assert [block.text for block in story.blocks] == gold(name, "text")


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_that_is_no_article_is_set_aside_with_all_that_it_shows(name):
    story, notices = read(case(name))
    assert story is None
    assert [notice.reason for notice in notices] == ["no article"]
    shown = " ".join(block.text for block in read_markup(case(name), "")[0])
    assert Counter(re.findall(r"\w+", shown)) <= Counter(re.findall(r"\w+", notices[0].text))


@pytest.mark.parametrize("name", ARTICLES)
def test_every_piece_of_a_page_is_in_the_story_a_field_or_the_report(name):
    story, notices = read(case(name))
    shown = Counter(word for block in read_markup(case(name), "")[0] for word in re.findall(r"\w+", block.text))
    kept = [story.headline, *(block.text for block in story.blocks), *story.authors]
    kept += [date.words for date in (story.published, story.updated) if date]
    kept += [notice.text for notice in notices]
    kept += "By Por Par y".split()  # what joins the names of a byline
    assert shown <= Counter(word for text in kept for word in re.findall(r"\w+", text))


def test_links_captions_lists_and_quotations_stay():
    story, _ = read(case("wordpress"))
    assert {block.kind for block in story.blocks} == set(BlockKind) - {BlockKind.LAYOUT}
    (link,) = story.blocks[1].links
    assert story.blocks[1].text[link.start : link.end] == "northern pier"
    assert link.href == "https://harbour.example/islands/pier/"


def test_what_a_page_states_of_itself_becomes_fields():
    story, _ = read(case("wordpress"))
    assert story.published.date == "2019-02-14"  # in the zone that the page names; in UTC it is the 15th
    assert story.published.words == "2019-02-14T22:40:00-05:00"
    assert story.updated.date == "2019-02-16"
    assert story.authors == ("Ingrid Vale",)
    assert (story.publication, story.topic, story.language) == ("The Harbour Post", "Islands", "en-GB")
    assert [keyword.name for keyword in story.keywords] == ["ferries", "Skarholm"]
    assert story.url == story.version_of == "https://harbour.example/2019/02/ferry-returns/"
    assert story.source_id is None  # an address is that of every capture of it


def test_a_story_names_the_bytes_of_its_page():
    data = GOLD.sub("", case("amp")).encode()
    story, _ = read(data)
    assert (story.locator.first, story.locator.last) == (0, len(data) - 1)
    assert story.sha256 == sha256(data)


@pytest.mark.parametrize(
    ("name", "date", "words", "authors"),
    [
        ("tables-1999", "1999-03-12", "March 12, 1999", ("Walt Hensley",)),
        ("blogger", "2012-09-17", "Monday, 17 September 2012", ()),
        ("magazine", "2016-07-21", "2016-07-21", ("Hélène Caradec",)),  # Dublin Core
        ("amp", "2018-10-05", "2018-10-05", ("Lucía Serrano", "Pablo Ortiz")),
    ],
)
def test_dates_and_authors_come_from_what_is_stated_or_shown(name, date, words, authors):
    story, _ = read(case(name))
    assert (story.published.date, story.published.words) == (date, words)
    assert story.authors == authors


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ('<meta property="article:published_time" content="2017-03-22T23:30:00-05:00">', "2017-03-22"),
        ('<meta name="DC.date" content="2017-03">', "2017-03"),
        ('<meta name="date" content="22 March 2017">', "2017-03-22"),
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2017-03-22"}</script>', "2017-03-22"),
        ('<script type="application/ld+json"><!-- [{"@type":["Article","X"],"datePublished":"2017-03-22"}]; --></script>', "2017-03-22"),
        ('<meta property="article:modified_time" content="2017-03-22">', None),  # a change is no publication
        ('<meta name="generator" content="2017-03-22">', None),
        ('<link rel="canonical" href="https://news.example/2017/03/22/rain">', None),  # an address is no statement
    ],
)  # fmt: skip
def test_only_a_stated_date_is_one(head, date):
    story, _ = read(page(head=head))
    assert (story.published and story.published.date) == date


def test_a_wrong_date_is_told_and_the_story_undated():
    story, notices = read(case("live-brief"))
    assert story.published is None
    assert "2023-13-45" in told(notices, "wrong date")


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ('<meta property="article:published_time" content="2017-03-22"><meta name="date" content="2017-04-01">', "meta date says '2017-04-01'"),
        ('<meta property="og:title" content="Sunshine">', "its headline is also given as “Sunshine”"),
        ('<meta property="og:locale" content="fr_FR"><meta name="dc.language" content="de">', "its language is given as fr and as de"),
        ('<link rel=canonical href="https://a.example/1"><meta property="og:url" content="https://b.example/2">', "its address is given as https://a.example/1 and as https://b.example/2"),
        ('<script type="application/ld+json">{"@type": oops}</script>', "its JSON-LD cannot be read"),
    ],
)  # fmt: skip
def test_what_a_page_states_in_two_ways_is_told(head, sentence):
    assert sentence in told(read(page(head=head))[1], "")


def test_one_moment_in_two_zones_is_no_disagreement():
    head = '<meta property="article:published_time" content="2017-03-22T23:30:00-05:00"><meta name="dc.date" content="2017-03-23T04:30:00Z">'
    assert told(read(page(head=head))[1], "") == ""


def test_related_articles_in_json_ld_state_nothing_of_this_one():
    data = '[{"@type":"NewsArticle","url":"https://n.example/2","datePublished":"2001-01-01"},{"@type":"NewsArticle","url":"https://n.example/1","datePublished":"2017-03-22"}]'
    head = f'<link rel="canonical" href="https://n.example/1"><script type="application/ld+json">{data}</script>'
    assert read(page(head=head))[0].published.date == "2017-03-22"


def test_a_browser_says_where_it_saved_a_page_from():
    story, _ = read(
        "<!-- saved from url=(0030)https://news.example/a/rain.html -->"
        + page(
            f'<h1>Rain</h1>{FILLER}<p>See <a href="sun.html">the sun</a> in our other story of today, which is long enough to be one.'
        )
    )
    assert story.url == "https://news.example/a/rain.html"
    assert [link.href for block in story.blocks for link in block.links] == ["https://news.example/a/sun.html"]


def test_a_page_that_names_the_front_page_as_its_address_is_not_believed():
    saved = "<!-- saved from url=(0030)https://news.example/a/rain.html -->"
    story, notices = read(saved + page(head='<link rel="canonical" href="https://news.example/">'))
    assert story.url == "https://news.example/a/rain.html"
    assert "front page" in told(notices, "")


def test_a_table_within_an_article_is_of_its_text():
    rows = "<tr><th>Place</th><th>Peak (m)</th></tr><tr><td>Port Arran</td><td>5.9</td></tr><tr><td>Kilbrae</td><td>5.2</td></tr>"
    body = f"<article><h1>Rain</h1>{FILLER}<table>{rows}</table>{FILLER.replace('Paragraph', 'Part')}</article>"
    story, notices = read(page(f"<ul><li><a href=/news>News</a></ul>{body}"))
    assert [block.text for block in story.blocks][4:7] == ["Place | Peak (m)", "Port Arran | 5.9", "Kilbrae | 5.2"]
    assert [(notice.text, notice.count) for notice in notices if notice.reason == "page furniture"] == [("News", 1)]


def test_parts_of_one_article_are_no_versions_of_each_other():
    head = '<link rel="canonical" href="https://news.example/1"><link rel="next" href="https://news.example/1?page=2">'
    story, _ = read(page(head=head))
    assert (story.version_of, story.url) == ("", "https://news.example/1")


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("windows-1256", "cp1256", "افتتح سكان القرية جسرا جديدا"),
        ("gb2312", "gb18030", "山区小学的新教室昨天正式启用，学生告别了旧校舍"),
        ("iso-8859-1", "cp1252", "“Grüße” – sagte er"),  # browsers read cp1252 under that name
        ("Shift_JIS", "cp932", "新しい橋が開通しました"),
        ("windows-1251", "utf-8", "Мост открыт"),  # saved anew as UTF-8, as browsers do
        ("utf-8", "utf-16", "Ein “Brücke”"),
        ("x-nonsense", "utf-8", "Żółw"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_browsers_would_take(declared, encoding, text):
    markup = page(
        f"<h1>Rain</h1><p>{text}. Words enough to make a paragraph of a story that a reader would want to read.</p>{FILLER}"
    )
    data = markup.replace("charset=utf-8", f'charset="{declared}"').encode(encoding)
    assert find_format(source_of(data)) is pages.FORMAT
    assert any(text in block.text for block in read(data)[0].blocks)


def test_bytes_that_are_not_in_the_stated_encoding_are_told():
    data = page().replace("charset=utf-8", "charset=shift_jis").encode().replace(b"goes on", b"goes \x81\x00 \xe9on")
    story, notices = read(data)
    assert story is not None
    assert "SHIFT" in told(notices, "").upper() or "CP932" in told(notices, "")


@pytest.mark.parametrize(
    ("head", "claimed"),
    [
        (b"<!DOCTYPE html><title>x</title>", True),
        (b"\n <!-- saved --> <?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'><html>", True),
        (b"<P>Old and bare", True),
        ("\ufeff<html>".encode("utf-16"), True),
        (b"<html \xe2\x9a\xa1>", True),
        (b"<?xml version='1.0'?><rss version='2.0'>", False),
        (b"<?xml version='1.0'?><nitf>", False),
        (b"<!DOCTYPE lewis SYSTEM 'lewis.dtd'>", False),
        (b"<pre-release> of a product", False),
        (b"Prices <b>rose</b>", False),
        (b"<!-- never ended", False),
        (b"", False),
    ],
)
def test_a_page_is_known_by_how_it_begins(head, claimed):
    assert pages.matches(head) is claimed


@pytest.mark.parametrize("hostile", [
    "<script>alert(1)</script>", '<img src=x onerror="alert(1)">', '<a href="javascript:alert(1)">x</a>', "<iframe src=//x></iframe>",
    '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>&c;', "\x00\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
])  # fmt: skip
def test_hostile_markup_is_harmless(hostile):
    story, _ = read(page(f"<h1>Rain</h1>{FILLER}{hostile}"))
    assert "alert" not in "".join(block.text + "".join(link.href for link in block.links) for block in story.blocks)
    assert len(story.blocks) >= 4


@pytest.mark.parametrize("markup", [
    "<div>" * 20_000 + FILLER, page("<h1>Rain</h1>" + FILLER * 2_000), page(head='<script type="application/ld+json">' + "[" * 100_000),
    page(head=f'<meta name="author" content="{"x" * 5_000_000}">'), "<!--" * 50_000, "<html>" + "<p" * 50_000,
])  # fmt: skip
def test_a_page_without_measure_is_read_or_set_aside(markup):
    story, notices = read(markup)
    assert story or notices


@given(st.text(max_size=400))
def test_any_text_is_a_page_without_a_crash(text):
    story, notices = read(("<html>" + text).encode("utf-8", "surrogatepass"))
    assert story or notices


@given(
    st.lists(
        st.sampled_from(
            ["<h1>Rain</h1>", FILLER, "<nav><a href=/>Home</a></nav>", "<p>Short.</p>", "<ul><li>x</ul>", "<td>a<td>b"]
        ),
        max_size=8,
    )
)
def test_no_word_of_a_page_is_lost(parts):
    markup = page("".join(parts))
    story, notices = read(markup)
    shown = Counter(re.findall(r"\w+", " ".join(block.text for block in read_markup(markup, "")[0])))
    kept = ([story.headline, *(block.text for block in story.blocks)] if story else []) + [
        item.text for item in notices
    ]
    assert shown <= Counter(re.findall(r"\w+", " ".join(kept)))
