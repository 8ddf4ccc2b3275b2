"""The requirements page: what Deskhand does, each row with links to the tests that prove it.

`python -m tests.house.requirements` writes docs/requirements.md from docs/requirements.toml (id = "sentence") and from
the ids in the names of test functions: `test_V4_a_revoked_grant_sends_nothing` proves V4, `test_V1_V2_…` proves two.
`--check` writes nothing and fails on a row without a test, a test with an unknown id, or a page that is out of date.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests.house.result import ROOT, Result

# C the service · N addresses that are nobody's · V handing over the inbox · M what is not said by mail · H hours
HIGHEST = {"C": 5, "N": 19, "V": 72, "M": 14, "H": 15}
KNOWN = tuple(f"{letter}{number}" for letter, highest in HIGHEST.items() for number in range(1, highest + 1))
ID = re.compile(rf"[{''.join(HIGHEST)}][0-9]+")

SOURCE = Path("docs/requirements.toml")
PAGE = Path("docs/requirements.md")
HEAD = """# What Deskhand does, and how we know

Each row is proved by the tests beside it. The page is made by `python -m tests.house.requirements`; change
`requirements.toml` or the tests instead, then run `./deskhand check --fix`.

| Id | What Deskhand does | Tests |
|---|---|---|
"""


@dataclass(frozen=True, order=True)
class Proof:
    """A test function and the requirement ids in its name."""

    path: str
    line: int
    name: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids among the words of the name."""
        return tuple(word for word in self.name.split("_") if ID.fullmatch(word))

    @property
    def story(self) -> str:
        """Return the name as words, without `test` and the ids."""
        words = [word for word in self.name.removeprefix("test_").split("_") if not ID.fullmatch(word)]
        return " ".join(words) or self.name


def proofs(root: Path = ROOT) -> list[Proof]:
    """Return every test function under root/tests whose name bears an id, known or not."""
    found = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                proof = Proof(path.relative_to(root).as_posix(), node.lineno, node.name)
                if proof.ids:
                    found.append(proof)
    return sorted(found)


def rows(root: Path = ROOT) -> dict[str, str]:
    """Return the sentences by id, in the order of `KNOWN`; an unknown id comes last and is told by `trouble`."""
    given = tomllib.loads((root / SOURCE).read_text(encoding="utf-8"))
    order = {name: place for place, name in enumerate(KNOWN)}
    return {name: given[name] for name in sorted(given, key=lambda name: (order.get(name, len(order)), name))}


def page(root: Path = ROOT) -> str:
    """Return the page as it should stand."""
    by_id: dict[str, list[Proof]] = defaultdict(list)
    for proof in proofs(root):
        for name in proof.ids:
            by_id[name].append(proof)
    lines = [f"| {name} | {says} | {' · '.join(map(_link, by_id[name]))} |" for name, says in rows(root).items()]
    return HEAD + "\n".join(lines) + "\n"


def trouble(root: Path = ROOT) -> list[str]:
    """Return what is wrong with rows and tests, one sentence each."""
    landed, every = rows(root), proofs(root)
    proved = {name for proof in every for name in proof.ids}
    sentences = [f"{SOURCE}: {name} is no known requirement" for name in landed if name not in KNOWN]
    sentences += [f"{SOURCE}: {name} has no test" for name in landed if name in KNOWN and name not in proved]
    for proof in every:
        unknown = [name for name in proof.ids if name not in KNOWN]
        sentences += [f"{proof.path}:{proof.line}: {proof.name} bears the unknown id {name}" for name in unknown]
    return sentences


def check(root: Path = ROOT) -> Result:
    """Return `trouble`, and whether the page in the tree is the one that would be made now."""
    result = Result(trouble(root))
    stands = (root / PAGE).read_text(encoding="utf-8") if (root / PAGE).exists() else ""
    if stands != page(root):
        result.failures.append(f"{PAGE} is out of date: run `./deskhand check --fix`")
    ahead = sorted({name for proof in proofs(root) for name in proof.ids if name in KNOWN} - rows(root).keys())
    if ahead:
        result.notes.append(f"tests name {', '.join(ahead)}, not yet in {SOURCE.name}")
    return result


def write(root: Path = ROOT) -> None:
    """Make the page, leaving the file alone if nothing changed."""
    made = page(root)
    target = root / PAGE
    if not target.exists() or target.read_text(encoding="utf-8") != made:
        target.write_text(made, encoding="utf-8")


def _link(proof: Proof) -> str:
    # Without the line: the page must not go out of date with every line above a test.
    return f"[{proof.story}](../{proof.path})"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or check it; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.house.requirements", description="Make docs/requirements.md."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something is wrong")
    wanted = parser.parse_args(arguments)
    if not wanted.check:
        write()
    failures = check().failures
    print("\n".join(failures) or f"{PAGE} is complete.")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
