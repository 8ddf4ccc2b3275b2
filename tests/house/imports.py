"""The direction of imports, read from the syntax trees: nothing is imported or run.

`python -m tests.house.imports` prints every import that goes the wrong way. The tables below are the rule; a new line
needs its reason beside it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tests.house import codestyle
from tests.house.result import ROOT, Result

# Top to bottom. An area may import every area below its own row; the bottom row's areas may import each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("cli", "__main__"),
    ("main",),
    ("web", "jobs"),
    ("actions",),
    ("access", "rules", "providers", "notices"),
    ("models", "db"),
    ("clock", "errors", "consent_errors", "settings", "child", "locale", ""),  # "" is app/__init__.py
)
BOTTOM = LAYERS[-1]

# Two areas of one row, where the left one may import the right one all the same.
BESIDE: dict[tuple[str, str], str] = {
    ("__main__", "cli"): "`python -m app` is the command line",
    ("web", "jobs"): "operators are told how the work stands",
    ("access", "rules"): "a decision asks the pure rules what should happen",
    ("providers", "rules"): "which two names mean one label is said once, for labels in a mailbox and in a condition",
    ("notices", "rules"): "an address has one form in which it is compared, for letters too",
    ("models", "db"): "a table's sealed columns have a type of db's",
    ("db", "models"): "the proof that a master key is the right one stands in a table",
}

# The sandbox stands outside the rows: it plays the provider, so it knows nothing of what it is asked by.
SANDBOX_MAY_IMPORT = frozenset(BOTTOM) - {"consent_errors"}
SANDBOX_IMPORTED_BY = frozenset({"cli"})

# main is the only wiring: nothing may reach into it but the command that starts it.
MAIN_IMPORTED_BY = frozenset({"cli"})

# Who may import what of app.providers: importer, imported, why. What stands in no line is a way around the desk.
PROVIDERS_MAY_BE_IMPORTED: tuple[tuple[str, str, str], ...] = (
    ("app.providers", "app.providers", "an adapter is made of its neighbours"),
    ("app.actions", "app.providers.base", "neutral types"),
    ("app.actions", "app.providers.protocol", "acts on a mailbox, at the desk"),
    ("app.web", "app.providers.base", "neutral types"),
    ("app.jobs", "app.providers.base", "neutral types"),
    ("app.actions.seats", "app.providers.mailboxes", "opens the provider of the desk that a person is seated at"),
    ("app.actions.attached", "app.providers.attached_letters", "has letters that hang on a letter read, to judge them"),
    ("app.actions.tokens", "app.providers.calling", "knows a refused token by its digest"),
    ("app.actions.tokens", "app.providers.connect", "refreshes the access token the desk opens a mailbox with"),
    ("app.actions.sign_in", "app.providers.connect", "sends a person to her provider and checks who comes back"),
    (
        "app.actions.held_consent",
        "app.providers.connect",
        "keeps a consent until its owner has said yes, or gives it back",
    ),
    ("app.actions.waiting", "app.providers.connect", "makes the link by which an administrator agrees"),
    ("app.actions.resources", "app.providers.transport", "names the transport among what a process holds open"),
    ("app.actions.opening", "app.providers", "opens what a process needs: transport, allowed addresses, reading child"),
    ("app.actions.connect*", "app.providers", "connects and reconnects a mailbox"),
    ("app.actions.disconnect", "app.providers.connect", "gives the consent back to the provider"),
    ("app.web.webhooks", "app.providers.connect", "checks that a hint comes from the provider"),
    ("app.cli", "app.providers.transport", "the doctor asks whether a provider can be reached"),
)

# `async with desk.act(…)` is the only way to a provider, and only an action opens it.
DESK_OPENED_BY = ("app.actions",)
# Every action is handed the process's resources, the transport among them; these alone may use it.
TRANSPORT_USED_BY = (
    "app.actions.seats",
    "app.actions.tokens",
    "app.actions.sign_in",
    "app.actions.connect*",
    "app.actions.disconnect",
    "app.actions.held_consent",
    "app.web.webhooks",
)
TRANSPORT_MINDED_IN = ("app.web", "app.jobs", "app.actions", "app.access", "app.rules", "app.notices")

# Packages of others that only some of our modules may know.
CONFINED: dict[str, tuple[tuple[str, ...], str]] = {
    "fastapi": (("app.main", "app.web", "app.sandbox"), "surfaces translate, everything below is plain Python"),
    "starlette": (("app.main", "app.web", "app.sandbox"), "surfaces translate, everything below is plain Python"),
    "googleapiclient": (("app.providers.gmail",), "Google's client library builds Gmail's requests only"),
    "httplib2": (("app.providers.gmail",), "it repeats a POST by itself: it builds, it never sends"),
    "google_auth_httplib2": ((), "it sends, and repeats what it sends"),
    "msgraph": (("app.providers.graph",), "Microsoft's client library builds Graph's requests only"),
    "msgraph_core": (("app.providers.graph",), "Microsoft's client library builds Graph's requests only"),
    "kiota_*": (("app.providers.graph",), "it repeats a POST by itself: it builds, it never sends"),
    "httpx": ((), "its successor httpx2 is the client here"),
    "requests": ((), "httpx2 is the client here, and everything is async"),
}

# Modules of ours that may be imported inside a function: importer, imported, why.
LATE: dict[tuple[str, str], str] = {
    ("app.cli", "app.cli.commands"): "a judge in a pipe answers at once: it loads nothing that serves or connects",
}

# The two SDKs cost a second and 40 MB to import, so they load when first needed.
LAZY_PACKAGES = ("googleapiclient", "httplib2", "msgraph", "msgraph_core", "kiota_*")
# A module named by a string is an import that no reader and no check sees.
NAMES_MODULES_BY_STRING = {
    "app.child": "the child process is told the name of the function it is to run",
}


@dataclass(frozen=True, order=True)
class Import:
    """One import statement's target; `target` is dotted, of app or of another package."""

    path: str
    line: int
    importer: str
    target: str
    lazy: bool


