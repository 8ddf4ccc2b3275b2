"""The deploy files: ours are good, and each fault we know how to make is found."""

import os
import re
import shutil
import stat
import subprocess

import pytest
import yaml

from app.settings import Settings
from tests.house import compose, deploy, dockerfile
from tests.house.result import ROOT, run

FILES = (".env.example", "Dockerfile", ".dockerignore", "compose.yaml", "deploy")


@pytest.fixture
def house(tmp_path):
    """A copy of our deploy files, and of enough around them that what they name is there."""
    for name in FILES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    for folder in ("app", "migrations", "docs"):
        (tmp_path / folder).mkdir()
    for name in ("requirements.txt", "docs/requirements.md"):
        (tmp_path / name).write_text("")
    return tmp_path


def change(root, name, old, new):
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new, 1))
    return root


def test_our_deploy_files_are_good(house):
    assert deploy.check(house).failures == []


# --- settings ---


def test_the_example_names_every_setting_there_is():
    shown = {name for name, _ in deploy.NAME.findall((ROOT / ".env.example").read_text())}
    assert shown == {f"DESKHAND_{field.upper()}" for field in Settings.model_fields}


def test_the_example_as_it_stands_changes_no_setting(tmp_path, monkeypatch):
    """With every # taken away, .env.example loads to the very settings of an empty environment."""
    for name in [name for name in os.environ if name.startswith("DESKHAND_")]:
        monkeypatch.delenv(name)
    lines = re.sub(r"^# (DESKHAND_)", r"\1", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    # No default can be written for these: one has no number yet, the other differs from machine to machine.
    shown = "\n".join(line for line in lines.splitlines() if not re.match(r"DESKHAND_(POLL_SECONDS|DATA_DIR)=", line))
    (tmp_path / "shown.env").write_text(shown)
    assert Settings(_env_file=tmp_path / "shown.env") == Settings(_env_file=None)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# DESKHAND_MAIL_FROM=\n", "", "lacks DESKHAND_MAIL_FROM"),
        (
            "# DESKHAND_MAIL_FROM=\n",
            "# DESKHAND_MAIL_FORM=\n# DESKHAND_MAIL_FROM=\n",
            "DESKHAND_MAIL_FORM, which is no",
        ),
        ("# DESKHAND_MAIL_FROM=\n", "# DESKHAND_MAIL_FROM=\nDESKHAND_MAIL_FROM=\n", "DESKHAND_MAIL_FROM twice"),
        ("LOG_LEVEL=INFO", "LOG_LEVEL=DEBUG", "shows DESKHAND_LOG_LEVEL=DEBUG, its default is 'INFO'"),
    ],
)
def test_an_example_that_differs_from_the_settings_fails(house, old, new, says):
    failures = deploy.example_settings(change(house, ".env.example", old, new)).failures
    assert len(failures) == 1
    assert says in failures[0]


# --- Dockerfile ---


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("USER deskhand", "USER root", "would run as root"),
        ("USER deskhand\n", "", "would run as root"),
        ("HEALTHCHECK --interval", "LABEL a", "no HEALTHCHECK"),
        ("EXPOSE 8025", "EXPOSE 80", "EXPOSE 8025 is missing"),
        ("FROM python:3.13-slim AS build", "FROM python:latest AS build", "names no version"),
        ("FROM python:3.13-slim AS build", "FROM python AS build", "names no version"),
        (" --require-hashes", "", "without hashes"),
        ("PYTHONUNBUFFERED=1", "DESKHAND_MASTER_KEY=abc", "holds a secret"),
        ('CMD ["serve", "--host", "0.0.0.0"]', "CMD serve", "through a shell"),
        ("COPY app /opt", "ADD app /opt", "COPY instead"),
        ("COPY app /opt", "COPY apps /opt", "no such file"),
        ("COPY app /opt", "COPY compose.yaml /opt", ".dockerignore keeps it out"),
    ],
)
def test_a_fault_in_the_dockerfile_is_found(house, old, new, says):
    assert any(says in line for line in dockerfile.check(change(house, "Dockerfile", old, new)).failures)


def test_instructions_over_several_lines_are_read_as_one():
    text = "# a\nFROM a:1\nRUN one \\\n    # why\n    && two\n"
    assert dockerfile.instructions(text) == [("FROM", "a:1"), ("RUN", "one && two")]


def test_the_command_inside_the_image_is_the_real_command_line():
    script = (ROOT / "deploy" / "docker" / "deskhand").read_text()
    assert script.startswith("#!/opt/venv/bin/python\n")
    assert "from app.cli import main" in script
    assert (ROOT / "deploy" / "docker" / "deskhand").stat().st_mode & stat.S_IXOTH


