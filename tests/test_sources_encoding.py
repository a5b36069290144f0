"""Encodings: in which one a source of plain text is written, and that decoding loses and invents nothing."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.sources import Limits, Sidecar, Source, source_of
from dateline.sources.encoding import RawLine, counts_as_sed, decoded_lines, find_encoding

RUSSIAN = "В Лиме прошёл сильный дождь, и реки вышли из берегов.\nВласти просят жителей не покидать дома.\n"
ARABIC = "هطلت أمطار غزيرة على المدينة وفاضت الأنهار.\nوطلبت السلطات من السكان البقاء في منازلهم.\n"
FRENCH = "À Lima, l’été a été pluvieux : les rivières ont débordé.\n"
TURKISH = "Lima'da şiddetli yağış: ırmaklar taştı, köprüler yıkıldı.\n"


def lines_of(source: Source) -> list[RawLine]:
    encoding, _ = find_encoding(source)
    return list(decoded_lines(source, encoding))


def text_of(source: Source) -> str:
    return "".join(line.text for line in lines_of(source))


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_tells_the_encoding_and_is_no_text(mark, encoding):
    source = source_of(mark + ARABIC.encode(encoding))
    assert find_encoding(source) == (encoding, None)
    assert text_of(source) == ARABIC


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_known_by_the_nul_of_each_letter(encoding):
    assert text_of(source_of(FRENCH.encode(encoding))) == FRENCH


def test_utf_8_needs_no_word():
    assert find_encoding(source_of(ARABIC.encode())) == ("utf-8", None)


def test_the_sidecar_tells_the_encoding():
    source = source_of(TURKISH.encode("cp1254"), sidecar=Sidecar(encoding="cp1254"))
    assert find_encoding(source) == ("cp1254", None)
    assert text_of(source) == TURKISH


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    [
        (FRENCH, "cp1252", ""),
        (RUSSIAN, "cp1251", ""),
        (RUSSIAN, "koi8_r", ""),
        (RUSSIAN, "cp866", ""),
        (ARABIC, "cp1256", ""),
        (TURKISH, "cp1254", "tr"),  # nothing but the language tells it from the Western encoding
    ],
)
def test_another_encoding_is_guessed_and_told(text, encoding, language):
    source = source_of(text.encode(encoding), sidecar=Sidecar(language=language))
    found, notice = find_encoding(source)
    assert (found, text_of(source)) == (encoding, text)
    assert notice is not None
    assert notice.where == "sources/source line 1"
    assert encoding in notice.message


def test_the_notice_names_the_first_line_and_byte_that_are_not_utf_8():
    _, notice = find_encoding(source_of(b"Rain\n\nIt rained in Malm\xf6.\n"))
    assert notice is not None
    assert (notice.where, "byte 0xf6" in notice.message) == ("sources/source line 3", True)


def test_a_stray_line_does_not_spoil_the_rest_of_the_file():
    source = source_of("Über Malmö\n".encode() + b"\xdcber Malm\xf6\n" + "Für Malmö\n".encode())
    encoding, notice = find_encoding(source)
    assert [line.text for line in decoded_lines(source, encoding)] == ["Über Malmö\n", "Über Malmö\n", "Für Malmö\n"]
    assert notice is not None
    assert (notice.where, "this line was read as cp1252" in notice.message) == ("sources/source line 2", True)


def test_a_byte_that_the_western_encoding_leaves_open_is_a_control_as_in_browsers():
    assert text_of(source_of(b"a\x81b \x93c\x94")) == "a\x81b “c”"


def test_next_line_and_line_separator_end_no_line():
    lines = lines_of(source_of("a\x85b\u2028c\x0cd\re\nf".encode()))
    assert [line.text for line in lines] == ["a\x85b\u2028c\x0cd\re\n", "f"]


def test_where_no_line_feed_is_a_carriage_return_ends_a_line():
    source = source_of(b"Rain\r\rIt rained.\r")
    assert [(line.number, line.start, line.text) for line in lines_of(source)] == [
        (1, 0, "Rain\r"),
        (2, 5, "\r"),
        (3, 6, "It rained.\r"),
    ]
    assert not counts_as_sed(source, "utf-8")


def test_a_line_too_long_to_hold_comes_in_stretches_that_cut_no_character():
    source = Source("a.txt", source_of(("é" * 30 + "\nend").encode()).stream, limits=Limits(line_chars=2))
    lines = lines_of(source)
    assert "".join(line.text for line in lines) == "é" * 30 + "\nend"
    assert {line.number for line in lines if "é" in line.text} == {1}
    assert all(len(line.raw) <= 8 for line in lines)


def test_a_real_file_in_three_encodings_at_once_is_read_with_its_letters(corpus: Callable[[str], Path]):
    data = (corpus("fa-kes-a") / "fa-kes-a.csv").read_bytes()
    source = source_of(data)
    encoding, notice = find_encoding(source)
    assert (encoding, notice is not None) == ("cp1252", True)
    assert len(text_of(source)) == len(data)


@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_decoded_and_their_lines_join_to_what_was_there(data):
    lines = lines_of(source_of(data))
    assert b"".join(line.raw for line in lines) == data
    assert all(data[line.start :].startswith(line.raw) for line in lines)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\0\r")))
def test_what_is_utf_8_is_never_guessed_at(text):
    source = source_of(text.encode())
    assert find_encoding(source) == ("utf-8", None)
    assert text_of(source) == text