def area(module: str) -> str:
    """Return the first name under app: `app.web.api.items` is in `web`."""
    return module.partition(".")[2].partition(".")[0]


def within(module: str, patterns: tuple[str, ...]) -> bool:
    """Say whether a module is one of these or inside one; `*` stands for anything."""
    return any(fnmatchcase(module, pattern) or fnmatchcase(module, f"{pattern}.*") for pattern in patterns)


def violations(root: Path = ROOT) -> list[str]:
    """Return one line for every import of root/app that goes the wrong way, with file and line."""
    trees = dict(_trees(root))
    found: list[tuple[str, int, str]] = []
    for module, (path, tree) in trees.items():
        name = str(path.relative_to(root))
        found += [(name, line, what) for line, what in _hidden(module, tree)]
        for each in _imports(module, name, tree, path.name == "__init__.py", set(trees)):
            found += [(name, each.line, what) for what in _judge(each)]
    return [f"{path}:{line}: {what}" for path, line, what in sorted(set(found))]


def check(root: Path = ROOT) -> Result:
    """Return what `violations` finds, for the command that runs all checks."""
    return Result(violations(root))


def _trees(root: Path) -> Iterator[tuple[str, tuple[Path, ast.Module]]]:
    for path in sorted((root / "app").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield module, (path, codestyle.parse(path.read_text(encoding="utf-8")))


def _imports(module: str, path: str, tree: ast.Module, is_package: bool, known: set[str]) -> Iterator[Import]:
    for node, kind in codestyle.imports(tree):
        lazy = kind == "lazy"
        ours = codestyle.targets(node, module, is_package, known)
        for target in ours:
            yield Import(path, node.lineno, module, target, lazy)
        for target in _names(node):
            if target.split(".")[0] != "app":
                yield Import(path, node.lineno, module, target, lazy)


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [] if node.level else [f"{node.module}.{alias.name}" for alias in node.names]


def _judge(each: Import) -> Iterator[str]:
    """Say in one sentence each what is wrong with one import."""
    if each.target.split(".")[0] != "app":
        yield from _judge_package(each)
        return
    if each.lazy and (each.importer, each.target) not in LATE:
        yield f"{each.importer} imports {each.target} inside a function: import it at the top"
    here, there = area(each.importer), area(each.target)
    if reason := _wrong_way(here, there):
        yield f"{each.importer} may not import {each.target}: {reason}"
    elif there == "providers" and not _provider_allowed(each):
        yield f"{each.importer} may not import {each.target}: a provider is reached through actions/desk.py"


def _judge_package(each: Import) -> Iterator[str]:
    package = each.target.split(".")[0]
    if each.lazy and not any(fnmatchcase(package, pattern) for pattern in LAZY_PACKAGES):
        yield f"{each.importer} imports {package} inside a function: only the two SDKs load late"
    for pattern, (allowed, reason) in CONFINED.items():
        if fnmatchcase(package, pattern) and not within(each.importer, allowed):
            yield f"{each.importer} may not import {package}: {reason}"


def _wrong_way(here: str, there: str) -> str:
    """Return why `here` may not import `there`, or nothing."""
    rows = {name: row for row, names in enumerate(LAYERS) for name in names}
    # The first line that is true speaks; the last one says nothing.
    reasons = (
        (here == there or (here, there) in BESIDE, ""),
        (here == "sandbox" and there in SANDBOX_MAY_IMPORT, ""),
        (here == "sandbox", "the sandbox knows only clock, errors, settings, child and locale"),
        (there == "sandbox" and here in SANDBOX_IMPORTED_BY, ""),
        (there == "sandbox", "only the command line starts the sandbox"),
        (there == "main" and here not in MAIN_IMPORTED_BY, "only the command line starts the wiring"),
        (here not in rows, f"app/{here} stands in no layer (tests/house/imports.py, LAYERS)"),
        (there not in rows, f"app/{there} stands in no layer (tests/house/imports.py, LAYERS)"),
        (rows.get(here, 0) > rows.get(there, 0), f"{there} stands above {here}"),
        (rows.get(here) == rows.get(there) and here not in BOTTOM, f"{here} and {there} stand side by side"),
    )
    return next((reason for true, reason in reasons if true), "")


def _provider_allowed(each: Import) -> bool:
    return any(
        within(each.importer, (importer,)) and within(each.target, (target,))
        for importer, target, _ in PROVIDERS_MAY_BE_IMPORTED
    )


def _hidden(module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the ways around an import: modules named by a string, the desk opened elsewhere, the transport used."""
    minded = within(module, TRANSPORT_MINDED_IN) and not within(module, TRANSPORT_USED_BY)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "transport" and minded:
            yield node.lineno, f"{module} uses the transport: a provider is reached through actions/desk.py"
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in {"import_module", "__import__"} and module not in NAMES_MODULES_BY_STRING:
            yield node.lineno, f"{module} names a module by a string: use an import statement"
        if called == "act" and isinstance(node.func, ast.Attribute) and not within(module, DESK_OPENED_BY):
            yield node.lineno, f"{module} opens the desk: call an action, which does it"


if __name__ == "__main__":
    wrong = violations()
    print("\n".join(wrong) or "Every import goes the right way.")
    sys.exit(bool(wrong))
