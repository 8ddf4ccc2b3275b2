"""Archive and trash, and back: where a message lies, always so that it can be taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import product

import pytest

from app.actions import move
from app.actions.listed import SeenMessage
from app.actions.private import mark_sender
from app.errors import Denied, NotFound
from app.providers.base import Folder
from tests.actions.outlook import lies_in_folder
from tests.actions.situations import TERRACE, World, effects, last, log_of, message_id
from tests.people import ALICE, MOTHER


async def test_V50_archive_and_trash_happen_in_the_mailbox_and_can_be_undone(world: World) -> None:
    await world.grant("archive", "trash")
    desk, owner = await world.assistant(), await world.owner()
    message = await message_id(desk)
    box = world.sandbox.mailbox(ALICE[0])

    def lies_in() -> set[str]:
        (found,) = [each for each in box.messages.values() if each.subject == "Terrace in March?"]
        return set(found.labels) & {"INBOX", "TRASH"}

    for verb, folder, labels in (
        (move.archive, Folder.ARCHIVE, set()),
        (move.unarchive, Folder.INBOX, {"INBOX"}),
        (move.trash, Folder.TRASH, {"TRASH"}),
        (move.untrash, Folder.INBOX, {"INBOX"}),
    ):
        seen = await verb(desk, message)
        assert seen.id == message
        assert seen.message.folder is folder
        assert lies_in() == labels
        name = verb.__name__
        assert await last(owner) == [("begin", name, "allow", ""), ("end", name, "allow", "done")]
    ends = [entry for entry in await log_of(owner) if entry.phase == "end"]
    assert [(entry.labels_before, entry.labels_after) for entry in ends] == [
        (["folder:inbox"], ["folder:archive"]),
        (["folder:archive"], ["folder:inbox"]),
        (["folder:inbox"], ["folder:trash"]),
        (["folder:trash"], ["folder:inbox"]),
    ]
    assert not [each for each in world.sandbox.ledger.entries if each.method == "DELETE"]


@pytest.mark.parametrize(
    ("scope", "allowed", "denied"),
    [("archive", [move.archive, move.unarchive], [move.trash, move.untrash]),
     ("trash", [move.trash, move.untrash], [move.archive, move.unarchive])],
)  # fmt: skip
async def test_who_may_archive_may_not_throw_away_and_the_other_way_round(
    world: World, scope: str, allowed: list, denied: list
) -> None:
    await world.grant(scope)
    desk = await world.assistant()
    message = await message_id(desk)
    for verb in denied:
        with pytest.raises(Denied) as refused:
            await verb(desk, message)
        assert refused.value.reason == "scope_missing"
    assert effects(world.sandbox) == []
    for verb in allowed:
        await verb(desk, message)
    assert effects(world.sandbox)


async def test_putting_back_does_what_is_needed_from_where_the_message_lies(world: World) -> None:
    await world.grant("archive", "trash")
    desk, owner = await world.assistant(), await world.owner()
    message = await message_id(desk)
    for away, wanted in ((move.archive, "unarchive"), (move.trash, "untrash")):
        await away(desk, message)
        assert (await move.restore(desk, message)).message.folder is Folder.INBOX
        assert (await last(owner, 1))[0][:2] == ("end", wanted)


async def test_what_is_private_is_not_there_to_be_brought_back_wherever_it_lies(world: World) -> None:
    """Spam, the trash, the archive, the inbox: for Bob it is one answer, and the provider is asked for no message."""
    owner = await world.owner()
    lunch = await message_id(owner, "Sunday lunch")
    await mark_sender(owner, MOTHER)
    await world.grant("archive", "trash")
    desk = await world.assistant()
    box = world.sandbox.mailbox(ALICE[0])
    (hers,) = [each for each in box.messages.values() if each.subject == "Sunday lunch"]
    for labels in ({"INBOX"}, set(), {"TRASH"}, {"SPAM"}):
        hers.labels = labels
        with pytest.raises(NotFound):
            await move.restore(desk, lunch)
        assert hers.labels == labels
    assert (await last(owner, 1))[0][1:3] == ("locate", "deny")
    terrace = await message_id(desk)
    await move.archive(desk, terrace)
    assert (await move.restore(desk, terrace)).message.folder is Folder.INBOX
    assert ("whole", "locate", "allow", "done") in await last(owner, 4)


TIDYING, ELSEWHERE = (move.archive, move.unarchive, move.untrash), ("spam", "trash", "sent")


@pytest.mark.parametrize(
    ("verb", "folder"), [each for each in product(TIDYING, ELSEWHERE) if each != (move.untrash, "trash")]
)
async def test_who_tidies_the_inbox_takes_nothing_out_of_the_spam_the_trash_or_the_sent_mail(
    either: World, verb: Callable[..., Awaitable[SeenMessage]], folder: str
) -> None:
    await either.grant("archive", "trash", "spam.review")
    desk, owner = await either.assistant(), await either.owner()
    known = await message_id(desk)
    lies_in_folder(either, TERRACE, folder)
    with pytest.raises(Denied) as refused:
        await verb(desk, known)
    assert refused.value.reason == "scope_missing"
    assert effects(either.sandbox) == []
    assert (await last(owner, 1))[0][0] == "end"
    assert (await verb(owner, known)).id == known  # it is her mail