# --- compose ---


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("image: postgres:18", "image: postgres", "postgres: the image names no version"),
        ('"127.0.0.1:8025:8025"', '"8025:8025"', "open to the world"),
        ("DESKHAND_MASTER_KEY_FILE", "DESKHAND_MASTERKEY_FILE", "is no setting"),
        ("  master_key: {file: ./secrets/master_key}\n", "", "which is not listed"),
        (
            "secrets: &running_secrets [database_url, master_key]",
            "secrets: &running_secrets [database_url]",
            "not mounted",
        ),
        ("./deploy/postgres/roles.sql", "./deploy/postgres/rolls.sql", "is not there"),
        (
            "environment: &running\n",
            "environment: &running\n      DESKHAND_MIGRATE_DATABASE_URL: x\n",
            "owner of the tables",
        ),
    ],
)
def test_a_fault_in_compose_is_found(house, old, new, says):
    assert any(says in line for line in compose.faults(change(house, "compose.yaml", old, new)))


def test_a_service_without_a_healthcheck_is_found(house):
    read = yaml.safe_load((house / "compose.yaml").read_text())
    del read["services"]["web"]["healthcheck"]
    (house / "compose.yaml").write_text(yaml.safe_dump(read))
    assert compose.faults(house) == ["compose.yaml: web: it has no healthcheck"]


@pytest.mark.parametrize(
    ("old", "new"), [("restart: unless-stopped", "restart_policy: always"), ("services:", "services: [")]
)
def test_compose_that_docker_would_refuse_fails(house, old, new):
    failures = compose.check(change(house, "compose.yaml", old, new)).failures
    assert len(failures) == 1
    assert failures[0].startswith("compose.yaml does not fit the compose schema: ")


def test_the_service_and_the_workers_never_see_the_login_of_the_tables_owner():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    for name in ("web", "worker"):
        assert not {"migrate_database_url", "owner_password", "postgres_password"} & set(services[name]["secrets"])
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


# --- secrets ---


def make_secrets(house):
    return subprocess.run([house / "deploy" / "make-secrets"], capture_output=True, text=True, check=True).stdout


def test_the_secrets_compose_wants_are_made_once_and_shown_to_nobody(house):
    said = make_secrets(house)
    wanted = yaml.safe_load((house / "compose.yaml").read_text())["secrets"]
    made = {path.name: path.read_text().strip() for path in (house / "secrets").iterdir()}
    assert made.keys() == wanted.keys()
    assert not any(value in said for value in made.values())
    assert stat.S_IMODE((house / "secrets").stat().st_mode) == 0o700
    make_secrets(house)
    assert made == {path.name: path.read_text().strip() for path in (house / "secrets").iterdir()}


def test_an_address_holds_the_password_of_its_login(house):
    make_secrets(house)
    read = {name: (house / "secrets" / name).read_text().strip() for name in os.listdir(house / "secrets")}
    service, owner = read["service_password"], read["owner_password"]
    assert read["database_url"] == f"postgresql://deskhand_service:{service}@postgres:5432/deskhand"
    assert read["migrate_database_url"] == f"postgresql://deskhand_owner:{owner}@postgres:5432/deskhand"
    assert len({read["postgres_password"], service, owner, read["master_key"]}) == 4
    assert re.fullmatch(r"[A-Za-z0-9._-]{43,44}", service)


# --- systemd, nginx, Caddy: where they are here ---


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_a_fault_in_a_unit_is_found(house):
    change(house, "deploy/systemd/deskhand.service", "ProtectHome=yes", "ProtectHome=perhaps")
    assert "deskhand.service" in deploy.systemd(house).failures[0]
    change(house, "deploy/systemd/deskhand-worker.service", "/usr/local/bin/deskhand", "/usr/bin/other")
    assert any("does not start /usr/local/bin/deskhand" in line for line in deploy.systemd(house).failures)


@pytest.mark.skipif(run(["nginx", "-v"])[0] != 0, reason="nginx is not here")
def test_a_fault_in_the_nginx_example_is_found(house):
    change(house, "deploy/nginx/deskhand.conf", "proxy_pass http://deskhand;", "proxy_past http://deskhand;")
    assert "proxy_past" in deploy.nginx(house).failures[0]


@pytest.mark.skipif(run(["caddy", "version"])[0] != 0, reason="caddy is not here")
def test_a_fault_in_the_caddy_example_is_found(house):
    change(house, "deploy/caddy/Caddyfile", "reverse_proxy", "reverse_poxy")
    assert "reverse_poxy" in deploy.caddy(house).failures[0]


def test_a_linter_that_is_not_here_is_told_and_fails_nothing(house, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    for part in (deploy.systemd, deploy.nginx, deploy.caddy):
        outcome = part(house)
        assert outcome.failures == []
        assert len(outcome.notes) == 1


@pytest.mark.parametrize("name", ["deploy/caddy/Caddyfile", "deploy/nginx/deskhand.conf"])
def test_what_is_for_operators_is_not_open_to_the_world(name):
    text = (ROOT / name).read_text()
    assert "/metrics" in text
    assert "/readyz" in text
    assert "404" in text
    assert "127.0.0.1:8025" in text


def test_nginx_writes_no_address_down():
    """Tokens of invitations stand in addresses, and words that somebody looks for; Caddy logs none unless told to."""
    nginx, caddy = [(ROOT / name).read_text() for name in ("deploy/nginx/deskhand.conf", "deploy/caddy/Caddyfile")]
    assert nginx.count("access_log off;") == nginx.count("server {")
    assert not re.search(r"^\s*log\b", caddy, re.MULTILINE)
