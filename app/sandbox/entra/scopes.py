"""The permissions that are practised: those of OpenID Connect, and Graph's for mail."""

from __future__ import annotations

from collections.abc import Iterable

from app.sandbox.entra.refusals import EntraRefusal

GRAPH = "https://graph.microsoft.com/"
OPENID = {
    "openid": "Sign you in",
    "profile": "View your basic profile",
    "email": "View your email address",
    "offline_access": "Maintain access to data you have given it access to",
}
PERMISSIONS = {
    "User.Read": "Sign you in and read your profile",
    "Mail.ReadBasic": "Read your basic mail",
    "Mail.Read": "Read your mail",
    "Mail.ReadWrite": "Read and write access to your mail",
    "Mail.Send": "Send mail as you",
    "Mail.Read.Shared": "Read mail you can access",
    "Mail.ReadWrite.Shared": "Read and write mail you can access",
    "Mail.Send.Shared": "Send mail on behalf of others or yourself",
    "MailboxSettings.Read": "Read your mailbox settings",
    "MailboxSettings.ReadWrite": "Read and write to your mailbox settings",
}
# What a person may agree to in every tenant that lets people sign in to programs at all.
SIGN_IN = frozenset(OPENID) | {"User.Read"}
REGISTERED = ("User.Read", "Mail.ReadWrite", "Mail.Send", "MailboxSettings.ReadWrite")  # what .default stands for
_KNOWN = {name.casefold(): name for name in (*OPENID, *PERMISSIONS)}


def asked_for(text: str) -> tuple[str, ...]:
    """Return the permissions of a request by their short names, each once; case and Graph's address do not matter.

    Raises AADSTS650053 for one that Graph does not have.
    """
    found: dict[str, None] = {}
    for scope in text.split():
        name = scope[len(GRAPH) :] if scope.casefold().startswith(GRAPH) else scope
        if name.casefold() == ".default":
            found |= dict.fromkeys(REGISTERED)
        elif name.casefold() in _KNOWN:
            found[_KNOWN[name.casefold()]] = None
        else:
            text = (
                f"asked for scope '{name}' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'."
            )
            raise EntraRefusal(650053, "invalid_client", f"The application {text} Contact the app vendor.")
    return tuple(found)


def for_graph(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return those that are Graph's."""
    return tuple(scope for scope in scopes if scope in PERMISSIONS)


def as_answered(scopes: Iterable[str]) -> str:
    """Return the `scope` of a token answer: short names in alphabetical order, never offline_access."""
    return " ".join(sorted(set(scopes) - {"offline_access"}, key=str.casefold))


def sentence(scope: str) -> str:
    """Return what the consent page says of a permission."""
    return OPENID.get(scope) or PERMISSIONS[scope]
