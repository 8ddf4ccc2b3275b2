"""The browser for the browser tests: one that is here, or on Debian as root one that is installed now."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tests.house.result import run

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
PACKAGE = "chromium-headless-shell"
MISSING = (
    "The browser tests need Chromium and none is here: install the package chromium-headless-shell or chromium, "
    "or run `.venv/bin/playwright install chromium-headless-shell`, or leave them out with --fast."
)


class NoBrowser(Exception):
    """Raised where a browser test starts without a browser; its text says how to get one."""


def find() -> str | None:
    """Return the path of a browser Playwright can drive, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for app in MAC_APPS:
        if (path := Path("/Applications") / app).exists():
            return str(path)
    return _playwrights_own()


def path() -> str:
    """Return the path of a browser, for Playwright's `executable_path`; raise NoBrowser with the mend."""
    found = find()
    if found is None:
        raise NoBrowser(MISSING)
    return found


def ensure() -> str | None:
    """Return the path of a browser, installing Debian's if that can be done without asking; None if there is none."""
    found = find()
    if found or not _may_install():
        return found
    print(f"Installing {PACKAGE} for the browser tests …", flush=True)
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", PACKAGE]
    code, _ = run(install)
    if code:  # most likely the package lists of a fresh machine
        run(["apt-get", "update", "-q"])
        run(install)
    return find()


def _may_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _playwrights_own() -> str | None:
    """Return what `playwright install` has left here; its folders are named by revision, the newest counts."""
    default = "Library/Caches/ms-playwright" if sys.platform == "darwin" else ".cache/ms-playwright"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / default)
    names = ("chrome-headless-shell", "headless_shell", "chrome", "Chromium", "Google Chrome for Testing")
    for build in sorted(folder.glob("chromium*-*"), key=_revision, reverse=True):
        for candidate in sorted(build.rglob("*")):
            if candidate.name in names and candidate.is_file() and os.access(candidate, os.X_OK):
                return str(candidate)
    return None


def _revision(build: Path) -> int:
    tail = build.name.rpartition("-")[2]
    return int(tail) if tail.isdigit() else 0
