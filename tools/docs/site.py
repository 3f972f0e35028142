"""Hooks of the documentation site (see ``properdocs.yml``; ``make site`` builds it).

The same pages are read on a code host and as a site. Here is what the site needs:

* its menu, read from the list of pages in ``docs/index.md``;
* pages and files outside ``docs/`` that pages link to;
* headings' anchors as the code hosts make them;
* math as MathML, so that no script and no other host is needed.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOP_PAGES = ("CONTRIBUTING.md", "CHANGELOG.md", "DATA-LICENCES.md")
"""Pages of the repository's root that belong to the documentation."""

LINK = re.compile(r"(?<!\\)(\[[^\]]*\]\()([^)\s]+)(\))")
FENCE = re.compile(r"^(?P<fence>```+)(?P<how>[^\n`]*)\n.*?^(?P=fence)$", re.MULTILINE | re.DOTALL)
IN_LIST = re.compile(r"^( +)(```+)[^\n`]*\n(.*?)^\1\2$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
BLOCK_MATH = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
INLINE_MATH = re.compile(r"(?<![\\$\w])\$(?=\S)([^$\n]+?(?:\n[^$\n]+?)?)(?<=\S)\$(?![\w$])")

DISPLAYS = {"b": "block", "i": "inline"}
SEALED = re.compile("\ue000([bi])([0-9a-f]+)\ue001")

STYLE = """\
pre, code { font-size: .85em; }
pre { overflow-x: auto; white-space: pre; }
table { display: block; overflow-x: auto; width: max-content; max-width: 100%; }
th, td { padding: .25rem .7rem; }
math[display="block"] { display: block math; margin: 1rem 0; max-width: 100%;
  overflow-x: auto; overflow-y: hidden; }
.col-md-9 { min-width: 0; }
img { max-width: 100%; background: #fefefd; }
"""


def slug(text: str, _separator: str = "-") -> str:
    """Return a heading's anchor as code hosts make it (and the tests check it)."""
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")


def menu(index: str) -> list[Any]:
    """Return the menu: sections (bold lines of ``index``) and the pages they link to."""
    out: list[Any] = [{"Start": "index.md"}]
    for line in index.splitlines():
        if section := re.fullmatch(r"\*\*(.+)\*\*", line.strip()):
            out.append({section[1]: []})
        elif len(out) > 1:
            pages = out[-1][next(iter(out[-1]))]
            for target in re.findall(r"\]\(([^)#\s]+\.md)\)", line):
                page = posixpath.basename(target) if target.startswith("../") else target
                if page not in pages:
                    pages.append(page)
    return out


def on_config(config: Any) -> Any:
    """Set the menu and the anchors' form."""
    config.nav = menu((ROOT / "docs" / "index.md").read_text(encoding="utf-8"))
    config.mdx_configs.setdefault("toc", {})["slugify"] = slug
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the style, the pages of the root, and files elsewhere that pages link to."""
    from properdocs.structure.files import File

    files.append(File.generated(config, "site.css", content=STYLE))
    wanted = {name: ROOT / name for name in TOP_PAGES}
    for page in sorted((ROOT / "docs").glob("**/*.md")):
        for _, target, _ in LINK.findall(page.read_text(encoding="utf-8")):
            path = (page.parent / target.partition("#")[0]).resolve()
            outside = target.startswith("../") and path.is_file()
            if outside and path.is_relative_to(ROOT) and path.suffix != ".md":
                wanted[path.relative_to(ROOT).as_posix()] = path
    for name, path in wanted.items():
        files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page's text as the site's Markdown reads it."""
    return converted(markdown, top=page.file.src_uri in TOP_PAGES)


def converted(text: str, *, top: bool = False) -> str:
    """Rewrite links, math and fences; code stays as it is.

    ``top`` marks a page of the repository's root, whose links begin at the root.
    """
    kept: list[str] = []

    def keep(value: str) -> str:
        kept.append(value)
        return f"\x00{len(kept) - 1}\x00"

    def fence(m: re.Match[str]) -> str:
        kind = m["how"].split()[0] if m["how"].split() else ""
        return keep(m[0].replace(m["fence"] + m["how"], m["fence"] + kind, 1))

    text = FENCE.sub(fence, text)
    text = IN_LIST.sub(lambda m: keep(_indented(m[3], len(m[1]))), text)
    text = CODE.sub(lambda m: keep(m[0]), text)
    text = BLOCK_MATH.sub(lambda m: f"\n\n{_sealed(m[1], 'block')}\n\n", text)
    text = INLINE_MATH.sub(lambda m: _sealed(m[1], "inline"), text)
    text = LINK.sub(lambda m: m[1] + _target(m[2], top=top) + m[3], text)
    while "\x00" in text:
        text = re.sub("\x00(\\d+)\x00", lambda m: kept[int(m[1])], text)
    return text


def _indented(code: str, by: int) -> str:
    """Return a fenced block of a list item as the indented code the site's Markdown knows."""
    lines = [line[by:] if line[:by].isspace() else line for line in code.splitlines()]
    return "\n".join(["", *(f"{' ' * 8}{line}" for line in lines), ""])


def _target(target: str, *, top: bool) -> str:
    if re.match(r"[a-z]+:|#", target):
        return target
    own = target.removeprefix("docs/") if top else target.removeprefix("../")
    # the site's start stands for the repository's
    return "index.md" if own.partition("#")[0] == "README.md" else own


def on_page_content(html: str, **_: Any) -> str:
    """Return a page's HTML with its math in place."""
    return SEALED.sub(lambda m: mathml(bytes.fromhex(m[2]).decode(), DISPLAYS[m[1]]), html)


def _sealed(latex: str, display: str) -> str:
    """Return LaTeX in a form that passes through Markdown untouched."""
    kind = next(k for k, v in DISPLAYS.items() if v == display)
    return f"\ue000{kind}{latex.encode().hex()}\ue001"


def mathml(latex: str, display: str) -> str:
    """Return LaTeX as MathML."""
    from latex2mathml.converter import convert

    return str(convert(" ".join(latex.split()), display=display))
