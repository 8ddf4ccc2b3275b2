"""The ways in: the providers one can sign in with and connect mailboxes of, as far as the operator has set them up."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from app.errors import NotFound
from app.settings import Settings


class Way(StrEnum):
    """A provider as it stands in our addresses."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"


OF_MAILBOX = {"gmail": Way.GOOGLE, "graph": Way.MICROSOFT}
NAMES = {Way.GOOGLE: "Google", Way.MICROSOFT: "Microsoft"}
Ways = list[tuple[str, str]]


def sign_in_ways(settings: Settings) -> Ways:
    """Return the providers one can sign in with: code and name."""
    offered = {
        Way.GOOGLE: settings.google_signin_client_id or settings.google_client_id,
        Way.MICROSOFT: settings.microsoft_signin_client_id or settings.microsoft_client_id,
    }
    return [(way.value, NAMES[way]) for way, client_id in offered.items() if client_id]


def mailbox_ways(settings: Settings) -> Ways:
    """Return the providers whose mailboxes can be connected: code and name."""
    offered = {Way.GOOGLE: settings.google_client_id, Way.MICROSOFT: settings.microsoft_client_id}
    return [(way.value, NAMES[way]) for way, client_id in offered.items() if client_id]


def way_of(provider: str) -> tuple[str, str]:
    """Return code and name of the provider of a mailbox (gmail, graph)."""
    way = OF_MAILBOX[provider]
    return way.value, NAMES[way]


def signs_in_with(settings: Settings, issuer: str) -> str:
    """Return the name of the provider that vouches for a person of this issuer."""
    return NAMES[Way.GOOGLE if issuer == settings.google_issuer else Way.MICROSOFT]


def ways_again(settings: Settings, issuer: str) -> Ways:
    """Return the way in by which a person of this issuer shows that it is still she; all, if it is closed now."""
    offered = sign_in_ways(settings)
    return [(code, name) for code, name in offered if name == signs_in_with(settings, issuer)] or offered


def way_in(path: str) -> Way | None:
    """Return the provider that a path of ours names, None if it names none."""
    return next((way for way in Way if way.value in path.split("/")), None)


async def way_here(request: Request) -> Way:
    """Return the provider that this address names."""
    way = way_in(request.url.path)
    if way is None:
        raise NotFound
    return way


WayHere = Annotated[Way, Depends(way_here)]
