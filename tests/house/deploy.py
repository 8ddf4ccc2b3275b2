"""The files that put Deskhand on a machine, each read by the program it is for, where that program is here.

What can be checked without it is checked always: settings that do not exist, secrets that are not mounted, a container
that runs as root. `python -m tests.house.deploy` runs these checks alone.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.settings import PREFIX, Settings
from tests.house import certificate, compose, dockerfile
from tests.house.result import ROOT, Result, run

NAME = re.compile(rf"^#? ?({PREFIX}[A-Z_]+)=(.*)$", re.MULTILINE)
PLATFORM_DECIDES = {"data_dir"}  # its default differs from machine to machine
PROGRAM = "/usr/local/bin/deskhand"
LISTEN = re.compile(r"^(\s*listen )(\S+?)((?: \S+)*);$", re.MULTILINE)


def check(root: Path = ROOT) -> Result:
    """Run all of them on the files under root."""
    whole = Result()
    parts: tuple[Callable[[Path], Result], ...] = (
        example_settings,
        dockerfile.check,
        compose.check,
        systemd,
        nginx,
        caddy,
    )
    for part in parts:
        found = part(root)
        whole.failures += found.failures
        whole.notes += found.notes
    return whole


def example_settings(root: Path) -> Result:
    """.env.example names every setting once, with its default, and nothing else."""
    shown = NAME.findall((root / ".env.example").read_text(encoding="utf-8"))
    names = [name for name, _ in shown]
    fields = {f"{PREFIX}{field.upper()}": field for field in Settings.model_fields}
    result = Result()
    result.failures += [f".env.example names {name} twice" for name in sorted({n for n in names if names.count(n) > 1})]
    result.failures += [f".env.example lacks {name}" for name in fields if name not in names]
    result.failures += [f".env.example has {name}, which is no setting" for name in names if name not in fields]
    for name, value in shown:
        field = fields.get(name)
        if field and field not in PLATFORM_DECIDES and value != _default(field):
            result.failures.append(f".env.example shows {name}={value}, its default is {_default(field)!r}")
    return result


def systemd(root: Path) -> Result:
    """systemd-analyze reads the units; the program they start is replaced by one that is here."""
    units = sorted((root / "deploy" / "systemd").glob("*.service"))
    if not shutil.which("systemd-analyze"):
        return Result(notes=["systemd-analyze is not here: the units were not verified"])
    result = Result()
    with tempfile.TemporaryDirectory() as folder:
        for unit in units:
            text = unit.read_text(encoding="utf-8")
            if PROGRAM not in text:
                result.failures.append(f"deploy/systemd/{unit.name} does not start {PROGRAM}")
            (Path(folder) / unit.name).write_text(text.replace(PROGRAM, shutil.which("true") or "/bin/true"))
        for unit in units:
            code, said = run(["systemd-analyze", "verify", "--man=no", str(Path(folder) / unit.name)])
            # Other units of this machine are read too; only what is said of ours counts.
            ours = [line.replace(f"{folder}/", "") for line in said.splitlines() if unit.name in line]
            if ours or (code and not said):
                result.failures.append(f"deploy/systemd/{unit.name}: {'; '.join(ours) or 'systemd-analyze failed'}")
    return result


def nginx(root: Path) -> Result:
    """nginx reads its example, with a certificate made for the occasion and sockets in place of the ports."""
    if run(["nginx", "-v"])[0]:
        return Result(notes=["nginx is not here: its example was not verified"])
    text = (root / "deploy" / "nginx" / "deskhand.conf").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cert, key = certificate.make(folder)
        text = re.sub(r"(ssl_certificate) \S+;", rf"\1 {cert};", text)
        text = re.sub(r"(ssl_certificate_key) \S+;", rf"\1 {key};", text)
        # Ports may be taken, forbidden or without IPv6 here; as a socket each of them stays a listener of its own.
        text = LISTEN.sub(lambda m: f"{m[1]}unix:{folder}/{re.sub(r'[^0-9a-z]', '_', m[2])}.socket{m[3]};", text)
        temporary = "".join(
            f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = (
            f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\n{text}\n}}\n"
        )
        (folder / "nginx.conf").write_text(whole)
        code, said = run(["nginx", "-t", "-q", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    return Result([f"deploy/nginx/deskhand.conf: {said}"] if code else [])


def caddy(root: Path) -> Result:
    """Caddy reads its example."""
    if run(["caddy", "version"])[0]:
        return Result(notes=["caddy is not here: its example was not verified"])
    path = root / "deploy" / "caddy" / "Caddyfile"
    code, said = run(["caddy", "adapt", "--validate", "--adapter", "caddyfile", "--config", str(path)])
    if code:
        return Result([f"deploy/caddy/Caddyfile: {said.splitlines()[-1]}"])
    code, _ = run(["caddy", "fmt", "--diff", str(path)])
    # caddy fmt exits 1 where it would change something; Caddy itself would start with that.
    return Result(notes=["deploy/caddy/Caddyfile is not formatted: caddy fmt"] if code else [])


def _default(field: str) -> str:
    """Return a setting's default as it would be written in .env."""
    value = Settings.model_fields[field].default
    if value is None:
        return ""
    return value.get_secret_value() if hasattr(value, "get_secret_value") else f"{value}"


if __name__ == "__main__":
    outcome = check()
    print("\n".join([*outcome.notes, *outcome.failures]) or "The deploy files are good.")
    sys.exit(bool(outcome.failures))
