"""What the consents of all providers have in common, and what each has to say for itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from app.consent_errors import BadConsent, ConsentRefused
from app.providers.id_token import Keys, text

SIGN_IN_SCOPES = ("openid", "email", "profile")


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What calls are made with; `refresh_token` is empty where the server sent no new one.

    `ends_at` is when the consent ends by itself, None where the server names no such moment.
    """

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    scopes: frozenset[str] = frozenset()
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A person as her provider names her: keyed by (issuer, subject); address and name are for show.

    `account` is what a mailbox of hers is known by among those of its provider.
    """

    issuer: str
    subject: str
    account: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    locale: str = ""


@dataclass(frozen=True, kw_only=True)
class OAuthServer(ABC):
    """One provider's consent, for one client of ours. Make it once and keep it: it remembers the server's keys."""

    name: ClassVar[str]  # as in our addresses: google | microsoft
    title: ClassVar[str]  # as people know it
    provider: ClassVar[str]  # of the mailboxes it opens: gmail | graph
    mailbox_scopes: ClassVar[tuple[str, ...]]
    sign_in_scopes: ClassVar[tuple[str, ...]] = SIGN_IN_SCOPES

    auth_url: str
    token_url: str
    revoke_url: str = ""  # empty: this provider has no call that ends a consent
    jwks_url: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    keys: Keys = field(default_factory=Keys, repr=False, compare=False)

    @abstractmethod
    def wishes(self, *, offline: bool, login_hint: str, again: bool) -> dict[str, str]:
        """Return what the address of the consent page has beside the protocol's own parameters.

        `again` is for somebody who is to show that it is still she: an open session there is not enough.
        """

    @abstractmethod
    def may_be(self, issuer: str) -> bool:
        """Say whether an answer's own `iss` (RFC 9207) can be this server's."""

    @abstractmethod
    def issuers(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """Return the names under which this server may have signed these claims."""

    @abstractmethod
    def identify(self, claims: Mapping[str, Any]) -> Identity:
        """Return who the claims of a checked ID token are about; raise BadConsent where they name nobody."""

    @abstractmethod
    def covers(self, scope: str, given: frozenset[str]) -> bool:
        """Say whether the scopes of an answer hold this one, however the server spells it."""

    @abstractmethod
    def ended(self, answer: Mapping[str, Any]) -> bool:
        """Say whether a refused refresh means that the consent is over until its owner acts."""

    def refusal(self, answer: Mapping[str, Any]) -> ConsentRefused:
        """Return what an `error` means for the person: she said no, or someone says it for her."""
        if text(answer, "error") == "access_denied":
            return ConsentRefused()
        return BadConsent(reason="refused_by_server")

    def missing(self, tokens: Tokens, wanted: tuple[str, ...]) -> frozenset[str]:
        """Return what was asked for and not given: people can untick single permissions."""
        return frozenset(scope for scope in wanted if not self.covers(scope, tokens.scopes))
