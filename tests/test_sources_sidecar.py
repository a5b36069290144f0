"""The sidecar: what a maintainer states of a source counts, what is wrong with it is told."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import Notice
from dateline.sources.sidecar import Sidecar, find_orphans, load_sidecar

WHOLE = """
publication = "The Daily Example"
publisher = "Example Press"
author = "A. Reporter"
url = "https://news.example/topic"
language = "pt-BR"
rights = "© Example Press"
access = "excerpt"
received = 2020-05-01
collector = "Jo Smith"
topic = "Weather"
encoding = "latin-1"
note = "Copied by hand."
format = "table"
date_order = "DMY"
boundaries = [3, 12]
headlines = [4]
not_headlines = []
[columns]
headline = "title"
text = 2
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "content/sources/wire/day").mkdir(parents=True)
    return tmp_path / "content/sources"


def load(folder: Path, text: str | bytes, sidecar: str = "a.txt.toml") -> tuple[Sidecar, list[Notice]]:
    (folder / sidecar).write_bytes(text.encode() if isinstance(text, str) else text)
    return load_sidecar(folder / "a.txt", "sources/a.txt")


def test_a_source_without_a_sidecar_has_nothing_stated(folder):
    assert load_sidecar(folder / "a.txt", "sources/a.txt") == (Sidecar(), [])


def test_every_key_is_read(folder):
    sidecar, notices = load(folder, WHOLE)
    assert notices == []
    assert sidecar == Sidecar(
        publication="The Daily Example",
        publisher="Example Press",
        author="A. Reporter",
        url="https://news.example/topic",
        language="pt-BR",
        rights="© Example Press",
        access="excerpt",
        received="2020-05-01",
        collector="Jo Smith",
        topic="Weather",
        encoding="iso8859-1",
        note="Copied by hand.",
        format="table",
        date_order="DMY",
        columns=(("headline", "title"), ("text", "2")),
        boundaries=(3, 12),
        headlines=(4,),
        not_headlines=(),
    )
    assert all(field.name in WHOLE for field in fields(Sidecar))


def test_text_becomes_one_line_that_a_page_can_carry(folder):
    sidecar, _ = load(folder, 'note = """Copied\n  by\\u0001 hand."""\ntopic = "Weather\u00a0 "')
    assert (sidecar.note, sidecar.topic) == ("Copied by hand.", "Weather")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_does_not_matter(folder, mark):
    assert load(folder, mark + b'topic = "Weather"')[0].topic == "Weather"


@pytest.mark.parametrize(
    ("source", "sidecar"),
    [
        ("a.txt", "a.txt.toml"),
        ("a.txt", "a.toml"),
        ("a.txt.gz", "a.txt.gz.toml"),
        ("a.txt.gz", "a.txt.toml"),
        ("a.txt.gz", "a.toml"),
        ("a.tar.xz", "a.toml"),
        ("v1.2.txt", "v1.2.toml"),
        ("noname", "noname.toml"),
    ],
)
def test_the_sidecar_has_the_name_of_its_source(folder, source, sidecar):
    (folder / sidecar).write_text('topic = "Weather"')
    assert load_sidecar(folder / source, f"sources/{source}")[0].topic == "Weather"


@pytest.mark.parametrize(("source", "sidecar"), [("v1.2.txt", "v1.toml"), ("a.txt", "b.toml"), ("ab.txt", "a.toml")])
def test_the_sidecar_of_another_source_is_not_taken(folder, source, sidecar):
    (folder / sidecar).write_text('topic = "Weather"')
    assert load_sidecar(folder / source, f"sources/{source}") == (Sidecar(), [])


def test_the_whole_name_counts_before_the_stem(folder):
    (folder / "a.txt.toml").write_text('topic = "Whole"')
    (folder / "a.toml").write_text('topic = "Stem"\nrights = "mine"')
    assert load_sidecar(folder / "a.txt", "sources/a.txt")[0] == Sidecar(topic="Whole")


def test_what_a_sidecar_does_not_say_is_taken_from_those_of_the_folders_around_it(folder):
    (folder / "wire.toml").write_text('topic = "Wire"\nrights = "theirs"\nlanguage = "en"')
    (folder / "wire/day.toml").write_text('topic = "Day"\nlanguage = 7')
    (folder / "wire/day/a.toml").write_text('publisher = "Example Press"')
    (folder / "sources.toml").write_text('collector = "no folder around it"')
    sidecar, notices = load_sidecar(folder / "wire/day/a.txt", "sources/wire/day/a.txt")
    assert sidecar == Sidecar(publisher="Example Press", topic="Day", rights="theirs", language="en")
    assert [notice.where for notice in notices] == ["sources/wire/day.toml"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('colour = "red"', "key 'colour' is not one of publication, publisher"),
        ('"" = "red"', "key '' is not one of"),
        ("topic = 3", "topic is 3, not text in quotes"),
        ("topic = true", "topic is True, not text in quotes"),
        ("topic = []", "topic is [], not text in quotes"),
        ("topic.a.b = 1", "topic is {'a': {'b': 1}}, not text in quotes"),
        ("note = 10:00:00", "note is datetime.time(10, 0), not text in quotes"),
        ('access = "some"', "access is 'some', not one of full, excerpt, record"),
        ('date_order = "dmy"', "date_order is 'dmy', not one of DMY, MDY, YMD"),
        ('received = "yesterday"', "received 'yesterday' is not a date like 2017-03-22"),
        ("received = 2020-05-01T10:00:00", "received '2020-05-01 10:00:00' is not a date"),
        ('language = "English!"', "language is 'English!', not a code like en or pt-BR (BCP 47)"),
        ('url = "news.example"', "url is 'news.example', not an address like https://news.example/"),
        ('url = "javascript:alert(1)"', "url is 'javascript:alert(1)', not an address"),
        ('url = "http://[x"', "url is 'http://[x', not an address"),
        ("boundaries = 3", "boundaries is 3, not a list of line numbers like [3, 12]"),
        ("boundaries = [0]", "boundaries is [0], not a list"),
        ("headlines = [true]", "headlines is [True], not a list"),
        ("not_headlines = [1.5]", "not_headlines is [1.5], not a list"),
        ('columns = "title"', "columns is 'title', not a table like { headline = \"title\", text = 3 }"),
        ("columns = { headline = true }", "columns is {'headline': True}, not a table"),
        ("columns = { headline = 0 }", "columns is {'headline': 0}, not a table"),
        ('columns = { body = "text" }', "columns has 'body'; a column is one of headline, text, date"),
        (f"topic{'.a' * 5000} = 1", "topic is {'a': {'a': {'a': {'a': {'a': {'a': {...}}}}}}}, not text"),
        (f'access = "{"x" * 900}"', f"access is '{'x' * 37}...{'x' * 38}', not one of"),
    ],
)
def test_a_line_that_is_wrong_is_told_in_a_sentence_and_left_out(folder, line, said):
    sidecar, notices = load(folder, f'rights = "mine"\n{line}')
    assert sidecar == Sidecar(rights="mine")
    ((where, message),) = [(notice.where, notice.message) for notice in notices]
    assert where == "sources/a.txt.toml"
    assert message.startswith(said)
    assert message.endswith("; it was left out")


