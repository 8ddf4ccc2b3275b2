"""The one command: a line for each check, all failures at the end, exit 1 on any, and it goes on past a broken one."""

import subprocess
import sys

import pytest

from tests.house import check, shell
from tests.house.check import STEPS, Step, main, run_all
from tests.house.result import ROOT, Result, run

GOOD = Step("good", lambda root: Result())
BAD = Step("bad", lambda root: Result(["first reason", "second reason"]))


def broken(root):
    raise RuntimeError("no such tool")


def test_each_check_has_its_line_with_mark_and_seconds(capsys):
    run_all([GOOD, BAD])
    good, bad = capsys.readouterr().out.splitlines()
    assert good.startswith("✓ good")
    assert good.endswith(" s")
    assert bad.startswith("✗ bad")


def test_the_failures_come_back_by_check_and_the_good_ones_do_not(capsys):
    assert run_all([GOOD, BAD, GOOD]) == [("bad", ["first reason", "second reason"])]


def test_a_check_that_breaks_has_failed_and_the_next_one_runs(capsys):
    failed = run_all([Step("broken", broken), GOOD])
    assert failed == [("broken", ["the check itself broke: RuntimeError: no such tool"])]
    assert "✓ good" in capsys.readouterr().out


def test_what_was_left_out_is_told_on_the_line(capsys):
    run_all([Step("half", lambda root: Result(notes=["nginx is not here"]))])
    assert "(nginx is not here)" in capsys.readouterr().out


def test_fix_mends_first_and_checks_then(capsys):
    state = {"mended": False}
    step = Step("x", lambda root: Result([] if state["mended"] else ["bad"]), lambda root: state.update(mended=True))
    assert run_all([step]) == [("x", ["bad"])]
    assert run_all([step], fix=True) == []


def test_all_failures_are_shown_after_all_lines_and_the_exit_code_is_1(monkeypatch, capsys):
    monkeypatch.setattr(check, "STEPS", (BAD, GOOD))
    assert main([]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines[:2]] == ["✗", "✓"]
    assert lines[2:] == ["", "bad:", "  first reason", "  second reason"]


def test_with_everything_in_order_the_exit_code_is_0(monkeypatch, capsys):
    monkeypatch.setattr(check, "STEPS", (GOOD,))
    assert main([]) == 0


def test_one_check_can_be_run_alone_and_a_wrong_name_is_wrong_use(monkeypatch, capsys):
    monkeypatch.setattr(check, "STEPS", (BAD, GOOD))
    assert main(["--only", "good"]) == 0
    with pytest.raises(SystemExit) as ended:
        main(["--only", "nothing"])
    assert ended.value.code == 2
    assert "there are: bad, good" in capsys.readouterr().err


def test_everything_the_house_promises_is_among_the_checks():
    names = [step.name for step in STEPS]
    assert names[:5] == ["format", "lint", "types", "names in tests", "imports"]
    assert len(names) == len(set(names)) == 11


def test_lint_finds_a_fault_in_a_tree_of_its_own(tmp_path):
    (tmp_path / "a.py").write_text("import os\n")
    lint = next(step for step in STEPS if step.name == "lint")
    assert "F401" in lint.check(tmp_path).failures[0]


def test_format_names_the_file(tmp_path):
    (tmp_path / "a.py").write_text("x = {  'a':1 }\n")
    formatting = next(step for step in STEPS if step.name == "format")
    assert "a.py" in formatting.check(tmp_path).failures[0]
    formatting.fix(tmp_path)
    assert formatting.check(tmp_path).failures == []


def test_a_missing_program_is_a_failure_and_no_crash():
    assert run(["no-such-program-anywhere"]) == (127, "no-such-program-anywhere is not installed")


def test_a_program_that_hangs_is_ended():
    code, said = run([sys.executable, "-c", "import threading; threading.Event().wait()"], seconds=0.5)
    assert code == 124
    assert "did not end" in said


def script(root, name, text, mode=0o755):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def test_shell_scripts_are_found_by_their_first_line(tmp_path):
    found = [script(tmp_path, "run", "#!/usr/bin/env bash\ntrue\n"), script(tmp_path, "sh", "#!/bin/sh\ntrue\n")]
    script(tmp_path, "python", "#!/usr/bin/env python3\n")
    script(tmp_path, "notes.sh.txt", "bash\n")
    assert shell.scripts(tmp_path) == found


def test_shellcheck_finds_a_fault_and_a_script_that_may_not_run_fails_too(tmp_path):
    script(tmp_path, "good", '#!/bin/sh\necho "$1"\n')
    assert shell.check(tmp_path).failures == []
    script(tmp_path, "bad", "#!/bin/sh\nrm -rf $1/*\n")
    assert "SC2086" in shell.check(tmp_path).failures[0]
    script(tmp_path, "bad", "#!/bin/sh\ntrue\n", 0o644)
    assert shell.check(tmp_path).failures == ["bad is not executable"]


def test_our_shell_scripts_are_read():
    assert ROOT / ".ci" / "run" in shell.scripts()
    assert shell.check().failures == []


def test_ci_on_a_machine_without_python_says_so_in_one_sentence(tmp_path):
    """With nothing on PATH but the shell's own tools, the run ends with 1 and says what is needed."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "id"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    done = subprocess.run(
        [str(ROOT / ".ci" / "run")], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "Python 3.11 or newer with venv is needed" in done.stdout
    assert "== checks" not in done.stdout
