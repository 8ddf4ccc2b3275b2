"""`./deskhand`, the way a newcomer meets it: in a small checkout of its own, with packages made on the spot."""

from __future__ import annotations

import ast
import base64
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

LAUNCHER = Path(__file__).parents[1] / "deskhand"
AS_ROOT = os.geteuid() == 0
UV = shutil.which("uv")
TELLS = """
import json, os, sys
try:
    import tiny
    tiny = tiny.VERSION
except ImportError:
    tiny = None
try:
    import tool
    tool = tool.VERSION
except ImportError:
    tool = None
print(json.dumps({"module": __spec__.name, "arguments": sys.argv[1:], "cwd": os.getcwd(), "tiny": tiny, "tool": tool,
                  "prefix": sys.prefix, "file": __file__, "flag": sys.flags.safe_path, "cache": sys.pycache_prefix}))
"""

SMALL_UV = f"""#!{sys.executable} -IS
import hashlib, os, pathlib, re, sys, zipfile
if sys.argv[1] == "--version":
    sys.exit()
venv = pathlib.Path(sys.argv[sys.argv.index("--python") + 1]).parents[1]
(site,) = venv.glob("lib/python*/site-packages")
for lock in [path for flag, path in zip(sys.argv, sys.argv[1:]) if flag == "-r"]:
    name, version, digest = re.match(r"(.+)==(.+?) .*sha256:(.+)", pathlib.Path(lock).read_text(), re.S).groups()
    wheels = pathlib.Path(os.environ.get("UV_FIND_LINKS") or pathlib.Path(__file__).parents[1] / "wheels")
    wheel = wheels / f"{{name}}-{{version}}-py3-none-any.whl"
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != digest.strip():
        sys.exit("error: Hash mismatch")
    zipfile.ZipFile(wheel).extractall(site)
"""


