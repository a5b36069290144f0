"""Numbers and texts as the strings of shards: printable, and as small as they can be once compressed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

DIGITS = "".join(chr(code) for code in range(32, 127) if chr(code) not in '"\\')
TEXT_END = "\x7f"

_BASE = len(DIGITS)
_FORMS = ((0, 76), (76, 12), (88, 3), (91, 1), (92, 1))  # by length: the first digits that begin such a number
MAX_NUMBER = sum(count * _BASE**more for more, (_, count) in enumerate(_FORMS)) - 1
_TABLED = 1 << 12
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


_TABLE = tuple(map(encode_number, range(_TABLED)))


def encode_numbers(numbers: Sequence[int]) -> str:
    """Return a column of numbers.

    >>> encode_numbers([0, 1, 1000])
    ' !wy'
    """
    try:
        return "".join([_TABLE[number] for number in numbers])
    except IndexError:
        return "".join(map(encode_number, numbers))


def encode_gaps(numbers: Sequence[int]) -> str:
    """Return rising numbers: the first, then by how much more than 1 each is above the one before."""
    if len(numbers) == 1:
        return encode_numbers(numbers)
    return encode_numbers([*numbers[:1], *(after - before - 1 for before, after in pairwise(numbers))])


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
    while shared < min(len(first), len(second), _MAX_SHARED) and first[shared] == second[shared]:
        shared += 1
    return shared
