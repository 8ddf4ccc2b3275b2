"""Microsoft's sign-in: who a token is about, from which tenant, and what Entra's answers mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app import clock
from app.consent_errors import AdminForbidsApp, BadConsent, ConsentRefused, OutsideOrganisation
from app.errors import BadSetting, MailboxDisconnected
from app.providers import connect
from app.providers.consent.entra import PERSONAL, endpoints
from app.providers.consent.microsoft import MicrosoftServer
from app.settings import load
from tests.providers.false_server import CLIENT, NONCE, ORIGIN, OUR_KEY, FalseServer, claims, server, signed

TENANT = "11111111-2222-4333-8444-555555555555"
OTHER_TENANT = "99999999-2222-4333-8444-555555555555"
ALICE = "aaaaaaaa-2222-4333-8444-555555555555"
GRAPH = "https://graph.microsoft.com/"


def entra(**more: Any) -> MicrosoftServer:
    """Return Entra as Deskhand knows it, at the lying server."""
    google = server()
    same = {name: getattr(google, name) for name in ("auth_url", "token_url", "jwks_url", "client_id", "client_secret")}
    return replace(MicrosoftServer(**same, issuer=f"{ORIGIN}/{{tenantid}}/v2.0"), **more)


def of_alice(tenant: str = TENANT, **more: Any) -> dict[str, Any]:
    """Return the claims of a good token of Entra's, with some of them changed or (None) left out."""
    own = {"iss": f"{ORIGIN}/{tenant}/v2.0", "tid": tenant, "oid": ALICE, "ver": "2.0", "azp": None, "locale": None}
    shown = {"preferred_username": "alice@firm.example", "email": None, "email_verified": None}
    return claims(**{**own, **shown, **more})


async def finish(false: FalseServer, known: MicrosoftServer | None = None, **more: Any) -> connect.Consent:
    """Come back from Microsoft's page with a code."""
    asked = {"code": "1.code", "nonce": NONCE, "verifier": "v" * 64, "redirect_uri": "http://localhost:8025/cb"}
    return await connect.finish(known or entra(), false.way().transport, **{**asked, **more})


async def test_V3_a_person_is_known_by_tenant_and_object_id_and_never_by_address() -> None:
    token = signed(of_alice(email="ceo@firm.example", email_verified=True))
    consent = await finish(FalseServer(id_token=token, answer={"scope": "openid"}))
    assert (consent.issuer, consent.subject) == (f"{ORIGIN}/{TENANT}/v2.0", ALICE)
    assert (consent.provider, consent.account) == ("graph", f"{TENANT}/{ALICE}")
    assert (consent.email, consent.email_verified) == ("ceo@firm.example", False)
    unnamed = await finish(FalseServer(id_token=signed(of_alice())))
    assert unnamed.email == "alice@firm.example"
    elsewhere = await finish(FalseServer(id_token=signed(of_alice(OTHER_TENANT))))
    assert elsewhere.account != consent.account


HOSTILE: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "of a tenant that another issuer names": (lambda: of_alice(iss=f"{ORIGIN}/{OTHER_TENANT}/v2.0"), "bad_issuer"),
    "of the issuer that stands for all": (lambda: of_alice(iss=f"{ORIGIN}/{{tenantid}}/v2.0"), "bad_issuer"),
    "of a tenant that is a word": (lambda: of_alice("common"), "bad_issuer"),
    "of a tenant that climbs": (lambda: of_alice("../evil"), "bad_issuer"),
    "without a tenant": (lambda: of_alice(tid=None), "bad_issuer"),
    "of version 1": (lambda: of_alice(ver="1.0"), "bad_version"),
    "of version 1's issuer": (lambda: of_alice(iss=f"https://sts.windows.net/{TENANT}/"), "bad_issuer"),
    "without a version": (lambda: of_alice(ver=None), "bad_version"),
    "of nobody": (lambda: of_alice(oid=None), "no_subject"),
    "of somebody called by address": (lambda: of_alice(oid="alice@firm.example"), "no_subject"),
    "not valid yet": (lambda: of_alice(nbf=int(clock.now().timestamp()) + 600), "not_yet_valid"),
    "for Graph": (lambda: of_alice(aud="00000003-0000-0000-c000-000000000000"), "bad_audience"),
    "of another sign-in": (lambda: of_alice(nonce="another"), "bad_nonce"),
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_V3_a_token_of_entras_is_refused_with_its_code(case: str) -> None:
    given, reason = HOSTILE[case]
    with pytest.raises(BadConsent) as refused:
        await finish(FalseServer(id_token=signed(given())))
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("tenant", "lets_in"),
    [
        ("common", {TENANT, OTHER_TENANT, PERSONAL}),
        ("organizations", {TENANT, OTHER_TENANT}),
        ("consumers", {PERSONAL}),
        (TENANT, {TENANT}),
    ],
)
async def test_an_authority_lets_in_its_own_kind_of_accounts(tenant: str, lets_in: set[str]) -> None:
    for each in (TENANT, OTHER_TENANT, PERSONAL):
        coming = finish(FalseServer(id_token=signed(of_alice(each))), entra(tenant=tenant))
        if each in lets_in:
            assert (await coming).account.startswith(each)
            continue
        with pytest.raises(BadConsent) as refused:
            await coming
        assert refused.value.reason == "bad_issuer"


