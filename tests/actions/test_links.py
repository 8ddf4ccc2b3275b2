"""Links that work once: what stands in them, and that only their digest is kept."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.identity import digest_of
from app.actions.links import INVITATION, PROPOSAL, new_link, read_link
from app.errors import NotFound


@pytest.mark.parametrize("kind", [INVITATION, PROPOSAL])
def test_a_link_is_read_as_it_was_made(kind: str) -> None:
    made = new_link(kind, uuid4(), uuid4())
    assert read_link(made.token) == made
    assert made.opens(digest_of(made.secret))
    assert not made.opens(digest_of(made.secret + "x"))
    assert made.secret not in str(digest_of(made.secret))
    assert len(made.secret) >= 32


def test_no_two_links_share_a_secret() -> None:
    place, row = uuid4(), uuid4()
    assert len({new_link(INVITATION, place, row).secret for _ in range(200)}) == 200


@given(st.text(max_size=120))
def test_whatever_stands_in_an_address_is_a_link_or_is_not_there(token: str) -> None:
    try:
        link = read_link(token)
    except NotFound:
        return
    assert link.kind in (INVITATION, PROPOSAL)
    assert link.secret
