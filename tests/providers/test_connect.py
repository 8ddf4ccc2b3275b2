"""Consent with the practice Google: what the owner ticks is what Deskhand gets, and taking it back ends it."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from app import clock
from app.consent_errors import AdminForbidsApp, BadConsent, ConsentRefused
from app.errors import BadSetting, MailboxDisconnected, ProviderError, ProviderRefused
from app.providers import connect
from app.providers.allowed import allowed
from app.providers.transport import Transport
from app.sandbox.faults import Fault, Kind
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from app.settings import Settings, load
from tests.people import ALICE
from tests.providers.false_server import FalseServer, server

CALLBACK = "http://localhost:8025/connect/callback/google"


@pytest.fixture
def google(settings: Settings) -> connect.OAuthServer:
    """The practice Google, for connecting a mailbox."""
    return connect.google(settings, for_signin=False)


@pytest.fixture
async def transport(settings: Settings, provider_client: httpx2.AsyncClient) -> Transport:
    """The way to it."""

    async def no_wait(_: float) -> None:
        return

    return Transport(provider_client, allowed(settings), sleep=no_wait)


async def answer_of(
    client: httpx2.AsyncClient, authorization: connect.Authorization, *, consent: str = "yes", scopes: str | None = None
) -> dict[str, str]:
    """Let Alice's browser visit the consent page, and return the parameters it comes back with."""
    url = f"{authorization.url}&login_hint={ALICE[0]}&practice_consent={consent}"
    answer = await client.get(url if scopes is None else f"{url}&practice_scopes={scopes}")
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def begun(google: connect.OAuthServer) -> connect.Authorization:
    """Start to connect a mailbox."""
    return connect.begin(google, redirect_uri=CALLBACK, scopes=google.mailbox_scopes, offline=True)


def missing(google: connect.OAuthServer, tokens: connect.Tokens) -> frozenset[str]:
    """Return what a mailbox would lack."""
    return google.missing(tokens, google.mailbox_scopes)


async def finished(
    google: connect.OAuthServer, transport: Transport, authorization: connect.Authorization, answer: dict[str, str]
) -> connect.Consent:
    """Come back and redeem the code."""
    assert answer["state"] == authorization.state
    return await connect.finish(
        google,
        transport,
        code=answer["code"],
        nonce=authorization.nonce,
        verifier=authorization.verifier,
        redirect_uri=CALLBACK,
        iss=answer.get("iss", ""),
    )


@pytest.fixture
async def consent(
    google: connect.OAuthServer, transport: Transport, provider_client: httpx2.AsyncClient
) -> connect.Consent:
    """Alice's consent to everything that was asked."""
    authorization = begun(google)
    return await finished(google, transport, authorization, await answer_of(provider_client, authorization))


def test_the_browser_is_sent_with_everything_that_protects_its_way_back(google: connect.OAuthServer) -> None:
    authorization = connect.begin(
        google, redirect_uri=CALLBACK, scopes=google.mailbox_scopes, login_hint="a+b@x.example", offline=True
    )
    query = {name: values[0] for name, values in parse_qs(urlsplit(authorization.url).query).items()}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(authorization.verifier.encode()).digest()).decode().rstrip("=")
    assert query == {
        "response_type": "code",
        "client_id": "practice",
        "redirect_uri": CALLBACK,
        "scope": "https://www.googleapis.com/auth/gmail.modify openid email profile",
        "state": authorization.state,
        "nonce": authorization.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": "a+b@x.example",
        "access_type": "offline",
        "prompt": "consent",
        "include_granted_scopes": "true",
    }
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", authorization.verifier)


def test_signing_in_asks_for_who_she_is_and_nothing_else(google: connect.OAuthServer) -> None:
    signing_in = connect.begin(google, redirect_uri=CALLBACK, scopes=google.sign_in_scopes, offline=False)
    query = parse_qs(urlsplit(signing_in.url).query)
    assert query["scope"] == ["openid email profile"]
    assert "access_type" not in query
    assert "login_hint" not in query


def test_no_two_sign_ins_share_a_secret(google: connect.OAuthServer) -> None:
    secrets = [begun(google) for _ in range(20)]
    assert len({each.state for each in secrets} | {each.nonce for each in secrets}) == 40
    assert len({each.verifier for each in secrets}) == 20


def test_no_scope_asks_for_settings_or_for_all_mail(google: connect.OAuthServer) -> None:
    assert google.mailbox_scopes == ("https://www.googleapis.com/auth/gmail.modify", "openid", "email", "profile")


