"""Settings: from the environment, from files, from .env; what is wrong is one sentence, and no secret is in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadSetting
from app.settings import Settings, is_loopback, load
from tests.people import practice_settings

NAMES = sorted(Settings.model_fields)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable and no .env of the machine the tests run on."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(f"DESKHAND_{name.upper()}", raising=False)
        monkeypatch.delenv(f"DESKHAND_{name.upper()}_FILE", raising=False)


def refusal(**given_: object) -> str:
    with pytest.raises(BadSetting) as refused:
        load(**given_)
    sentence = refused.value.sentence()
    assert "\n" not in sentence
    return sentence


def test_nothing_has_to_be_set() -> None:
    settings = load()
    assert settings.embedded
    assert not settings.practice
    assert settings.public_url == "http://localhost:8025"
    assert settings.google_issuer == "https://accounts.google.com"


def test_the_environment_goes_before_a_file_and_both_before_dot_env(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("DESKHAND_OPERATOR_NAME=from .env\nDESKHAND_MAIL_FROM=from .env\nUNKNOWN=x\n")
    assert load().operator_name == "from .env"
    (tmp_path / "secret").write_text("  from a file\n")
    monkeypatch.setenv("DESKHAND_OPERATOR_NAME_FILE", str(tmp_path / "secret"))
    assert load().operator_name == "from a file"
    monkeypatch.setenv("DESKHAND_OPERATOR_NAME", "from the environment")
    assert load().operator_name == "from the environment"
    assert load(operator_name="given").operator_name == "given"
    assert load().mail_from == "from .env"


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_can_come_from_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = {
        "data_dir": str(tmp_path),
        "public_url": "https://desk.example/",
        "poll_seconds": "30",
        "gmail_units_per_minute": "15000",
        "log_format": "json",
        "log_level": "DEBUG",
        "clock_offset": "0",
    }
    (tmp_path / "file").write_text(odd.get(name, "https://x.example") + "\n")
    monkeypatch.setenv(f"DESKHAND_{name.upper()}_FILE", str(tmp_path / "file"))
    assert load() is not None
    before = load(**{name: odd.get(name, "https://x.example")})
    assert getattr(load(), name) == getattr(before, name)


@pytest.mark.parametrize("kind", ["missing", "folder", "bytes", "locked"])
def test_a_file_that_cannot_be_read_is_named(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    if kind == "folder":
        file.mkdir()
    elif kind == "bytes":
        file.write_bytes(b"\xff\xfe\x00")
    elif kind == "locked":
        file.symlink_to(file)
    monkeypatch.setenv("DESKHAND_GOOGLE_CLIENT_SECRET_FILE", str(file))
    assert "DESKHAND_GOOGLE_CLIENT_SECRET_FILE" in refusal()


def test_an_empty_variable_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA_DIR", "POLL_SECONDS", "CLOCK_OFFSET", "LOG_LEVEL", "GOOGLE_CLIENT_ID_FILE"):
        monkeypatch.setenv(f"DESKHAND_{name}", "")
    settings = load()
    assert settings.data_dir != Path()
    assert settings.poll_seconds is None


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("public_url", "http://desk.example"),
        ("public_url", "desk.example"),
        ("public_url", "https://"),
        ("public_url", "ftp://localhost"),
        ("public_url", "http://[::1"),
        ("poll_seconds", "often"),
        ("log_level", "LOUD"),
        ("log_format", "xml"),
        ("clock_offset", "soon"),
        ("clock_offset", "nan"),
        ("clock_offset", "inf"),
        ("clock_offset", "1e300"),
    ],
)
def test_a_wrong_value_is_told_by_its_name(name: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"DESKHAND_{name.upper()}", wrong)
    assert f"DESKHAND_{name.upper()}" in refusal()


def test_no_secret_shows_in_a_refusal_or_in_the_settings_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKHAND_MASTER_KEY", "hunter2-key")
    monkeypatch.setenv("DESKHAND_DATABASE_URL", "postgresql://x:hunter2@db/deskhand")
    monkeypatch.setenv("DESKHAND_GOOGLE_CLIENT_SECRET", "hunter2-google")
    monkeypatch.setenv("DESKHAND_MAIL_URL", "smtps://x:hunter2@mail.example")
    assert "hunter2" not in repr(load()) + str(load()) + str(load().model_dump())
    monkeypatch.setenv("DESKHAND_POLL_SECONDS", "often")
    assert "hunter2" not in refusal()


@pytest.mark.parametrize(
    "url", ["https://desk.example", "http://localhost:8025", "http://127.0.0.1", "http://[::1]:80"]
)
def test_https_or_this_machine_are_accepted(url: str) -> None:
    settings = load(public_url=url + "/")
    assert settings.public_url == url
    assert settings.secure_cookies == url.startswith("https")


def test_the_clock_is_moved_in_practice_only(tmp_path: Path) -> None:
    assert "practice only" in refusal(clock_offset=60)
    assert practice_settings(tmp_path, clock_offset=60).offset.total_seconds() == 60
    assert "practice only" in refusal(
        google_auth_url="http://localhost:1/a", google_token_url="http://localhost:1/t", clock_offset=-1
    )


def test_practice_means_that_every_provider_address_is_on_this_machine(tmp_path: Path) -> None:
    assert practice_settings(tmp_path).practice
    for real in (
        {"gmail_api_url": "https://gmail.googleapis.com/"},
        {"google_token_url": "https://oauth2.googleapis.com/token"},
        {"google_revoke_url": "https://oauth2.googleapis.com/revoke"},
        {"google_jwks_url": "https://www.googleapis.com/oauth2/v3/certs"},
        {"microsoft_authority": "https://login.microsoftonline.com/common"},
        {"microsoft_token_url": "https://login.microsoftonline.com/common/oauth2/v2.0/token"},
        {"graph_api_url": "https://graph.microsoft.com/v1.0"},
        {"google_token_url": "http://localhost.evil.example/token"},
        {"google_token_url": "http://[::1/token"},
    ):
        settings = practice_settings(tmp_path).model_copy(update=real)
        assert not settings.practice, real
    unused = {"microsoft_client_id": "", "graph_api_url": "https://graph.microsoft.com/v1.0"}
    assert practice_settings(tmp_path).model_copy(update=unused).practice


@pytest.mark.parametrize("host", ["localhost", "desk.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_goes_by_these_names(host: str) -> None:
    assert is_loopback(host)


@given(st.text(max_size=30))
def test_any_other_name_is_another_machine(host: str) -> None:
    if is_loopback(host):
        assert host == "localhost" or host.endswith(".localhost") or host.startswith(("127.", "::", "0"))


@pytest.mark.parametrize(
    "host", ["", "example.com", "localhost.example.com", "10.0.0.1", "128.0.0.1", "::2", "0.0.0.0"]
)
def test_these_are_other_machines(host: str) -> None:
    assert not is_loopback(host)


def test_addresses_lose_or_get_their_slash() -> None:
    settings = load(
        public_url="https://x.example//", gmail_api_url="http://localhost:1", graph_api_url="https://g/v1.0/"
    )
    assert (settings.public_url, settings.gmail_api_url, settings.graph_api_url) == (
        "https://x.example",
        "http://localhost:1/",
        "https://g/v1.0",
    )
