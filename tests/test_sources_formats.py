"""Formats: which reader takes a file, and what holds of all readers, whatever bytes they get."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import Locator, Notice, Story
from dateline.sources import Sidecar, Source, find_format, formats, read_file, read_source, source_of
from dateline.sources.limits import DEFAULT_LIMITS
from dateline.sources.unpacking import NOT_READ, unpack
from fuzz.fuzz import CASES, SEEDS, folder_name
from fuzz.laws import SMALL_LIMITS, check_items, read_all
from fuzz.targets import targets

FORMATS = tuple(formats())
FILES = [(name, path) for name in FORMATS for path in sorted(SEEDS.glob(f"{folder_name(name)}/*"))]
XML_FORMATS = ("wxr", "newsml", "nitf", "mets", "alto", "feed")
NEVER_UTF_16 = ("web archive", "Reuters SGML", "wxr", "JSON feed", "saved page")
CANARY = "the canary sings"


def file_id(value: object) -> str:
    return value.name if isinstance(value, Path) else str(value)


def found(data: bytes) -> str:
    return find_format(source_of(data)).name


@pytest.mark.parametrize(("name", "path"), FILES, ids=file_id)
def test_a_file_is_known_by_what_it_holds(name, path):
    assert found(path.read_bytes()) == name


@pytest.mark.parametrize(("name", "path"), FILES, ids=file_id)
def test_white_space_and_a_byte_order_mark_before_it_do_not_matter(name, path):
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if name not in ("web archive", "saved page"):  # which are no text
        assert found(b"\xef\xbb\xbf" + data) == name
        assert found(b"\n \t\r\n" + data) == name


@pytest.mark.parametrize("path", [path for name, path in FILES if name in XML_FORMATS], ids=file_id)
def test_declarations_and_comments_before_xml_do_not_matter(path):
    text = path.read_text("utf-8")
    text = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
    text = text[text.index(">") + 1 :] if text.startswith("<!DOCTYPE") else text
    name = found(text.encode())
    assert name in XML_FORMATS
    comment = "<!-- <html> <feed> {} <rss> -->"
    for before in (
        "<?xml version='1.0'?>\n",
        f"{comment}\n<!DOCTYPE x [<!ENTITY a 'b'>]>\n",
        "<?xml-stylesheet href='a'?>\n",
    ):
        assert found((before + text).encode()) == name


@pytest.mark.parametrize(("name", "path"), [file for file in FILES if file[0] not in NEVER_UTF_16], ids=file_id)
def test_a_file_in_utf_16_is_read_as_the_same_one_in_utf_8(name, path):
    text = path.read_text("utf-8-sig").replace('encoding="UTF-8"', "").replace('encoding="utf-8"', "")
    text = text.replace('<meta charset="utf-8">', "")
    whole = read_all(formats()[name], text.encode())
    for data in ("\ufeff" + text).encode("utf-16-le"), ("\ufeff" + text).encode("utf-16-be"):
        assert found(data) == name
        assert shown(read_all(formats()[name], data)) == shown(whole)


def shown(items: list[Story | Notice]) -> list[Story]:
    """Return the stories without their places, hashes and what rests on these."""
    nowhere = Locator("", 0, 0)
    return [replace(item, locator=nowhere, sha256="", source_id=None) for item in items if isinstance(item, Story)]


@pytest.mark.parametrize(
    ("corpus_name", "counts"),
    [
        ("abc-rural", {"topic dump": 1}),
        ("alto-mets", {"alto": 2, "mets": 2}),
        ("fa-kes-a", {"table": 1}),
        ("feeds-feedparser", {"feed": 901}),
        ("iptc/newsml-g2", {"newsml": 5, "topic dump": 1}),  # one is a piece of an item, without its element
        ("iptc/ninjs", {"newsml": 2, "ninjs": 9}),
        ("masakhane-fra-dev", {"table": 1}),
        ("pud-multilingual", {"JSON": 5}),
        ("reuters21578", {"Reuters SGML": 22}),
        ("warc", {"web archive": 5}),
        ("wikinews-en-2019", {"table": 1}),
        ("wxr", {"wxr": 13}),
    ],
)
def test_every_file_of_a_corpus_is_known(corpus, corpus_name, counts):
    about = ("README", "LICENSE", "SHA256SUMS")
    paths = [path for path in corpus(corpus_name).iterdir() if not path.name.startswith(about)]
    if corpus_name in ("reuters21578", "wxr"):
        paths = [path for path in paths if path.suffix in (".xz", ".xml")]
    assert Counter(name for path in sorted(paths) for name in found_in(path)) == counts


def found_in(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        for part in unpack(stream, path.name, DEFAULT_LIMITS):
            assert not isinstance(part, Notice)
            yield find_format(Source(path.name, part.stream, part.member)).name


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "topic dump"),
        (b"Rain falls\n\nIt rained.", "topic dump"),
        (b"<b>Rain</b> falls\n\nIt rained.", "HTML page"),
        (b"{Rain}\n\nIt rained.", "topic dump"),
        (b"Rain, snow, hail\n\nIt rained, and it snowed.\n", "topic dump"),
        (b"<p>Rain falls.</p>", "HTML page"),
        (b"<?xml version='1.0'?><root><a>Rain</a></root>", "topic dump"),
        (b"[1, 2]", "topic dump"),
        (b"\0\1\2\3", "topic dump"),
    ],
)
def test_what_is_on_the_border_goes_to_one_reader(data, name):
    assert found(data) == name


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"{\\rtf1 Rain}", "a rich text file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7z archive"),
        (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
        (b"\x28\xb5\x2f\xfd\x24", "a Zstandard file"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"SQLite format 3\0", "a database"),
    ],
)
def test_what_no_reader_takes_is_told_and_not_torn_apart(data, said):
    with pytest.raises(SourceError, match=rf"^sources/source: looks like {said}, which no reader takes"):
        find_format(source_of(data))


def test_a_format_that_is_named_is_taken_unseen(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"headline,text\nRain falls,It rained.\n")
    for sidecar, name, format_name in [
        (Sidecar(format="topic dump"), "", "topic dump"),
        (Sidecar(format="JSON"), "table", "table"),
    ]:
        items = list(read_file(path, "sources/a.txt", sidecar, format_name=name))
        assert items == list(read_file(path, "sources/a.txt", Sidecar(), format_name=format_name))


def test_a_format_that_is_none_is_told_with_those_that_are(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"Rain falls\n\nIt rained.\n")
    (notice,) = read_file(path, "sources/a.txt", Sidecar(), format_name="csv")
    assert (notice.where, notice.reason) == ("sources/a.txt", NOT_READ)
    assert notice.message == f"there is no format 'csv'; there are: {', '.join(FORMATS)}"


def test_another_package_can_bring_a_format(tmp_path, monkeypatch):
    (tmp_path / "morse.py").write_text(
        "from dateline.sources import Format\n"
        "from dateline.records import Block, Story\n"
        "def read(source):\n"
        "    data = source.stream.read()\n"
        "    yield Story(data.decode(), (Block('…'),), source.at(1, 1), 'no hash')\n"
        "FORMAT = Format('morse', lambda head: head.startswith(b'-.-.'), read)\n"
    )
    (tmp_path / "morse-1.0.dist-info").mkdir()
    (tmp_path / "morse-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: morse\nVersion: 1.0\n")
    (tmp_path / "morse-1.0.dist-info/entry_points.txt").write_text("[dateline.formats]\nmorse = morse:FORMAT\n")
    monkeypatch.syspath_prepend(tmp_path)
    formats.cache_clear()
    try:
        assert list(formats()) == ["morse", *FORMATS]
        (story,) = read_source(source_of(b"-.-. --.-"))
        assert story.headline == "-.-. --.-"
    finally:
        formats.cache_clear()


@pytest.mark.parametrize(("name", "path"), FILES, ids=file_id)
def test_a_file_of_each_format_keeps_the_laws_and_is_read_the_same_again(name, path):
    data = path.read_bytes()
    first, second = (read_all(formats()[name], data) for _ in range(2))
    assert first == second
    assert name == "mets" or first


@pytest.mark.parametrize("case", sorted(path for path in CASES.rglob("*") if path.is_file()), ids=file_id)
def test_what_fuzzing_found_stays_mended(case):
    checks = {folder_name(name): check for name, check in targets().items()}
    checks[case.parent.name](case.read_bytes())


def test_each_target_of_the_fuzzer_has_a_file_to_start_from():
    folders = {path.name for path in SEEDS.iterdir() if any(path.iterdir())}
    assert {folder_name(name) for name in targets()} - folders <= {"any-source", "encoding"}  # all files are theirs


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a format and a file of it that was cut, flipped, repeated, and had something put in."""
    name, path = draw(st.sampled_from(FILES))
    data = bytearray(path.read_bytes())
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 200)))
        match draw(st.sampled_from(["cut", "end", "flip", "repeat", "insert", "move"])):
            case "cut":
                del data[start:end]
            case "end":
                del data[max(start, 1) :]
            case "flip":
                data[start:end] = bytes(
                    byte ^ 1 << draw(st.integers(0, 7)) for byte in data[start : min(end, start + 2)]
                )
            case "repeat":
                data[start:start] = data[start:end] * draw(st.integers(1, 50))
            case "insert":
                data[start:start] = draw(st.sampled_from(INSERTS) | st.binary(max_size=9))
            case "move":
                data[start:start] = draw(st.sampled_from(FILES))[1].read_bytes()[:300]
    return name, bytes(data)


