"""Every sentence of the code that people read in their own language, as a catalogue without translations.

It finds:
  - `_()`, `gettext()`, `ngettext()`, `translate()` and `N_()` in Python, `_()` and `{% trans %}` in the pages;
  - the docstring of every error, which is its sentence, and a sentence given to an error where it is raised, also by
    the name of a constant of the module;
  - the sentences of tables: `says="…"`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract

from tests.house.result import ROOT

Sentence = str | tuple[str, ...]

# The practice server and the command line refuse operators, in English; what they mark is for everybody.
MARKED_ONLY = ("sandbox", "cli")
# What stops a command is read at a terminal; on a page the sentence of its class stands for it.
FOR_OPERATORS = {"BadSetting", "DatabaseTrouble", "UnreadableInput"}
SAID_BY_TABLES = {"says"}
MARKS = {"_": 1, "gettext": 1, "translate": 1, "N_": 1, "ngettext": 2}  # how many sentences each is given
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
JINJA = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def collect(root: Path = ROOT) -> Catalog:
    """Return every sentence, each with the files that say it."""
    found = Catalog(fuzzy=False)
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in sorted((root / "app").rglob("*.py"))
    }
    errors = error_classes(trees.values())
    for path, tree in trees.items():
        heard: list[Sentence] = list(of_marks(tree))
        if path.relative_to(root / "app").parts[0].removesuffix(".py") not in MARKED_ONLY:
            heard += (*of_errors(errors, tree), *of_tables(tree))
        _add(found, heard, path.relative_to(root).as_posix())
    for path in sorted((root / "app" / "web" / "pages").rglob("*.html")):
        _add(found, of_page(path), path.relative_to(root).as_posix())
    return found


def error_classes(trees: Iterable[ast.Module]) -> dict[str, ast.ClassDef]:
    """Return every class that descends from AppError, by name."""
    classes = {node.name: node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    found = {"AppError"} & classes.keys()
    while more := {name for name, node in classes.items() if name not in found and found & set(map(_name, node.bases))}:
        found |= more
    return {name: classes[name] for name in found}


def of_marks(tree: ast.Module) -> Iterator[Sentence]:
    """Yield the sentences that are marked or translated where they stand, a plural as the pair of its forms."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (number := MARKS.get(_name(node.func), 0)):
            forms = tuple(text for each in node.args[:number] for text in _plain(each))
            if len(forms) == number:
                yield forms if number > 1 else forms[0]


def of_page(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a page as they are asked for when it is filled."""
    with path.open("rb") as source:
        for _, sentence, _, _ in extract("jinja2.ext:babel_extract", source, KEYWORDS, (), JINJA):
            if sentence:
                yield sentence


def of_errors(errors: dict[str, ast.ClassDef], tree: ast.Module) -> Iterator[str]:
    """Yield the docstrings of a module's own errors, and the sentences it gives to any error."""
    constants = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and errors.get(node.name) is node:
            yield " ".join((ast.get_docstring(node) or "").split())
        elif isinstance(node, ast.Call) and _name(node.func) in errors.keys() - FOR_OPERATORS and node.args:
            yield from _given(node.args[0], constants)


def of_tables(tree: ast.Module) -> Iterator[str]:
    """Yield the sentences that rows of tables say."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in SAID_BY_TABLES:
            yield from _plain(node.value)


def _given(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """Yield what is given: a sentence, a constant of the module, or either of two."""
    if isinstance(node, ast.IfExp):
        yield from (*_given(node.body, constants), *_given(node.orelse, constants))
    else:
        yield from _plain(constants.get(_name(node), node))


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    named = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    return {_name(node.targets[0]): node.value for node in named}


def _name(node: ast.expr) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _plain(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def _add(found: Catalog, sentences: Iterable[Sentence], where: str) -> None:
    for sentence in sentences:
        found.add(sentence, locations=[(where, 0)])
