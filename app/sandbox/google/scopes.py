"""The OAuth scopes Google knows here, and what its consent page says of each."""

from __future__ import annotations

from app.sandbox.gmail.discovery import discovery, document

SIGN_IN = {
    "openid": "Know who you are on Google",
    "https://www.googleapis.com/auth/userinfo.email": "See your email address",
    "https://www.googleapis.com/auth/userinfo.profile": "See your name and language",
}
SHORT = {
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}
EMAIL, PROFILE = SHORT["email"], SHORT["profile"]


def asked_for(text: str) -> tuple[str, ...]:
    """Return the scopes of a request in their long form, each once, in order."""
    return tuple(dict.fromkeys(SHORT.get(scope, scope) for scope in text.split()))


def unknown(scopes: tuple[str, ...]) -> list[str]:
    """Return those that Google does not know."""
    return [scope for scope in scopes if scope not in SIGN_IN and scope not in discovery().scopes]


def sentence(scope: str) -> str:
    """Return what the consent page says of a scope."""
    if scope in SIGN_IN:
        return SIGN_IN[scope]
    described: str = document()["auth"]["oauth2"]["scopes"][scope]["description"]
    return described
