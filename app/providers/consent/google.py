"""Google's consent: one issuer, permissions that can be unticked, and a call that ends it.

developers.google.com/identity/protocols/oauth2/web-server
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.consent_errors import AdminForbidsApp, ConsentRefused, OutsideOrganisation
from app.errors import BadSetting
from app.providers.consent.server import SIGN_IN_SCOPES, Identity, OAuthServer
from app.providers.id_token import text
from app.settings import Settings

GOOGLE = "https://accounts.google.com"
GMAIL_MODIFY = "https://www.googleapis.com/auth/gmail.modify"
# Google answers with the long names of what was asked for by the short ones; full access to the mail covers ours.
COVERED_BY = {
    "email": frozenset({"https://www.googleapis.com/auth/userinfo.email"}),
    "profile": frozenset({"https://www.googleapis.com/auth/userinfo.profile"}),
    GMAIL_MODIFY: frozenset({"https://mail.google.com/"}),
}


@dataclass(frozen=True, kw_only=True)
class GoogleServer(OAuthServer):
    """Google, for one client of ours."""

    name: ClassVar[str] = "google"
    title: ClassVar[str] = "Google"
    provider: ClassVar[str] = "gmail"
    mailbox_scopes: ClassVar[tuple[str, ...]] = (GMAIL_MODIFY, *SIGN_IN_SCOPES)

    def wishes(self, *, offline: bool, login_hint: str, again: bool) -> dict[str, str]:
        """Ask for a refresh token, which Google gives only after a page that asks again.

        Google names no way to have the password asked for; its page of accounts is the most there is.
        """
        if again:
            return {"prompt": "select_account"}
        return {"access_type": "offline", "prompt": "consent", "include_granted_scopes": "true"} if offline else {}

    def may_be(self, issuer: str) -> bool:
        """Compare with the names that Google goes by."""
        return issuer in self.issuers({})

    def issuers(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """Return the issuer; the real Google signs with and without `https://`."""
        return frozenset({self.issuer, "accounts.google.com"} if self.issuer == GOOGLE else {self.issuer})

    def identify(self, claims: Mapping[str, Any]) -> Identity:
        """Key a person, and her mailbox, by Google's `sub`."""
        return Identity(
            issuer=self.issuer,
            subject=claims["sub"],
            account=claims["sub"],
            email=text(claims, "email"),
            email_verified=claims.get("email_verified") in (True, "true"),
            name=text(claims, "name"),
            locale=text(claims, "locale"),
        )

    def covers(self, scope: str, given: frozenset[str]) -> bool:
        """Compare in Google's short and long spelling."""
        return scope in given or bool(COVERED_BY.get(scope, frozenset()) & given)

    def ended(self, answer: Mapping[str, Any]) -> bool:
        """Take `invalid_grant` as final: revoked, expired, or a re-authentication policy of the administrator's."""
        return text(answer, "error") == "invalid_grant"

    def refusal(self, answer: Mapping[str, Any]) -> ConsentRefused:
        """Tell an administrator's no from that of a client for one organisation."""
        error = text(answer, "error")
        if error == "admin_policy_enforced":
            return AdminForbidsApp(client_id=self.client_id)
        return OutsideOrganisation() if error == "org_internal" else super().refusal(answer)


def google(settings: Settings, *, for_signin: bool) -> GoogleServer:
    """Return Google's consent for signing in or for connecting a mailbox; raise BadSetting if Google is not offered."""
    own_client = for_signin and settings.google_signin_client_id
    client_id = settings.google_signin_client_id if own_client else settings.google_client_id
    secret = settings.google_signin_client_secret if own_client else settings.google_client_secret
    if not client_id:
        raise BadSetting(name="DESKHAND_GOOGLE_CLIENT_ID", why="it is empty, so Google is not offered")
    return GoogleServer(
        auth_url=settings.google_auth_url,
        token_url=settings.google_token_url,
        revoke_url=settings.google_revoke_url,
        jwks_url=settings.google_jwks_url,
        issuer=settings.google_issuer,
        client_id=client_id,
        client_secret=secret.get_secret_value(),
    )
