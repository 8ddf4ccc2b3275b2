"""Which of our languages a request is answered in."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection

from app.locale.catalogues import DEFAULT, NAMES, Language, language
from app.web.cookies import LANGUAGE, read_cookie
from app.web.visitor import visitor_of

# Browsers send a handful of languages; whoever sends hundreds wants to see us work.
LONGEST_HEADER, MOST_LANGUAGES = 500, 20
_RANGE = re.compile(r"\s*([a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE)


def wanted(request: HTTPConnection) -> str:
    """Return the language asked for by `?lang=` if it is one of ours, else an empty string."""
    code = request.query_params.get("lang", "")
    return code if code in NAMES else ""


def choose(request: HTTPConnection) -> Language:
    """Return the language of this request: asked for now, chosen before, the person's own, or the browser's."""
    visitor = visitor_of(request)
    for code in (
        wanted(request),
        read_cookie(request, LANGUAGE, request.app.state.settings),
        visitor.language if visitor else "",
    ):
        if code in NAMES:
            return language(code)
    return language(accepted(request.headers.get("accept-language", "")))


def accepted(header: str) -> str:
    """Return our best language for an Accept-Language header (RFC 9110, 12.5.4), English if it names none of ours."""
    best, best_weight = DEFAULT, 0.0
    for part in header[:LONGEST_HEADER].split(",")[:MOST_LANGUAGES]:
        if not (match := _RANGE.fullmatch(part)):
            continue
        code, weight = match[1].lower(), float(match[2] or 1)
        if code == "*":
            code = DEFAULT
        if code in NAMES and weight > best_weight:
            best, best_weight = code, weight
    return best
