"""Negative tone, policy attack and personal attack in short posts.

Logits on hashed words and letters, on counted cues and on how near a post's vector is to those
of the texts learnt from (a Gaussian kernel): the sum of its words' vectors or, with the
embedding extra, a sentence embedding. Whether a
post attacks policy or a person is the probability that it is negative at all times the
probability that a negative post does. Learnt on campaign posts of one American year and, with
less weight, on passages of American speeches and debates; measured on both (docs/message.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from comparenotes.errors import NotFoundError
from comparenotes.message.coder import F32, message_dir, scaled, unpack
from comparenotes.message.cues import counted, mask
from comparenotes.message.features import hashed
from comparenotes.message.post_cues import post_counts
from comparenotes.message.sides import Side
from comparenotes.message.stance import ATTACKS
from comparenotes.message.tally import embedder
from comparenotes.message.word_vectors import word_vectors

GENERIC = Side("any", "any", ("Republicans", "Republican", "Democrats", "Democrat", "GOP"), False)
"""Who counts as an opponent where no campaign is known."""
HEADS = ("negative", "any", "policy", "person")
"""Columns of the weights: negative tone; any of the three; policy and person, given any."""
THRESHOLDS = (0.5, 0.35, 0.35)
"""Probability from which a post is coded so, by :data:`ATTACKS`."""
CHUNK = 8_192
"""So many posts are read at a time, whatever their number."""
REACH = 1.0
"""Of the Gaussian kernel on embeddings of length one, less their mean."""


def prepared(posts: pl.Series) -> pl.Series:
    """Return posts without addresses, tags split into words (#VoteHer is two)."""
    out = posts.fill_null("").str.replace_all(r"https?://\S+", " urlx ")
    return out.str.replace_all(r"([a-z])([A-Z])", "$1 $2")


def cues(posts: pl.Series, text: pl.Series) -> F32:
    """Return ``(n, inputs)``: the cues of stance and those of posts."""
    stance = counted(mask(text, None, [GENERIC]))
    return np.hstack([stance, post_counts(posts, text)]).astype(np.float32)


def centred(vectors: F32, mean: F32) -> F32:
    """Return embeddings less their mean, of length one."""
    x = vectors - mean
    out: F32 = (x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return out


@dataclass(frozen=True, eq=False)
class AttackCoder:
    """Weights: ``words`` and ``chars`` ``(2**BITS, heads)``, ``cues`` with the intercept last.

    ``near`` ``(texts, heads)`` is what nearness to each ``support`` is worth; ``mean`` is
    taken off a vector first. ``embedding`` says whether vectors are those of the extra.
    """

    words: F32
    chars: F32
    cues: F32
    support: F32
    mean: F32
    near: F32
    embedding: bool = False

    def probabilities(self, posts: Sequence[str] | pl.Series) -> F32:
        """Return ``(n, 3)`` probabilities of :data:`ATTACKS`.

        Raises
        ------
        NotFoundError
            If the coder reads embeddings and the extra is not installed.
        """
        raw = pl.Series(posts, dtype=pl.String).fill_null("")
        parts = [self._of(raw[i : i + CHUNK]) for i in range(0, len(raw), CHUNK)]
        return np.vstack(parts) if parts else np.zeros((0, len(ATTACKS)), dtype=np.float32)

    def _of(self, raw: pl.Series) -> F32:
        text = prepared(raw)
        f = hashed(text)
        z = scaled(f.words) @ self.words + scaled(f.chars) @ self.chars
        z = z + cues(raw, text) @ self.cues[:-1] + self.cues[-1]
        e = centred(self._vectors(text.str.replace_all("urlx", " ")), self.mean)
        z = z + np.exp(-2 * REACH * (1 - e @ self.support.T)) @ self.near
        p = 1 / (1 + np.exp(-z))
        out: F32 = np.column_stack([p[:, 0], p[:, 1] * p[:, 2], p[:, 1] * p[:, 3]])
        return out.astype(np.float32)

    def _vectors(self, text: pl.Series) -> F32:
        if not self.embedding:
            return word_vectors().sums(text)
        encode = embedder()
        if encode is None:
            raise NotFoundError(
                "the embedding extra is not installed",
                where="attacks(embedding=True)",
                hint="pip install 'comparenotes[embedding]'",
            )
        vectors: F32 = encode(text.to_list())
        return vectors


def attacks(posts: Sequence[str], embedding: bool = False) -> pl.DataFrame:
    """Return one row a post: whether it is negative, attacks policy, attacks a person.

    Parameters
    ----------
    posts
        Texts of one to a few sentences in English, in any order; each is read alone.
    embedding
        Also read sentence embeddings (the extra).

    Returns
    -------
    polars.DataFrame
        A row a post, in order, with the Boolean columns :data:`ATTACKS`. A post may attack
        policy and a person at once; an attack is not always negative in tone, as the hand
        codes learnt from have it.

    Raises
    ------
    NotFoundError
        With ``embedding``, if the extra is not installed.
    """
    p = attack_coder(embedding).probabilities(posts)
    return pl.DataFrame({name: p[:, i] > THRESHOLDS[i] for i, name in enumerate(ATTACKS)})


@cache
def attack_coder(embedding: bool = False) -> AttackCoder:
    """Return the packaged coder; NotFoundError if it is not in the package."""
    path = message_dir() / ("attack_embedding.npz" if embedding else "attack.npz")
    if not path.is_file():
        raise NotFoundError(
            "the packaged coder is missing", where=path.name, hint="reinstall the package"
        )
    with np.load(path, allow_pickle=False) as z:
        words, chars = (unpack(z[f"{k}_q"], z[f"{k}_scale"]) for k in ("words", "chars"))
        support = unpack(z["support_q"], z["support_scale"])
        return AttackCoder(words, chars, z["cues"], support, z["mean"], z["near"], embedding)
