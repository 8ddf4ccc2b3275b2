"""The scan for secrets and machine paths: each kind is found, its value is never repeated, ours are clean."""

import subprocess

import pytest

from tests.house import traces
from tests.house.result import our_files

# Put together here, so that the scan does not find this file.
PLANTED = {
    "a private key": "-----BEGIN RSA PRIVATE" + " KEY-----",
    "a Google API key": "AIza" + "S" * 35,
    "a Google client secret": "GOCS" + "PX-" + "s" * 28,
    "a Google access token": "ya29" + "." + "a0" * 30,
    "a Google refresh token": "1/" + "/0" + "g" * 60,
    "a Microsoft client secret": "abc8Q" + "~" + "x" * 34,
    "a GitHub token": "ghp" + "_" + "A1" * 18,
    "a Slack token": "xox" + "b-" + "1" * 24,
    "an AWS key": "AKI" + "A" + "Z" * 16,
    "a signed token": "eyJ" + "h" * 20 + ".ey" + "J" + "p" * 20 + "." + "s" * 43,
    "a machine's path": "see /home" + "/alice/mail",
    "a package index": "pip install --index" + "-url https://mirror.example/simple",
}


def repository(folder):
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


@pytest.mark.parametrize("kind", PLANTED)
def test_each_kind_is_found_with_its_line_and_not_repeated(tmp_path, kind):
    (tmp_path / "notes.txt").write_text(f"first\nsecond {PLANTED[kind]}\n")
    failures = traces.check(repository(tmp_path)).failures
    assert failures == [f"notes.txt:2: this looks like {kind}"]
    assert PLANTED[kind] not in failures[0]


def test_every_kind_the_scan_knows_is_planted_here():
    assert {kind for kind, _ in traces.FORBIDDEN} == set(PLANTED)


@pytest.mark.parametrize(
    "line", ["/wor" + "k/main/app", '"/wor' + 'k/x"', "/root/.pyen" + "v/shims", "/User" + "s/bob/x"]
)
def test_paths_of_a_machine_are_found_wherever_they_stand(tmp_path, line):
    (tmp_path / "a.md").write_text(line)
    assert len(traces.check(tmp_path).failures) == 1


@pytest.mark.parametrize(
    "line", ["the framework/home page", "docs/work/plan.md", "https://example.com/homework/", "/home"]
)
def test_words_that_only_look_alike_are_left_alone(tmp_path, line):
    (tmp_path / "a.md").write_text(line)
    assert traces.check(tmp_path).failures == []


@pytest.mark.parametrize("name", [".env", "deploy/site.pem", "server.key", "id_ed25519"])
def test_a_file_that_is_a_secret_by_its_name_is_found(tmp_path, name):
    repository(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    assert traces.check(tmp_path).failures == [f"{name} does not belong under version control"]


def test_what_git_ignores_is_not_read(tmp_path):
    repository(tmp_path)
    (tmp_path / ".gitignore").write_text(".env\n")
    (tmp_path / ".env").write_text(PLANTED["an AWS key"])
    assert traces.check(tmp_path).failures == []
    assert [path.name for path in our_files(tmp_path)] == [".gitignore"]


def test_without_a_repository_the_folder_is_read_but_for_caches_and_settings(tmp_path):
    for name in ("kept.py", ".venv/lib.py", "a/__pycache__/x.pyc", "a/kept.txt", ".env"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [path.relative_to(tmp_path).as_posix() for path in our_files(tmp_path)] == ["a/kept.txt", "kept.py"]


def test_our_own_files_hold_none():
    assert traces.check().failures == []
