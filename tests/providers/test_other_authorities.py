"""Consent at somebody else's sign-in server: what may be written otherwise there, and what never may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app import clock
from app.consent_errors import BadConsent
from app.errors import MailboxDisconnected, ProviderRefused
from app.providers import connect
from app.providers.allowed import allowed
from app.providers.consent.entra import endpoints
from app.providers.consent.microsoft import MicrosoftServer
from app.providers.token_endpoint import tokens_of
from app.settings import Settings, load
from tests.providers.graph.elsewhere import GRAPH, NAMED, settings_elsewhere
from tests.providers.graph.plain_authority import AUTHORITY, OIDS, TENANT, PlainAuthority, Spelling
from tests.providers.wires import way_to

BACK = "http://localhost:8025/connect/callback/microsoft"
WANTED = MicrosoftServer.mailbox_scopes


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Every address by its own name."""
    return settings_elsewhere(tmp_path, **NAMED)


async def consent_at(authority: PlainAuthority, settings: Settings, **more: Any) -> connect.Consent:
    """Go there and come back; `more` is told otherwise than it was."""
    server = connect.microsoft(settings, for_signin=False)
    transport = way_to(authority, allowed=allowed(settings)).transport
    begun = connect.begin(server, redirect_uri=BACK, scopes=WANTED, offline=True)
    location = (await transport._client.get(begun.url)).headers["location"]
    back = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    assert (back["state"], "iss" in back) == (begun.state, False)
    kept = {"code": back["code"], "nonce": begun.nonce, "verifier": begun.verifier, "redirect_uri": BACK}
    return await connect.finish(server, transport, **{**kept, "scopes": WANTED, **more})


def missing(consent: connect.Consent, settings: Settings) -> frozenset[str]:
    return connect.microsoft(settings, for_signin=False).missing(consent, WANTED)


SPELLINGS: dict[str, Spelling] = {
    "as addresses": Spelling(),
    "as addresses of the Graph there": Spelling(scope=lambda asked: " ".join(f"{GRAPH}/{each}" for each in asked)),
    "in another order and case": Spelling(scope=lambda asked: " ".join(reversed(asked)).upper()),
    "with others that nobody asked for": Spelling(scope=lambda asked: " ".join(["Calendars.Read", *asked])),
    "not at all, since all was given": Spelling(scope=lambda asked: None),
    "with a life as a number": Spelling(lasts=3600),
    "with a life in fractions": Spelling(lasts=3600.0),
    "without a life": Spelling(lasts=None),
    "with a life in words": Spelling(lasts="an hour"),
    "with a token of another case": Spelling(token_type="BEARER"),
}


@pytest.mark.parametrize("spelled", SPELLINGS)
async def test_C2_a_consent_counts_however_another_server_writes_it(spelled: str, settings: Settings) -> None:
    consent = await consent_at(PlainAuthority(SPELLINGS[spelled]), settings)
    assert missing(consent, settings) == frozenset()
    assert (consent.issuer, consent.account) == (AUTHORITY, f"{TENANT}/{OIDS['alice@practice.example']}")
    assert (consent.email, consent.ends_at) == ("alice@practice.example", None)
    assert timedelta(seconds=3590) < consent.expires_at - clock.now() <= timedelta(seconds=3600)


@pytest.mark.parametrize(
    ("scope", "lacks"),
    [
        ("", {"User.Read", "Mail.ReadWrite", "Mail.Send"}),  # said to be none is not the same as not said
        ("User.Read Mail.ReadWrite", {"Mail.Send"}),
        (f"User.Read {GRAPH}/Mail.Send http://other.example/Mail.ReadWrite", {"Mail.ReadWrite"}),
        (f"User.Read Mail.Send http://other.example/?{GRAPH}/Mail.ReadWrite", {"Mail.ReadWrite"}),
        ("User.Read Mail.Send http://other.example/https://graph.microsoft.com/Mail.ReadWrite", {"Mail.ReadWrite"}),
    ],
)
async def test_what_another_server_did_not_give_is_missed(scope: str, lacks: set[str], settings: Settings) -> None:
    consent = await consent_at(PlainAuthority(Spelling(scope=lambda asked: scope)), settings)
    assert missing(consent, settings) == lacks


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "of another issuer": ({"iss": f"{AUTHORITY}/"}, "bad_issuer"),
    "of Microsoft's own issuer": ({"iss": f"https://login.microsoftonline.com/{TENANT}/v2.0"}, "bad_issuer"),
    "of no tenant": ({"tid": ""}, "bad_issuer"),
    "for another program": ({"aud": ["another"]}, "bad_audience"),
    "for us among others": ({"aud": ["deskhand-there", "another"]}, "bad_audience"),
    "of another sign-in": ({"nonce": "another"}, "bad_nonce"),
    "of nobody": ({"oid": ""}, "no_subject"),
    "of another version": ({"ver": "1.0"}, "bad_version"),
    "that is over": ({"exp": 1}, "expired"),
}


