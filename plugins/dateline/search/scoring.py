"""BM25F as Whoosh computes it, from the statistics of the live articles, to the same bit in every browser.

`theme/static/js/search/rank.js` takes the same steps. Whoosh's own weighting counts deleted articles until they are
merged away, and takes the logarithm of the C library, from which browsers' differ in the last bit.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

B, K1 = 0.75, 1.2


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25F needs to know of an archive: its live articles, and the words (or values) of each field in all."""

    documents: int
    totals: Mapping[str, int]  # by field: the sum of its exact lengths

    def average(self, field: str) -> float:
        """Return the mean length of a field over all articles, 1 where nothing has it."""
        return self.totals.get(field, 0) / (self.documents or 1) or 1

    def idf(self, df: int) -> float:
        """Return the weight of a term that `df` live articles have in a field."""
        return natural_log(self.documents / (df + 1)) + 1


def bm25(idf: float, tf: float, length: int, average: float) -> float:
    """Return the score of a term that stands `tf` times in a field of `length` words as Whoosh rounds it."""
    return idf * ((tf * (K1 + 1)) / (tf + K1 * (1 - B + B * length / average)))


def natural_log(x: float) -> float:
    """Return the natural logarithm of a positive number, within a unit in the last place, by IEEE steps alone.

    fdlibm's e_log.c (Sun Microsystems, 1993), without its branches for special values.

    >>> natural_log(1.0), abs(natural_log(10.0) - 2.302585092994046) < 1e-15
    (0.0, True)
    """
    bits = int.from_bytes(struct.pack(">d", x), "big")
    high = bits >> 32
    k = (high >> 20) - 1023
    high &= 0x000FFFFF
    i = (high + 0x95F64) & 0x100000
    k += i >> 20
    # x or x/2, so that the square root of 2 is not exceeded.
    normal = (high | (i ^ 0x3FF00000)) << 32 | bits & 0xFFFFFFFF
    (mantissa,) = struct.unpack(">d", normal.to_bytes(8, "big"))
    f: float = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    t2 = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    r = t2 + t1
    half = 0.5 * f * f
    return k * 6.93147180369123816490e-01 - ((half - (s * (half + r) + k * 1.90821492927058770002e-10)) - f)
