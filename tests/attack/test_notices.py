"""Deskhand's own letters under attack: names that carry headers, links in wrong hands, marks on other people's mail."""

from __future__ import annotations

import logging
from email import message_from_bytes
from email.policy import default

import pytest

from app.db.embedded import Cluster
from app.errors import BadRequest
from app.models.person import Person
from app.notices.recipients import recipient
from app.web.logs import JsonLines
from tests.actions.situations import World
from tests.attack.canaries import whole_database
from tests.notices.conftest import SENDER, post_all
from tests.notices.server import MailServer
from tests.notices.test_posting import DAN, invited

NAMES = [
    "Alice\r\nBcc: eve@elsewhere.example",
    "Alice\nSubject: You have won",
    "Alice\u2028X-Evil: yes\u2029",
    "Alice\x0b\x0cBcc: eve@elsewhere.example",
    "=?utf-8?q?Alice=0D=0ABcc=3A_eve=40elsewhere.example?=",
    "Alice \u202eelpmaxe",
    "Win at https://evil.example/now",
]
ADDRESSES = [
    "dan@elsewhere.example\r\nBcc: eve@elsewhere.example",
    "dan@elsewhere.example, eve@elsewhere.example",
    "dan@elsewhere.example> RCPT TO:<eve@elsewhere.example",
    "Dan <dan@elsewhere.example>",
    '"dan\r\n"@elsewhere.example',
    "@relay.example:dan@elsewhere.example",
    "dan@[203.0.113.1]",
    "dan%elsewhere.example@relay",
    "dan@elsewhere.example\x00",
    "",
]


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_that_its_bearer_has_made_up_puts_no_header_and_no_link_into_a_letter(
    posting: World, server: MailServer, name: str
) -> None:
    async with posting.resources.db.transaction(person=posting.alice.id) as session:
        (await session.get_one(Person, posting.alice.id)).name = name
    await invited(posting)
    await post_all(posting.resources, posting.alice)
    (letter,) = server.letters
    assert (letter.sender, letter.to) == (SENDER, [DAN])
    parsed = message_from_bytes(letter.raw, policy=default)
    assert {"bcc", "x-evil"}.isdisjoint({each.casefold() for each in parsed})
    for field in ("From", "To", "Subject", "Message-ID", "Date"):
        assert len(parsed.get_all(field, [])) == 1
    assert "won" not in str(parsed["Subject"])
    assert "evil.example" not in letter.text
    assert "\u202e" not in letter.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_more_than_one_plain_address_is_none(address: str) -> None:
    with pytest.raises(BadRequest):
        recipient(address)


async def test_T32_the_link_of_a_mailed_invitation_is_in_no_log_and_in_no_dump_before_or_after_it_left(
    posting: World, server: MailServer, caplog: pytest.LogCaptureFixture, cluster: Cluster, database_url: str
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.ERROR, "mail.log")  # the practice mail server's own
    _, token = await invited(posting)
    secret = token[44:]
    assert len(secret) > 20
    before = whole_database(cluster, database_url)
    await post_all(posting.resources, posting.alice)
    assert secret in server.letters[0].text
    after = whole_database(cluster, database_url)
    log = "\n".join(JsonLines().format(record) for record in caplog.records)
    for held in (before, after, log):
        for written in (secret, secret.encode().hex(), DAN, DAN.encode().hex()):
            assert written not in held


async def test_a_name_does_not_outlive_the_letter_it_was_meant_for(posting: World, server: MailServer) -> None:
    """A second letter to the same address is a letter of its own: its own id, its own mark, its own link."""
    links = [(await invited(posting))[1] for _ in range(2)]
    await post_all(posting.resources, posting.alice)
    first, second = server.letters
    assert links[0] in first.text
    assert links[1] not in first.text
    assert links[1] in second.text
    for field in ("Message-ID", "X-Deskhand-Notice"):
        assert first.message[field] != second.message[field]
