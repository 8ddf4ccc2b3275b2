"""Sign-in answers that must not be believed: each is refused, with the code of the check that caught it."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from app import clock
from app.consent_errors import AdminForbidsApp, BadConsent, ConsentRefused, OutsideOrganisation
from app.errors import ProviderError, ProviderRefused
from app.providers import connect
from app.providers.id_token import check_claims
from tests.providers.false_server import (
    ANY_WAY_KEY,
    CLIENT,
    NONCE,
    ORIGIN,
    OTHER_KEY,
    OUR_KEY,
    FalseServer,
    claims,
    server,
    signed,
    signed_with_public_key,
    tampered,
    unsigned,
)

MINUTE = 60


def now() -> int:
    """Return the present second."""
    return int(clock.now().timestamp())


async def finish(false: FalseServer, known: connect.OAuthServer | None = None, **more: Any) -> connect.Consent:
    """Come back from the consent page with a code."""
    asked = {"code": "4/code", "nonce": NONCE, "verifier": "v" * 64, "redirect_uri": "http://localhost:8025/cb"}
    return await connect.finish(known or server(), false.way().transport, **{**asked, **more})


HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "for another program": (lambda: signed(claims(aud="another-client", azp="another-client")), "bad_audience"),
    "for another program, ours its party": (lambda: signed(claims(aud="another-client")), "bad_audience"),
    "for us and another, which asked": (lambda: signed(claims(aud=[CLIENT, "x"], azp="x")), "bad_audience"),
    "for us and another, nobody asked": (lambda: signed(claims(aud=[CLIENT, "x"], azp=None)), "bad_audience"),
    "for nobody": (lambda: signed(claims(aud=None)), "bad_audience"),
    "for everybody": (lambda: signed(claims(aud=[])), "bad_audience"),
    "of another issuer": (lambda: signed(claims(iss="https://evil.test")), "bad_issuer"),
    "of an issuer that looks alike": (lambda: signed(claims(iss=f"{ORIGIN}/")), "bad_issuer"),
    "of Google by its short name, at another server": (lambda: signed(claims(iss="accounts.google.com")), "bad_issuer"),
    "of nobody": (lambda: signed(claims(iss=None)), "bad_issuer"),
    "of a list of issuers": (lambda: signed(claims(iss=[ORIGIN])), "bad_issuer"),
    "without a signature": (lambda: unsigned(claims()), "bad_algorithm"),
    "without a signature, spelled otherwise": (lambda: unsigned(claims(), "nOnE"), "bad_algorithm"),
    "signed with the public key as a secret": (lambda: signed_with_public_key(claims()), "bad_algorithm"),
    "signed in another way": (lambda: signed(claims(), key=ANY_WAY_KEY, alg="RS512"), "bad_algorithm"),
    "signed by another under our key's name": (lambda: signed(claims(), key=OTHER_KEY), "bad_signature"),
    "changed under its signature": (lambda: tampered(signed(claims()), sub="99"), "bad_signature"),
    "with its signature cut off": (lambda: signed(claims()).rpartition(".")[0] + ".", "bad_signature"),
    "of a key that nobody knows": (lambda: signed(claims(), kid="new-key"), "unknown_key"),
    "of a key without a name": (lambda: signed(claims(), kid=None), "unknown_key"),
    "expired": (lambda: signed(claims(iat=now() - 7200, exp=now() - 61)), "expired"),
    "without an end": (lambda: signed(claims(exp=None)), "expired"),
    "that ends in words": (lambda: signed(claims(exp="tomorrow")), "expired"),
    "that ends truly": (lambda: signed(claims(exp=True)), "expired"),
    "that never ends": (lambda: signed(claims(exp=math.inf)), "expired"),
    "that ends at no number": (lambda: signed(claims(exp=math.nan)), "expired"),
    "from the future": (lambda: signed(claims(iat=now() + 120, exp=now() + 7200)), "not_yet_valid"),
    "without a beginning": (lambda: signed(claims(iat=None)), "not_yet_valid"),
    "of another sign-in": (lambda: signed(claims(nonce="another-browser")), "bad_nonce"),
    "of no sign-in in particular": (lambda: signed(claims(nonce=None)), "bad_nonce"),
    "of nobody in particular": (lambda: signed(claims(sub=None)), "no_subject"),
    "of somebody without a name": (lambda: signed(claims(sub="")), "no_subject"),
    "of somebody whom no table holds": (lambda: signed(claims(sub="11\0")), "no_subject"),
    "of a number": (lambda: signed(claims(sub=1122334455)), "no_subject"),
    "of somebody without end": (lambda: signed(claims(sub="9" * 256)), "no_subject"),
    "that is none": (lambda: "not a token", "malformed_token"),
    "that is missing": (lambda: "", "malformed_token"),
    "in too many parts": (lambda: signed(claims()) + ".x", "malformed_token"),
    "with a head that is no object": (lambda: "WzFd." + signed(claims()).partition(".")[2], "malformed_token"),
    "with a head nested beyond measure": (lambda: "W1tb" * 50_000 + ".e30.x", "malformed_token"),
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_V3_a_sign_in_token_is_refused_with_its_code(case: str) -> None:
    token, reason = HOSTILE[case]
    with pytest.raises(BadConsent) as refused:
        await finish(FalseServer(id_token=token()))
    assert refused.value.reason == reason
    assert refused.value.code == "bad_consent"


async def test_a_good_token_is_believed() -> None:
    consent = await finish(FalseServer(id_token=signed(claims()), answer={"scope": "openid email"}))
    assert (consent.issuer, consent.subject) == (ORIGIN, "1122334455")
    assert (consent.email, consent.email_verified) == ("alice@practice.example", True)
    assert (consent.name, consent.locale) == ("Alice Amsel", "es")
    assert consent.scopes == {"openid", "email"}
    assert timedelta(seconds=3500) < consent.expires_at - clock.now() <= timedelta(seconds=3599)


async def test_a_name_that_no_line_can_hold_is_made_fit_to_show() -> None:
    odd = {"name": "Alice\0\r\nBcc: x Amsel" + "l" * 500, "email": "alice\0@practice.example"}
    consent = await finish(FalseServer(id_token=signed(claims(**odd))))
    assert consent.name == ("Alice Bcc: x Amsel" + "l" * 500)[:200]
    assert consent.email == "alice @practice.example"


async def test_clocks_may_differ_by_a_minute() -> None:
    late = claims(iat=now() - 7200, exp=now() - MINUTE + 10)
    early = claims(iat=now() + MINUTE - 10, exp=now() + 7200)
    for token in (late, early):
        assert (await finish(FalseServer(id_token=signed(token)))).subject


async def test_time_is_that_of_our_one_clock(tmp_path: Any) -> None:
    token = signed(claims())
    clock.practise(offset=timedelta(hours=2))
    try:
        with pytest.raises(BadConsent) as refused:
            await finish(FalseServer(id_token=token))
    finally:
        clock.practise()
    assert refused.value.reason == "expired"


@pytest.mark.parametrize("iss", ["https://evil.test", f"{ORIGIN}/", ORIGIN.upper(), "accounts.google.com"])
async def test_a_callback_of_another_issuer_ends_before_its_code_is_shown_to_anybody(iss: str) -> None:
    false = FalseServer(id_token=signed(claims()))
    with pytest.raises(BadConsent) as refused:
        await finish(false, iss=iss)
    assert refused.value.reason == "mixed_issuer"
    assert false.asked == []


async def test_a_callback_of_the_right_issuer_goes_on() -> None:
    assert (await finish(FalseServer(id_token=signed(claims())), iss=ORIGIN)).subject == "1122334455"


@pytest.mark.parametrize("name", ["https://accounts.google.com", "accounts.google.com"])
async def test_the_real_google_goes_by_two_names(name: str) -> None:
    known = server(issuer="https://accounts.google.com")
    consent = await finish(FalseServer(id_token=signed(claims(iss=name))), known, iss=name)
    assert consent.issuer == "https://accounts.google.com"


async def test_a_replayed_code_is_refused_and_not_tried_again() -> None:
    false = FalseServer(status=400, answer={"error": "invalid_grant", "error_description": "Bad Request"})
    with pytest.raises(BadConsent) as refused:
        await finish(false)
    assert refused.value.reason == "code_refused"
    assert false.paths() == ["/token"]


async def test_the_code_goes_with_its_verifier_and_our_redirect_address() -> None:
    false = FalseServer(id_token=signed(claims()))
    await finish(false)
    _, form = false.asked[0]
    assert form == {
        "grant_type": "authorization_code",
        "code": "4/code",
        "redirect_uri": "http://localhost:8025/cb",
        "code_verifier": "v" * 64,
        "client_id": CLIENT,
        "client_secret": "the-client-secret",
    }


async def test_keys_are_fetched_once_and_again_for_a_key_that_is_unknown() -> None:
    new_key = RSAKey.generate_key(2048, {"kid": "new-key", "use": "sig", "alg": "RS256"})
    known, false = server(), FalseServer(id_token=signed(claims()))
    await finish(false, known)
    await finish(false, known)
    assert false.paths().count("/certs") == 1
    false.keys, false.id_token = [OUR_KEY, new_key], signed(claims(), key=new_key, kid="new-key")
    await finish(false, known)
    await finish(false, known)
    assert false.paths().count("/certs") == 2


async def test_a_key_that_is_no_longer_published_is_no_longer_believed() -> None:
    known, false = server(), FalseServer(id_token=lambda: signed(claims()))
    await finish(false, known)
    false.keys = []
    clock.practise(offset=timedelta(hours=7))
    try:
        with pytest.raises(BadConsent) as refused:
            await finish(false, known)
    finally:
        clock.practise()
    assert refused.value.reason == "unknown_key"


@pytest.mark.parametrize(
    "published",
    [
        {},
        {"keys": "none"},
        {"keys": [None, 1, {"kty": "RSA", "kid": "our-key"}, {"kty": "oct", "kid": "our-key", "k": "c2VjcmV0"}]},
        {"keys": [{**OUR_KEY.as_dict(private=False), "use": "enc"}]},
        {"keys": [{**OUR_KEY.as_dict(private=False), "n": "!!"}]},
    ],
)
async def test_keys_that_are_none_are_left_out(published: dict[str, Any]) -> None:
    false = FalseServer(id_token=signed(claims()))

    class Publishing(FalseServer):
        def __call__(self, request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(200, json=published) if request.url.path == "/certs" else false(request)

    with pytest.raises(BadConsent) as refused:
        await finish(Publishing())
    assert refused.value.reason == "unknown_key"


@pytest.mark.parametrize("answer", [{"access_token": None}, {"access_token": ""}, {"token_type": "mac"}])
async def test_a_consent_without_a_bearer_token_is_an_error_of_the_server(answer: dict[str, Any]) -> None:
    with pytest.raises(ProviderError):
        await finish(FalseServer(id_token=signed(claims()), answer=answer))


@pytest.mark.parametrize(
    ("error", "raised", "code"),
    [
        ("access_denied", ConsentRefused, "consent_refused"),
        ("admin_policy_enforced", AdminForbidsApp, "admin_policy_enforced"),
        ("org_internal", OutsideOrganisation, "org_internal"),
        ("temporarily_unavailable", BadConsent, "bad_consent"),
        ("<script>", BadConsent, "bad_consent"),
        ("", BadConsent, "bad_consent"),
    ],
)
def test_a_refusal_on_the_consent_page_is_one_sentence(error: str, raised: type[ConsentRefused], code: str) -> None:
    refusal = server().refusal({"error": error})
    assert type(refusal) is raised
    assert refusal.code == code
    assert refusal.sentence().endswith(".")
    assert "<script>" not in refusal.sentence()


def test_a_forbidding_administrator_is_told_which_program_to_trust() -> None:
    assert CLIENT in server().refusal({"error": "admin_policy_enforced"}).sentence()


@pytest.mark.parametrize(
    ("error", "raised", "word"),
    [
        ("invalid_client", ProviderRefused, "client id"),
        ("unauthorized_client", ProviderRefused, "client id"),
        ("redirect_uri_mismatch", ProviderRefused, "redirect"),
        ("admin_policy_enforced", AdminForbidsApp, CLIENT),
        ("org_internal", OutsideOrganisation, "organisation"),
        ("unsupported_grant_type", ProviderError, "HTTP 400"),
    ],
)
async def test_what_the_token_endpoint_refuses_is_told_to_whom_it_concerns(
    error: str, raised: type[Exception], word: str
) -> None:
    with pytest.raises(raised, match=word) as refused:
        await finish(FalseServer(status=400, answer={"error": error}))
    assert "the-client-secret" not in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["iss", "aud", "azp", "exp", "iat", "nonce", "sub"]), JSON, max_size=7))
def test_no_claims_but_ours_pass(changed: dict[str, Any]) -> None:
    good = claims()
    given_claims = {**good, **changed}
    try:
        known = frozenset({ORIGIN})
        check_claims(given_claims, issuers=known, audience=CLIENT, nonce=NONCE, now=clock.now())
    except BadConsent:
        return
    assert given_claims["iss"] == ORIGIN
    assert given_claims["nonce"] == NONCE
    assert CLIENT in given_claims["aud"]
    assert isinstance(given_claims["sub"], str)
    assert given_claims["exp"] > now() - MINUTE - 1
    assert given_claims["iat"] < now() + MINUTE + 1


@pytest.mark.parametrize(("audience", "nonce"), [("", ""), ("", NONCE), (CLIENT, "")])
def test_an_installation_without_client_or_browser_believes_nobody(audience: str, nonce: str) -> None:
    given_claims = claims(aud=audience, azp=None, nonce=nonce)
    known = frozenset({ORIGIN})
    with pytest.raises(BadConsent):
        check_claims(given_claims, issuers=known, audience=audience, nonce=nonce, now=clock.now())
