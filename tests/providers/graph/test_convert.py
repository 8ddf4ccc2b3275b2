"""Graph's JSON into our types, whatever is missing, doubled or hostile in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.providers.base import Address, Folder
from app.providers.fields import LONG_AGO
from app.providers.graph.convert import attachment_of, message_of, private_id_of, send_as_of
from app.providers.graph.queries import PRIVATE_PROPERTY
from tests.providers.graph.wires import ID, resource

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*resource(), "x"]), inner, max_size=4),
    max_leaves=12,
)


def header(name: str, value: str) -> dict[str, str]:
    """Return a header as Graph gives it."""
    return {"name": name, "value": value}


def test_a_message_is_told_in_our_words() -> None:
    given_headers = [header("References", "<a@x> <b@x>"), header("x-DESKHAND-id", "a1b2c3")]
    message = message_of(resource(internetMessageHeaders=given_headers, categories=["VIP"], isRead=False), Folder.INBOX)
    assert (message.id, message.thread_id, message.folder) == (ID, "AAQk/c+d=", Folder.INBOX)
    assert message.date == datetime(2026, 11, 22, 22, 40, tzinfo=UTC)
    assert message.authors == (Address(email="clara@customer.example", name="Clara Client"),)
    assert (message.subject, message.message_id) == ("Terrace in March?", "<march@c.example>")
    assert (message.references, message.private_id) == (("<a@x>", "<b@x>"), "a1b2c3")
    assert (message.labels, message.unread) == ({"VIP"}, True)


def test_every_author_of_a_forged_letter_is_told() -> None:
    headers = [header("From", "Boss <boss@x.example>"), header("from", "evil@x.example, CLARA@customer.example")]
    authors = message_of(resource(internetMessageHeaders=headers), Folder.INBOX).authors
    assert [each.email for each in authors] == ["clara@customer.example", "boss@x.example", "evil@x.example"]


def test_our_property_beats_a_header_and_its_name_may_come_back_in_other_letters() -> None:
    held = [{"id": PRIVATE_PROPERTY.upper(), "value": "ours"}, {"id": "String 0x1039", "value": "<first@x>"}]
    given_resource = resource(
        singleValueExtendedProperties=held, internetMessageHeaders=[header("X-Deskhand-Id", "a stranger's")]
    )
    message = message_of(given_resource, Folder.SENT)
    assert (message.private_id, message.references) == ("ours", ("<first@x>",))


def test_a_strangers_header_is_never_our_property() -> None:
    assert private_id_of(resource(internetMessageHeaders=[header("X-Deskhand-Id", "a1b2c3")])) == ""


@given(st.dictionaries(st.sampled_from(list(resource())), JSON))
def test_nothing_that_graph_could_say_breaks_the_reading(more: dict[str, Any]) -> None:
    message = message_of(resource(**more), Folder.INBOX)
    assert message.date.tzinfo is not None
    assert "\n" not in message.subject


@pytest.mark.parametrize("moment", ["", "yesterday", None, 7, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_message_without_a_usable_date_is_old(moment: object) -> None:
    assert message_of(resource(receivedDateTime=moment), Folder.INBOX).date == LONG_AGO


def test_a_moment_without_a_zone_is_utc() -> None:
    message = message_of(resource(receivedDateTime="2026-11-22T22:40:00.1234567"), Folder.INBOX)
    assert message.date.replace(microsecond=0) == datetime(2026, 11, 22, 22, 40, tzinfo=UTC)


def test_files_are_known_by_their_place_and_their_names_lead_nowhere() -> None:
    file = attachment_of({"id": "AAMk/=", "name": "../../a\u202efdp.exe", "contentType": "Text/HTML", "size": 7}, 2)
    assert (file.id, file.name, file.media_type, file.size) == ("2", "a fdp.exe", "text/html", 7)
    hung = attachment_of({"@odata.type": "#microsoft.graph.itemAttachment", "contentType": None}, 0)
    assert (hung.media_type, hung.name, hung.size) == ("message/rfc822", "attachment", 0)


def test_a_mailbox_sends_from_its_own_address_and_those_that_reach_it() -> None:
    person = {
        "mail": "Alice@practice.example",
        "displayName": "Alice",
        "proxyAddresses": ["SMTP:alice@practice.example", "smtp:office@practice.example", "X500:/o=x", 7],
    }
    found = {each.email: each.default for each in send_as_of(person)}
    assert found == {"Alice@practice.example": True, "office@practice.example": False}
    assert [each.email for each in send_as_of({"mail": None, "userPrincipalName": "a@outlook.example"})] == [
        "a@outlook.example"
    ]
