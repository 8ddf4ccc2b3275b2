"""What a page announces is what this session was just told, and nothing a link can make up."""

from __future__ import annotations

import pytest

from app.locale.catalogues import language
from app.web.flash import NEEDS_NO_PROOF, SAYS, Flash
from tests.web.site import PUBLIC_URL, token_of, visit
from tests.web.structure import read


async def revoke(site, secret="alices-secret"):
    async with visit(site, as_=secret) as browser:
        answer = await browser.post("/form", data={"csrf": token_of(secret)}, headers={"origin": PUBLIC_URL})
    assert answer.status_code == 303
    return answer.headers["location"]


async def announced(site, location, secret="alices-secret"):
    async with visit(site, as_=secret, accept_language="en") as browser:
        page = read((await browser.get(location)).text)
    return [attributes["class"] for attributes in page.all("p") if attributes.get("role") == "status"], page.text


async def test_after_a_form_the_next_page_says_what_was_done(site):
    location = await revoke(site)
    assert location.startswith("/?notice=revoked.")
    shown, text = await announced(site, location)
    assert shown == ["flash good"]
    assert "El acceso ha terminado." in text


async def test_another_persons_or_a_made_up_link_announces_nothing(site):
    location = await revoke(site)
    for secret, link in (
        ("bobs-secret", location),
        ("", location),
        ("alices-secret", "/?notice=revoked"),
        ("alices-secret", "/?notice=revoked."),
        ("alices-secret", "/?notice=revoked.0000000000000000"),
        ("alices-secret", "/?notice=revoked.é"),
        ("alices-secret", location.replace("revoked", "sent")),
        ("alices-secret", "/?notice=<b>all%20is%20well</b>"),
        ("", "/?notice=revoked."),
        ("", "/?notice=REVOKED"),
    ):
        shown, _ = await announced(site, link, secret)
        assert shown == [], link


async def test_signing_out_claims_nothing_and_needs_no_proof(site):
    shown, text = await announced(site, "/?notice=signed_out", "")
    assert shown == ["flash good"]
    assert "You are signed out." in text
    assert {Flash.SIGNED_OUT} == NEEDS_NO_PROOF


@pytest.mark.parametrize("flash", list(Flash))
def test_every_announcement_has_a_sentence_in_every_language(flash):
    sentences = {language(code).gettext(SAYS[flash]) for code in ("es", "fr", "en")}
    assert len(sentences) == 3
