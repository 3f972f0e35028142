"""Hand polars frames over to pandas without needing pyarrow."""

from __future__ import annotations

from typing import Any

import polars as pl

from comparenotes.errors import CompareNotesError


def to_pandas(frame: pl.DataFrame) -> Any:
    """Return ``frame`` as a pandas DataFrame; an error with a hint without pandas."""
    try:
        import pandas as pd
    except ImportError as e:
        raise CompareNotesError(
            "pandas is not installed", hint="pip install 'comparenotes[pandas]'"
        ) from e
    return pd.DataFrame({c: frame[c].to_list() for c in frame.columns})