async def test_C2_the_owners_consent_is_received_at_the_provider_itself(
    google: connect.OAuthServer, consent: connect.Consent
) -> None:
    assert consent.email == ALICE[0]
    assert consent.email_verified
    assert consent.refresh_token
    assert missing(google, consent) == frozenset()
    assert consent.expires_at > clock.now()


async def test_V3_signing_in_gives_no_lasting_token(
    google: connect.OAuthServer, transport: Transport, provider_client: httpx2.AsyncClient
) -> None:
    authorization = connect.begin(google, redirect_uri=CALLBACK, scopes=google.sign_in_scopes, offline=False)
    consent = await finished(google, transport, authorization, await answer_of(provider_client, authorization))
    assert (consent.refresh_token, consent.name) == ("", ALICE[1])
    assert google.missing(consent, google.sign_in_scopes) == frozenset()
    assert missing(google, consent) == {connect.GMAIL_MODIFY}


async def test_V1_a_permission_that_the_owner_unticks_is_known_to_be_missing(
    google: connect.OAuthServer, transport: Transport, provider_client: httpx2.AsyncClient
) -> None:
    authorization = begun(google)
    answer = await answer_of(provider_client, authorization, scopes="openid email")
    consent = await finished(google, transport, authorization, answer)
    assert missing(google, consent) >= {connect.GMAIL_MODIFY}


async def test_full_access_to_the_mail_would_cover_what_we_ask_for(google: connect.OAuthServer) -> None:
    consent = connect.Tokens(access_token="x", expires_at=clock.now(), scopes=frozenset({"https://mail.google.com/"}))
    assert connect.GMAIL_MODIFY not in missing(google, consent)


async def test_the_owner_says_no_and_nothing_is_connected(
    google: connect.OAuthServer, provider_client: httpx2.AsyncClient
) -> None:
    answer = await answer_of(provider_client, begun(google), consent="no")
    refusal = google.refusal(answer)
    assert type(refusal) is ConsentRefused
    assert "code" not in answer


async def test_a_code_is_good_for_one_use(
    google: connect.OAuthServer, transport: Transport, provider_client: httpx2.AsyncClient
) -> None:
    authorization = begun(google)
    answer = await answer_of(provider_client, authorization)
    await finished(google, transport, authorization, answer)
    with pytest.raises(BadConsent) as refused:
        await finished(google, transport, authorization, answer)
    assert refused.value.reason == "code_refused"


@pytest.mark.parametrize("changed", [{"verifier": "x" * 64}, {"verifier": ""}, {"code": "4/0Anobodys"}])
async def test_a_code_caught_by_another_browser_is_worth_nothing(
    google: connect.OAuthServer, transport: Transport, provider_client: httpx2.AsyncClient, changed: dict[str, str]
) -> None:
    mine = begun(google)
    answer = await answer_of(provider_client, mine)
    asked = {"code": answer["code"], "nonce": mine.nonce, "verifier": mine.verifier, "redirect_uri": CALLBACK}
    with pytest.raises(BadConsent) as refused:
        await connect.finish(google, transport, **{**asked, **changed})
    assert refused.value.reason == "code_refused"


async def test_a_code_is_redeemed_for_the_address_it_was_sent_to(
    google: connect.OAuthServer, transport: Transport, provider_client: httpx2.AsyncClient
) -> None:
    mine = begun(google)
    answer = await answer_of(provider_client, mine)
    asked = {"code": answer["code"], "nonce": mine.nonce, "verifier": mine.verifier}
    with pytest.raises((BadConsent, ProviderRefused)):
        await connect.finish(google, transport, redirect_uri="http://localhost:8025/elsewhere", **asked)


async def test_a_code_slipped_into_another_persons_sign_in_is_refused(
    google: connect.OAuthServer, transport: Transport, provider_client: httpx2.AsyncClient
) -> None:
    """Without PKCE in the way (the attacker has the verifier too) the nonce still binds the token to one browser."""
    attackers, victims = begun(google), begun(google)
    answer = await answer_of(provider_client, attackers)
    asked = {"code": answer["code"], "verifier": attackers.verifier, "redirect_uri": CALLBACK}
    with pytest.raises(BadConsent) as refused:
        await connect.finish(google, transport, nonce=victims.nonce, **asked)
    assert refused.value.reason == "bad_nonce"


async def test_an_answer_that_is_lost_is_not_asked_for_again(
    google: connect.OAuthServer, transport: Transport, provider_client: httpx2.AsyncClient, sandbox: Sandbox
) -> None:
    authorization = begun(google)
    answer = await answer_of(provider_client, authorization)
    sandbox.faults.replace([Fault(path="/google/token", fault=Kind.AFTER_EFFECT, times=9)])
    before = len(sandbox.ledger.since(0))
    with pytest.raises(ProviderError):
        await finished(google, transport, authorization, answer)
    assert len(sandbox.ledger.since(0)) == before + 1