async def test_a_key_that_is_for_one_issuer_signs_for_no_other() -> None:
    class Published(FalseServer):
        def __call__(self, request: Any) -> Any:
            answer = super().__call__(request)
            if request.url.path != "/certs":
                return answer
            listed = OUR_KEY.as_dict(private=False) | {"issuer": f"{ORIGIN}/{PERSONAL}/v2.0"}
            return type(answer)(200, json={"keys": [listed]})

    assert await finish(Published(id_token=signed(of_alice(PERSONAL))))
    with pytest.raises(BadConsent) as refused:
        await finish(Published(id_token=signed(of_alice())))
    assert refused.value.reason == "foreign_key"


@pytest.mark.parametrize("iss", ["", f"{ORIGIN}/{TENANT}/v2.0", f"{ORIGIN}/{{tenantid}}/v2.0"])
async def test_an_answer_may_name_its_issuer_or_not(iss: str) -> None:
    assert await finish(FalseServer(id_token=signed(of_alice())), iss=iss)


@pytest.mark.parametrize(
    ("iss", "asked"),
    [
        ("https://accounts.google.com", False),
        (f"{ORIGIN}/common/v2.0", False),
        (f"{ORIGIN}/{TENANT}/v2.0/", False),
        (f"{ORIGIN}//v2.0", False),
        (f"{ORIGIN}/{OTHER_TENANT}/v2.0", True),  # only the token says that it was another tenant
    ],
)
async def test_an_answer_of_another_issuer_is_refused_and_its_code_stays_unused(iss: str, asked: bool) -> None:
    false = FalseServer(id_token=signed(of_alice()))
    with pytest.raises(BadConsent) as refused:
        await finish(false, iss=iss)
    assert refused.value.reason == "mixed_issuer"
    assert ("/token" in false.paths()) is asked


@pytest.mark.parametrize(
    ("scope", "refresh_token", "missing"),
    [
        ("email Mail.ReadWrite Mail.Send openid profile User.Read", "rt", set()),
        (f"{GRAPH}Mail.Send {GRAPH}mail.readwrite {GRAPH}User.Read", "rt", set()),
        ("Mail.ReadWrite User.Read", "rt", {"Mail.Send"}),
        ("https://outlook.office.com/Mail.Send Mail.ReadWrite User.Read", "rt", {"Mail.Send"}),
        ("Mail.ReadWrite Mail.Send User.Read offline_access", "", {"offline_access"}),
        ("", "rt", {"Mail.ReadWrite", "Mail.Send", "User.Read"}),
    ],
)
async def test_what_was_given_is_compared_however_entra_spells_it(
    scope: str, refresh_token: str, missing: set[str]
) -> None:
    given = {"scope": scope, "refresh_token": refresh_token}
    consent = await finish(FalseServer(id_token=signed(of_alice()), answer=given))
    assert entra().missing(consent, MicrosoftServer.mailbox_scopes) == missing


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ({"error": "access_denied", "error_subcode": "cancel"}, ConsentRefused),
        ({"error": "access_denied", "error_description": "AADSTS65004: User declined to consent."}, ConsentRefused),
        ({"error": "access_denied", "error_description": "AADSTS90094: The grant requires admin"}, AdminForbidsApp),
        ({"error": "consent_required", "error_description": "AADSTS65001: not consented"}, AdminForbidsApp),
        ({"error": "invalid_client", "error_description": "AADSTS650052: no service"}, BadConsent),
        ({"error": "invalid_request", "error_description": "AADSTS50020: User account of"}, OutsideOrganisation),
        ({"error": "unauthorized_client", "error_description": "AADSTS700016: not found"}, OutsideOrganisation),
        ({"error": "server_error", "error_description": "<script>AADSTS1</script>"}, BadConsent),
        ({"error": ""}, BadConsent),
    ],
)
def test_an_error_of_entras_is_one_sentence_about_what_it_means(
    answer: dict[str, str], raised: type[ConsentRefused]
) -> None:
    refusal = entra().refusal(answer)
    assert type(refusal) is raised
    assert refusal.sentence().endswith(".")
    assert "<script>" not in refusal.sentence()


