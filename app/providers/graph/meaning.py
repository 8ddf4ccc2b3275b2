"""What Graph's refusals mean, decided by `error.code` where it has one, and by the status elsewhere.

Sources: learn.microsoft.com/graph/errors, learn.microsoft.com/graph/throttling, and reports of what it really answers.
"""

from __future__ import annotations

from typing import Any

from app.errors import (
    AppError,
    Conflict,
    InvalidMessage,
    MailboxDisconnected,
    MessageGone,
    NoAnswer,
    ProviderError,
    ProviderRefused,
    ScopeMissing,
)
from app.providers.characters import clean_line
from app.providers.fields import inner, word
from app.providers.transport import Answer, Busy, json_of, retry_after

# "Later", whatever the status: a mailbox's limits on sending come as a refusal too.
BUSY = frozenset(
    {
        "ApplicationThrottled",
        "ErrorServerBusy",
        "ErrorExceededMessageLimit",
        "ErrorMailboxStoreUnavailable",
        "ErrorMailboxMoveInProgress",
        "ErrorTimeoutExpired",
        "TooManyRequests",
        "activityLimitReached",
    }
)
# As 429, a mailbox's number of messages a minute; as 403 it has been stopped from sending, which a person mends.
SENDING = frozenset({"ErrorExceededMessageLimit", "ErrorMessageSubmissionBlocked"})
SCOPE = frozenset({"ErrorAccessDenied", "Authorization_RequestDenied", "AccessDenied", "accessDenied", "Forbidden"})
NO_MAILBOX = "this account has no mailbox that can be reached"
REFUSALS: dict[str, tuple[type[ProviderError], str]] = {
    "MailboxNotEnabledForRESTAPI": (ProviderRefused, NO_MAILBOX),
    "MailboxNotSupportedForRESTAPI": (ProviderRefused, NO_MAILBOX),
    "ResourceNotFound": (ProviderRefused, NO_MAILBOX),
    "ErrorSendAsDenied": (InvalidMessage, "this mailbox may not send from that address"),
    "ErrorMessageSubmissionBlocked": (ProviderRefused, "it has stopped this mailbox from sending"),
}
NO_SUCH_ID = "ErrorInvalidId"  # ErrorInvalidIdMalformed and its kin: what cannot be an id of a message


def busy(answer: Answer) -> Busy | None:
    """Say whether an answer means "later", and when."""
    code = code_of(answer)
    if answer.status == 429 or answer.status >= 500 or (answer.status >= 400 and code in BUSY):
        return Busy(retry_after(answer), code in SENDING)
    return None


def error_of(answer: Answer, *, repeatable: bool) -> AppError:
    """Return what an answer that is no success means: Conflict where something changed first, else a ProviderError."""
    if answer.status == 401:  # also a claims challenge (continuous access evaluation): its owner has to sign in again
        return MailboxDisconnected()
    if not _said(answer) or answer.status < 400:  # not Graph speaks here, but something on the way to it
        return ProviderError(detail=f"HTTP {answer.status}") if repeatable else NoAnswer()
    if answer.status in (409, 412):
        return Conflict()
    return _by_code(answer, code_of(answer))


def code_of(answer: Answer) -> str:
    """Return Graph's own code for a refusal, empty without one."""
    return word(_said(answer), "code")


def _by_code(answer: Answer, code: str) -> ProviderError:
    if code in REFUSALS:
        kind, detail = REFUSALS[code]
        return kind(detail=detail)
    if answer.status in (404, 410) or code.startswith(NO_SUCH_ID):
        return MessageGone()
    if answer.status == 403 and code in SCOPE:
        return ScopeMissing()
    kind = InvalidMessage if answer.status in (400, 413) else ProviderRefused
    return kind(detail=_sentence(_said(answer)))


def _said(answer: Answer) -> dict[str, Any]:
    return inner(json_of(answer), "error")


def _sentence(said: dict[str, Any]) -> str:
    return clean_line(word(said, "message") or word(said, "code") or "no reason given", 200)
