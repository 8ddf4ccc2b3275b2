"""What must hold of the Dockerfile; hadolint reads it too where that is here."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.house.result import ROOT, Result, run

Instruction = tuple[str, str]
SECRET = re.compile(r"(?i)(secret|password|token|master_key)\w*=\S")


def instructions(text: str) -> list[Instruction]:
    """Return the instructions as (NAME, rest); continued lines are joined, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    found = (line.strip().partition(" ") for line in joined.splitlines() if line.strip())
    return [(name.upper(), rest.strip()) for name, _, rest in found]


def check(root: Path = ROOT) -> Result:
    """Read root/Dockerfile and root/.dockerignore."""
    read = instructions((root / "Dockerfile").read_text(encoding="utf-8"))
    result = Result([f"Dockerfile: {what}" for what in _faults(read, root)])
    if shutil.which("hadolint"):
        code, said = run(["hadolint", "Dockerfile"], cwd=root)
        result.failures += [said] if code else []
    return result


def _faults(read: list[Instruction], root: Path) -> Iterator[str]:
    last = _last_stage(read)
    names = [name for name, _ in last]
    users = [rest for name, rest in last if name == "USER"]
    if not users or users[-1] in {"root", "0"}:
        yield "the service would run as root"
    if "HEALTHCHECK" not in names:
        yield "there is no HEALTHCHECK"
    if ("EXPOSE", "8025") not in last:
        yield "EXPOSE 8025 is missing"
    for name, rest in read:
        yield from _faults_of(name, rest)
    yield from _copied(read, root)


def _last_stage(read: list[Instruction]) -> list[Instruction]:
    starts = [place for place, (name, _) in enumerate(read) if name == "FROM"]
    return read[starts[-1] :] if starts else []


def _faults_of(name: str, rest: str) -> Iterator[str]:
    if name == "FROM" and not re.match(r"(--platform=\S+ )?[^ :]+:(?!latest\b)\S+", rest):
        yield f"FROM {rest} names no version"
    if name in {"ENV", "ARG"} and SECRET.search(rest):
        yield f"{name} holds a secret"
    if name == "ADD":
        yield "ADD fetches and unpacks by itself: COPY instead"
    if name == "RUN" and "pip install" in rest and "--require-hashes" not in rest:
        yield "pip installs without hashes"
    if name in {"CMD", "ENTRYPOINT"} and not _is_list(rest):
        yield f"{name} runs through a shell, which does not pass signals on: write a list"


def _is_list(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list)
    except ValueError:
        return False


def _copied(read: list[Instruction], root: Path) -> Iterator[str]:
    """Say of every COPY from the folder what is not there, or is kept out by .dockerignore."""
    let_in = re.findall(r"^!(\S+)$", (root / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    for name, rest in read:
        words = rest.split()
        if name != "COPY" or rest.startswith("--from="):
            continue
        for source in (word for word in words[:-1] if not word.startswith("--")):
            if not (root / source).exists():
                yield f"COPY {source}: there is no such file"
            elif not any(source == open_ or source.startswith(f"{open_}/") for open_ in let_in):
                yield f"COPY {source}: .dockerignore keeps it out"
