"""Every refusal and failure becomes one answer: a page for browsers, problem+json (RFC 9457) for programs.

Programs are whoever asks under /api, /hooks and the sidebar's and pane's addresses, and whoever does not accept HTML.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping
from http import HTTPStatus

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Mount

from app.errors import AppError, BadRequest, BadSetting, DatabaseTrouble, Denied, NotFound, ProviderBusy, TooManyTries
from app.locale.catalogues import N_, Language
from app.web.languages import choose
from app.web.render import page

logger = logging.getLogger("deskhand.web")

PROGRAMS = ("/api/", "/hooks/", "/gmail/", "/healthz", "/readyz", "/metrics")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_MAILBOX = re.compile(r"/owner/mailboxes/[0-9a-f-]{36}(?=/)")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class MethodNotAllowed(AppError):
    """This address cannot be used that way."""

    code, status = "method_not_allowed", 405


class TooLarge(AppError):
    """This is too large. At most {megabytes} MB are taken."""

    code, status = "too_large", 413


HEADINGS = {
    401: N_("Please sign in"),
    403: N_("This is not allowed"),
    404: N_("There is nothing here"),
    409: N_("Not as things stand"),
    503: N_("Not just now"),
}
HEADING, CRASH_HEADING = N_("That did not work"), N_("Something went wrong")


def install_errors(app: FastAPI) -> None:
    """Have every refusal of `app` answered here; what nobody expected is caught by the front door."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _validation_error)


def answer(
    request: Request, error: AppError, *, status: int = 0, headers: Mapping[str, str] | None = None, **members: object
) -> Response:
    """Answer with `error`; `members` are added to a program's answer only."""
    status = status or error.status
    all_headers = dict(headers or {}) | _headers_of(error, status)
    language = choose(request)
    if not wants_page(request):
        return _problem(request, error, language, status=status, headers=all_headers, members=members)
    return page(
        request,
        "error.html",
        status=status,
        headers=all_headers,
        error_status=status,
        heading=HEADINGS.get(status, CRASH_HEADING if status == HTTPStatus.INTERNAL_SERVER_ERROR else HEADING),
        sentence=public_sentence(error, language),
        request_id=request_id(request),
        mailbox_path=_mailbox_path(request, status),
    )


def wants_page(request: Request) -> bool:
    """Say whether this request comes from a browser that shows pages."""
    return not request.url.path.startswith(PROGRAMS) and "text/html" in request.headers.get("accept", "")


def _mailbox_path(request: Request, status: int) -> str:
    # What a mailbox does not let happen as things stand is mended on its own page.
    found = _MAILBOX.match(request.url.path)
    return found.group() if found and status in (HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT) else ""


def request_id(request: Request) -> str:
    """Return the id this request has in our logs."""
    return str(getattr(request.state, "request_id", ""))


def code_of(error: AppError) -> str:
    """Return the stable code a program acts upon."""
    return error.reason if isinstance(error, Denied) else error.code


def public_sentence(error: AppError, language: Language) -> str:
    """Return what anybody may read: what is wrong with our own settings or database is for the operator's log."""
    if isinstance(error, BadSetting):
        return AppError().sentence(language.gettext)
    if isinstance(error, DatabaseTrouble):
        return DatabaseTrouble().sentence(language.gettext)
    return error.sentence(language.gettext)


def _headers_of(error: AppError, status: int) -> dict[str, str]:
    if isinstance(error, ProviderBusy | TooManyTries) and error.retry_after is not None:
        return {"Retry-After": str(math.ceil(error.retry_after))}
    # RFC 9110, 15.5.2: a 401 names a way to sign in; browsers do not react to this one.
    return {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}


def _problem(
    request: Request,
    error: AppError,
    language: Language,
    *,
    status: int,
    headers: dict[str, str],
    members: Mapping[str, object],
) -> Response:
    code = code_of(error)
    problem = {
        "type": f"urn:deskhand:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": public_sentence(error, language),
        "instance": f"urn:deskhand:request:{request_id(request)}",
        "code": code,
        "request_id": request_id(request),
        **members,
    }
    headers["Content-Language"] = language.code
    return Response(orjson.dumps(problem), status, headers, media_type="application/problem+json")


async def _app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101 (Starlette's handlers are typed by Exception)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.warning("answered with %s", code_of(error), extra={"fields": {"request_id": request_id(request)}})
    return answer(request, error)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        return Response(status_code=error.status_code, headers=error.headers)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _wrong_method(request, error)
    return answer(request, _in_our_words(error.status_code), status=error.status_code, headers=error.headers)


def _in_our_words(status: int) -> AppError:
    """Return the framework's own refusals as ours; its texts are in English alone."""
    if status == HTTPStatus.NOT_FOUND:
        return NotFound()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return AppError()
    return BadRequest(N_("This request cannot be understood."))


def _wrong_method(request: Request, error: HTTPException) -> Response:
    methods = allowed_methods(request)
    allow = {"Allow": ", ".join(methods) if methods else (error.headers or {}).get("Allow", "")}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    return answer(request, MethodNotAllowed(), headers=allow)


def allowed_methods(request: Request) -> list[str]:
    """Return the methods our routes have for this path; the router itself names those of its first match only."""
    # A mounted app matches whatever the method and answers for itself.
    routes = [route for route in request.app.router.routes if not isinstance(route, Mount)]
    plain = {key: value for key, value in request.scope.items() if key != "fastapi"}
    found = [
        method
        for method in METHODS
        if any(route.matches({**plain, "method": method})[0] is Match.FULL for route in routes)
    ]
    return [*found, *(["HEAD"] if "GET" in found else []), "OPTIONS"] if found else []


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    wrong = [{"field": field_name(each["loc"]), "reason": str(each["type"])} for each in error.errors()]
    fields = ", ".join(dict.fromkeys(each["field"] for each in wrong))
    malformed = any(each["reason"] == "json_invalid" for each in wrong)
    return answer(
        request,
        BadRequest(N_("This request cannot be understood. Look at: {fields}."), fields=fields),
        status=400 if malformed else 422,
        errors=wrong,
    )


def field_name(location: tuple[str | int, ...]) -> str:
    """Return where a value stood, as in `body.add.0`; a name that a caller made up is not repeated."""
    return ".".join(str(part) if _NAME.fullmatch(str(part)) else "?" for part in location)
