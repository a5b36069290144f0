"""Unpacking: gzip, bzip2, xz, zip and tar become streams, within limits, and never files of a name they chose."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from dateline.records import Notice
from dateline.sources.archives import ZIP, Fault, Members, NoFile, PackedMember, is_tar, tar_members, zip_members
from dateline.sources.compression import DAMAGE, UnreadableError, bunzip2, chunks, damage_of, gunzip, unxz
from dateline.sources.limits import Limits

NOT_READ = "not read"  # the reason of a notice on a file, or the rest of one, whose stories are not known

_HEAD_BYTES = 512
_MAX_BYTES_IN_MEMORY = 8 * 1024 * 1024
_COMPRESSED = re.compile(rb"(?P<gzip>\x1f\x8b\x08)|(?P<bzip2>BZh[1-9](?:1AY&SY|\x17rE8P\x90))|(?P<xz>\xfd7zXZ\x00)")
_UNPACKERS: dict[str, Callable[[BinaryIO], Iterator[bytes]]] = {
    "gzip": gunzip,
    "bzip2": lambda stream: bunzip2(chunks(stream)),
    "xz": unxz,
}


@dataclass(frozen=True, slots=True)
class Part:
    """What was unpacked: a stream at its start, and the name of the member that it is, None for the file itself."""

    member: str | None
    stream: BinaryIO


def unpack(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Part | Notice]:
    """Yield what a file holds: itself, or what it unpacks to, or its members, in their order.

    A stream is good until the next part is asked for. What cannot be unpacked is a notice, with the reason
    `NOT_READ`; what passes a limit is set aside whole, what is damaged is given as far as it goes.
    """
    yield from _unpack(stream, _Place(name, _Budget(limits)))


@dataclass(slots=True)
class _Budget:
    """What may still be unpacked of one file. Not frozen: it is spent."""

    limits: Limits
    unpacked_bytes: int = 0
    members: int = 0
    is_spent: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where unpacking stands: in the file `name`, in a member of it or not, so many packings deep."""

    name: str
    budget: _Budget
    member: str | None = None
    depth: int = 0

    @property
    def where(self) -> str:
        return f"{self.name}!{self.member}" if self.member else self.name

    def deeper(self) -> _Place:
        return replace(self, depth=self.depth + 1)

    def within(self, label: str) -> _Place:
        return replace(self, member=f"{self.member}!{label}" if self.member else label)


class _PastLimitError(Exception):
    """What unpacks passes a limit."""


def _unpack(stream: BinaryIO, place: _Place) -> Iterator[Part | Notice]:
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    compressed = _COMPRESSED.match(head)
    is_zip, is_packed = head.startswith(ZIP), compressed or head.startswith(ZIP) or is_tar(stream)
    packed_bytes = stream.seek(0, 2)
    stream.seek(0)
    max_depth = place.budget.limits.depth
    if not is_packed:
        yield Part(place.member, stream)
    elif place.depth >= max_depth:
        yield _not_read(place.where, f"is packed more than {max_depth} times, one file within another")
    elif compressed:
        pieces = _UNPACKERS[str(compressed.lastgroup)](stream)
        yield from _unpack_pieces(pieces, packed_bytes, place.deeper())
    else:
        yield from _unpack_members(zip_members(stream) if is_zip else tar_members(stream), place.deeper())


def _unpack_members(members: Members, archive: _Place) -> Iterator[Part | Notice]:
    budget, labels, aside = archive.budget, Counter[str](), Counter[str]()
    is_empty = True
    for item in members:
        is_empty = False
        if isinstance(item, Fault):
            yield _not_read(archive.where, item.message)
            continue
        place = archive.within(_distinct(item.name, labels))
        budget.members += 1
        if budget.members > budget.limits.members:
            message = f"and what follows it was set aside: the archive has over {budget.limits.members:,} members"
            yield _not_read(place.where, f"{message}; raise members in DATELINE_LIMITS if it is what it should be")
            budget.is_spent = True
        elif isinstance(item, NoFile):
            aside["links and devices"] += 1
        elif _is_hidden(item.name):
            aside["hidden files"] += 1
        elif isinstance(item, PackedMember):
            yield from _unpack_pieces(item.pieces, item.packed_bytes, place)
        else:
            yield from _unpack(item.stream, place)
        if budget.is_spent:
            break
    for kind, count in aside.items():
        yield Notice(archive.where, f"{kind} in it that were set aside: {count:,}", reason=kind)
    if is_empty:
        yield _not_read(archive.where, "is an archive in which no file was found")


def _unpack_pieces(pieces: Iterator[bytes], packed_bytes: int, place: _Place) -> Iterator[Part | Notice]:
    with tempfile.SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY) as spool:
        target = cast(BinaryIO, spool)
        try:
            fault = _write(pieces, target, packed_bytes, place.budget)
        except _PastLimitError as error:
            yield _not_read(place.where, str(error))
            return
        if fault:
            yield _not_read(place.where, f"{fault}; what comes before was read" if target.tell() else fault)
        if target.tell() or not fault:
            yield from _unpack(target, place)


def _write(pieces: Iterator[bytes], target: BinaryIO, packed_bytes: int, budget: _Budget) -> str:
    """Write what unpacks to `target`; return what is wrong with the rest, "" for nothing."""
    limits, unpacked = budget.limits, 0
    while True:
        try:
            piece = next(pieces, None)
        except UnreadableError as error:
            return str(error)
        except DAMAGE as error:
            return f"is damaged ({damage_of(error)})"
        if piece is None:
            return ""
        unpacked += len(piece)
        budget.unpacked_bytes += len(piece)
        if unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed_bytes, 1):
            raise _PastLimitError(
                f"unpacks to more than {limits.ratio} times its {packed_bytes:,} bytes, as a bomb does; raise ratio "
                "in DATELINE_LIMITS if it is what it should be"
            )
        if budget.unpacked_bytes > limits.unpacked_bytes:
            budget.is_spent = True
            raise _PastLimitError(
                f"and what follows it was set aside: more than {limits.unpacked_bytes:,} bytes unpack from this file; "
                "raise unpacked_bytes in DATELINE_LIMITS if it is what it should be"
            )
        target.write(piece)


def _distinct(name: str, labels: Counter[str]) -> str:
    """Return a label that no other member has, and count it among `labels`: a second `a.txt` is `a.txt~2`."""
    label = name
    while label in labels:
        labels[name] += 1
        label = f"{name}~{labels[name]}"
    labels[label] = 1
    return label


def _is_hidden(name: str) -> bool:
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in name.split("/"))


def _not_read(where: str, message: str) -> Notice:
    return Notice(where, message, reason=NOT_READ)
