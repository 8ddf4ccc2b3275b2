"""Google's error bodies, whole."""

from __future__ import annotations

import orjson
import pytest

from app.sandbox.gmail import refusals
from app.sandbox.gmail.refusals import Refusal


def body_of(refusal: Refusal) -> object:
    return orjson.loads(refusal.answer().body)


def test_a_scope_that_does_not_cover_the_call_as_reported_by_many():
    assert body_of(refusals.scope_insufficient("gmail.users.messages.batchDelete")) == {
        "error": {
            "code": 403,
            "message": "Request had insufficient authentication scopes.",
            "errors": [{"message": "Insufficient Permission", "domain": "global", "reason": "insufficientPermissions"}],
            "status": "PERMISSION_DENIED",
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                    "domain": "googleapis.com",
                    "metadata": {
                        "service": "gmail.googleapis.com",
                        "method": "caribou.api.proto.MailboxService.BatchDeleteMessages",
                    },
                }
            ],
        }
    }


def test_too_many_requests():
    assert body_of(refusals.too_many_requests()) == {
        "error": {
            "code": 429,
            "message": "Resource has been exhausted (e.g. check quota).",
            "errors": [
                {
                    "message": "Resource has been exhausted (e.g. check quota).",
                    "domain": "global",
                    "reason": "rateLimitExceeded",
                }
            ],
            "status": "RESOURCE_EXHAUSTED",
        }
    }


def test_out_of_quota_looks_like_a_permission_and_is_none():
    error = refusals.out_of_quota().error
    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert error["errors"][0]["domain"] == "usageLimits"
    assert error["errors"][0]["reason"] == "rateLimitExceeded"


def test_a_misfit_has_no_domain_and_names_every_field():
    error = refusals.malformed([("a.b", "one"), ("", "two")]).error
    assert error["message"] == "one\ntwo"
    assert error["errors"] == [{"message": "one\ntwo", "reason": "invalid"}]
    assert error["details"][0]["fieldViolations"] == [{"field": "a.b", "description": "one"}, {"description": "two"}]


@pytest.mark.parametrize(
    ("operation", "inner"),
    [
        ("gmail.users.getProfile", "GetProfile"),
        ("gmail.users.messages.list", "ListMessages"),
        ("gmail.users.messages.get", "GetMessage"),
        ("gmail.users.drafts.send", "SendDraft"),
        ("gmail.users.labels.create", "CreateLabel"),
        ("gmail.users.messages.batchModify", "BatchModifyMessages"),
    ],
)
def test_the_inner_names_are_googles(operation: str, inner: str):
    error = refusals.scope_insufficient(operation).error
    assert error["details"][0]["metadata"]["method"] == f"caribou.api.proto.MailboxService.{inner}"


@pytest.mark.parametrize(
    ("refusal", "challenge"),
    [
        (refusals.login_required("gmail.users.getProfile"), 'Bearer realm="https://accounts.google.com/"'),
        (
            refusals.invalid_credentials("gmail.users.getProfile"),
            'Bearer realm="https://accounts.google.com/", error="invalid_token"',
        ),
    ],
)
def test_a_401_says_how_to_prove_oneself(refusal: Refusal, challenge: str):
    assert dict(refusal.answer().headers)["www-authenticate"] == challenge
    assert refusal.error["errors"][0]["locationType"] == "header"


EVERY = [
    refusals.invalid("x"),
    refusals.malformed([("", "x")]),
    refusals.not_found(),
    refusals.no_such_method(),
    refusals.forbidden("x"),
    refusals.not_practised("x"),
    refusals.login_required("gmail.users.getProfile"),
    refusals.invalid_credentials("gmail.users.getProfile"),
    refusals.scope_insufficient("gmail.users.getProfile"),
    refusals.too_many_requests(),
    refusals.out_of_quota(),
    refusals.unavailable(),
    refusals.too_large(),
]


@pytest.mark.parametrize("refusal", EVERY, ids=lambda refusal: f"{refusal.code}-{refusal.error['status']}")
def test_every_refusal_has_googles_form(refusal: Refusal):
    answer = refusal.answer()
    error = orjson.loads(answer.body)["error"]
    assert answer.status == error["code"] == refusal.code
    assert set(error) <= {"code", "message", "errors", "status", "details"}
    assert error["errors"][0]["message"]
    assert error["errors"][0]["reason"]
    assert error["status"].isupper()
