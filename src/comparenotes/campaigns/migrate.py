"""Folders of an older schema, rewritten: only the lines that must change."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from comparenotes.campaigns.checks_text import MAX_TOML_BYTES
from comparenotes.campaigns.checks_toml import FILE
from comparenotes.campaigns.elected import LEVELS
from comparenotes.campaigns.model import SCHEMA_VERSION
from comparenotes.errors import DataError, did_you_mean

_VERSION = re.compile(r"^schema_version\s*=\s*[0-9]+", flags=re.MULTILINE)


def migrate_folder(folder: str | Path, *, level: str = "national") -> tuple[str, ...]:
    """Bring ``campaign.toml`` of ``folder`` to the current schema; return what was changed.

    Comments and order stay. The file before is kept beside it as ``.campaign.toml.old``.

    Raises
    ------
    DataError
        If the folder has no readable campaign.toml, or ``level`` is no known word.
    """
    if level not in LEVELS:
        hint = did_you_mean(level, LEVELS) or "one of: " + ", ".join(LEVELS)
        raise DataError("no such level", where=level[:40], hint=hint)
    path = Path(folder) / FILE
    try:
        if path.stat().st_size > MAX_TOML_BYTES:
            raise DataError("is too large", where=str(path))
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as problem:
        reason = " ".join(str(problem).split())[:80]
        raise DataError(f"cannot be read ({reason})", where=str(path)) from None
    version = data.get("schema_version")
    if not isinstance(version, int) or not _VERSION.search(text):
        raise DataError("has no schema_version", where=str(path), hint="add: schema_version = 1")
    if version > SCHEMA_VERSION:
        raise DataError(f"is of a newer schema ({version})", where=str(path))
    done = []
    lines = f"schema_version = {SCHEMA_VERSION}"
    if version < SCHEMA_VERSION:
        done.append(f"schema_version {version} is now {SCHEMA_VERSION}")
    if "level" not in data:
        lines += f'\nlevel = "{level}"'
        done.append(f"level = {level!r} is added")
    if done:
        path.with_name(f".{FILE}.old").write_text(text, encoding="utf-8", newline="")
        path.write_text(_VERSION.sub(lines, text, count=1), encoding="utf-8", newline="")
    return tuple(done)