async def test_the_token_endpoint_says_by_its_numbers_that_an_administrator_is_needed() -> None:
    said = {"error": "invalid_grant", "error_codes": [65001], "suberror": "consent_required"}
    with pytest.raises(AdminForbidsApp):
        await finish(FalseServer(status=400, answer=said))
    with pytest.raises(BadConsent) as refused:
        await finish(FalseServer(status=400, answer={"error": "invalid_grant", "error_codes": [54005]}))
    assert refused.value.reason == "code_refused"


@pytest.mark.parametrize("error", ["invalid_grant", "interaction_required", "consent_required", "login_required"])
async def test_a_refresh_that_needs_the_person_is_final(error: str) -> None:
    false = FalseServer(status=400, answer={"error": error, "error_codes": [50076]})
    with pytest.raises(MailboxDisconnected):
        await connect.refresh(entra(), false.way().transport, refresh_token="old")
    assert false.paths() == ["/token"]


async def test_there_is_no_call_that_gives_a_consent_back_and_none_is_made() -> None:
    false = FalseServer()
    assert not await connect.revoke(entra(), false.way().transport, token="rt")
    assert false.asked == []


def test_the_page_is_asked_for_what_a_mailbox_needs_and_signing_in_for_less() -> None:
    scopes = MicrosoftServer.mailbox_scopes
    assert scopes == ("offline_access", "openid", "profile", "email", "User.Read", "Mail.ReadWrite", "Mail.Send")
    connecting = connect.begin(entra(), redirect_uri="http://localhost:8025/cb", scopes=scopes, offline=True)
    query = parse_qs(urlsplit(connecting.url).query)
    assert (query["prompt"], query["response_mode"]) == (["select_account"], ["query"])
    assert query["code_challenge_method"] == ["S256"]
    known = connect.begin(
        entra(), redirect_uri="http://localhost:8025/cb", scopes=scopes, offline=True, login_hint="a@x.example"
    )
    assert "prompt" not in parse_qs(urlsplit(known.url).query)  # never consent: an administrator may have given it
    assert MicrosoftServer.sign_in_scopes == ("openid", "email", "profile")


def test_addresses_follow_the_authority_unless_they_are_named() -> None:
    real = endpoints(load(_env_file=None))
    assert real.token_url == "https://login.microsoftonline.com/common/oauth2/v2.0/token"
    assert real.jwks_url == "https://login.microsoftonline.com/common/discovery/v2.0/keys"
    assert real.issuer == "https://login.microsoftonline.com/{tenantid}/v2.0"
    assert real.admin_url == "https://login.microsoftonline.com/organizations/v2.0/adminconsent"
    single = endpoints(load(_env_file=None, microsoft_authority=f"https://login.microsoftonline.com/{TENANT}/"))
    assert single.issuer == f"https://login.microsoftonline.com/{TENANT}/v2.0"
    assert single.admin_url == f"https://login.microsoftonline.com/{TENANT}/v2.0/adminconsent"
    named = endpoints(
        load(_env_file=None, microsoft_token_url="https://x.example/t", microsoft_issuer="https://x.example")
    )
    assert (named.token_url, named.issuer) == ("https://x.example/t", "https://x.example")


def test_signing_in_can_have_a_client_of_its_own_and_microsoft_is_offered_only_where_it_is_set_up() -> None:
    settings = load(
        _env_file=None, microsoft_client_id="mail", microsoft_client_secret="m", microsoft_signin_client_id="people"
    )
    assert connect.microsoft(settings, for_signin=False).client_id == "mail"
    assert (connect.microsoft(settings, for_signin=True).client_id, CLIENT) == ("people", CLIENT)
    assert connect.microsoft(settings, for_signin=True).client_secret == ""
    with pytest.raises(BadSetting, match="MICROSOFT_CLIENT_ID"):
        connect.microsoft(load(_env_file=None), for_signin=False)


@pytest.mark.parametrize(
    ("tenant", "page"),
    [(TENANT, "https://myapps.microsoft.com"), (PERSONAL, "https://account.live.com/consent/Manage")],
)
def test_a_consent_is_ended_by_its_person_on_the_page_of_her_kind_of_account(tenant: str, page: str) -> None:
    assert connect.withdrawal_page("graph", f"{tenant}/{ALICE}") == page
