"""The links that are handed to people."""

from __future__ import annotations

from starlette.requests import Request


def link_of(request: Request, token: str) -> str:
    """Return the address to be sent to whoever is invited."""
    return f"{request.app.state.settings.public_url}/invitations/{token}"
