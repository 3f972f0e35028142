"""Nothing that is shown hangs on the order in which a machine happens to take things up.

The code is searched for the kinds that did: groups, distinct rows and joins of polars
without an order, sets that are gone through, folders listed as they lie on the disk.
tests/test_same_bytes.py runs commands and compares what they write.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import comparenotes

ROOT = Path(comparenotes.__file__).parent
LAB = Path(__file__).parents[1] / "lab"
MADE_OF = {"set", "frozenset"}
ORDERED_BY = {"sorted", "set", "frozenset", "len", "any", "all", "min", "max"}
"""Calls whose answer does not hang on the order of what they are given."""
FOLDERS = {"iterdir", "glob", "rglob", "listdir"}
FRAMES = {"group_by", "unique", "join"}


def _is_set(node: ast.expr, names: frozenset[str] = frozenset()) -> bool:
    """Return whether an expression is a set, as far as its text tells."""
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in MADE_OF
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr | ast.Sub):
        sides = (node.left, node.right)
        keys = [
            isinstance(s, ast.Call)
            and isinstance(s.func, ast.Attribute)
            and s.func.attr in ("keys", "items")
            for s in sides
        ]
        return any(keys) or any(_is_set(s, names) for s in sides)
    return isinstance(node, ast.Name) and node.id in names


def _sets_in(function: ast.AST) -> frozenset[str]:
    """Return the names that are only ever given sets in a function."""
    given: dict[str, list[bool]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    given.setdefault(target.id, []).append(_is_set(node.value))
        if isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Name):
            is_set = node.value is not None and _is_set(node.value)
            given.setdefault(node.target.id, []).append(is_set)
    return frozenset(k for k, v in given.items() if all(v))


def _gone_through(tree: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield what is gone through in order, and the call that is given the outcome, if any."""
    calls = {id(a): n.func for n in ast.walk(tree) if isinstance(n, ast.Call) for a in n.args[:1]}
    for node in ast.walk(tree):
        if isinstance(node, ast.For):
            yield node.iter, None
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
            for g in node.generators:
                yield g.iter, calls.get(id(node))
        if isinstance(node, ast.Call) and node.args:
            f = node.func
            if isinstance(f, ast.Name) and f.id in ("list", "tuple", "enumerate", "sum", "iter"):
                yield node.args[0], calls.get(id(node))
            if isinstance(f, ast.Attribute) and f.attr in ("join", "extend", "fromkeys"):
                yield node.args[0], calls.get(id(node))
        if isinstance(node, ast.Starred):
            yield node.value, None


def _settled(call: ast.expr | None) -> bool:
    return isinstance(call, ast.Name) and call.id in ORDERED_BY


def faults(source: str) -> list[tuple[int, str]]:
    """Return line and kind of what may come in any order."""
    tree = ast.parse(source)
    out = []
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)] or [tree]
    for scope in (*functions, tree):
        names = _sets_in(scope) if isinstance(scope, ast.FunctionDef) else frozenset()
        for node, call in _gone_through(scope):
            if _is_set(node, names) and not _settled(call):
                out.append((node.lineno, f"goes through a set: {ast.unparse(node)[:60]}"))
    given = {
        id(a): n.func
        for n in ast.walk(tree)
        if isinstance(n, ast.Call)
        for x in n.args[:1]
        for a in ([x, *(g.iter for g in x.generators)] if hasattr(x, "generators") else [x])
    }
    made = {id(g.iter) for n in ast.walk(tree) if isinstance(n, ast.SetComp) for g in n.generators}
    made |= {
        id(x)
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in ORDERED_BY
        for a in n.args[:1]
        for x in ast.walk(a)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, node.func.value
        of = owner.id if isinstance(owner, ast.Name) else ""
        told = {k.arg for k in node.keywords}
        if name in FOLDERS and id(node) not in made and not _settled(given.get(id(node))):
            out.append((node.lineno, f"lists a folder as it lies: {name}"))
        if name not in FRAMES or "maintain_order" in told or of in ("pl", "np", "os", "words"):
            continue
        if name == "join" and not told & {"on", "left_on", "how"}:
            continue  # of strings
        if name == "unique" and not _sorted_next(tree, node):
            out.append((node.lineno, "distinct values without an order"))
        if name != "unique":
            out.append((node.lineno, f"{name} without an order"))
    return sorted(set(out))


def _sorted_next(tree: ast.AST, call: ast.Call) -> bool:
    """Return whether ``.sort()`` of one column follows at once."""
    return any(
        isinstance(n, ast.Attribute) and n.attr == "sort" and n.value is call and not call.args
        for n in ast.walk(tree)
    )


FILES = [*sorted(ROOT.rglob("*.py")), *sorted(LAB.rglob("*.py"))]


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_no_file_takes_things_in_any_order(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = f.group_by('a').agg(y)",
        "x = f.unique('a')",
        "x = s.unique().to_list()",
        "x = f.join(g, on='a')",
        "for x in {1, 2}: print(x)",
        "x = [k for k in a.keys() & b.keys()]",
        "x = sum(v[k] for k in set(names))",
        "x = ', '.join({'a', 'b'})",
        "x = list(frozenset(names))",
        "def f():\n    s = set(a)\n    for x in s: print(x)",
        "for p in folder.glob('*.csv'): print(p)",
        "x = list(folder.iterdir())",
    ],
)
def test_the_search_finds_each_kind(line: str) -> None:
    assert len(faults(line)) >= 1


@pytest.mark.parametrize(
    "line",
    [
        "x = f.group_by('a', maintain_order=True).agg(y)",
        "x = s.unique().sort().to_list()",
        "x = ', '.join(names)",
        "for x in sorted({1, 2}): print(x)",
        "x = any(k in a for k in set(names))",
        "x = sorted(p for p in folder.glob('*.csv'))",
        "x = {p.name for p in folder.iterdir()}",
        "x = 3 in {1, 2}",
    ],
)
def test_the_search_leaves_the_rest_alone(line: str) -> None:
    assert faults(line) == []
