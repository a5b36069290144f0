"""Locating: what a locator names can be had again, byte for byte, also out of an archive."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import Locator, Unit
from dateline.sources.locating import hash_located, read_located

LINES = b"one\ntwo\r\n\nfour"


def locate(path: Path, *numbers: int, member: str | None = None, unit: Unit = Unit.LINES) -> bytes:
    return b"".join(read_located(path, Locator(path.name, *numbers, member, unit)))


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(1, 1, b"one\n"), (2, 3, b"two\r\n\n"), (4, 4, b"four"), (4, 9, b"four"), (7, 9, b"")],
)
def test_lines_are_counted_as_sed_counts_them(tmp_path, first, last, found):
    (tmp_path / "a.txt").write_bytes(LINES)
    assert locate(tmp_path / "a.txt", first, last) == found


def test_bytes_are_counted_from_0_and_the_last_is_among_them(tmp_path):
    (tmp_path / "a.xml").write_bytes(LINES)
    assert locate(tmp_path / "a.xml", 0, 2, unit=Unit.BYTES) == b"one"


def test_what_is_compressed_counts_as_it_is_when_unpacked(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(LINES))
    assert locate(tmp_path / "a.gz", 4, 4) == b"four"


def test_a_member_is_found_within_an_archive_within_an_archive(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("day/a.txt", LINES)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("b.txt", b"other")
        archive.writestr("inner.zip", inner.getvalue())
    assert locate(tmp_path / "a.zip", 1, 1, member="inner.zip!day/a.txt") == b"one\n"
    with pytest.raises(SourceError, match="holds no member"):
        locate(tmp_path / "a.zip", 1, 1, member="c.txt")


@given(st.binary(max_size=60), st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), max_size=6))
def test_many_locators_of_a_file_are_hashed_in_one_reading_as_each_alone(tmp_path_factory, data, spans):
    path = tmp_path_factory.getbasetemp() / "many.txt"
    path.write_bytes(data)
    locators = [
        Locator("many.txt", first, first + more, None, unit)
        for first, more in spans
        for unit in (Unit.LINES, Unit.BYTES)
    ]
    expected = {locator: hashlib.sha256(b"".join(read_located(path, locator))).hexdigest() for locator in locators}
    assert hash_located(path, locators) == expected
