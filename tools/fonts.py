"""``python -m tools.fonts SANS.ttf SERIF.ttf``: make the fonts that briefs and charts carry.

Takes the variable fonts Source Sans 3 and Source Serif 4 (SIL Open Font License 1.1) and
writes the weights and letters used here to ``src/comparenotes/brief/fonts``: WOFF2 for
pages, TrueType for charts. Needs ``pip install fonttools brotli``. The licence reserves
the name Source for the originals, so what is made of them has a name of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src" / "comparenotes" / "brief" / "fonts"
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Western and Central European
    *(0x18F, 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x218, 0x219, 0x21A, 0x21B, 0x259, 0x1E24, 0x1E25),
    *range(0x384, 0x3CF),  # Greek
    *range(0x2010, 0x2027),
    *(0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2122, 0x2190, 0x2191),
    *(0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25B2, 0x25BC, 0x25CB, 0x25CF),
    *(0x25D0, 0x270E),
)
FEATURES = ["kern", "tnum", "lnum", "liga", "calt", "ccmp", "locl", "mark", "mkmk"]
WEIGHTS = (400, 600)
"""Reading, and headings; what asks for 650 or bold gets the second."""
FAMILIES = {"sans": "Compare Notes Sans", "serif": "Compare Notes Serif"}


def made(source: Path, family: str, weight: int) -> Any:
    """Return one weight of a variable font with the letters used, under its new name."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(source, recalcTimestamp=False)
    axes = {a.axisTag: a.defaultValue for a in font["fvar"].axes}
    font = instantiateVariableFont(font, axes | {"wght": weight}, inplace=True)
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = [0, 13, 14]  # copyright and licence stay
    options.notdef_outline = True
    subset = Subsetter(options)
    subset.populate(unicodes=LETTERS)
    subset.subset(font)
    style = "Regular" if weight == WEIGHTS[0] else "Bold"
    named = {1: family, 2: style, 4: f"{family} {style}"}
    for number, text in (named | {6: f"{family.replace(' ', '')}-{style}"}).items():
        font["name"].setName(text, number, 3, 1, 0x409)
    bold = style == "Bold"
    font["OS/2"].usWeightClass = 700 if bold else 400  # what "bold" of a chart looks for
    font["OS/2"].fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = int(bold)
    return font


def main(sans: str, serif: str) -> None:
    """Write the fonts and print their sizes."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for kind, source in (("sans", sans), ("serif", serif)):
        for weight in WEIGHTS:
            font = made(Path(source), FAMILIES[kind], weight)
            if kind == "sans":  # charts are set in it
                font.save(TARGET / f"{kind}-{weight}.ttf")
            font.flavor = "woff2"
            font.save(TARGET / f"{kind}-{weight}.woff2")
    for path in sorted(TARGET.glob("*-*")):
        print(f"{path.name:<16} {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main(*sys.argv[1:3])
