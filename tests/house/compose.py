"""What must hold of compose.yaml: the published schema, settings that exist, secrets that are mounted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from app.settings import PREFIX, Settings
from tests.house.result import ROOT, Result, run

ALLOWED_USERS_OF_OWNER_URL = {"migrate"}


def check(root: Path = ROOT) -> Result:
    """Read root/compose.yaml; what does not fit the schema is not looked at further."""
    schema = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    code, said = run(schema, cwd=root)
    return Result([f"compose.yaml does not fit the compose schema: {said}"] if code else faults(root))


def faults(root: Path) -> list[str]:
    """Return what the schema cannot know, one sentence each."""
    read = yaml.safe_load((root / "compose.yaml").read_text(encoding="utf-8"))
    return [f"compose.yaml: {what}" for what in _faults(read, root)]


def _faults(read: dict[str, Any], root: Path) -> Iterator[str]:
    secrets = read.get("secrets", {})
    for name, service in read["services"].items():
        mounted = service.get("secrets", [])
        yield from (f"{name} wants the secret {secret}, which is not listed" for secret in set(mounted) - set(secrets))
        yield from (f"{name}: {what}" for what in _settings(name, service.get("environment") or {}, mounted))
        yield from (f"{name}: {what}" for what in _reach(name, service, root))
    used = {secret for service in read["services"].values() for secret in service.get("secrets", [])}
    yield from (f"the secret {secret} is used by nobody" for secret in sorted(set(secrets) - used))


def _settings(name: str, environment: dict[str, str], mounted: list[str]) -> Iterator[str]:
    fields = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}
    for key, value in environment.items():
        if key.startswith(PREFIX) and key.removesuffix("_FILE") not in fields:
            yield f"{key} is no setting"
        if key.endswith("_FILE") and value.removeprefix("/run/secrets/") not in mounted:
            yield f"{key} names {value}, which is not mounted"
        if "MIGRATE" in key and name not in ALLOWED_USERS_OF_OWNER_URL:
            yield f"{key} gives the owner of the tables to a service that needs no such right"


def _reach(name: str, service: dict[str, Any], root: Path) -> Iterator[str]:
    """Say what is open to the world, unpinned, unhealthy or missing on the disk."""
    for port in service.get("ports", []):
        if not str(port).startswith("127.0.0.1:"):
            yield f"port {port} is open to the world"
    if "build" not in service and not _pinned(service.get("image", "")):
        yield "the image names no version"
    if "healthcheck" not in service:
        yield "it has no healthcheck"
    for volume in service.get("volumes", []):
        source = str(volume).split(":")[0]
        if source.startswith("./") and not (root / source).exists():
            yield f"{source} is not there"


def _pinned(image: str) -> bool:
    tag = image.rpartition(":")[2] if ":" in image else ""
    return bool(tag) and tag != "latest"
