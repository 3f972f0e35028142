"""The reference of the Python interface, from the docstrings of the public names."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

from tools.docs.pages import ROOT

PAGE = ROOT / "docs" / "api.md"

HEAD = """# Python reference

Made by `make docs` from the docstrings. These are the public names; what is not here may
change without notice. [In Python](python.md) shows them at work, and
[the codebook](codebook.md) describes every column of a campaign.
"""

PARTS = (
    "campaigns.checks_report.Validation",
    "race.result.Lead",
    "race.result.EventEffect",
    "race.result.Forecast",
    "record.suggest.Suggestions",
)
"""What the public objects are made of, under the package: described, not imported by name."""

STARS: dict[Any, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}
SECTION = re.compile(r"^(\w[\w ]*)\n-+$", re.MULTILINE)
ROLE = re.compile(r":(?:func|class|meth|attr|data|mod):`~?([^`]+)`")


def render() -> str:
    """Return the page: functions first, then what they return, then the error."""
    import comparenotes as cn

    named = [(name, getattr(cn, name)) for name in cn.__all__]
    functions = [(n, x) for n, x in named if not inspect.isclass(x)]
    classes = [(n, x) for n, x in named if inspect.isclass(x)]
    parts = [HEAD, "## Functions\n"]
    for name, x in functions:
        # `comparenotes.compare` is a package that can be called
        f = x if inspect.isfunction(x) else x.compare
        parts += [f"### {name}\n", _code(f"{name}{signature(f)}"), described(f)]
    parts.append("## What they return\n")
    for name, x in classes:
        parts += [f"### {name}\n", described(x), *_members(x)]
    parts.append("## Parts of these\n")
    for path in PARTS:
        module, _, name = path.rpartition(".")
        x = getattr(importlib.import_module(f"comparenotes.{module}"), name)
        parts += [f"### {name}\n", described(x), *_members(x)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _code(text: str) -> str:
    return f"```\n{text}\n```\n"


def signature(f: Any) -> str:
    """Return a function's signature, one parameter a line where it is long."""
    sig = inspect.signature(f)
    shown: list[str] = []
    star = False
    for p in sig.parameters.values():
        if p.name == "self":
            continue
        if p.kind is p.KEYWORD_ONLY and not star:
            shown.append("*")
            star = True
        star = star or p.kind is p.VAR_POSITIONAL
        text = STARS.get(p.kind, "") + p.name
        if p.annotation is not p.empty:
            text += f": {_type(p.annotation)}"
        if p.default is not p.empty:
            text += f" = {p.default!r}"
        shown.append(text)
    back = "" if sig.return_annotation is sig.empty else f" -> {_type(sig.return_annotation)}"
    line = f"({', '.join(shown)}){back}"
    if len(line) <= 70:
        return line
    return "(\n" + "".join(f"    {s},\n" for s in shown) + f"){back}"


def _type(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def described(x: Any) -> str:
    """Return a docstring as Markdown: its sections as lists.

    Raises
    ------
    ValueError
        If there is none: a public name is documented.
    """
    text = ROLE.sub(lambda m: f"`{m[1].rpartition('.')[2]}`", inspect.getdoc(x) or "")
    if not text.strip():
        raise ValueError(f"{x!r} has no docstring")
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    pieces = SECTION.split(text)
    out = [pieces[0].strip() + "\n"]
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        out.append(f"{title}:\n\n" + "\n".join(_items(body)) + "\n")
    return "\n".join(out)


def _items(body: str) -> Iterator[str]:
    """Yield one list item for each name of a section and what is said of it."""
    name, said = "", []
    for line in [*body.strip("\n").splitlines(), "end"]:
        if line.startswith(" ") or not line.strip():
            said.append(line.strip())
            continue
        if name:
            yield f"* `{name}`: {' '.join(said).strip()}".rstrip(": ")
        name, said = line.strip(), []


def _members(cls: type) -> Iterator[str]:
    """Yield the public methods and properties a class of ours defines."""
    rows = []
    for name, x in vars(cls).items():
        if name.startswith("_"):
            continue
        f = x.fget if isinstance(x, property) else x
        if isinstance(x, property | type(render)) and f is not None:
            text = re.sub(r"``([^`]+)``", r"`\1`", ROLE.sub(r"`\1`", inspect.getdoc(f) or ""))
            call = name if isinstance(x, property) else f"{name}{signature(f)}"
            first = " ".join(text.partition("\n\n")[0].split())
            rows.append(f"* `{' '.join(call.split())}`: {first}")
    if rows:
        yield "Methods and properties:\n\n" + "\n".join(rows) + "\n"