@pytest.mark.parametrize("lie", LIES)
async def test_V3_another_server_is_believed_no_more_than_microsofts(lie: str, settings: Settings) -> None:
    claims, reason = LIES[lie]
    with pytest.raises(BadConsent) as refused:
        await consent_at(PlainAuthority(lies=claims), settings)
    assert refused.value.reason == reason


@pytest.mark.parametrize("more", [{"verifier": "v" * 64}, {"redirect_uri": f"{BACK}/x"}, {"code": "another"}])
async def test_a_code_is_worth_nothing_without_the_browser_that_asked(more: dict[str, str], settings: Settings) -> None:
    with pytest.raises(BadConsent) as refused:
        await consent_at(PlainAuthority(), settings, **more)
    assert refused.value.reason == "code_refused"


async def test_an_answer_that_names_another_issuer_leaves_its_code_unused(settings: Settings) -> None:
    authority = PlainAuthority()
    with pytest.raises(BadConsent) as refused:
        await consent_at(authority, settings, iss="https://login.microsoftonline.com/common/v2.0")
    assert (refused.value.reason, authority.asked) == ("mixed_issuer", [])


async def test_a_refresh_may_bring_an_access_token_alone_and_its_refusal_is_final(settings: Settings) -> None:
    authority = PlainAuthority()
    consent = await consent_at(authority, settings)
    server, transport = connect.microsoft(settings, for_signin=False), way_to(authority, allowed=allowed(settings))
    for _ in range(2):
        fresh = await connect.refresh(server, transport.transport, refresh_token=consent.refresh_token)
        assert (fresh.refresh_token, fresh.access_token in authority.access) == ("", True)
    with pytest.raises(MailboxDisconnected):
        await connect.refresh(server, transport.transport, refresh_token="of somebody else")
    stranger = connect.microsoft(settings.model_copy(update={"microsoft_client_id": "stranger"}), for_signin=False)
    with pytest.raises(ProviderRefused):
        await connect.refresh(stranger, transport.transport, refresh_token=consent.refresh_token)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        *((600, 600), ("600", 600), (600.9, 600), (-5, 0), ("0", 0), (10**9, 86_400), ("9" * 12, 86_400)),
        *((None, 3600), ("", 3600), ("-5", 3600), ("6e2", 3600), ("٦٠٠", 3600), ("9" * 5000, 3600)),
        *((float("inf"), 3600), (float("nan"), 3600), (True, 3600), ([600], 3600)),
    ],
)
def test_the_life_of_a_token_is_read_as_number_or_text(said: object, seconds: int) -> None:
    tokens = tokens_of({"access_token": "at", "token_type": "Bearer", "expires_in": said})
    assert abs(tokens.expires_at - clock.now() - timedelta(seconds=seconds)) < timedelta(seconds=30)
    assert tokens.scopes == frozenset()


@pytest.mark.parametrize(("said", "days"), [(864_000, 10), ("864000", 10), ("0", None), ("soon", None), (True, None)])
def test_the_end_of_a_consent_is_read_as_number_or_text(said: object, days: int | None) -> None:
    given = {"access_token": "at", "token_type": "Bearer", "refresh_token_expires_in": said}
    ends = tokens_of(given).ends_at
    assert (ends and round((ends - clock.now()) / timedelta(days=1))) == days


def from_(authority: str, **more: str) -> Callable[..., Any]:
    """Return where consent is asked for below this authority."""
    settings = load(_env_file=None, microsoft_authority=authority, microsoft_client_id="mail", **more)
    return lambda **way: endpoints(settings, **way)


def test_an_authority_may_have_no_tenants_in_its_addresses() -> None:
    there = from_(f"{AUTHORITY}/", microsoft_signin_client_id="people")
    for for_signin in (False, True):
        found = there(for_signin=for_signin)
        assert found.auth_url == f"{AUTHORITY}/oauth2/v2.0/authorize"
        assert found.token_url == f"{AUTHORITY}/oauth2/v2.0/token"
        assert found.jwks_url == f"{AUTHORITY}/discovery/v2.0/keys"
        assert found.issuer == f"{AUTHORITY}/{{tenantid}}/v2.0"
        assert found.admin_url == f"{AUTHORITY}/organizations/v2.0/adminconsent"
    assert from_("https://sso.firm.example/realms/mail")().issuer == "https://sso.firm.example/realms/{tenantid}/v2.0"
    single = from_(f"{AUTHORITY}/{TENANT}", microsoft_signin_client_id="people")
    assert single(for_signin=True).auth_url == f"{AUTHORITY}/common/oauth2/v2.0/authorize"


def test_nothing_is_called_at_microsoft_where_every_address_is_elsewhere(settings: Settings) -> None:
    for_microsoft = [each for each in allowed(settings) if each.name.startswith(("graph.", "microsoft."))]
    assert {each.name for each in for_microsoft} >= {"graph.me.get", "microsoft.token", "microsoft.keys"}
    assert not [each for each in for_microsoft if "microsoft" in each.address.pattern]
