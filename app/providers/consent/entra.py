"""Entra's addresses, tenants and error numbers, as Microsoft's pages list them.

learn.microsoft.com/entra/identity-platform: reference-error-codes, v2-protocols, v2-admin-consent
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from app.settings import Settings

TENANT = "{tenantid}"  # stands in issuers that are meant for every tenant, in Microsoft's own spelling
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"  # the tenant of all personal accounts
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
NUMBER = re.compile(r"AADSTS(\d{5,7})")

# Somebody else has to agree first, or to let this person in.
ADMIN = frozenset({65001, 90093, 90094, 90095, 900941, 50105})
# This account belongs to another organisation, or is of a kind that this client does not take.
OUTSIDE = frozenset({50020, 50034, 51004, 500208, 700016, 90072, 9002332})


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Where Entra is reached; `issuer` may hold `{tenantid}`, `tenant` is whom the authority lets in.

    `resource` is where Graph stands, with a slash at its end: some servers write it before their scopes.
    """

    auth_url: str
    token_url: str
    jwks_url: str
    issuer: str
    admin_url: str
    tenant: str
    resource: str


def endpoints(settings: Settings, *, for_signin: bool = False) -> Endpoints:
    """Return Entra's addresses below the authority, where no setting names another."""
    authority = signin_authority(settings) if for_signin else settings.microsoft_authority
    root, tenant = _parted(authority)
    # An administrator agrees for an organisation, so there `common`, which takes personal accounts too, does not serve.
    for_admins = "organizations" if tenant in ("", "common", "consumers") else tenant
    return Endpoints(
        auth_url=settings.microsoft_auth_url or f"{authority}/oauth2/v2.0/authorize",
        token_url=settings.microsoft_token_url or f"{authority}/oauth2/v2.0/token",
        jwks_url=settings.microsoft_jwks_url or f"{authority}/discovery/v2.0/keys",
        issuer=settings.microsoft_issuer or f"{root}/{tenant if GUID.fullmatch(tenant) else TENANT}/v2.0",
        admin_url=f"{root}/{for_admins}/v2.0/adminconsent",
        tenant=tenant,
        resource=urljoin(settings.graph_api_url, "/"),
    )


def signin_authority(settings: Settings) -> str:
    """Return whom signing in lets in: everybody, where it has a client of its own beside one for a single tenant."""
    if settings.microsoft_signin_authority:
        return settings.microsoft_signin_authority
    root, tenant = _parted(settings.microsoft_authority)
    single = tenant not in ("", "common", "organizations", "consumers")
    return f"{root}/common" if single and settings.microsoft_signin_client_id else settings.microsoft_authority


def _parted(authority: str) -> tuple[str, str]:
    """Return what stands before the tenant, and the tenant: empty at a server that has no tenants in its addresses."""
    root, _, tenant = authority.rpartition("/")
    return (root, tenant) if urlsplit(authority).path else (authority, "")


def admin_link(settings: Settings, *, client_id: str, scopes: tuple[str, ...], redirect_uri: str, state: str) -> str:
    """Return the address at which an administrator agrees for the whole organisation."""
    query = {"client_id": client_id, "scope": " ".join(scopes), "redirect_uri": redirect_uri, "state": state}
    return f"{endpoints(settings).admin_url}?{urlencode(query)}"


def admitted(authority_tenant: str, tenant: str) -> bool:
    """Say whether an account of this tenant can come by an authority: `common`, a kind of account, or one tenant."""
    if not GUID.fullmatch(tenant):
        return False
    kinds = {"organizations": tenant != PERSONAL, "consumers": tenant == PERSONAL}
    return kinds.get(authority_tenant, tenant == authority_tenant or not GUID.fullmatch(authority_tenant))


def numbers(answer: Mapping[str, Any]) -> frozenset[int]:
    """Return Entra's error numbers in an answer: `error_codes` of the token endpoint, else those in its words."""
    listed = answer.get("error_codes")
    found = {code for code in listed if isinstance(code, int)} if isinstance(listed, list) else set()
    described = answer.get("error_description")
    said = NUMBER.findall(described) if isinstance(described, str) else []
    return frozenset(found | {int(number) for number in said})


def withdrawal_page(account: str) -> str:
    """Return the page on which the person of an account (`tenant/object`) ends a consent herself."""
    personal = account.partition("/")[0] == PERSONAL
    return "https://account.live.com/consent/Manage" if personal else "https://myapps.microsoft.com"
