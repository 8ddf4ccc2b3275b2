"""Where Deskhand's own letters leave: `MAIL_URL` and `MAIL_FROM`, read and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import getaddresses
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from app.errors import BadRequest, BadSetting
from app.notices.recipients import recipient
from app.rules.addresses import normalised
from app.settings import PREFIX, Settings, is_loopback

URL, FROM = f"{PREFIX}MAIL_URL", f"{PREFIX}MAIL_FROM"
HOW = "write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465, with /, : and @ in a password as %2F, %3A"
HOW_FROM = "write an address such as deskhand@example.com, or a name with it: Deskhand <deskhand@example.com>"


class Secured(StrEnum):
    """How the connection to the mail server is kept from others."""

    TLS = "tls"  # from the first byte on
    STARTTLS = "starttls"  # before anything is said that matters; without it nothing is said
    LOOPBACK = "loopback"  # it never leaves this machine


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """A mail server and who writes; `user` is empty where none signs in."""

    host: str
    port: int
    secured: Secured
    sender: str
    sender_name: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def domain(self) -> str:
        """Return the sender's domain, in which ids of letters are made."""
        return self.sender.rpartition("@")[2]

    def belongs_to(self, mailbox: str) -> bool:
        """Say whether letters leave from this very mailbox, so that they would depend on it."""
        return normalised(mailbox) in (normalised(self.sender), normalised(self.user))


def outlet_of(settings: Settings) -> Outlet | None:
    """Return where letters leave, None if nothing is set; raise BadSetting in one sentence that quotes no secret."""
    url = settings.mail_url.get_secret_value().strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port, user, password = parts.hostname or "", parts.port, parts.username or "", parts.password or ""
    except ValueError:
        raise BadSetting(name=URL, why=HOW) from None
    if not _fits(url, parts.scheme, host, parts.path) or parts.query or parts.fragment:
        raise BadSetting(name=URL, why=HOW)
    name, sender = _sender(settings.mail_from)
    secured = _secured(parts.scheme, host)
    usual = 465 if secured is Secured.TLS else 587
    return Outlet(
        host=host,
        port=port or usual,
        secured=secured,
        sender=sender,
        sender_name=name,
        user=unquote(user),
        password=unquote(password),
    )


def _fits(url: str, scheme: str, host: str, path: str) -> bool:
    plain = url.isascii() and url.isprintable() and " " not in url
    return plain and scheme in ("smtp", "smtps") and bool(host) and path in ("", "/")


def _secured(scheme: str, host: str) -> Secured:
    if scheme == "smtps":
        return Secured.TLS
    return Secured.LOOPBACK if is_loopback(host) else Secured.STARTTLS


def _sender(given: str) -> tuple[str, str]:
    """Return name and address of whoever writes; raise BadSetting for anything that is no address."""
    found = getaddresses([given.strip()]) if given.isprintable() else []
    try:
        ((name, address),) = found
        return name or "Deskhand", recipient(address)
    except (ValueError, BadRequest):
        raise BadSetting(name=FROM, why=HOW_FROM) from None