INSERTS = [
    b"\0", b"\x02", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbf\xbf", b"\xc2\x85", b"\r", b"\n\n\n", b"\x1b", b"&#0;", b"&#55296;",
    b"&lol;", b"<", b">", b"]]>", b"<![CDATA[", b"<!--", b"<script>", b'"', b"'", b"{", b"[", b"\\ud800", b"\\u0000", b",",
    b"\t", b";", b"1e999", b"NaN", b"-1", b"99999999999999999999", b"null", b"<x>" * 40, b"[" * 40, b"9999-99-99",
    "دير الزور\u202e".encode(),
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(mutations())
def test_no_mutation_of_a_file_breaks_a_law_of_its_reader(mutation):
    name, data = mutation
    read_all(formats()[name], data)


@settings(max_examples=150, deadline=None)
@given(mutations(), st.sampled_from(FORMATS))
def test_no_reader_breaks_a_law_on_a_file_of_another_format(mutation, name):
    read_all(formats()[name], mutation[1])


def with_entities(text: str, entities: str, reference: str) -> bytes:
    """Return an XML file with entities declared, and one of them in the place of its words."""
    start = text.index("?>") + 2 if text.startswith("<?xml") else 0
    root = text[start:].lstrip()
    root = root[root.index(">") + 1 :].lstrip() if root.startswith("<!DOCTYPE") else root
    name = root[1:].split()[0].split(">")[0]
    return f"<!DOCTYPE {name} [{entities}]>{root.replace('Rain', reference).replace('Evening', reference)}".encode()


@pytest.mark.parametrize(("name", "path"), FILES, ids=file_id)
def test_no_file_of_this_machine_is_read(name, path, tmp_path):
    canary = tmp_path / "canary.txt"
    canary.write_text(CANARY)
    entities = f'<!ENTITY x SYSTEM "{canary.as_uri()}"><!ENTITY % y SYSTEM "{canary.as_uri()}"> %y;'
    text = path.read_text("utf-8", "replace")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{canary.as_uri()}" parse="text"/>'
    for data in (
        with_entities(text, entities, "&x;") if text.startswith("<") else b"",
        text.replace("It ", include).encode(),
    ):
        assert CANARY not in str(read_all(formats()[name], data))


@pytest.mark.parametrize(("name", "path"), [file for file in FILES if file[0] in XML_FORMATS], ids=file_id)
def test_entities_that_stand_for_billions_of_characters_are_not_expanded(name, path):
    entities = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    quadratic = f'<!ENTITY q "{"q" * 50_000}">'
    text = path.read_text("utf-8")
    started = time.process_time()
    read_all(formats()[name], with_entities(text, entities, "&a11;"))
    read_all(formats()[name], with_entities(text, quadratic, "&q;" * 5_000))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "opening", [b"<a>", b"<div>", b"<p><b>", b"[", b'{"a":', b"<![CDATA[", b"<!--", b'"', b"&", b"((", b"> "]
)
def test_depth_without_end_is_no_crash_and_no_hang(name, opening):
    data = next(path for owner, path in FILES if owner == name).read_bytes()
    middle = data.find(b"It ") if b"It " in data else len(data) // 2
    started = time.process_time()
    read_all(formats()[name], data[:middle] + opening * (64_000 // len(opening)) + data[middle:])
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", FORMATS)
def test_words_of_many_megabytes_are_set_aside_or_read_but_do_not_hang(name):
    data = next(path for owner, path in FILES if owner == name).read_bytes()
    middle = data.find(b"It ") if b"It " in data else len(data) // 2
    source = Source("sources/heap", io.BytesIO(data[:middle] + b"x" * 20_000_000 + data[middle:]), limits=SMALL_LIMITS)
    started = time.process_time()
    items: list[Story | Notice] = []
    with suppress(SourceError):
        items.extend(formats()[name].read(source))
    check_items(items, source.stream.getvalue(), source)
    assert time.process_time() - started < 10
