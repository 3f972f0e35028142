"""``python -m tools.docs [PAGE...]``: write every generated part of the documentation anew."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from tools.docs import api, cli, pages, picture


def main() -> None:
    """Refresh the pages named (default: all), the references and the picture."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(prog="python -m tools.docs", description=__doc__)
    parser.add_argument("page", nargs="*", type=Path)
    chosen = [p.resolve() for p in parser.parse_args().page]
    if not chosen:
        for made in (cli, api):
            made.PAGE.write_text(made.render(), encoding="utf-8")
        picture.draw(picture.FILE)
    for page in chosen or pages.pages():
        if page != cli.PAGE:
            pages.rewrite(page)


if __name__ == "__main__":
    main()
