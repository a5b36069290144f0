"""Unpacking: what a packed file holds, as far as it goes, within limits, whatever it was made to do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.errors import SiteError
from dateline.records import Notice
from dateline.sources import compression
from dateline.sources.limits import DEFAULT_LIMITS, limits_from
from dateline.sources.unpacking import NOT_READ, unpack

KIB, MIB = 1024, 1024 * 1024
# Text that hardly packs, so that the middle of the packed bytes is the middle of the text.
TEXT = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz \n", k=20_000)).encode()
LONG = b"".join(b"%d\n" % (number * number) for number in range(150_000))  # bzip2 unpacks blocks of 900 kB
PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": partial(lzma.compress, preset=1)}


def read(data: bytes, **limits: int) -> tuple[dict[str | None, bytes], list[Notice]]:
    """Return the members with their bytes, and the notices."""
    members: dict[str | None, bytes] = {}
    notices: list[Notice] = []
    for part in unpack(io.BytesIO(data), "sources/a", replace(DEFAULT_LIMITS, **limits)):
        if isinstance(part, Notice):
            notices.append(part)
        else:
            assert part.member not in members
            members[part.member] = part.stream.read()
    return members, notices


def told(notices: list[Notice]) -> list[str]:
    return [f"{notice.where}: {notice.message}" for notice in notices]


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, data in files.items():
            add(archive, name, data)
    return stream.getvalue()


def add(archive: tarfile.TarFile, name: str, data: bytes = b"", **fields: object) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    archive.addfile(info, io.BytesIO(data))


def test_a_file_that_is_not_packed_is_given_as_it_is():
    assert read(TEXT) == ({None: TEXT}, [])
    assert read(b"") == ({None: b""}, [])


@pytest.mark.parametrize(
    "text", [b"BZh is a word", b"PK is two letters", b"\x1f\x8b is no gzip", b"ustar", b"\0" * 20_000]
)
def test_what_only_begins_like_a_packed_file_is_none(text):
    assert read(text) == ({None: text}, [])


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
@pytest.mark.parametrize("text", [b"", b"x", TEXT, bytes(3 * MIB)], ids=["empty", "short", "long", "zeros"])
def test_a_compressed_file_is_given_as_the_text_it_was(pack, text):
    assert read(pack(text)) == ({None: text}, [])


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_streams_one_after_the_other_are_one_text(pack):
    assert read(pack(b"a\n") + pack(b"") + pack(b"b\n") + bytes(8 if pack is not bz2.compress else 0)) == (
        {None: b"a\nb\n"},
        [],
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_gives_its_members_in_order_under_their_names(method):
    files = {"b/día.txt": TEXT, "a.txt": b"x", "empty.txt": b""}
    members, notices = read(zipped(files, method))
    assert list(members.items()) == list(files.items())
    assert notices == []


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_gives_its_members_in_order_under_their_names(form):
    files = {"b/día.txt": TEXT, "a.txt": b"x", "empty.txt": b"", f"{'d' * 90}/{'e' * 90}": b"long"}
    members, notices = read(tarred(files, form))
    assert list(members.items()) == list(files.items())
    assert notices == []


def test_an_old_tar_is_known_by_its_checksum_having_no_magic():
    header = bytearray(tarfile.TarInfo("old.txt").tobuf(tarfile.USTAR_FORMAT))
    header[124:136] = b"%011o " % 3
    header[257:] = bytes(255)
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 8 * 32 + sum(header[156:]))
    assert read(bytes(header) + b"abc".ljust(512, b"\0") + bytes(1024)) == ({"old.txt": b"abc"}, [])


def test_tar_files_one_after_the_other_are_one_archive():
    assert read(tarred({"a": b"1"}) + tarred({"b": b"2"})) == ({"a": b"1", "b": b"2"}, [])


def test_a_sparse_member_of_a_tar_is_given_with_its_holes():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        sparse_map = b"2\n0\n3\n1000\n3\n".ljust(512, b"\0")
        headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "holes.txt",
            "GNU.sparse.realsize": "1003",
        }
        add(archive, "GNUSparseFile.0/holes.txt", sparse_map + b"abcxyz", pax_headers=headers)
        add(archive, "after.txt", b"after")
    members, notices = read(stream.getvalue())
    assert members == {"holes.txt": b"abc" + bytes(997) + b"xyz", "after.txt": b"after"}
    assert notices == []


def test_a_zip_written_to_a_pipe_is_read():
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.written = b""

        def writable(self):
            return True

        def write(self, data):
            self.written += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", TEXT)
    assert read(pipe.written) == ({"a.txt": TEXT}, [])
    members, notices = read(pipe.written[: pipe.written.index(b"PK\x01\x02")])
    assert members == {"a.txt": TEXT}
    assert "its end is missing" in told(notices)[0]


def test_zip64_is_read():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(TEXT)
    data = bytearray(stream.getvalue())
    entry = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    # The numbers of the directory and of the end moved to where zip64 has them.
    size, place = struct.unpack_from("<LL", data, end + 12)
    extra = struct.pack("<HHQQQ", 1, 24, len(TEXT), len(TEXT), 0)
    directory = bytearray(data[entry:end] + extra)
    struct.pack_into("<LL", directory, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", directory, 30, len(extra))
    struct.pack_into("<L", directory, 42, 0xFFFFFFFF)
    end64 = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(directory), place)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, place + len(directory), 1)
    end32 = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert size == len(directory) - len(extra)
    assert read(bytes(data[:entry] + directory + end64 + locator + end32)) == ({"a.txt": TEXT}, [])


def test_files_within_files_are_unpacked_three_deep():
    inner = tarred({"day/1.txt.gz": gzip.compress(b"one"), "2.txt": b"two"})
    assert read(gzip.compress(inner)) == ({"day/1.txt.gz": b"one", "2.txt": b"two"}, [])
    nested = zipped({"week.zip": zipped({"day.zip": zipped({"a.txt": b"x"})})})
    assert read(nested) == ({"week.zip!day.zip!a.txt": b"x"}, [])


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_name_is_a_label_and_never_a_path(pack):
    names = {"../../etc/x": b"1", "/etc/y": b"2", "C:\\z": b"3", "./a": b"4"}
    assert list(read(pack(names))[0]) == ["../../etc/x", "/etc/y", "C:\\z", "a"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (b"d\xc3\xada.txt", "día.txt"),  # UTF-8
        (b"d\xa1a.txt", "día.txt"),  # code page 437, the zip format's own
        (b"a\nb\x1b.txt", "a\\nb\\x1b.txt"),
        (b"n" * 9000, "n" * 400),
        ("\N{RIGHT-TO-LEFT OVERRIDE}txt.exe".encode(), "\\u202etxt.exe"),
    ],
)
def test_a_name_of_a_zip_can_be_written_in_one_line(name, label):
    data = zipped({"n" * len(name): b"x"}).replace(b"n" * len(name), name)
    assert read(data) == ({label: b"x"}, [])


def test_a_name_of_a_tar_that_is_not_utf8_shows_its_bytes():
    assert list(read(tarred({"d\udcfca.txt": b"x"}, tarfile.GNU_FORMAT))[0]) == ["d\\xfca.txt"]


def test_members_of_the_same_name_are_told_apart():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for number, name in enumerate(["a", "a~2", "a", "a", "a~3"]):
            add(archive, name, b"%d" % number)
    assert read(stream.getvalue())[0] == {"a": b"0", "a~2": b"1", "a~3": b"2", "a~4": b"3", "a~3~2": b"4"}


def test_hidden_files_links_and_devices_are_counted_and_set_aside():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        add(archive, "a.txt", b"x")
        for name in (".DS_Store", "__MACOSX/._a.txt", "b/.git/config"):
            add(archive, name, b"hidden")
        add(archive, "hard", type=tarfile.LNKTYPE, linkname="a.txt")
        add(archive, "soft", type=tarfile.SYMTYPE, linkname="/etc/passwd")
        add(archive, "device", type=tarfile.CHRTYPE)
        add(archive, "folder", type=tarfile.DIRTYPE)
    members, notices = read(stream.getvalue())
    assert members == {"a.txt": b"x"}
    assert told(notices) == [
        "sources/a: hidden files in it that were set aside: 3",
        "sources/a: links and devices in it that were set aside: 3",
    ]


def test_a_link_in_a_zip_is_set_aside():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    members, notices = read(stream.getvalue())
    assert members == {}
    assert [notice.reason for notice in notices] == ["links and devices"]


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_of_a_truncated_file_all_that_its_bytes_tell_is_read(pack):
    packed = pack(LONG)
    members, notices = read(packed[: len(packed) * 3 // 4])
    assert LONG.startswith(members[None])
    assert len(members[None]) > 890_000
    assert [notice.reason for notice in notices] == [NOT_READ]
    assert "what comes before was read" in notices[0].message


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_what_comes_before_a_damage_is_read(pack):
    packed = bytearray(pack(LONG))
    packed[len(packed) * 3 // 4] ^= 0xFF
    members, notices = read(bytes(packed))
    assert members[None][:890_000] == LONG[:890_000]
    assert "is damaged" in told(notices)[0]


def test_a_wrong_checksum_is_told_and_takes_nothing_with_it():
    packed = bytearray(gzip.compress(b"short"))
    packed[-8] ^= 0xFF
    members, notices = read(bytes(packed))
    assert members == {None: b"short"}
    assert "CRC" in told(notices)[0]
    data = bytearray(zipped({"a.txt": b"short", "b.txt": b"whole"}))
    data[data.index(b"PK\x01\x02") + 16] ^= 0xFF
    members, notices = read(bytes(data))
    assert members == {"a.txt": b"short", "b.txt": b"whole"}
    assert told(notices) == [
        "sources/a!a.txt: is damaged (its checksum is another); what comes before was read",
    ]


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_what_follows_a_compressed_file_is_told(pack):
    members, notices = read(pack(TEXT) + b"something else")
    assert members == {None: TEXT}
    assert [notice.reason for notice in notices] == [NOT_READ]


def test_of_a_truncated_zip_the_members_that_are_there_are_read():
    data = zipped({"a.txt": TEXT, "b.txt": TEXT, "c.txt": TEXT})
    members, notices = read(data[: data.index(b"PK\x01\x02") - 100])
    assert list(members) == ["a.txt", "b.txt", "c.txt"]
    assert members["a.txt"] == members["b.txt"] == TEXT
    assert TEXT.startswith(members["c.txt"]) and len(members["c.txt"]) > len(TEXT) * 9 // 10
    assert [notice.where for notice in notices] == ["sources/a", "sources/a!c.txt"]


def test_a_zip_after_other_bytes_is_read_and_they_are_told():
    first, second = zipped({"a.txt": b"1"}), zipped({"b.txt": b"2"})
    members, notices = read(first + second)
    assert members == {"b.txt": b"2"}
    assert told(notices) == [f"sources/a: begins with {len(first)} bytes that its directory does not know"]


def test_a_member_of_a_zip_that_cannot_be_read_stops_no_other():
    data = bytearray(zipped({"a.txt": TEXT, "b.txt": b"b"}))
    data[60:200] = bytes(140)
    members, notices = read(bytes(data))
    assert members["b.txt"] == b"b"
    assert [notice.where for notice in notices] == ["sources/a!a.txt"]


def test_of_a_truncated_tar_the_members_that_are_there_are_read():
    data = tarred({"a.txt": TEXT, "b.txt": TEXT})
    members, notices = read(data[: 512 + 20_480 + 512 + 1000])
    assert members == {"a.txt": TEXT, "b.txt": TEXT[:1000]}
    assert told(notices) == [
        "sources/a!b.txt: is damaged (the archive ends before it); what comes before was read",
    ]


def test_a_tar_is_read_on_after_a_damaged_header():
    data = bytearray(tarred({"a.txt": b"1", "b.txt": b"2", "c.txt": b"3"}))
    data[1024 + 150] ^= 0xFF
    members, notices = read(bytes(data))
    assert members == {"a.txt": b"1", "c.txt": b"3"}
    assert told(notices) == ["sources/a: is damaged: from byte 1024 on, 1,024 bytes are no member of it"]


@pytest.mark.parametrize("data", [zipped({}), tarred({}), bytes(10_240)], ids=["zip", "tar", "zeros"])
def test_an_archive_without_a_file_is_told(data):
    members, notices = read(data)
    assert members == {}
    assert told(notices) == ["sources/a: is an archive in which no file was found"]


def encrypted(data: bytes) -> bytes:
    marked = bytearray(data)
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[marked.index(signature) + flags_at] |= 1
    return bytes(marked)


def test_an_encrypted_member_is_told():
    members, notices = read(encrypted(zipped({"a.txt": b"secret", "b.txt": b"open"})))
    assert members == {"b.txt": b"open"}
    assert told(notices) == ["sources/a!a.txt: is encrypted; unpack it with its password"]


def test_a_member_packed_by_another_method_is_told():
    members, notices = read(zipped({"a.txt": TEXT}, zipfile.ZIP_LZMA))
    assert members == {}
    assert "is packed by a method (14) that is not read" in told(notices)[0]


@pytest.mark.parametrize("name", ["[Content_Types].xml", "mimetype"])
def test_a_document_that_is_a_zip_is_told_and_not_torn_apart(name):
    members, notices = read(zipped({name: b"x", "word/document.xml": b"<w/>"}))
    assert members == {}
    assert "save it as plain text or HTML" in told(notices)[0]


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_what_unpacks_to_far_more_than_it_is_is_set_aside(pack):
    members, notices = read(pack(bytes(4 * MIB)), ratio_from=MIB)
    assert members == {}
    assert "as a bomb does" in told(notices)[0]


def test_a_bomb_in_an_archive_stops_no_other_member():
    data = zipped({"bomb": bytes(4 * MIB), "a.txt": TEXT})
    members, notices = read(data, ratio_from=MIB)
    assert members == {"a.txt": TEXT}
    assert [notice.where for notice in notices] == ["sources/a!bomb"]


def test_an_archive_unpacks_to_so_many_bytes_in_all_and_says_so_once():
    data = zipped({f"{number}.txt": TEXT for number in range(20)})
    members, notices = read(data, unpacked_bytes=5 * len(TEXT))
    assert list(members) == [f"{number}.txt" for number in range(5)]
    assert len(notices) == 1
    assert notices[0].where == "sources/a!5.txt"
    assert "and what follows it was set aside" in notices[0].message


def test_a_tar_counts_as_unpacked_only_what_it_makes_larger():
    files = {f"{number}.txt": TEXT for number in range(20)}
    assert read(tarred(files), unpacked_bytes=len(TEXT)) == (files, [])


def test_an_archive_has_so_many_members_and_says_so_once():
    members, notices = read(tarred({str(number): b"x" for number in range(10)}), members=4)
    assert list(members) == ["0", "1", "2", "3"]
    assert [notice.where for notice in notices] == ["sources/a!4"]
    nested = {f"{number}.zip": zipped({"a": b"1", "b": b"2"}) for number in range(10)}
    members, notices = read(zipped(nested), members=5)
    assert len(notices) == 1


def test_members_that_share_their_bytes_are_a_bomb():
    """As the zip bomb of D. Fifield (2019): many entries of the directory lead to the same bytes."""
    data = zipped({"0": bytes(100 * KIB)})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    directory = b"".join(data[start:end][:-1] + b"%d" % number for number in range(10))
    tail = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 10, 10, len(directory), start, 0)
    members, notices = read(data[:start] + directory + tail)
    assert members == {}
    assert told(notices) == ["sources/a: holds members that overlap, as in a bomb"]


def test_a_file_that_unpacks_to_itself_comes_to_an_end():
    """A quine of deflate unpacks to itself for ever; four packings within each other stand for it."""
    data = b"x"
    for _ in range(4):
        data = gzip.compress(data)
    members, notices = read(data)
    assert members == {}
    assert told(notices) == ["sources/a: is packed more than 3 times, one file within another"]


def test_a_sparse_member_that_claims_terabytes_is_set_aside():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        sparse_map = b"1\n0\n3\n".ljust(512, b"\0")
        headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 42)}
        add(archive, "huge", sparse_map + b"abc", pax_headers=headers)
        add(archive, "after", b"after")
    members, notices = read(stream.getvalue(), ratio_from=MIB)
    assert members == {"after": b"after"}
    assert "as a bomb does" in told(notices)[0]


def test_a_tar_whose_sizes_lead_back_comes_to_an_end():
    header = bytearray(tarfile.TarInfo("loop").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = (-512 + (1 << 96)).to_bytes(12, "big")
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 8 * 32 + sum(header[156:]))
    members, notices = read(tarred({"a": b"1"})[:1024] + bytes(header) + tarred({"b": b"2"}))
    assert members == {"a": b"1", "b": b"2"}
    assert "is damaged: from byte 1024 on" in told(notices)[0]


def test_a_tar_header_of_many_megabytes_takes_no_memory():
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 8 * MIB
    stream = io.BytesIO(info.tobuf(tarfile.USTAR_FORMAT) + bytes(8 * MIB) + tarred({"a": b"1"}))
    tracemalloc.start()
    parts = list(unpack(stream, "sources/a", DEFAULT_LIMITS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [part.member for part in parts[:-1]] == ["a"]
    assert "is damaged" in parts[-1].message
    assert peak < 3 * MIB


def test_an_xz_file_that_asks_for_much_memory_is_told(monkeypatch):
    monkeypatch.setattr(compression, "_MAX_XZ_MEMORY_BYTES", 4 * MIB)
    members, notices = read(lzma.compress(b"x", preset=6))
    assert members == {}
    assert "needs more than 4,194,304 bytes of memory" in told(notices)[0]


def in_zip(text: bytes) -> bytes:
    return zipped({"a.txt": text, "b.txt": text})


def in_tar_gz(text: bytes) -> bytes:
    return gzip.compress(tarred({"a.txt": text, "b.txt": text}), 1)


@pytest.mark.parametrize("pack", [lambda text: gzip.compress(text, 1), in_zip, in_tar_gz], ids=["gz", "zip", "tar.gz"])
def test_memory_does_not_grow_with_what_is_unpacked(pack):
    def peak_at(size: int) -> int:
        stream = io.BytesIO(pack(TEXT * (size // len(TEXT))))
        tracemalloc.start()
        for part in unpack(stream, "sources/a", DEFAULT_LIMITS):
            while part.stream.read(64 * KIB):
                pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert peak_at(18 * MIB) <= peak_at(9 * MIB) * 1.1


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text("ab/.\n~é", min_size=1, max_size=6).filter(lambda name: name.strip("./")),
        st.binary().filter(
            lambda data: not data.startswith((b"PK", b"\x1f\x8b", b"BZh", b"\xfd7z"))
        ),  # no archive itself
    ),
    st.sampled_from([zipped, tarred]),
)
def test_whatever_is_in_an_archive_comes_out_or_is_told(files, pack):
    files = {name: data for name, data in files.items() if not name.endswith("/")}
    members, notices = read(pack(files))
    hidden = [
        name for name in files if any(part.startswith(".") and part not in (".", "..") for part in name.split("/"))
    ]
    assert sorted(members.values()) == sorted(data for name, data in files.items() if name not in hidden)
    counts = [int(notice.message.split()[-1]) for notice in notices if notice.reason == "hidden files"]
    assert sum(counts) == len(hidden)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_archive_is_never_a_crash(data):
    whole = data.draw(st.sampled_from(WHOLE))
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    for part in unpack(
        io.BytesIO(bytes(damaged)), "sources/a", replace(DEFAULT_LIMITS, unpacked_bytes=MIB, ratio_from=KIB)
    ):
        if isinstance(part, Notice):
            assert part.where.startswith("sources/a") and part.reason
        else:
            assert len(part.stream.read()) <= MIB


WHOLE = [
    *(pack(b"Rain falls\n" * 9) for pack in PACKERS.values()),
    zipped({"a.txt": b"Rain falls\n" * 9, "b/c.txt": b"Snow"}),
    tarred({"a.txt": b"Rain falls", "n" * 120: b"Snow"}, tarfile.GNU_FORMAT)[:4608],
    tarred({"a.txt": b"Rain falls", "é" * 99: b"Snow"})[:5120],
    gzip.compress(zipped({"a.zip": zipped({"b.txt": zlib.compress(b"x")})})),
]


def test_limits_come_from_the_settings_by_name():
    assert limits_from({}) == DEFAULT_LIMITS
    assert limits_from({"members": 5, "ratio": 1000}) == replace(DEFAULT_LIMITS, members=5, ratio=1000)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"member": 5}, "'member' is not one of unpacked_bytes, ratio, ratio_from, members"),
        ({"members": 0}, "members is 0, not a whole number of 1 or more"),
        ({"members": -1}, "members is -1"),
        ({"members": True}, "members is True"),
        ({"ratio": 1.5}, "ratio is 1.5"),
        ({"ratio": "200"}, "ratio is '200'"),
        ([("ratio", 1)], "DATELINE_LIMITS: is"),
    ],
)
def test_a_wrong_limit_is_an_error_that_says_what_is_right(settings, message):
    with pytest.raises(SiteError, match="DATELINE_LIMITS") as error:
        limits_from(settings)
    assert message in str(error.value)