class Checkout:
    """A checkout with the launcher, locks of one package and of one tool, and commands that tell of themselves.

    Its uv is a small one that knows our wheels alone and is quick; the tests of real installers name their PATH.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.root, self.wheels = folder, folder / "checkout", folder / "wheels"
        for package in ("app/cli", "tests/house"):
            (self.root / package).mkdir(parents=True)
        for file in ("app/__init__.py", "app/cli/__init__.py"):
            (self.root / file).write_text("")
        for file in ("app/cli/__main__.py", "tests/house/run_tests.py", "tests/house/check.py"):
            (self.root / file).write_text(TELLS)
        shutil.copy(LAUNCHER, self.root / "deskhand")
        self.wheels.mkdir()
        self.small_uv = folder / "small"
        self.small_uv.mkdir()
        (self.small_uv / "uv").write_text(SMALL_UV)
        (self.small_uv / "uv").chmod(0o755)
        (folder / "home").mkdir()
        (folder / "elsewhere").mkdir()
        self.lock("requirements.txt", "tiny", "1.0")
        self.lock("requirements-dev.txt", "tool", "1.0")

    def lock(
        self, file: str, package: str, version: str, *, wrongly: bool = False, scripts: Mapping[str, str] | None = None
    ) -> None:
        """Let a lock name this version of a package, which is made for it."""
        wheel = self.wheels / f"{package}-{version}-py3-none-any.whl"
        about = f"{package}-{version}.dist-info"
        contents = {
            f"{package}.py": f"VERSION = {version!r}{' ' * int(float(version))}\n",  # no two of one size and second
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n",
            f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        contents |= {f"{package}-{version}.data/scripts/{name}": text for name, text in (scripts or {}).items()}
        record = "".join(f"{name},{_record_hash(text)},{len(text)}\n" for name, text in contents.items())
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, text in {**contents, f"{about}/RECORD": f"{record}{about}/RECORD,,\n"}.items():
                entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
                entry.external_attr = (stat.S_IFREG | (0o755 if "/scripts/" in name else 0o644)) << 16
                archive.writestr(entry, text)
        digest = "0" * 64 if wrongly else hashlib.sha256(wheel.read_bytes()).hexdigest()
        (self.root / file).write_text(f"{package}=={version} \\\n    --hash=sha256:{digest}\n")

    def environ(self, **more: str) -> dict[str, str]:
        """Return an environment in which packages come from our folder alone."""
        uv = self.folder / "uv.toml"
        uv.write_text(f"[pip]\nno-index = true\nfind-links = [{str(self.wheels)!r}]\n")
        pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        usual = {
            "PATH": f"{self.small_uv}:{os.environ['PATH']}",
            "HOME": str(self.folder / "home"),
            "UV_CONFIG_FILE": str(uv),
        }
        return {**usual, **pip, **more}

    def without_uv(self) -> str:
        """Return a PATH on which there is no uv."""
        bin_folder = self.folder / "bin"
        bin_folder.mkdir(exist_ok=True)
        return str(bin_folder)

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """Start `./deskhand` from another folder."""
        return subprocess.Popen(
            [sys.executable, str(self.root / "deskhand"), *arguments],
            cwd=self.folder / "elsewhere",
            env=self.environ(**environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **environ: str) -> tuple[dict[str, Any], str]:
        """Run `./deskhand`; return what the command told of itself and what the launcher said."""
        process = self.start(*arguments, **environ)
        told, said = process.communicate()
        assert process.returncode == 0, said
        return json.loads(told), said

    def refused(self, *arguments: str, **environ: str) -> str:
        """Run `./deskhand` where it must give up; return its last sentence."""
        process = self.start(*arguments, **environ)
        told, said = process.communicate()
        assert process.returncode == 1
        assert told == ""
        assert "Traceback" not in said
        return said.strip().splitlines()[-1]


def _record_hash(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return "sha256=" + digest.decode().rstrip("=")


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    """A fresh checkout below a folder that every user may pass."""
    with tempfile.TemporaryDirectory(prefix="dhl") as folder:
        Path(folder).chmod(0o755)
        yield Checkout(Path(folder))


@pytest.fixture
def hanging_uv(checkout: Checkout) -> Path:
    """A uv that never comes to the end of an installation; the file names its process once it has begun."""
    begun = checkout.folder / "begun"
    fake = checkout.folder / "fake" / "uv"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exit 0\necho $$ > {begun}.new\nmv {begun}.new {begun}\nexec sleep 60\n'
    )
    fake.chmod(0o755)
    return begun


def loaded() -> ModuleType:
    """Load the launcher as a module."""
    spec = importlib.util.spec_from_loader("launcher", SourceFileLoader("launcher", str(LAUNCHER)))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


def until(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.01)


def test_the_first_run_makes_the_environment_and_the_second_finds_it(checkout: Checkout) -> None:
    told, said = checkout.run("serve", "--port", "8025")
    assert told["module"] == "app.cli.__main__"
    assert told["arguments"] == ["serve", "--port", "8025"]
    assert told["cwd"] == str(checkout.folder / "elsewhere")
    assert (told["tiny"], told["tool"]) == ("1.0", None)
    assert told["prefix"] == str(checkout.root / ".venv")
    assert "making the Python environment" in said
    told, said = checkout.run()
    assert told["tiny"] == "1.0"
    assert said == ""


@pytest.mark.parametrize("uv", [True, False], ids=["uv", "pip"])
def test_real_installers_take_what_the_lock_names_and_nothing_else(checkout: Checkout, uv: bool) -> None:
    path = installer_path(checkout, uv)
    checkout.lock("requirements.txt", "tiny", "1.0", wrongly=True)
    assert "not the one that the lock names" in checkout.refused(PATH=path)
    checkout.lock("requirements.txt", "tiny", "1.0")
    told, _ = checkout.run("test", PATH=path)
    assert (told["tiny"], told["tool"]) == ("1.0", "1.0")
    checkout.lock("requirements.txt", "tiny", "2.0")
    told, _ = checkout.run("demo", PATH=path)
    assert (told["tiny"], told["tool"]) == ("2.0", "1.0")


def test_where_there_is_no_uv_pip_fetches_one_which_keeps_to_what_pip_is_set_to(checkout: Checkout) -> None:
    path = checkout.without_uv()
    checkout.lock("requirements-uv.txt", "uv", "1.0", scripts={"uv": f"#!python\n{SMALL_UV.partition(chr(10))[2]}"})
    told, said = checkout.run("demo", PATH=path)
    assert told["tiny"] == "1.0"
    assert "1 packages" in said
    (checkout.root / "requirements-uv.txt").unlink()  # it is there now, and is not fetched again
    checkout.lock("requirements.txt", "tiny", "2.0")
    assert checkout.run("demo", PATH=path)[0]["tiny"] == "2.0"
    assert not list((checkout.root / ".venv").glob("lib/*/site-packages/tiny-*/INSTALLER"))  # which pip leaves behind


@pytest.mark.parametrize("uv", ["#!python\nraise SystemExit('error: no such flag')", "#!/nowhere/python\n"])
def test_a_fetched_uv_that_will_not_do_leaves_the_work_to_pip(checkout: Checkout, uv: str) -> None:
    checkout.lock("requirements-uv.txt", "uv", "1.0", scripts={"uv": uv})
    assert checkout.run("demo", PATH=checkout.without_uv())[0]["tiny"] == "1.0"


def test_what_pip_is_set_to_use_is_uv_s_too(monkeypatch: pytest.MonkeyPatch) -> None:
    launcher = loaded()
    said = "\n".join((
        ":env:.cert='/etc/ours.pem'", "global.cert='/etc/theirs.pem'", "global.index-url='http://127.0.0.1:9/simple'",
        "global.extra-index-url='http://127.0.0.1:8/ file:///c'", "install.find-links='/one\\n/two'",
        "freeze.exclude='x'", "global.timeout='20'",
    ))  # fmt: skip
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(launcher, "run", lambda command: subprocess.CompletedProcess(command, 0, said))
    assert launcher.for_uv() == {
        "SSL_CERT_FILE": "/etc/ours.pem",
        "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple",
        "UV_INDEX": "http://127.0.0.1:8/ file:///c",
        "UV_FIND_LINKS": "/one,/two",
        "UV_HTTP_TIMEOUT": "20",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def installer_path(checkout: Checkout, uv: bool) -> str:
    """Return a PATH with the real uv, or without any."""
    if uv and not UV:
        pytest.skip("there is no uv here")
    return os.environ["PATH"] if uv else checkout.without_uv()


@pytest.mark.parametrize(("verb", "module"), [("test", "tests.house.run_tests"), ("check", "tests.house.check")])
def test_test_and_check_are_run_in_the_checkout_with_the_tools(checkout: Checkout, verb: str, module: str) -> None:
    told, _ = checkout.run(verb, "--fast", "-k", verb)
    assert told["module"] == module
    assert told["arguments"] == ["--fast", "-k", verb]
    assert told["cwd"] == str(checkout.root)
    assert told["tool"] == "1.0"


def test_bench_has_the_tools_and_is_the_command_line_s(checkout: Checkout) -> None:
    told, _ = checkout.run("bench", "--list")
    assert (told["module"], told["arguments"], told["tool"]) == ("app.cli.__main__", ["bench", "--list"], "1.0")


def test_neither_the_caller_s_folder_nor_python_path_takes_the_place_of_our_modules(checkout: Checkout) -> None:
    for trap in ("elsewhere", "trap"):
        (checkout.folder / trap / "app").mkdir(parents=True)
        (checkout.folder / trap / "app/__init__.py").write_text("raise SystemExit('the wrong app')")
        (checkout.folder / trap / "tiny.py").write_text("VERSION = 'wrong'")
    told, _ = checkout.run("demo", PYTHONPATH=str(checkout.folder / "trap"))
    assert told["file"] == str(checkout.root / "app/cli/__main__.py")
    assert told["tiny"] == "1.0"
    assert told["flag"] is True


def test_a_changed_lock_is_followed_and_the_tools_stay(checkout: Checkout) -> None:
    checkout.run("test")
    checkout.lock("requirements.txt", "tiny", "2.0")
    told, said = checkout.run("demo")
    assert (told["tiny"], told["tool"]) == ("2.0", "1.0")
    assert "making" in said
    checkout.lock("requirements-dev.txt", "tool", "2.0")
    assert checkout.run("demo")[1] == ""
    assert checkout.run("check")[0]["tool"] == "2.0"


@pytest.mark.parametrize("uv", [True, False], ids=["uv", "pip"])
def test_without_a_network_one_sentence_says_so(checkout: Checkout, uv: bool) -> None:
    away = "http://127.0.0.1:9/simple"
    (checkout.folder / "no.toml").write_text("")
    settings = {"UV_CONFIG_FILE": str(checkout.folder / "no.toml"), "UV_DEFAULT_INDEX": away, "UV_HTTP_RETRIES": "0"}
    settings |= {"PIP_INDEX_URL": away, "PIP_NO_INDEX": "0", "PIP_FIND_LINKS": ""}
    assert "no package index answers" in checkout.refused(PATH=installer_path(checkout, uv), **settings)


def test_a_package_that_does_not_exist_leaves_a_log(checkout: Checkout) -> None:
    (checkout.root / "requirements.txt").write_text(f"nowhere==1.0 --hash=sha256:{'0' * 64}\n")
    sentence = checkout.refused(PATH=os.environ["PATH"])
    assert "could not be made" in sentence
    assert "nowhere" in (checkout.root / ".venv/deskhand.log").read_text()


@pytest.mark.crash
def test_commands_started_at_once_make_one_environment(checkout: Checkout) -> None:
    commands = [checkout.start("demo") for _ in range(4)]
    said = ""
    for command in commands:
        told, words = command.communicate()
        assert json.loads(told)["tiny"] == "1.0"
        said += words
    assert said.count("deskhand: making") == 1


@pytest.mark.crash
def test_a_killed_first_run_is_begun_afresh_once_its_installer_has_ended(checkout: Checkout, hanging_uv: Path) -> None:
    first = checkout.start(PATH=f"{hanging_uv.parent}/fake:{os.environ['PATH']}")
    until(hanging_uv.exists)
    first.kill()
    first.communicate()
    (checkout.root / ".venv/half").write_text("half a package")
    second = checkout.start()
    assert second.stderr is not None
    assert "waiting" in second.stderr.readline()
    os.kill(int(hanging_uv.read_text()), signal.SIGKILL)
    told, _ = second.communicate()
    assert json.loads(told)["tiny"] == "1.0"
    assert not (checkout.root / ".venv/half").exists()


@pytest.mark.crash
def test_a_first_run_that_is_interrupted_says_so(checkout: Checkout, hanging_uv: Path) -> None:
    first = checkout.start(PATH=f"{hanging_uv.parent}/fake:{os.environ['PATH']}")
    until(hanging_uv.exists)
    os.killpg(first.pid, signal.SIGINT)
    _, said = first.communicate()
    assert first.returncode == 130
    assert "Traceback" not in said
    assert checkout.run()[0]["tiny"] == "1.0"


def test_a_moved_checkout_and_a_python_that_went_away_are_mended(checkout: Checkout) -> None:
    checkout.run()
    checkout.root = checkout.root.rename(checkout.folder / "moved")
    assert checkout.run()[0]["prefix"] == str(checkout.folder / "moved/.venv")
    python = checkout.root / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert checkout.run()[0]["tiny"] == "1.0"


def test_an_environment_that_is_a_link_is_left_alone(checkout: Checkout) -> None:
    elsewhere = checkout.folder / "kept"
    elsewhere.mkdir()
    (checkout.root / ".venv").symlink_to(elsewhere)
    assert "is a link" in checkout.refused()
    assert list(elsewhere.iterdir()) == []


def test_an_environment_made_by_a_person_keeps_what_is_in_it(checkout: Checkout) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(checkout.root / ".venv")], check=True)
    (checkout.root / ".venv/notes.txt").write_text("mine")
    assert checkout.run()[0]["tiny"] == "1.0"
    assert (checkout.root / ".venv/notes.txt").read_text() == "mine"


def test_something_else_in_the_environment_s_place_is_left_alone(checkout: Checkout) -> None:
    (checkout.root / ".venv").mkdir()
    (checkout.root / ".venv/thesis.txt").write_text("years of work")
    assert "Move it away" in checkout.refused()
    assert (checkout.root / ".venv/thesis.txt").read_text() == "years of work"


@pytest.fixture
def closed_checkout(checkout: Checkout) -> Iterator[Checkout]:
    """A checkout that is not ours to write in."""
    for path in (checkout.root, *checkout.root.rglob("*")):
        if AS_ROOT:
            shutil.chown(path, "daemon")
        elif path.is_dir():
            path.chmod(0o555)
    yield checkout
    for path in (checkout.root, *checkout.root.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def test_in_somebody_else_s_checkout_nothing_is_written(closed_checkout: Checkout) -> None:
    before = sorted(closed_checkout.root.rglob("*"))
    told, _ = closed_checkout.run("demo")
    cache = closed_checkout.folder / "home" / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    assert Path(told["prefix"]).is_relative_to(cache / "deskhand")
    assert Path(told["cache"]).is_relative_to(cache / "deskhand")
    assert sorted(closed_checkout.root.rglob("*")) == before
    assert closed_checkout.run("demo")[1] == ""


def test_without_a_home_the_temp_folder_serves(closed_checkout: Checkout) -> None:
    temp = closed_checkout.folder / "temp"
    temp.mkdir()
    home = "/dev/null/home"
    told, _ = closed_checkout.run("demo", HOME=home, TMPDIR=str(temp))
    (ours,) = temp.glob("deskhand-*")
    assert Path(told["prefix"]) == ours / "venv"
    assert ours.stat().st_mode & 0o077 == 0
    shutil.rmtree(ours)
    ours.symlink_to(closed_checkout.folder / "elsewhere")  # laid there by another user
    assert "not a folder of yours" in closed_checkout.refused("demo", HOME=home, TMPDIR=str(temp))


def test_without_a_home_in_one_s_own_checkout_all_is_as_ever(checkout: Checkout) -> None:
    assert checkout.run("demo", HOME="/dev/null/home")[0]["tiny"] == "1.0"


def as_python_3_9(checkout: Checkout, path: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher by a Python that says it is 3.9."""
    script = (
        "import runpy, sys; sys.version_info = (3, 9, 2); sys.argv = ['deskhand', 'demo'];"
        f"runpy.run_path({str(checkout.root / 'deskhand')!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", script], env=checkout.environ(PATH=path), capture_output=True, text=True, check=False
    )


