"""Sentences to hashed n-grams, in NumPy only: words, word pairs and letters inside words.

Hash functions need no vocabulary, so a coder is an array of numbers and any
language's letters fit. Everything is vectorised over one long byte string: a
word's hash is the difference of two prefix sums of a polynomial (Karp and Rabin,
IBM Journal of Research and Development 31, 1987), so no Python loop runs per
sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

BITS = 18
"""Each block of features has 2**BITS buckets."""
CHAR_SIZES = (3, 4, 5)
"""Lengths, in bytes, of the letter n-grams; none runs over a space."""
MAX_CHARS = 2_000
"""A sentence is read up to so many characters; the corpus reader splits longer ones."""

F32 = npt.NDArray[np.float32]
U64 = npt.NDArray[np.uint64]
_P = np.uint64(0x9E3779B97F4A7C15)  # odd, so invertible modulo 2**64
_P_INVERSE = np.uint64(pow(int(_P), -1, 1 << 64))
_MIX = np.uint64(0xD6E8FEB86659FD93)
_PAIR = np.uint64(0xA0761D6478BD642F)
_SPACE = 32


@dataclass(frozen=True, eq=False)
class Features:
    """Hashed features of n sentences, in CSR form (indices may repeat within a row).

    ``words`` and ``chars`` are ``(n, 2**BITS)`` matrices of counts, each row to be
    scaled by the coder; they hold raw ones.
    """

    words: sparse.csr_matrix
    chars: sparse.csr_matrix

    def __len__(self) -> int:
        return int(self.words.shape[0])


def normalise(sentences: pl.Series) -> pl.Series:
    """Return sentences in lower case with letters and ``0`` for digits only, one space apart."""
    return (
        sentences.fill_null("")
        .str.slice(0, MAX_CHARS)
        .str.to_lowercase()
        .str.replace_all(r"['’]", "")
        .str.replace_all(r"\p{Nd}+", "0")
        .str.replace_all(r"[^\p{L}\p{M}0]+", " ")
        .str.strip_chars(" ")
    )


def _mix(h: U64) -> npt.NDArray[np.int32]:
    h = (h ^ (h >> np.uint64(32))) * _MIX
    return (h >> np.uint64(64 - BITS)).astype(np.int32)


def _powers(n: int) -> tuple[U64, U64]:
    if n > len(_CACHE[0]):
        size = max(n, 2 * len(_CACHE[0]))
        for i, base in enumerate((_P, _P_INVERSE)):
            p = np.full(size, base, dtype=np.uint64)
            p[0] = 1
            _CACHE[i] = np.cumprod(p, dtype=np.uint64)
    return _CACHE[0][:n], _CACHE[1][:n]


_CACHE: list[U64] = [np.ones(1, dtype=np.uint64), np.ones(1, dtype=np.uint64)]


def _csr(index: npt.NDArray[np.int32], row: npt.NDArray[Any], n: int) -> sparse.csr_matrix:
    counts = np.bincount(row, minlength=n)
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(counts, out=start[1:])
    data = np.ones(len(index), dtype=np.float32)
    return sparse.csr_matrix((data, index, start), shape=(n, 1 << BITS), copy=False)


def hashed(sentences: Sequence[str] | pl.Series) -> Features:
    """Return the features of ``sentences``; the caller chunks (about 8,000 at a time)."""
    texts = sentences if isinstance(sentences, pl.Series) else pl.Series(sentences, dtype=pl.String)
    if len(texts) == 0:
        nothing = sparse.csr_matrix((0, 1 << BITS), dtype=np.float32)
        return Features(nothing, nothing)
    b, space, row_of_byte = _bytes(texts)
    n = len(texts)
    return Features(_words(b, space, row_of_byte, n), _chars(b, space, row_of_byte, n))


TILE = 64
"""Rows that a product is padded to a multiple of: a sum then runs alike in every row."""


def rows_alone(a: F32, b: F32) -> F32:
    """Return ``a @ b`` with each row's sum the same whatever rows stand beside it.

    A product over few rows, or over the rows at the edge of a block, adds up in another
    order; a report would then hang on how its sentences were dealt out to workers.
    """
    n = a.shape[0]
    padded = np.zeros((-(-n // TILE) * TILE, a.shape[1]), dtype=a.dtype)
    padded[:n] = a
    out: F32 = (padded @ b)[:n]
    return out


def hashed_words(sentences: pl.Series) -> sparse.csr_matrix:
    """Return the words alone, as :func:`hashed` does: a coder without letters is twice as fast."""
    n = len(sentences)
    if n == 0:
        return sparse.csr_matrix((0, 1 << BITS), dtype=np.float32)
    return _words(*_bytes(sentences), n)


def _bytes(
    texts: pl.Series,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], npt.NDArray[np.int32]]:
    """Return all sentences as one run of bytes, where its spaces are, whose each byte is."""
    n = len(texts)
    clean = normalise(texts)
    joined = (" " + " ".join(clean.to_list()) + " ").encode("utf-8")
    b = np.frombuffer(joined, dtype=np.uint8)
    size = clean.str.len_bytes().to_numpy().astype(np.int64)
    # Sentence i owns its bytes and the space before them; the last space is nobody's.
    row_of_byte = np.repeat(np.arange(n, dtype=np.int32), size + 1)
    row_of_byte = np.append(row_of_byte, np.int32(max(n - 1, 0)))
    return b, b == _SPACE, row_of_byte


def _words(
    b: npt.NDArray[np.uint8], space: npt.NDArray[np.bool_], row_of: npt.NDArray[np.int32], n: int
) -> sparse.csr_matrix:
    up, down = _powers(len(b))
    prefix = np.zeros(len(b) + 1, dtype=np.uint64)
    np.cumsum((b.astype(np.uint64) + np.uint64(1)) * up, out=prefix[1:])
    start = np.flatnonzero(~space & np.concatenate(([True], space[:-1])))
    end = np.flatnonzero(~space & np.concatenate((space[1:], [True]))) + 1
    h = (prefix[end] - prefix[start]) * down[start]
    row = row_of[start]
    pair = (h[:-1] * _PAIR + h[1:]) * _PAIR
    same = row[:-1] == row[1:]
    # Interleave so that rows stay sorted: each word, then the pair it begins.
    keep = np.ones(2 * len(h), dtype=bool)
    keep[1::2] = np.append(same, False)[: len(h)]
    both = np.empty(2 * len(h), dtype=np.uint64)
    both[0::2] = h
    both[1::2] = np.append(pair, np.uint64(0))[: len(h)]
    return _csr(_mix(both[keep]), np.repeat(row, 2)[keep], n)


def _chars(
    b: npt.NDArray[np.uint8], space: npt.NDArray[np.bool_], row_of: npt.NDArray[np.int32], n: int
) -> sparse.csr_matrix:
    longest = CHAR_SIZES[-1]
    count = len(b)
    wide = b.astype(np.uint64) + np.uint64(1)
    h = np.zeros(count, dtype=np.uint64)
    inner = np.zeros(count, dtype=bool)  # a space strictly inside the window
    index = np.empty((count, len(CHAR_SIZES)), dtype=np.int32)
    keep = np.zeros((count, len(CHAR_SIZES)), dtype=bool)
    for k in range(longest):
        usable = count - k
        if usable <= 0:
            break
        if k > 1:
            inner[:usable] |= space[k - 1 : count - 1]
        h[:usable] = h[:usable] * _P + wide[k:]
        if k + 1 in CHAR_SIZES:
            j = CHAR_SIZES.index(k + 1)
            index[:usable, j] = _mix(h[:usable] + np.uint64(k))
            keep[:usable, j] = ~inner[:usable]
    row = np.repeat(row_of, len(CHAR_SIZES)).reshape(count, -1)
    return _csr(index[keep], row[keep], n)
