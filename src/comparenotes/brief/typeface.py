"""The fonts that come with the package: the same letters, and so the same pages, everywhere.

Made of Source Sans 3 and Source Serif 4 by ``tools/fonts.py``, under the SIL Open Font
License (``fonts/LICENSE-OFL.txt``). Pages get them as WOFF2, charts as TrueType.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from importlib import resources

from comparenotes.document.theme import FONT

SANS, SERIF = FONT, "Compare Notes Serif"
FOLDER = resources.files("comparenotes.brief") / "fonts"
WEIGHTS = {400: "400", 600: "500 900"}
"""Weight of a file, and the weights a page asks for that it answers."""
_KINDS = {SANS: "sans", SERIF: "serif"}


def file(name: str) -> bytes | None:
    """Return the bytes of a font file ``sans-400.woff2``; None where there is none of the name."""
    if name not in {f"{k}-{w}.woff2" for k in _KINDS.values() for w in WEIGHTS}:
        return None
    return _read(name)


def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def _inline(name: str) -> str:
    return f"data:font/woff2;base64,{b64encode(_read(name)).decode()}"


@cache
def inside(*families: str) -> str:
    """Return the style rules that carry ``families`` (default: both) in the page itself."""
    return _rules(families or (SANS, SERIF), _inline)


@cache
def beside(folder: str) -> str:
    """Return the style rules that fetch the fonts from ``folder`` of the same server."""
    return _rules((SANS, SERIF), lambda name: f"{folder}/{name}")


def _rules(families: tuple[str, ...], address: Callable[[str], str]) -> str:
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{asked};font-display:block;'
        f'src:url("{address(f"{_KINDS[family]}-{weight}.woff2")}") format("woff2")}}\n'
        for family in families
        for weight, asked in WEIGHTS.items()
    )
