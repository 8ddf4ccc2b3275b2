"""The style figures of app/ beside their aims: `python -m tests.house.style` prints the table and who is off.

The figures are those of tests/house/codestyle.py; this module adds the aims and the names of the offenders.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.house import codestyle
from tests.house.result import ROOT, Result

FAN_OUT = 12
WIRES_EVERYTHING = "app.main"  # the one module that may import as many as it needs


@dataclass(frozen=True)
class Figure:
    """One figure and its aim: below `low` or above `high` fails, unless that side is only reported."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    told_only: str = ""  # "low" or "high": the side that is told and does not fail
    offenders: tuple[str, ...] = ()

    @property
    def aim(self) -> str:
        """Return the aim in words, such as `50–100` or `≤ 300`."""
        if self.low == self.high:
            return f"{self.low:g}"
        if self.low is None or self.high is None:
            return f"≤ {self.high:g}" if self.low is None else f"≥ {self.low:g}"
        return f"{self.low:g}–{self.high:g}"

    @property
    def off(self) -> str:
        """Return `low` or `high` for the side on which the aim is missed, or nothing."""
        if self.value is None:
            return ""
        if self.low is not None and self.value < self.low:
            return "low"
        return "high" if self.high is not None and self.value > self.high else ""

    def sentence(self) -> str:
        """Say what is off, and who."""
        names = f": {', '.join(self.offenders)}" if self.offenders else ""
        return f"{self.name} is {self.value:g}, the aim is {self.aim}{names}"


@dataclass
class Shape:
    """What the figures do not name: who they come from."""

    modules: list[tuple[int, str]] = field(default_factory=list)
    functions: list[tuple[int, str]] = field(default_factory=list)
    deep: list[str] = field(default_factory=list)
    untyped: list[str] = field(default_factory=list)
    undocumented: list[str] = field(default_factory=list)
    load: dict[str, set[str]] = field(default_factory=dict)
    lazy: dict[str, set[str]] = field(default_factory=dict)
    whole: dict[str, set[str]] = field(default_factory=dict)


def figures(root: Path = ROOT) -> list[Figure]:
    """Measure root/app and root/tests."""
    measured = codestyle.measure(root / "app")
    shape = _shape(root)
    wide = {name: len(others) for name, others in shape.whole.items() if name != WIRES_EVERYTHING}
    tested = _test_ratio(root, measured["sloc"])
    return [
        *_lengths(measured, shape),
        Figure("nesting, deepest", measured["nesting_max"], high=3, offenders=tuple(shape.deep)),
        Figure("annotations", measured["annotations"], 1, 1, offenders=tuple(shape.untyped)),
        Figure("docstrings", measured["docstrings"], 0.5, 0.8, "high", offenders=tuple(shape.undocumented[:10])),
        Figure("comments per 100 lines", measured["comments_per_100_sloc"], 2, 8),
        Figure("import cycles", measured["cycles"], 0, 0, offenders=_cycles(shape.load)),
        Figure("import cycles, lazy", measured["cycles_lazy"], 0, 0, offenders=_cycles(shape.lazy)),
        Figure(
            "fan-out but main.py",
            max(wide.values(), default=0),
            high=FAN_OUT,
            offenders=tuple(f"{name} ({count})" for name, count in sorted(wide.items()) if count > FAN_OUT),
        ),
        Figure("test lines per app line", tested, low=1.5, told_only="low"),
        Figure("test lines, at the least", tested, low=1.45),
        Figure("files that do not parse", measured["unparsed"], 0, 0),
    ]


def check(root: Path = ROOT) -> Result:
    """Compare every figure with its aim."""
    result = Result()
    for figure in figures(root):
        if figure.off:
            told_only = figure.off == figure.told_only
            (result.notes if told_only else result.failures).append(figure.sentence())
    return result


def table(measured: list[Figure]) -> str:
    """Return the figures as aligned plain text."""
    rows = [("figure", "aim", "value", "")]
    for figure in measured:
        mark = "" if not figure.off else "(told only)" if figure.off == figure.told_only else "✗"
        rows.append((figure.name, figure.aim, "–" if figure.value is None else f"{figure.value:g}", mark))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        f"{name:<{widths[0]}}  {aim:>{widths[1]}}  {value:>{widths[2]}}  {mark}".rstrip()
        for name, aim, value, mark in rows
    )


