"""Numbers and texts as the strings of shards: printable, and as small as they can be once compressed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from operator import sub
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

DIGITS = "".join(chr(code) for code in range(32, 127) if chr(code) not in '"\\')
TEXT_END = "\x7f"

_BASE = len(DIGITS)
_FORMS = ((0, 76), (76, 12), (88, 3), (91, 1), (92, 1))  # by length: the first digits that begin such a number
MAX_NUMBER = sum(count * _BASE**more for more, (_, count) in enumerate(_FORMS)) - 1
_MAX_KEPT = 1 << 17
_MAX_SHARED = 74  # so that one more than it has one digit


def encode_number(number: int) -> str:
    """Return a number from 0 to MAX_NUMBER in base 93.

    >>> encode_number(0), encode_number(75), encode_number(76)
    (' ', 'm', 'n ')
    """
    rest = number
    for more, (first, count) in enumerate(_FORMS):
        span = _BASE**more
        if rest < count * span:
            digits = ""
            for _ in range(more):
                rest, digit = divmod(rest, _BASE)
                digits = DIGITS[digit] + digits
            return DIGITS[first + rest] + digits
        rest -= count * span
    raise ValueError(f"{number} is more than {MAX_NUMBER}, the most that a shard can hold")


class Table(dict[Key, Value]):
    """What a function makes of each key that was asked for: a look-up costs no call once it is known."""

    def __init__(self, make: Callable[[Key], Value]) -> None:
        """Take the function."""
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Value:
        if len(self) >= _MAX_KEPT:
            self.clear()
        value = self[key] = self._make(key)
        return value


digits_of = Table[int, bytes](lambda number: encode_number(number).encode()).__getitem__
_digits_of_step = Table[int, bytes](lambda step: encode_number(step - 1).encode()).__getitem__


def encode_column(numbers: Iterable[int]) -> bytes:
    """Return a column of numbers.

    >>> encode_column([0, 1, 1000])
    b' !wy'
    """
    return b"".join(map(digits_of, numbers))


def encode_rising(numbers: Sequence[int]) -> bytes:
    """Return a column of rising numbers: the first, then by how much more than 1 each is above the one before."""
    return b"".join(map(_digits_of_step, map(sub, numbers, chain((-1,), numbers))))


def parts_of(column: bytes) -> list[bytes]:
    """Return the digits of each number of a column.

    >>> parts_of(b' !wy')
    [b' ', b'!', b'wy']
    """
    return _number_pattern().findall(column)


def decode_column(column: bytes) -> list[int]:
    """Return the numbers of a column.

    >>> decode_column(b' !wy')
    [0, 1, 1000]
    """
    return list(map(_number_of, parts_of(column)))


@cache
def _number_pattern() -> re.Pattern[bytes]:
    forms = (re.escape(DIGITS[first : first + count]) + "]" + "." * more for more, (first, count) in enumerate(_FORMS))
    return re.compile("|".join(f"[{form}" for form in forms).encode())


def _decode_number(digits: bytes) -> int:
    first, *rest = map(DIGITS.index, digits.decode())
    number = first - _FORMS[len(rest)][0]
    for digit in rest:
        number = number * _BASE + digit
    before: int = sum(count * _BASE**more for more, (_, count) in enumerate(_FORMS[: len(rest)]))
    return number + before


_number_of = Table(_decode_number).__getitem__


def encode_numbers(numbers: Iterable[int]) -> str:
    """Return a column of numbers as a text."""
    return encode_column(numbers).decode()


def encode_gaps(numbers: Sequence[int]) -> str:
    """Return a column of rising numbers as a text."""
    return encode_rising(numbers).decode()


def encode_sorted(texts: Iterable[str]) -> str:
    """Return sorted texts, each as what it shares with the one before, counted by code points, and the rest.

    >>> encode_sorted(["army", "arms"]).split(TEXT_END)
    [' army', '$s']
    """
    coded = []
    before = ""
    for text in texts:
        shared = count_shared(before, text)
        coded.append(DIGITS[shared] + text[shared:])
        before = text
    return TEXT_END.join(coded)


def count_shared(first: str, second: str) -> int:
    """Return how many characters two texts have in common at their beginning, 74 at the most."""
    shared = 0
    for one, other in zip(first[:_MAX_SHARED], second, strict=False):
        if one != other:
            break
        shared += 1
    return shared