def test_an_old_python_gives_way_to_a_newer_one_on_the_path(checkout: Checkout) -> None:
    checkout.run()
    names = Path(checkout.without_uv())
    for name, body in (("python3.20", "exit 127"), ("python3.13", f'exec {sys.executable} "$@"')):
        (names / name).write_text(f"#!/bin/sh\n{body}\n")
        (names / name).chmod(0o755)
    ended = as_python_3_9(checkout, str(names))
    assert json.loads(ended.stdout)["arguments"] == ["demo"], ended.stderr


def test_an_old_python_alone_is_told_what_to_install(checkout: Checkout) -> None:
    ended = as_python_3_9(checkout, checkout.without_uv())
    assert ended.returncode == 1
    assert "needs Python 3.11 or newer" in ended.stderr
    assert "3.9.2" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_python_3_6_can_read_the_launcher_and_it_needs_nothing_but_python() -> None:
    tree = ast.parse(LAUNCHER.read_text(), feature_version=(3, 6))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
    assert "__future__" not in names
    assert os.access(LAUNCHER, os.X_OK)
    assert LAUNCHER.read_text().startswith("#!/usr/bin/env python3\n")


def test_a_python_without_pip_or_venv_is_told_which_package_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    launcher = loaded()
    monkeypatch.setattr(launcher, "run", lambda command: subprocess.CompletedProcess(command, 127, ""))
    version = ".".join(map(str, sys.version_info[:2]))
    with pytest.raises(launcher.Stop, match=f"python{version}-venv"):
        launcher.pip_command("/nowhere")


def test_windows_is_told_to_use_wsl(monkeypatch: pytest.MonkeyPatch) -> None:
    launcher = loaded()
    monkeypatch.setattr(launcher, "fcntl", None)
    with pytest.raises(launcher.Stop, match="WSL"):
        launcher.main([])


def test_a_full_disk_is_named(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    launcher = loaded()
    monkeypatch.setattr(launcher, "ROOT", str(checkout.root))
    (checkout.root / ".venv").mkdir()
    fails = ["/bin/sh", "-c", "echo 'OSError: [Errno 28] No space left on device'; exit 1"]
    with launcher.alone_in(str(checkout.root)) as lock, pytest.raises(launcher.Stop, match="is full"):
        launcher.follow(fails, str(checkout.root / ".venv"), 1, lock)
