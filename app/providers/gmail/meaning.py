"""What Gmail's refusals mean, decided by their reason and never by the status alone: a 403 can be a full quota.

Sources: developers.google.com/workspace/gmail/api/guides/handle-errors, and reports of what it really answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app import clock
from app.errors import (
    InvalidMessage,
    MailboxDisconnected,
    MessageGone,
    NoAnswer,
    ProviderError,
    ProviderRefused,
    ScopeMissing,
)
from app.providers.characters import clean_line
from app.providers.transport import LONGEST_WAIT, Answer, Busy, json_of, retry_after

BUSY = frozenset(
    {
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "dailyLimitExceeded",
        "quotaExceeded",
        "concurrentLimitExceeded",
        "RATE_LIMIT_EXCEEDED",
        "RESOURCE_EXHAUSTED",
        "backendError",
    }
)
SCOPE = frozenset({"insufficientPermissions", "insufficientScopes", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
REFUSALS = {
    "domainPolicy": "the administrator of this Workspace does not allow it",
    "accessNotConfigured": "the Gmail API is not switched on in the Google Cloud project",
    "SERVICE_DISABLED": "the Gmail API is not switched on in the Google Cloud project",
}
SENDING = "(Mail sending)"  # in the sentence of a refusal that is about letters and not about calls
DAILY = "dailyLimitExceeded"
INVALID_ID = "Invalid id value"  # a 400 for what cannot be an id of a message or thread
NAMED_TIME = re.compile(r"[Rr]etry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")


def busy(answer: Answer) -> Busy | None:
    """Say whether an answer means "later", and when: Gmail often writes the time into the sentence alone."""
    if answer.status == 429 or answer.status >= 500 or (answer.status == 403 and BUSY & set(_reasons(answer))):
        asked = retry_after(answer)
        return Busy(_named_time(answer) if asked is None else asked, _too_much_sent(answer))
    return None


def error_of(answer: Answer, *, repeatable: bool) -> ProviderError:
    """Return what an answer that is no success means."""
    said = _said(answer)
    if answer.status == 401:
        return MailboxDisconnected()
    if not said or answer.status < 400:  # not Gmail speaks here, but something on the way to it
        return ProviderError(detail=f"HTTP {answer.status}") if repeatable else NoAnswer()
    if answer.status in (404, 410) or said.get("message") == INVALID_ID:
        return MessageGone()
    if answer.status in (400, 413):
        return InvalidMessage(detail=_sentence(said))
    if answer.status == 403:
        return _forbidden(set(_reasons(answer)), said)
    return ProviderRefused(detail=_sentence(said))


def _forbidden(reasons: set[str], said: dict[str, Any]) -> ProviderError:
    if SCOPE & reasons:
        return ScopeMissing()
    for reason in reasons & REFUSALS.keys():
        return ProviderRefused(detail=REFUSALS[reason])
    return ProviderRefused(detail=_sentence(said))


def _said(answer: Answer) -> dict[str, Any]:
    error = json_of(answer).get("error")
    return error if isinstance(error, dict) else {}


def _sentence(said: dict[str, Any]) -> str:
    return clean_line(str(said.get("message") or said.get("status") or "no reason given"), 200)


def _reasons(answer: Answer) -> Iterator[str]:
    said = _said(answer)
    yield str(said.get("status"))
    for part in ("errors", "details"):
        given = said.get(part)
        for each in given if isinstance(given, list) else []:
            if isinstance(each, dict):
                yield str(each.get("reason"))


def _too_much_sent(answer: Answer) -> bool:
    return SENDING in str(_said(answer).get("message")) or DAILY in _reasons(answer)


def _named_time(answer: Answer) -> float | None:
    found = NAMED_TIME.search(str(_said(answer).get("message")))
    if found is None:
        return None
    try:
        seconds = (datetime.fromisoformat(f"{found[1]}+00:00") - clock.now()).total_seconds()
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)
