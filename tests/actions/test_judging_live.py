"""A message is judged by its conversation as it is now; where there is none any more, by what is left of it."""

from __future__ import annotations

from app.actions import seeing
from app.actions.draft import message_of
from app.actions.list_messages import list_messages
from app.actions.resources import Resources
from app.errors import MessageGone
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.providers.base import Listing, Message, Thread
from tests.people import desk_of


class ForgetsConversations:
    """A provider that has no conversation for what lies in the trash, only the message."""

    def __init__(self, message: Message) -> None:
        self.left = message

    async def thread(self, thread_id: str) -> Thread:
        raise MessageGone

    async def message(self, message_id: str) -> Message:
        return self.left


async def test_a_message_without_its_conversation_is_judged_by_itself(
    resources: Resources, alice: Person, mailbox: Mailbox
) -> None:
    desk = await desk_of(resources, alice, mailbox)
    page = await list_messages(desk, Listing())
    reasons = {}
    for each in page.messages:
        known = await message_of(desk, each.id)
        judged = (await seeing.verdict(resources, mailbox, ForgetsConversations(each.message), known)).row
        reasons[each.message.subject] = judged.private
    assert reasons["Your verification code"] == "security"
    assert reasons["Garden news"] == ""
