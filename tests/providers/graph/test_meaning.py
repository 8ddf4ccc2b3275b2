"""What Graph's refusals mean to whoever asked."""

from __future__ import annotations

import json

import pytest

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
from app.providers.graph.meaning import busy, error_of
from app.providers.transport import Answer


def answer(status: int, code: str = "", message: str = "No.", **headers: str) -> Answer:
    """Return an answer of Graph's."""
    body = json.dumps({"error": {"code": code, "message": message}}) if code else "<html>"
    return Answer(status=status, headers=headers, body=body.encode())


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "InvalidAuthenticationToken", MailboxDisconnected),
        (403, "ErrorAccessDenied", ScopeMissing),
        (403, "Authorization_RequestDenied", ScopeMissing),
        (403, "ErrorSendAsDenied", InvalidMessage),
        (403, "ErrorMessageSubmissionBlocked", ProviderRefused),
        (403, "ErrorSomethingNew", ProviderRefused),
        (404, "ErrorItemNotFound", MessageGone),
        (404, "MailboxNotEnabledForRESTAPI", ProviderRefused),
        (404, "ResourceNotFound", ProviderRefused),
        (400, "ErrorInvalidIdMalformed", MessageGone),
        (400, "RequestBodyRead", InvalidMessage),
        (400, "ErrorInvalidRecipients", InvalidMessage),
        (409, "ErrorIrresolvableConflict", Conflict),
        (412, "ErrorIrresolvableConflict", Conflict),
        (410, "SyncStateNotFound", MessageGone),
        (413, "ErrorRequestEntityTooLarge", InvalidMessage),
        (405, "BadRequest", ProviderRefused),
    ],
)
def test_each_refusal_has_its_meaning(status: int, code: str, error: type[AppError]) -> None:
    assert type(error_of(answer(status, code), repeatable=True)) is error


@pytest.mark.parametrize("status", [200, 302, 404, 403])
def test_what_something_on_the_way_says_is_no_word_of_graphs(status: int) -> None:
    assert type(error_of(answer(status), repeatable=True)) is ProviderError
    assert type(error_of(answer(status), repeatable=False)) is NoAnswer


@pytest.mark.parametrize(("status", "code"), [(429, "ApplicationThrottled"), (503, ""), (504, ""), (500, "x")])
def test_later_is_later_and_as_long_as_it_says(status: int, code: str) -> None:
    later = busy(answer(status, code, **{"retry-after": "17"}))
    assert later is not None
    assert later.seconds == 17


def test_a_mailbox_that_has_sent_its_share_is_busy_and_not_refused() -> None:
    for status, code in ((403, "ErrorExceededMessageLimit"), (429, "ErrorMessageSubmissionBlocked")):
        said = busy(answer(status, code))
        assert said is not None
        assert said.sending
    throttled = busy(answer(429, "ApplicationThrottled"))
    assert throttled is not None
    assert not throttled.sending
    assert busy(answer(403, "ErrorAccessDenied")) is None
    assert busy(answer(200)) is None


def test_a_refusals_own_words_are_kept_to_one_line() -> None:
    error = error_of(answer(400, "RequestBodyRead", "The property\r\n'x' " + "y" * 500), repeatable=True)
    assert "\n" not in str(error)
    assert len(str(error)) < 300