def test_a_column_that_no_story_has_leaves_the_others(folder):
    sidecar, (notice,) = load(folder, 'columns = { headline = "Kopf", body = "Inhalt" }')
    assert sidecar.columns == (("headline", "Kopf"),)
    assert notice.message.startswith("columns has 'body'; a column is one of headline, text")


@pytest.mark.parametrize(
    ("named", "encoding"),
    [
        ("UTF8", "utf-8"),
        ("Windows-1252", "cp1252"),
        ("windows-1256", "cp1256"),
        ("ISO 8859-1", "iso8859-1"),
        ("Shift_JIS", "shift_jis"),
        ("UTF-16", "utf-16-le"),
        ("utf_16_be", "utf-16-be"),
    ],
)
def test_an_encoding_is_known_by_each_of_its_names(folder, named, encoding):
    assert load(folder, f'encoding = "{named}"')[0].encoding == encoding


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "hex", "zlib", "undefined", "utf-7", "punycode", "unicode_escape", "cp037", "", "a\\u0000"])  # fmt: skip
def test_what_is_no_encoding_of_a_text_file_is_an_error(folder, encoding):
    with pytest.raises(SourceError, match=r"^sources/a\.txt\.toml: encoding .* is none that a text file can have"):
        load(folder, f'encoding = "{encoding}"')


@pytest.mark.parametrize(
    "text",
    [
        "topic",
        'topic = "a"\ntopic = "b"',
        "received = 2020-13-45",
        b"topic = '\xff'",
        b"\xff\xfet\x00",
        "headlines = " + "[" * 5000,
        "headlines = [" + "9" * 5000 + "]",
        "topic = \x00",
    ],
)
def test_what_is_no_toml_is_an_error(folder, text):
    with pytest.raises(SourceError, match=r"^sources/a\.txt\.toml: cannot be read as TOML \(.*its source was not read"):
        load(folder, text)


def test_a_sidecar_that_belongs_to_no_source_is_told(folder):
    content = folder.parent
    sources = [folder / "a.txt.gz", folder / "wire/day/b.txt"]
    for name in ("a.toml", "wire.toml", "wire/day.toml", "wire/day/b.txt.toml"):
        (folder / name).touch()
    assert find_orphans(content, sources) == []
    for name in ("c.toml", "wire/a.toml", "sources.toml"):
        (folder / name).touch()
    orphans = find_orphans(content, sources)
    assert [notice.where for notice in orphans] == ["sources/c.toml", "sources/sources.toml", "sources/wire/a.toml"]


def toml_of(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{toml_of(key)} = {toml_of(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml_of, value)) + "]"
        case str():
            return '"' + "".join(f"\\U{ord(char):08x}" for char in value) + '"'
        case date():
            return value.isoformat()
    return repr(value).lower()


KEYS = st.sampled_from([field.name for field in fields(Sidecar) if field.name != "encoding"]) | st.text(max_size=5)
TEXTS = st.text(max_size=9) | st.sampled_from(["en", "2017-03?", "2017/", "DMY", "https://a/", "full"])
VALUES = st.recursive(
    TEXTS | st.integers(-2, 9) | st.booleans() | st.floats() | st.dates(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(KEYS, values, max_size=3),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.dictionaries(KEYS, VALUES, max_size=4))
def test_of_any_toml_each_line_is_taken_or_told_whatever_the_others_are(folder, table):
    lines = [f"{toml_of(key)} = {toml_of(value)}" for key, value in table.items()]
    singles = [load(folder, line) for line in lines]
    for sidecar, notices in singles:
        assert len(notices) <= (sidecar == Sidecar() or bool(sidecar.columns))  # of which some may stay
    sidecar, notices = load(folder, "\n".join(lines))
    assert notices == [notice for _, told in singles for notice in told]
    for field in fields(Sidecar):
        stated = [getattr(single, field.name) for single, _ in singles if getattr(single, field.name)]
        assert getattr(sidecar, field.name) == (stated[0] if stated else field.default)
