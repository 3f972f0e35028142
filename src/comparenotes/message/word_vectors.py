"""What a text is about and how it sounds, as the mean of its words' vectors.

The vectors come from campaign texts without labels (``tools/train/word_vectors.py``) and
are numbers in ``data/message/word_vectors.npz``; common words count less than rare ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from scipy import sparse

from comparenotes.errors import NotFoundError
from comparenotes.message.features import normalise
from comparenotes.message.packed import F32, message_dir, unpack


@dataclass(frozen=True, eq=False)
class WordVectors:
    """``vectors`` ``(words, dimensions)`` and ``ids``: ``word`` and its row ``id``."""

    ids: pl.DataFrame
    vectors: F32

    def sums(self, texts: pl.Series) -> F32:
        """Return ``(n, dimensions)``: the sum of the vectors of each text's known words."""
        n = len(texts)
        said = pl.DataFrame({"at": np.arange(n), "word": normalise(texts).str.split(" ")})
        known = said.explode("word").join(self.ids, on="word")
        at, word = known["at"].to_numpy(), known["id"].to_numpy()
        ones = np.ones(len(at), dtype=np.float32)
        counts = sparse.csr_matrix((ones, (at, word)), shape=(n, len(self.vectors)))
        out: F32 = np.asarray(counts @ self.vectors, dtype=np.float32)
        return out


@cache
def word_vectors(name: str = "word_vectors") -> WordVectors:
    """Return packaged vectors; NotFoundError if they are not in the package."""
    path = message_dir() / f"{name}.npz"
    if not path.is_file():
        raise NotFoundError(
            "the packaged word vectors are missing", where=path.name, hint="reinstall the package"
        )
    with np.load(path, allow_pickle=False) as z:
        words = z["words"].tobytes().decode().split("\n")
        vectors = np.ascontiguousarray(unpack(z["q"], z["scale"]).T)
    ids = pl.DataFrame({"word": words, "id": np.arange(len(words), dtype=np.int64)})
    return WordVectors(ids, vectors)
