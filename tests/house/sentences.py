"""Every sentence of the code that people read in their own language, as a catalogue without translations.

It finds:
  - `_()`, `gettext()`, `ngettext()` and `N_()` in Python, `_()` and `{% trans %}` in the pages;
  - the docstring of every error, which is its sentence, and a sentence given to an error where it is raised;
  - the sentences of tables: `says="…"`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python
from jinja2.ext import babel_extract

from tests.house.result import ROOT

# The practice server and the command line speak to operators, in English.
LEFT_OUT = ("sandbox", "cli.py", "cli")
# What stops a command is read at a terminal; on a page the sentence of its class stands for it.
FOR_OPERATORS = {"BadSetting", "DatabaseTrouble", "UnreadableInput"}
SAID_BY_TABLES = {"says"}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
JINJA = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def collect(root: Path = ROOT) -> Catalog:
    """Return every sentence, each with the files that say it."""
    found = Catalog(fuzzy=False)
    trees = {path: ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in sources(root / "app")}
    errors = error_classes(trees.values())
    for path, tree in trees.items():
        where = path.relative_to(root).as_posix()
        for sentence in (*of_errors(errors, tree), *of_tables(tree)):
            found.add(sentence, locations=[(where, 0)])
        _add_marked(found, path, where)
    for path in sorted((root / "app" / "web" / "pages").rglob("*.html")):
        _add_marked(found, path, path.relative_to(root).as_posix())
    return found


def sources(app: Path) -> Iterator[Path]:
    """Yield the Python files whose sentences people read."""
    for path in sorted(app.rglob("*.py")):
        if path.relative_to(app).parts[0] not in LEFT_OUT:
            yield path


def error_classes(trees: Iterator[ast.Module]) -> dict[str, ast.ClassDef]:
    """Return every class that descends from AppError, by name."""
    classes = {node.name: node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    found = {"AppError"} & classes.keys()
    while more := {name for name, node in classes.items() if name not in found and found & set(map(_name, node.bases))}:
        found |= more
    return {name: classes[name] for name in found}


def of_errors(errors: dict[str, ast.ClassDef], tree: ast.Module) -> Iterator[str]:
    """Yield the docstrings of a module's own errors, and the sentences it gives to any error."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and errors.get(node.name) is node:
            yield " ".join((ast.get_docstring(node) or "").split())
        elif isinstance(node, ast.Call) and _name(node.func) in errors.keys() - FOR_OPERATORS and node.args:
            yield from _plain(node.args[0])


def of_tables(tree: ast.Module) -> Iterator[str]:
    """Yield the sentences that rows of tables say."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in SAID_BY_TABLES:
            yield from _plain(node.value)


def _name(node: ast.expr) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _plain(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def _add_marked(found: Catalog, path: Path, where: str) -> None:
    extractor = babel_extract if path.suffix == ".html" else extract_python
    with path.open("rb") as source:
        for _, sentence, _, _ in extract(extractor, source, KEYWORDS, (), JINJA):
            if sentence:
                found.add(sentence, locations=[(where, 0)])
