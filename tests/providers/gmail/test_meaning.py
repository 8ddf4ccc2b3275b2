"""What Gmail's refusals mean: decided by their reason, told in our words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from app.providers.gmail.meaning import busy, error_of
from app.providers.transport import Answer
from tests.providers.wires import refusal

QUOTA = (
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service "
    "'gmail.googleapis.com' for consumer 'project_number:1'"
)


def answer_of(response: httpx2.Response) -> Answer:
    """Return an answer as the transport gives it."""
    return Answer(status=response.status_code, headers=dict(response.headers), body=response.content)


@pytest.mark.parametrize(
    "response",
    [
        refusal(429, "Resource has been exhausted (e.g. check quota).", "rateLimitExceeded"),
        refusal(429, "Too many concurrent requests for user", "rateLimitExceeded"),
        refusal(403, QUOTA, "rateLimitExceeded"),
        refusal(403, "User Rate Limit Exceeded", "userRateLimitExceeded"),
        refusal(403, "Daily Limit Exceeded", "dailyLimitExceeded"),
        refusal(403, "Quota", "", status="RESOURCE_EXHAUSTED"),
        refusal(403, "Quota", "", details=[{"@type": "ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED"}]),
        refusal(503, "Backend Error", "backendError"),
        httpx2.Response(500, text="<html>"),
        httpx2.Response(429),
    ],
)
def test_a_full_quota_means_later_whatever_its_status(response: httpx2.Response) -> None:
    assert busy(answer_of(response)) is not None


@pytest.mark.parametrize(
    "response",
    [
        refusal(403, "Insufficient Permission", "insufficientPermissions"),
        refusal(403, "Mail service not enabled", "failedPrecondition"),
        refusal(403, "The domain administrators have disabled Gmail apps.", "domainPolicy"),
        refusal(403, "rateLimitExceeded", "forbidden"),  # the reason counts, not the sentence
        refusal(401, "Invalid Credentials", "authError"),
        refusal(404, "Requested entity was not found.", "notFound"),
        refusal(400, "rateLimitExceeded", "rateLimitExceeded"),
        httpx2.Response(403, text="<html>Forbidden</html>"),
        httpx2.Response(200, json={}),
    ],
)
def test_nothing_else_means_later(response: httpx2.Response) -> None:
    assert busy(answer_of(response)) is None


def test_the_hour_that_stands_in_the_sentence_is_obeyed() -> None:
    then = clock.now() + timedelta(minutes=15)
    said = busy(answer_of(refusal(429, f"User-rate limit exceeded.  Retry after {then:%Y-%m-%dT%H:%M:%S}.000Z")))
    assert said is not None
    assert said.seconds is not None
    assert 890 < said.seconds <= 900


@pytest.mark.parametrize(
    ("response", "sending"),
    [
        (refusal(429, "User-rate limit exceeded (Mail sending).  Retry after 2099-01-01T00:00:00.000Z"), True),
        (refusal(403, "Daily Limit Exceeded", "dailyLimitExceeded"), True),
        (refusal(429, "User-rate limit exceeded.  Retry after 2099-01-01T00:00:00.000Z"), False),
        (refusal(403, "User Rate Limit Exceeded", "userRateLimitExceeded"), False),
    ],
)
def test_too_much_sent_is_told_from_too_many_calls(response: httpx2.Response, sending: bool) -> None:
    said = busy(answer_of(response))
    assert said is not None
    assert said.sending is sending


def test_a_header_goes_before_the_sentence() -> None:
    response = refusal(429, "User-rate limit exceeded.  Retry after 2099-01-01T00:00:00.000Z")
    response.headers["retry-after"] = "7"
    said = busy(answer_of(response))
    assert said is not None
    assert said.seconds == 7


@pytest.mark.parametrize("hour", ["2001-01-01T00:00:00.000Z", "9999-99-99T99:99:99.000Z", "soon"])
def test_an_hour_that_makes_no_sense_is_no_endless_wait(hour: str) -> None:
    said = busy(answer_of(refusal(429, f"Retry after {hour}")))
    assert said is not None
    assert said.seconds in (0, None)


@pytest.mark.parametrize(
    ("response", "meaning"),
    [
        (refusal(400, "Invalid label: Label_9", "invalidArgument"), InvalidMessage),
        (refusal(400, "Recipient address required", "invalidArgument"), InvalidMessage),
        (refusal(413, "Request too large", "uploadTooLarge"), InvalidMessage),
        (refusal(400, "Invalid id value", "invalidArgument"), MessageGone),
        (refusal(401, "Invalid Credentials", "authError"), MailboxDisconnected),
        (httpx2.Response(401), MailboxDisconnected),
        (refusal(403, "Insufficient Permission", "insufficientPermissions"), ScopeMissing),
        (refusal(403, "x", "", details=[{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]), ScopeMissing),
        (refusal(403, "Delegation denied for bob@x.example", "forbidden"), ProviderRefused),
        (refusal(403, "Policy", "domainPolicy"), ProviderRefused),
        (refusal(403, "Not used", "accessNotConfigured"), ProviderRefused),
        (refusal(404, "Requested entity was not found.", "notFound"), MessageGone),
        (refusal(410, "Gone", "deleted"), MessageGone),
        (refusal(409, "Label name exists or conflicts", "aborted"), ProviderRefused),
        (refusal(412, "Precondition", "failedPrecondition"), ProviderRefused),
    ],
)
def test_each_refusal_has_its_meaning(response: httpx2.Response, meaning: type[ProviderError]) -> None:
    for repeatable in (True, False):
        assert type(error_of(answer_of(response), repeatable=repeatable)) is meaning


def test_an_administrators_no_is_told_as_that() -> None:
    assert "administrator" in error_of(answer_of(refusal(403, "x", "domainPolicy")), repeatable=True).sentence()


@pytest.mark.parametrize("status", [301, 302, 400, 403, 404])
def test_where_not_gmail_answers_nothing_is_concluded(status: int) -> None:
    """A 404 of a proxy is no proof that a draft is gone, and a letter's fate stays open."""
    answer = answer_of(httpx2.Response(status, text="<html>proxy</html>"))
    assert type(error_of(answer, repeatable=True)) is ProviderError
    assert type(error_of(answer, repeatable=False)) is NoAnswer


NAMES = st.sampled_from(["error", "errors", "reason", "message", "details", "status"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "errors", "reason", "message", "details", "status"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from([400, 401, 403, 404, 409, 412, 429, 500]))
def test_any_answer_has_a_meaning_and_one_short_sentence(body: Any, status: int) -> None:
    answer = answer_of(httpx2.Response(status, json=body))
    busy(answer)
    error = error_of(answer, repeatable=True)
    assert len(error.sentence()) < 400
    assert "\n" not in error.sentence()
