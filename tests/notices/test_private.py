"""What Deskhand writes to an owner stands in her mailbox, and no assistant of hers ever sees it there."""

from __future__ import annotations

import pytest

from app.access.visibility import DESKHAND
from app.actions import label, private
from app.actions.list_messages import list_messages
from app.actions.preview import preview
from app.errors import NotFound
from app.notices.mark import HEADER
from app.providers.base import Listing
from app.sandbox.gmail.arriving import deliver as arrive
from tests.actions.situations import World, message_id
from tests.notices.conftest import SENDER, post_all
from tests.notices.server import MailServer
from tests.notices.test_posting import invited
from tests.people import ALICE, mail

SUBJECT = "Invitation à assister pour alice@practice.example"


async def arrived(posting: World, server: MailServer) -> bytes:
    """Have a letter of Deskhand's to Alice's own address come into her mailbox."""
    await invited(posting, ALICE[0])
    await post_all(posting.resources, posting.alice)
    arrive(posting.sandbox.mailbox(ALICE[0]), server.letters[-1].raw)
    return server.letters[-1].raw


async def subjects(world: World) -> list[str]:
    page = await list_messages(await world.assistant(), Listing(folder=None))
    return [each.message.subject for each in page.messages]


async def test_a_letter_of_deskhands_own_is_private_to_every_assistant_whatever_the_owner_says_of_its_sender(
    posting: World, server: MailServer
) -> None:
    await posting.grant()
    await arrived(posting, server)
    owner = await posting.owner()
    found = await message_id(owner, SUBJECT)
    await private.mark_sender(owner, SENDER, private=False)
    assert SUBJECT not in await subjects(posting)
    with pytest.raises(NotFound):
        await label.label(await posting.assistant(), found, add={"Seen"}, remove=set())
    assert (await preview(owner)).private[DESKHAND] == 1


async def test_who_answers_it_takes_the_conversation_along(posting: World, server: MailServer) -> None:
    await posting.grant()
    raw = await arrived(posting, server)
    key = next(line for line in raw.decode().splitlines() if line.startswith("Message-ID"))
    answer = mail("Dan <dan@elsewhere.example>", f"Re: {SUBJECT}", "Is this you?", answers=key.partition(": ")[2])
    arrive(posting.sandbox.mailbox(ALICE[0]), answer)
    assert not [each for each in await subjects(posting) if "Invitation" in each]


async def test_a_mark_that_was_made_up_or_copied_from_a_letter_to_somebody_else_hides_nothing(
    posting: World, server: MailServer
) -> None:
    await posting.grant()
    await invited(posting, "dan@elsewhere.example")
    await post_all(posting.resources, posting.alice)
    copied = str(server.letters[0].message[HEADER])
    for number, mark in enumerate((copied, "v1; id=0; mac=0", f"{copied}\r\n{HEADER}: {copied}")):
        raw = mail("Eve <eve@elsewhere.example>", f"From Eve {number}", "Look")
        arrive(posting.sandbox.mailbox(ALICE[0]), f"{HEADER}: {mark}\r\n".encode() + raw)
    assert {"From Eve 0", "From Eve 1", "From Eve 2"} <= set(await subjects(posting))
