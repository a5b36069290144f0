"""BM25F with Whoosh's formula, from the statistics of the live articles, to the same bit in every browser.

Title and text are one, in which the words of the title count more: a word has one document frequency, an article one
length, and frequencies are added before they saturate, as Robertson, Zaragoza and Taylor have it (CIKM 2004). Summing
the scores of two fields, as Whoosh does, lets a word in the title outweigh the rest of a long query.

`theme/static/js/engine/rank.js` takes the same steps. Whoosh's own weighting counts deleted articles until they are
merged away, and takes the logarithm of the C library, from which browsers' differ in the last bit.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

B, K1 = 0.75, 1.2
TITLE_WEIGHT = 1.5  # for once in the title; halves add up without rounding


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25F needs to know of an archive: its live articles, and their words and values in all."""

    documents: int
    totals: Mapping[str, int]  # by family (TEXT or a field of values): the sum of exact lengths

    def average(self, family: str) -> float:
        """Return the mean length over all articles, 1 where nothing has any."""
        return self.totals.get(family, 0) / (self.documents or 1) or 1

    def idf(self, df: int) -> float:
        """Return the weight of a term that `df` live articles have."""
        return natural_log(self.documents / (df + 1)) + 1


def bm25(idf: float, tf: float, length: int, average: float) -> float:
    """Return the score of a term that counts `tf` in an article of `length` words (or values) as Whoosh rounds it."""
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
