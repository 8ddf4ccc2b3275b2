"""Paths as we wrote them, with names instead of values: all that the log and the metrics may know of an address."""

from __future__ import annotations

import re
from functools import lru_cache

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import Scope

UNKNOWN = "-"
_CONVERTOR = re.compile(r":\w+(?=\})")


def written_path(scope: Scope) -> str:
    """Return `/invitations/{token}` for an invitation's address, of which the token is one; "-" if no route has it.

    Whatever lies in a mounted folder is the folder.
    """
    if "route" in scope:
        return _paths(scope["app"]).get(id(scope["route"]), UNKNOWN)
    if "endpoint" not in scope:
        return UNKNOWN
    if scope.get("root_path"):
        return str(scope["root_path"])
    # A route of the framework's own; one that takes no values was asked for by its name.
    return UNKNOWN if scope.get("path_params") else str(scope["path"])


@lru_cache(maxsize=8)
def _paths(app: FastAPI) -> dict[int, str]:
    # A route in a router does not know where that is hung up.
    return {
        id(context.original_route): _CONVERTOR.sub("", str(context.path)) for context in iter_route_contexts(app.routes)
    }
