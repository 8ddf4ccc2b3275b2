"""Every setting, typed, once: from the environment, `.env` or a file named by `DESKHAND_…_FILE`."""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.errors import BadSetting

PREFIX = "DESKHAND_"
LONGEST_OFFSET = 10 * 366 * 86_400  # seconds; farther away is no practice but a slip


def default_data_dir() -> Path:
    """Return the platform's user data folder; as root `/var/lib/deskhand`."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/deskhand")
    return Path(platformdirs.user_data_dir("deskhand", appauthor=False))


class _SecretFiles(PydanticBaseSettingsSource):
    """Read `DESKHAND_NAME_FILE`: the value of NAME is what that file holds, white space at its ends left out."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text().strip(), field_name, False
        except (OSError, UnicodeDecodeError) as trouble:
            why = getattr(trouble, "strerror", None) or "it is no text"
            raise BadSetting(name=f"{PREFIX}{field_name.upper()}_FILE", why=why) from None

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


class Settings(BaseSettings):
    """The settings of one process; see the README for what each means."""

    # An empty line in `.env` or an empty variable of a container means "not set", so that a `…_FILE` counts.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: SecretStr = SecretStr("")
    migrate_database_url: SecretStr = SecretStr("")
    data_dir: Path = default_data_dir()
    public_url: str = "http://localhost:8025"
    trusted_proxies: str = ""
    master_key: SecretStr = SecretStr("")

    google_client_id: str = ""
    google_client_secret: SecretStr = SecretStr("")
    google_signin_client_id: str = ""
    google_signin_client_secret: SecretStr = SecretStr("")
    google_auth_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    google_token_url: str = "https://oauth2.googleapis.com/token"
    google_revoke_url: str = "https://oauth2.googleapis.com/revoke"
    google_jwks_url: str = "https://www.googleapis.com/oauth2/v3/certs"
    google_issuer: str = "https://accounts.google.com"
    gmail_api_url: str = "https://gmail.googleapis.com/"
    gmail_units_per_minute: Annotated[int, Field(ge=0)] = 6_000  # of a mailbox; projects from before May 2026 have more

    microsoft_client_id: str = ""
    microsoft_client_secret: SecretStr = SecretStr("")
    microsoft_signin_client_id: str = ""
    microsoft_signin_client_secret: SecretStr = SecretStr("")
    microsoft_authority: str = "https://login.microsoftonline.com/common"
    microsoft_signin_authority: str = ""
    microsoft_auth_url: str = ""
    microsoft_token_url: str = ""
    microsoft_jwks_url: str = ""
    microsoft_issuer: str = ""
    graph_api_url: str = "https://graph.microsoft.com/v1.0"

    addon_service_account: str = ""
    addon_oauth_client_id: str = ""
    push_service_account: str = ""
    push_audience: str = ""
    pubsub_topic: str = ""
    poll_seconds: int | None = None
    mail_url: SecretStr = SecretStr("")
    mail_from: str = ""
    operator_name: str = ""
    operator_contact: str = ""
    privacy_url: str = ""
    log_format: Literal["", "console", "json"] = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    clock_offset: Annotated[float, Field(allow_inf_nan=False, ge=-LONGEST_OFFSET, le=LONGEST_OFFSET)] = 0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is given directly before files, and files before `.env`."""
        return init_settings, env_settings, _SecretFiles(settings_cls), dotenv_settings

    @field_validator("public_url", "microsoft_authority", "microsoft_signin_authority", "graph_api_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @field_validator("gmail_api_url")
    @classmethod
    def _with_slash(cls, url: str) -> str:
        return url.rstrip("/") + "/"

    @field_validator("public_url")
    @classmethod
    def _https_unless_local(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme == "https" and parts.hostname:
            return url
        if parts.scheme == "http" and is_loopback(parts.hostname or ""):
            return url
        raise ValueError("it must start with https:// (plain http is accepted for localhost only)")

    @property
    def embedded(self) -> bool:
        """Whether Deskhand runs its own PostgreSQL."""
        return not self.database_url.get_secret_value()

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach us by https, so that cookies can be `__Host-` and Secure."""
        return self.public_url.startswith("https://")

    @property
    def practice(self) -> bool:
        """Whether every provider address is on this machine, so that the clock may be moved."""
        urls = [self.google_auth_url, self.google_token_url, self.google_revoke_url]
        urls += [self.google_jwks_url, self.gmail_api_url]
        if self.microsoft_client_id or self.microsoft_signin_client_id:
            named = (self.microsoft_auth_url, self.microsoft_token_url, self.microsoft_jwks_url)
            urls += [self.microsoft_authority, self.graph_api_url]
            urls += filter(None, (self.microsoft_signin_authority, *named))
        return all(is_loopback(_host(url)) for url in urls)

    @property
    def clock_file(self) -> Path:
        """Where the practice clock's offset stands, for all processes that share this data folder."""
        return self.data_dir / "practice-clock"

    @property
    def offset(self) -> timedelta:
        """Return `CLOCK_OFFSET` as a duration."""
        return timedelta(seconds=self.clock_offset)


def is_loopback(host: str) -> bool:
    """Say whether a host name means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def load(**given: Any) -> Settings:
    """Read the settings; raise BadSetting with one sentence for the first that is wrong."""
    try:
        settings = Settings(**given)
    except ValidationError as trouble:
        first = trouble.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper() if first["loc"] else "DESKHAND"
        raise BadSetting(name=name, why=first["msg"].removeprefix("Value error, ")) from None
    if settings.clock_offset and not settings.practice:
        raise BadSetting(name="DESKHAND_CLOCK_OFFSET", why="the clock moves in practice only, not with real providers")
    return settings
