"""Who somebody is: id tokens (v2.0), the keys they are signed with, and the description of a tenant's addresses.

By Microsoft's "ID token claims reference": `tid` and `oid` come with `profile`, `email` with `email` where the account
has a mailbox, `sub` is another one for each program, `iss` is always that of the person's own tenant.
"""

from __future__ import annotations

import secrets
from typing import Any

from app import clock
from app.sandbox.entra.accounts import Account
from app.sandbox.entra.refusals import entra_json
from app.sandbox.entra.tenants import Tenant
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request

LIFE = 3600


def issuer(sandbox: Sandbox, tid: str) -> str:
    """Return who signs the id tokens of a tenant."""
    return f"{sandbox.origin}/entra/{tid}/v2.0"


def id_token(sandbox: Sandbox, client_id: str, account: Account, scopes: tuple[str, ...], *, nonce: str = "") -> str:
    """Return a signed id token for one hour; the nonce is that of the authorization request."""
    issued = int(clock.now().timestamp())
    claims: dict[str, Any] = {"aud": client_id, "iss": issuer(sandbox, account.tid), "iat": issued, "nbf": issued}
    claims |= {"exp": issued + LIFE, "sub": account.sub_for(client_id), "ver": "2.0", "uti": secrets.token_urlsafe(16)}
    if "profile" in scopes:
        claims |= {"tid": account.tid, "oid": account.oid, "name": account.name, "preferred_username": account.email}
    if "email" in scopes and account.email.casefold() in sandbox.graph_mailboxes:
        claims["email"] = account.email
    return sandbox.key.sign(claims | ({"nonce": nonce} if nonce else {}))


def keys(sandbox: Sandbox, tenant: Tenant, _request: Request) -> Answer:
    """Return the public keys; at an address of several tenants their issuer is a pattern."""
    found = sandbox.key.public()["keys"]
    signer = issuer(sandbox, tenant.tid or "{tenantid}")
    return entra_json({"keys": [key | {"issuer": signer} for key in found]})


def configuration(sandbox: Sandbox, tenant: Tenant, _request: Request) -> Answer:
    """Return the OpenID Connect description of one tenant, or of several: there the issuer holds `{tenantid}`."""
    base = f"{sandbox.origin}/entra/{tenant.named}"
    return entra_json(
        {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": issuer(sandbox, tenant.tid or "{tenantid}"),
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": [
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "nonce",
                "preferred_username",
                "name",
                "tid",
                "ver",
            ],
            "tenant_region_scope": None,
            "msgraph_host": "graph.microsoft.com",
        }
    )
