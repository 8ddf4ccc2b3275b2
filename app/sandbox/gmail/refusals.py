"""Google's error answers: `{"error": {"code", "message", "errors": […], "status", "details"?}}`.

Texts and reasons are those reported for the real API; see the error table of its guide "Resolve errors".
"""

from __future__ import annotations

from typing import Any

from app.sandbox.wire import Answer, json_answer

Json = dict[str, Any]
_CREDENTIAL = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
    "See https://developers.google.com/identity/sign-in/web/devconsole-project."
)


class Refusal(Exception):
    """Google says no, in Google's words."""

    def __init__(
        self, code: int, message: str, reason: str, status: str, *, entry: Json | None = None, **extra: Any
    ) -> None:
        """`entry` goes into the one member of `errors`; `details` and `headers` may be given besides."""
        super().__init__(message)
        self.code = code
        listed = {"message": message, "domain": "global", "reason": reason} | (entry or {})
        self.error: Json = {"code": code, "message": message, "errors": [listed], "status": status}
        if details := extra.get("details"):
            self.error["details"] = details
        self.headers: tuple[tuple[str, str], ...] = extra.get("headers", ())

    def answer(self) -> Answer:
        """Return it as an HTTP answer."""
        return json_answer({"error": self.error}, self.code, headers=self.headers)


def invalid(message: str) -> Refusal:
    """400: an argument is wrong, as Gmail itself says it."""
    return Refusal(400, message, "invalidArgument", "INVALID_ARGUMENT")


def malformed(violations: list[tuple[str, str]]) -> Refusal:
    """400: the request does not fit the discovery document; pairs of field (may be empty) and description."""
    message = "\n".join(text for _, text in violations)
    listed = [({"field": name} if name else {}) | {"description": text} for name, text in violations]
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": listed}]
    refusal = Refusal(400, message, "invalid", "INVALID_ARGUMENT", details=details)
    del refusal.error["errors"][0]["domain"]
    return refusal


def not_found() -> Refusal:
    """404: no such message, thread, draft or label here."""
    return Refusal(404, "Requested entity was not found.", "notFound", "NOT_FOUND")


def no_such_method() -> Refusal:
    """404: no such path."""
    return Refusal(404, "Method not found.", "notFound", "NOT_FOUND")


def forbidden(message: str) -> Refusal:
    """403: not with this account or scope."""
    return Refusal(403, message, "forbidden", "PERMISSION_DENIED")


def not_practised(operation: str) -> Refusal:
    """501: Gmail has this, the practice server has not."""
    text = f"Operation is not implemented, or supported, or enabled. ({operation})"
    return Refusal(501, text, "notImplemented", "UNIMPLEMENTED")


def _error_info(reason: str, method: str) -> list[Json]:
    metadata = {"service": "gmail.googleapis.com", "method": method}
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    return [{"@type": kind, "reason": reason, "domain": "googleapis.com", "metadata": metadata}]


def _caribou(operation: str) -> str:
    """Return the inner name that Google's answers show: gmail.users.messages.batchDelete → …BatchDeleteMessages."""
    *_, noun, verb = operation.split(".")
    plain = noun[:1].upper() + noun[1:]
    one = plain if verb in {"list", "batchModify", "batchDelete"} or noun == "users" else plain.removesuffix("s")
    return f"caribou.api.proto.MailboxService.{verb[:1].upper()}{verb[1:]}{'' if noun == 'users' else one}"


def login_required(operation: str) -> Refusal:
    """401: no token at all."""
    place = {"location": "Authorization", "locationType": "header", "message": "Login Required."}
    details = _error_info("CREDENTIALS_MISSING", _caribou(operation))
    headers = (("www-authenticate", 'Bearer realm="https://accounts.google.com/"'),)
    text = f"Request is missing required authentication credential. {_CREDENTIAL}"
    return Refusal(401, text, "required", "UNAUTHENTICATED", entry=place, details=details, headers=headers)


def invalid_credentials(operation: str) -> Refusal:
    """401: a token that is unknown, expired or revoked."""
    place = {"location": "Authorization", "locationType": "header", "message": "Invalid Credentials"}
    details = _error_info("ACCESS_TOKEN_EXPIRED", _caribou(operation))
    headers = (("www-authenticate", 'Bearer realm="https://accounts.google.com/", error="invalid_token"'),)
    text = f"Request had invalid authentication credentials. {_CREDENTIAL}"
    return Refusal(401, text, "authError", "UNAUTHENTICATED", entry=place, details=details, headers=headers)


def scope_insufficient(operation: str) -> Refusal:
    """403: the token's scopes do not cover the call."""
    entry = {"message": "Insufficient Permission"}
    details = _error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", _caribou(operation))
    text = "Request had insufficient authentication scopes."
    return Refusal(403, text, "insufficientPermissions", "PERMISSION_DENIED", entry=entry, details=details)


def too_many_requests(headers: tuple[tuple[str, str], ...] = ()) -> Refusal:
    """429: slow down."""
    text = "Resource has been exhausted (e.g. check quota)."
    return Refusal(429, text, "rateLimitExceeded", "RESOURCE_EXHAUSTED", headers=headers)


def out_of_quota() -> Refusal:
    """403: the units of this minute are used up; no matter of permission."""
    text = (
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' "
        "of service 'gmail.googleapis.com' for consumer 'project_number:112233445566'."
    )
    entry = {"domain": "usageLimits"}
    return Refusal(403, text, "rateLimitExceeded", "PERMISSION_DENIED", entry=entry)


def unavailable() -> Refusal:
    """503: try later."""
    return Refusal(503, "The service is currently unavailable.", "backendError", "UNAVAILABLE")


def too_large() -> Refusal:
    """413: more bytes than the call takes."""
    return Refusal(413, "Request entity too large: limit exceeded.", "uploadTooLarge", "INVALID_ARGUMENT")