async def test_C2_a_consent_is_used_without_the_owner(
    google: connect.OAuthServer, transport: Transport, consent: connect.Consent
) -> None:
    fresh = await connect.refresh(google, transport, refresh_token=consent.refresh_token)
    assert fresh.access_token != consent.access_token
    assert missing(google, fresh) == frozenset()


async def test_C2_a_consent_that_is_taken_back_is_over_for_good(
    google: connect.OAuthServer, transport: Transport, consent: connect.Consent, sandbox: Sandbox
) -> None:
    await connect.revoke(google, transport, token=consent.refresh_token)
    before = len(sandbox.ledger.since(0))
    with pytest.raises(MailboxDisconnected):
        await connect.refresh(google, transport, refresh_token=consent.refresh_token)
    assert len(sandbox.ledger.since(0)) == before + 1  # invalid_grant is final, so it is asked once


async def test_taking_back_a_consent_twice_is_as_good(
    google: connect.OAuthServer, transport: Transport, consent: connect.Consent
) -> None:
    for _ in range(2):
        await connect.revoke(google, transport, token=consent.refresh_token)


async def test_a_revocation_that_fails_says_so() -> None:
    false = FalseServer(status=400, answer={"error": "invalid_request"})
    with pytest.raises(ProviderError):
        await connect.revoke(server(), false.way().transport, token="rt")


async def test_a_refresh_is_tried_again_while_google_is_busy(
    google: connect.OAuthServer, transport: Transport, consent: connect.Consent, sandbox: Sandbox
) -> None:
    sandbox.faults.replace([Fault(path="/google/token", fault=Kind.STATUS_503, times=2)])
    assert (await connect.refresh(google, transport, refresh_token=consent.refresh_token)).access_token


async def test_a_new_refresh_token_is_handed_on() -> None:
    false = FalseServer(answer={"refresh_token": "rotated"})
    tokens = await connect.refresh(server(), false.way().transport, refresh_token="old")
    assert tokens.refresh_token == "rotated"
    assert false.asked[0][1]["refresh_token"] == "old"


@pytest.mark.parametrize("seconds", [None, "3600", -5, 10**12, True])
async def test_a_life_of_a_token_that_makes_no_sense_is_kept_within_a_day(seconds: object) -> None:
    false = FalseServer(answer={"expires_in": seconds})
    tokens = await connect.refresh(server(), false.way().transport, refresh_token="old")
    assert 0 <= (tokens.expires_at - clock.now()).total_seconds() + 1 <= 86_401


async def test_an_administrators_refusal_at_a_refresh_is_not_taken_for_the_owners() -> None:
    false = FalseServer(status=400, answer={"error": "admin_policy_enforced"})
    with pytest.raises(ProviderError) as refused:
        await connect.refresh(server(), false.way().transport, refresh_token="old")
    assert not isinstance(refused.value, MailboxDisconnected | AdminForbidsApp)


async def test_no_secret_shows_in_what_may_be_logged(google: connect.OAuthServer, consent: connect.Consent) -> None:
    authorization = begun(google)
    shown = f"{google!r} {consent!r} {authorization!r} {consent} {authorization}"
    secrets = [consent.access_token, consent.refresh_token, authorization.state, authorization.nonce]
    for secret in [*secrets, authorization.verifier, "secret="]:
        assert secret not in shown


async def test_an_internal_project_turns_outsiders_away_before_any_code(
    google: connect.OAuthServer, provider_client: httpx2.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.modes = Modes.model_validate({"project": "internal"})
    url = f"{begun(google).url}&login_hint={ALICE[0]}&practice_consent=yes"
    answer = await provider_client.get(url)
    assert "code=" not in answer.headers.get("location", "")


def test_signing_in_can_have_a_client_of_its_own() -> None:
    settings = load(_env_file=None, google_client_id="mail", google_client_secret="m", google_signin_client_id="people")
    assert connect.google(settings, for_signin=False).client_id == "mail"
    assert connect.google(settings, for_signin=True).client_id == "people"
    assert connect.google(settings, for_signin=True).client_secret == ""  # never that of another client


def test_signing_in_uses_the_mailbox_client_unless_it_has_its_own() -> None:
    settings = load(_env_file=None, google_client_id="mail", google_client_secret="m")
    assert connect.google(settings, for_signin=True).client_secret == "m"


def test_google_is_offered_only_where_it_is_set_up() -> None:
    with pytest.raises(BadSetting, match="GOOGLE_CLIENT_ID"):
        connect.google(load(_env_file=None), for_signin=False)
