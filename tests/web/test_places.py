"""Places of ours by name: a browser comes back to where it was, and nowhere else."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.sign_in import ReturnTo
from app.web.places import PLACES, path_of, place_of

ONE, TWO = UUID(int=1), UUID(int=2)
TOKEN = "i" + "A" * 43 + "b" * 32


@pytest.mark.parametrize("place", [place for place in PLACES if place is not ReturnTo.HOME])
def test_every_place_is_found_again(place: ReturnTo) -> None:
    ids = "/".join(str(each) for each in (ONE, TWO)[: PLACES[place].count("{}")])
    path = path_of(place, ids)
    assert path == PLACES[place].format(*ids.split("/")) if ids else PLACES[place]
    assert place_of(path) == (place, ids)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (f"/owner/mailboxes/{ONE}/grants/{TWO}/end", ReturnTo.GRANT),
        (f"/owner/mailboxes/{ONE}/disconnection", ReturnTo.DISCONNECTION),
        (f"/owner/mailboxes/{ONE}/invitations", ReturnTo.INVITE),
        (f"/owner/mailboxes/{ONE}/invitations/{TWO}/confirmation", ReturnTo.OFFER),
        (f"/assistant/mailboxes/{ONE}/keys", ReturnTo.KEYS),
        (f"/owner/mailboxes/{ONE}/audit", ReturnTo.LOG),
        (f"/assistant/mailboxes/{ONE}/drafts/{TWO}/hour", ReturnTo.WRITING),
        (f"/assistant/mailboxes/{ONE}/messages/{TWO}/labels", ReturnTo.MESSAGE),
        ("/connect/confirm", ReturnTo.CONNECT),
        ("/connect/microsoft/administrator", ReturnTo.CONNECT),
        ("/nowhere", ReturnTo.HOME),
        ("/ownership", ReturnTo.HOME),
    ],
)
def test_a_forms_address_is_at_the_place_of_its_page(path: str, place: ReturnTo) -> None:
    assert place_of(path)[0] is place


def test_an_invitation_is_a_place_with_its_token() -> None:
    assert place_of(f"/invitations/{TOKEN}/acceptance") == (ReturnTo.INVITATION, TOKEN)
    assert path_of(ReturnTo.INVITATION, "", TOKEN) == f"/invitations/{TOKEN}"
    assert path_of(ReturnTo.INVITATION, TOKEN) == "/sign-in/done"  # it is never taken from the database


@given(st.sampled_from(list(ReturnTo)), st.text(max_size=120), st.text(max_size=120))
def test_whatever_is_asked_for_the_way_back_is_one_of_our_own(place: ReturnTo, ids: str, token: str) -> None:
    path = path_of(place, ids, token)
    assert path.startswith("/")
    assert not path.startswith("//")
    assert "\\" not in path
    assert path.isprintable()
    assert path.split("/")[1] in {"sign-in", "owner", "assistant", "connect", "invitations", "notices", "team"}


@given(st.lists(st.one_of(st.uuids().map(str), st.text(max_size=40)), max_size=4))
def test_ids_are_ids_or_lead_home(parts: list[str]) -> None:
    path = path_of(ReturnTo.GRANT, "/".join(parts))
    if path != PLACES[ReturnTo.HOME]:
        _, _, _, mailbox, _, grant = path.split("/")
        assert [str(UUID(mailbox)), str(UUID(grant))] == parts
