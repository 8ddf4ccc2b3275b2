"""Microsoft's consent (Entra), for work accounts of any tenant and for personal ones.

learn.microsoft.com/entra/identity-platform: v2-oauth2-auth-code-flow, id-token-claims-reference, claims-validation
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.consent_errors import AdminForbidsApp, BadConsent, ConsentRefused, OutsideOrganisation
from app.errors import BadSetting
from app.locale.catalogues import N_
from app.providers.consent.entra import ADMIN, GUID, OUTSIDE, TENANT, admitted, endpoints, numbers
from app.providers.consent.server import Identity, OAuthServer, Tokens
from app.providers.id_token import text
from app.settings import Settings

MAIL_READ_WRITE, MAIL_SEND, OFFLINE = "Mail.ReadWrite", "Mail.Send", "offline_access"
ADMIN_FIRST = N_("An administrator of your organisation has to agree before you can go on.")
# What only a person can mend, at a page of Microsoft's: nothing is to be tried again by itself.
FINAL = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
GRAPH = re.compile(r"https://(?:graph|dod-graph|microsoftgraph)\.[a-z.]+/", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class MicrosoftServer(OAuthServer):
    """Entra, for one client of ours; `tenant` is the last part of the authority, `issuer` may hold `{tenantid}`.

    `resource` is where Graph stands, with a slash at its end: some servers write it before their scopes.
    """

    name: ClassVar[str] = "microsoft"
    title: ClassVar[str] = "Microsoft"
    provider: ClassVar[str] = "graph"
    mailbox_scopes: ClassVar[tuple[str, ...]] = (
        OFFLINE, "openid", "profile", "email", "User.Read", MAIL_READ_WRITE, MAIL_SEND,
    )  # fmt: skip

    tenant: str = "common"
    resource: str = "https://graph.microsoft.com/"

    def wishes(self, *, offline: bool, login_hint: str, again: bool) -> dict[str, str]:
        """Let her choose the account of a mailbox, unless it is known.

        Never `prompt=consent`: Entra would ask each person anew where an administrator has agreed for all, and refuse.
        """
        if again:
            return {"response_mode": "query", "prompt": "login"}
        choose = {"prompt": "select_account"} if offline and not login_hint else {}
        return {"response_mode": "query"} | choose

    def may_be(self, issuer: str) -> bool:
        """Take the issuer of any tenant, and the one that stands for all: which it was, the ID token says."""
        before, _, after = self.issuer.partition(TENANT)
        if issuer == self.issuer or not after:
            return issuer == self.issuer
        tenant = issuer.removeprefix(before).removesuffix(after)
        return issuer == f"{before}{tenant}{after}" and admitted(self.tenant, tenant)

    def issuers(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """Return the issuer of the token's own tenant, none if that tenant may not come by our authority."""
        tenant = text(claims, "tid")
        return frozenset({self.issuer.replace(TENANT, tenant)} if admitted(self.tenant, tenant) else ())

    def identify(self, claims: Mapping[str, Any]) -> Identity:
        """Key a person by tenant and object id: addresses can be changed by whoever runs a tenant ("nOAuth")."""
        tenant, person = text(claims, "tid"), text(claims, "oid")
        if text(claims, "ver") != "2.0":
            raise BadConsent(reason="bad_version")
        if not GUID.fullmatch(person):
            raise BadConsent(reason="no_subject")
        return Identity(
            issuer=self.issuer.replace(TENANT, tenant),
            subject=person,
            account=f"{tenant}/{person}",
            email=text(claims, "email") or text(claims, "preferred_username"),
            name=text(claims, "name"),
        )

    def covers(self, scope: str, given: frozenset[str]) -> bool:
        """Compare without case and without Graph's address; what is not listed for a resource is told by the tokens."""
        own = self.resource.casefold()
        return scope.casefold() in {GRAPH.sub("", each).casefold().removeprefix(own) for each in given}

    def missing(self, tokens: Tokens, wanted: tuple[str, ...]) -> frozenset[str]:
        """Take the refresh token itself as the proof of `offline_access`, which Entra does not list."""
        listed = super().missing(tokens, tuple(scope for scope in wanted if scope != OFFLINE))
        # The ID token proves that it was asked who she is; some answers list the scopes of Graph alone.
        named = frozenset(self.sign_in_scopes)
        lasting = frozenset() if OFFLINE not in wanted or tokens.refresh_token else frozenset({OFFLINE})
        return (listed - named) | lasting

    def ended(self, answer: Mapping[str, Any]) -> bool:
        """Take whatever needs the person at a page of Microsoft's as final."""
        return text(answer, "error") in FINAL

    def refusal(self, answer: Mapping[str, Any]) -> ConsentRefused:
        """Read the error number, which says more than the word."""
        found = numbers(answer)
        if found & OUTSIDE:
            return OutsideOrganisation()
        if found & ADMIN or text(answer, "error") == "consent_required":
            return AdminForbidsApp(ADMIN_FIRST, client_id=self.client_id)
        return super().refusal(answer)


def microsoft(settings: Settings, *, for_signin: bool) -> MicrosoftServer:
    """Return Microsoft's consent for signing in or for connecting; raise BadSetting if Microsoft is not offered."""
    own_client = for_signin and settings.microsoft_signin_client_id
    client_id = settings.microsoft_signin_client_id if own_client else settings.microsoft_client_id
    secret = settings.microsoft_signin_client_secret if own_client else settings.microsoft_client_secret
    if not client_id:
        raise BadSetting(name="DESKHAND_MICROSOFT_CLIENT_ID", why="it is empty, so Microsoft is not offered")
    found = endpoints(settings, for_signin=for_signin)
    return MicrosoftServer(
        auth_url=found.auth_url,
        token_url=found.token_url,
        jwks_url=found.jwks_url,
        issuer=found.issuer,
        tenant=found.tenant,
        resource=found.resource,
        client_id=client_id,
        client_secret=secret.get_secret_value(),
    )
