"""Weights as they are packaged: int8 with a scale a column, in ``data/message``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from comparenotes.campaigns.catalogue import data_dir

F32 = npt.NDArray[np.float32]


def pack(w: F32) -> dict[str, npt.NDArray[Any]]:
    """Return ``w`` as int8 with one scale a column; small weights become zero."""
    top = np.abs(w).max(axis=0)
    scale = np.where(top > 0, top, 1) / 127
    return {"q": np.rint(w / scale).astype(np.int8), "scale": scale.astype(np.float32)}


def unpack(q: npt.NDArray[np.int8], scale: F32) -> F32:
    """Return the float weights of :func:`pack`."""
    out: F32 = q.astype(np.float32) * scale
    return out


def unpack_into(out: F32, q: npt.NDArray[np.int8], scale: F32) -> None:
    """Write the float weights of :func:`pack` to ``out``: no copy is made on the way."""
    np.multiply(q, scale, out=out, casting="same_kind")


def message_dir() -> Path:
    """Return the folder of the packaged coders and measured figures."""
    return data_dir() / "message"
