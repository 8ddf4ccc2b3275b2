"""What `./deskhand test` hands to pytest, and how it finds a browser."""

import importlib.util
import re

import pytest

from tests.house import browser, run_tests
from tests.house.run_tests import pytest_arguments

PARALLEL = importlib.util.find_spec("xdist") is not None


def test_everything_runs_when_nothing_is_said():
    arguments, measured = pytest_arguments([])
    assert not measured
    assert "-m" not in arguments
    assert ("-n" in arguments) == PARALLEL


def test_fast_leaves_browser_and_crash_out_and_nothing_else():
    arguments, _ = pytest_arguments(["--fast"])
    assert arguments[:2] == ["-m", "not browser and not crash"]
    assert "--fast" not in arguments


def test_a_choice_of_marks_goes_on_top_of_fast_instead_of_undoing_it():
    arguments, _ = pytest_arguments(["--fast", "-m", "slow or odd"])
    assert arguments[:2] == ["-m", "(slow or odd) and not browser and not crash"]


@pytest.mark.parametrize("part", [[], ["tests/rules"]])
def test_the_coverage_is_measured_when_it_is_asked_for(part):
    arguments, measured = pytest_arguments(["--coverage", *part])
    assert measured
    assert "--cov=app" in arguments
    assert arguments[len(arguments) - len(part) :] == part


def test_further_arguments_go_to_pytest_as_they_are():
    arguments, measured = pytest_arguments(["tests/house", "-k", "a or b", "--maxfail=1"])
    assert arguments[-4:] == ["tests/house", "-k", "a or b", "--maxfail=1"]
    assert not measured


@pytest.mark.parametrize("given", [["--pdb"], ["-s"], ["-n0"], ["-n", "3"], ["--numprocesses=2"], ["--collect-only"]])
def test_what_needs_one_process_or_chooses_its_own_number_is_left_alone(given):
    arguments, _ = pytest_arguments(given)
    assert arguments == given


def test_the_exit_code_is_that_of_pytest(monkeypatch, capfd, tmp_path):
    for outcome, code in (("assert True", 0), ("assert False", 1)):
        test = tmp_path / f"test_{code}.py"
        test.write_text(f"def test_it():\n    {outcome}\n")
        assert run_tests.main(["-p", "no:cacheprovider", "-q", "-n0", "--rootdir", str(tmp_path), str(test)]) == code


def test_the_coverage_of_a_run_is_told_in_one_line_and_leaves_no_file(monkeypatch, capfd):
    kept = run_tests.ROOT / ".coverage"
    before = kept.stat().st_mtime_ns if kept.exists() else None
    one = ["-q", "-n0", "--cov=app", "--cov-report=", "tests/house/test_run_tests.py", "-k", "needs_one_process"]
    monkeypatch.setattr(run_tests, "pytest_arguments", lambda given: (one, True))
    assert run_tests.main(["--fast"]) == 0
    assert re.search(
        r"^Coverage of app: at least \d+ % of its lines and branches$", capfd.readouterr().out, re.MULTILINE
    )
    assert (kept.stat().st_mtime_ns if kept.exists() else None) == before


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine without a browser: an empty PATH, no applications, nothing of Playwright's."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr(browser, "MAC_APPS", ())
    return tmp_path


def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_a_browser_on_the_path_is_found_the_small_one_first(nowhere):
    program(nowhere / "bin" / "google-chrome")
    assert browser.find() == str(nowhere / "bin" / "google-chrome")
    assert browser.find() != program(nowhere / "bin" / "chromium-headless-shell")
    assert browser.path() == str(nowhere / "bin" / "chromium-headless-shell")


def test_playwrights_own_newest_browser_is_found(nowhere):
    for revision in ("999", "1200"):
        program(nowhere / "playwright" / f"chromium_headless_shell-{revision}" / "linux" / "headless_shell")
    assert "-1200/" in (browser.find() or "")


def test_without_a_browser_a_browser_test_fails_with_the_mend(nowhere):
    assert browser.find() is None
    with pytest.raises(browser.NoBrowser, match="install the package chromium-headless-shell"):
        browser.path()


def test_root_on_debian_gets_the_package_and_nobody_else_is_touched(nowhere, monkeypatch):
    asked = []

    def pretend(command, **_):
        asked.append(command)
        if len(asked) == 3:  # the first try fails on stale lists, the lists are fetched, the second try works
            program(nowhere / "bin" / "chromium-headless-shell")
        return (100 if len(asked) == 1 else 0), ""

    monkeypatch.setattr(browser, "run", pretend)
    monkeypatch.setattr(browser, "_may_install", lambda: False)
    assert browser.ensure() is None
    assert asked == []
    monkeypatch.setattr(browser, "_may_install", lambda: True)
    assert browser.ensure() == str(nowhere / "bin" / "chromium-headless-shell")
    assert [command[1] for command in asked] == ["install", "update", "install"]


def test_a_browser_that_is_here_is_never_installed_again(nowhere, monkeypatch):
    program(nowhere / "bin" / "chromium")
    monkeypatch.setattr(browser, "run", lambda command: pytest.fail("something was installed"))
    monkeypatch.setattr(browser, "_may_install", lambda: True)
    assert browser.ensure() == str(nowhere / "bin" / "chromium")


def test_without_a_browser_the_run_says_so_once_and_goes_on(nowhere, monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(browser, "_may_install", lambda: False)
    monkeypatch.setattr(run_tests.subprocess, "run", lambda command, **_: ran.append(command) or Ended(3))
    assert run_tests.main(["tests/browser"]) == 3
    assert capsys.readouterr().err.count(browser.MISSING) == 1
    assert len(ran) == 1
    assert run_tests.main(["--fast", "tests/house"]) == 3
    assert browser.MISSING not in capsys.readouterr().err


class Ended:
    """What a finished program leaves behind."""

    def __init__(self, returncode: int) -> None:
        self.returncode = returncode