def _lengths(measured: dict[str, Any], shape: Shape) -> Iterator[Figure]:
    longer_modules = _longer(shape.modules)
    longer = _longer(shape.functions)
    yield Figure("module, median", measured["module_median"], 50, 100, "low")
    yield Figure("module, 90 %", measured["module_p90"], high=220, offenders=longer_modules(220))
    yield Figure("module, longest", measured["module_max"], high=300, offenders=longer_modules(300))
    yield Figure("function, median", measured["function_median"], high=8)
    yield Figure("function, 90 %", measured["function_p90"], high=25, offenders=longer(25))
    yield Figure("function, longest", measured["function_max"], high=50, offenders=longer(50))


def _longer(sizes: list[tuple[int, str]]) -> Callable[[int], tuple[str, ...]]:
    """Return a function that names, longest first, what has more lines than its argument."""
    return lambda limit: tuple(f"{name} ({size})" for size, name in sorted(sizes, reverse=True) if size > limit)


def _shape(root: Path) -> Shape:
    shape = Shape()
    folder = root / "app"
    trees: dict[str, tuple[ast.Module, bool]] = {}
    missing: list[tuple[int, str]] = []
    for path in codestyle.source_files(folder, False):
        source = path.read_text(encoding="utf-8")
        try:
            tree = codestyle.parse(source)
        except SyntaxError:
            continue
        name = codestyle.module_name(path, folder, ["app"])
        trees[name] = (tree, path.name == "__init__.py")
        shape.modules.append((len(source.splitlines()), str(path.relative_to(root))))
        missing.append(_functions(shape, path.relative_to(root), tree))
    shape.undocumented = [f"{name} ({count} without)" for count, name in sorted(missing, reverse=True) if count]
    _graph(shape, trees)
    return shape


def _functions(shape: Shape, path: Path, tree: ast.Module) -> tuple[int, str]:
    """Note what is long, deep or untyped; return how many public functions of the file have no docstring."""
    bare = 0
    for function, in_class, public in codestyle.functions(tree):
        where = f"{path}:{function.lineno} {function.name}"
        shape.functions.append((function.end_lineno - function.lineno + 1, where))
        if codestyle.statement_depth(function) > 3:
            shape.deep.append(where)
        if not codestyle.is_typed(function, in_class):
            shape.untyped.append(where)
        bare += public and ast.get_docstring(function) is None
    return bare, str(path)


def _graph(shape: Shape, trees: dict[str, tuple[ast.Module, bool]]) -> None:
    """Note who imports whom: at load, inside functions too, and for types as well."""
    for graph in (shape.load, shape.lazy, shape.whole):
        graph.update({name: set() for name in trees})
    for name, (tree, is_package) in trees.items():
        for node, kind in codestyle.imports(tree):
            found = codestyle.targets(node, name, is_package, trees)
            shape.whole[name] |= found
            if kind != "typing":
                shape.lazy[name] |= found
            if kind == "load":
                shape.load[name] |= found


def _cycles(graph: dict[str, set[str]]) -> tuple[str, ...]:
    return tuple(" ↔ ".join(group) for group in codestyle.cycles(graph))


def _test_ratio(root: Path, app_lines: int) -> float | None:
    """Return lines of test code per line of app code; the tools in tests/house that test nothing are left out."""
    lines = 0
    for path in codestyle.source_files(root / "tests", True):
        if path.parent.name == "house" and not path.name.startswith("test_"):
            continue
        source = path.read_text(encoding="utf-8")
        lines += codestyle.code_lines(source, codestyle.parse(source))[0]
    return round(lines / app_lines, 2) if app_lines else None


if __name__ == "__main__":
    found = figures()
    print(table(found))
    outcome = check()
    print("\n".join(["", *outcome.failures]) if outcome.failures else "")
    sys.exit(bool(outcome.failures))
