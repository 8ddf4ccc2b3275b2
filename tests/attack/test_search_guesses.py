"""Bob guesses words, and has his guesses in letters of his own: no answer says which of them stand in private mail."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from app import clock
from app.actions import grants, hits
from app.actions.desk import Desk
from app.actions.list_messages import list_messages
from app.actions.private import mark_sender
from app.actions.read import read
from app.actions.search import search
from app.errors import Conflict, Denied, InvalidMessage, NotFound
from app.models.conditions import MailKind
from app.models.person import Person
from app.providers.base import Folder, Listing
from app.providers.gmail.units import Units
from app.providers.graph import files, messages
from app.web.cursors import OF_MESSAGES, Cursors
from tests.actions.outlook import either_box
from tests.actions.situations import World, subjects, written
from tests.people import BOB, CLIENT, MOTHER, desk_of, mail, make_grant

SECRET, NOWHERE = "zeppelin", "quagmire"
BOTH = f"{SECRET} {NOWHERE}"
ALL = Listing(folder=None)
AT_GMAIL = pytest.mark.parametrize("world", ["gmail"], indirect=True)
AT_OUTLOOK = pytest.mark.parametrize("either", ["outlook"], indirect=True)


@pytest.fixture
async def world(either: World) -> World:
    """Alice's mailbox at each provider, in which Mother is private; Bob may read."""
    await mark_sender(await either.owner(), MOTHER)
    await either.grant("mail.read", "label")
    return either


@pytest.fixture
async def bobs(world: World) -> Desk:
    """Bob at the mailbox."""
    return await world.assistant()


def arrives(world: World, *letters: bytes | EmailMessage, labels: tuple[str, ...] = ("INBOX",)) -> None:
    """Put letters into the mailbox, behind those that are there; time goes on."""
    clock.move(timedelta(minutes=5))
    box = either_box(world)
    for letter in letters:
        raw = letter if isinstance(letter, bytes) else letter.as_bytes()
        box.add(raw, labels=labels, internal_date=clock.now(), unread=True)


def private(count: int = 1) -> list[bytes]:
    """Return letters of Mother's that have the word."""
    return [mail(MOTHER, f"Secret {n}", f"The {SECRET}.") for n in range(count)]


def notes(count: int = 1, text: str = BOTH) -> list[bytes]:
    """Return letters of Bob's that have both words."""
    return [mail(BOB[0], f"Notes {n}", text) for n in range(count)]


async def walk(desk: Desk, word: str, size: int, label: str = "") -> list[tuple[list[str], int]]:
    """Return what a search tells on each of its pages: subjects, and how long the cursor is as it is handed out."""
    listing, cursor, told = Listing(size=size, label=label), "", []
    while cursor or not told:
        page = await (search(desk, listing, word, cursor) if word else list_messages(desk, listing, cursor))
        cursor = page.cursor
        told.append((subjects(page.messages), len(Cursors.at(desk, "x", block=OF_MESSAGES).sealed(cursor))))
    return told


async def same(desk: Desk, *, sizes: tuple[int, ...] = (1, 2, 25)) -> None:
    """Require that every page is the same for both words."""
    for size in sizes:
        assert await walk(desk, SECRET, size) == await walk(desk, NOWHERE, size), size


async def test_T4_a_private_letter_behind_bobs_own_gives_no_further_page(world: World, bobs: Desk) -> None:
    arrives(world, *private())
    arrives(world, *notes())
    await same(bobs)
    assert [pages for pages, _ in await walk(bobs, SECRET, 1)] == [["Notes 0"]]


async def test_T4_private_letters_before_and_between_bobs_own_change_nothing(world: World, bobs: Desk) -> None:
    arrives(world, *notes(3))
    arrives(world, *private(7))
    arrives(world, *notes(2))
    arrives(world, *private(5))
    await same(bobs)
    assert sum(len(pages) for pages, _ in await walk(bobs, SECRET, 2)) == 5


async def test_T4_a_full_page_of_bobs_own_and_one_private_letter_behind_it(world: World, bobs: Desk) -> None:
    arrives(world, *private())
    arrives(world, *notes(25))
    await same(bobs, sizes=(25,))


async def test_T4_letters_that_only_quote_the_word_bring_no_end_nearer(world: World, bobs: Desk) -> None:
    """Bob pads: what he writes as a quotation of Mother is left out for him, and the provider finds it."""
    arrives(world, *notes())
    arrives(world, *notes(9, f"Hi\r\n\r\nOn Monday, Mother <{MOTHER}> wrote:\r\n> {BOTH}\r\n"))
    arrives(world, *private())
    await same(bobs)


@pytest.mark.parametrize("size", [1, 2, 7, 25])
async def test_T4_every_visible_letter_is_found_whatever_lies_between_and_however_many_are_asked_for(
    world: World, bobs: Desk, size: int
) -> None:
    for number in range(12):
        arrives(world, mail(BOB[0], f"Notes {number}", BOTH), *private(6), labels=("INBOX", "Work"))
    expected = {f"Notes {number}" for number in range(12)}
    for told in (await walk(bobs, SECRET, size), await walk(bobs, "", size, "Work")):
        seen = [subject for page, _ in told for subject in page]
        assert (set(seen), len(seen)) == (expected, 12)


async def test_T4_a_private_letter_behind_a_full_page_does_not_show_in_the_cursors_length(
    world: World, bobs: Desk
) -> None:
    arrives(world, *notes(40))
    arrives(world, *private())
    await same(bobs, sizes=(1, 24, 25))


@pytest.mark.parametrize(
    ("shown", "quoted", "guess"),
    [
        ("The Annabelle hydrangeas.", "Belle and Anna came.", "anna"),
        ("About the resume.", "My résumé.", "résumé"),
        ("In the strasse.", "In der straße.", "straße"),
        ("Nothing.", "see \uff9e there", "\uff9e"),
        ("Number 48291.", "482", "482"),
        ("हान्दू", "हिन्दी", "हिन्दी"),
    ],
)
async def test_T4_a_visible_word_like_the_guess_is_not_the_guess(
    world: World, bobs: Desk, shown: str, quoted: str, guess: str
) -> None:
    arrives(world, mail(CLIENT, "The hedge", f"{shown}\r\n\r\nOn Monday, Mother <{MOTHER}> wrote:\r\n> {quoted}\r\n"))
    assert (await search(bobs, ALL, guess)).messages == ()


async def test_T4_a_label_that_private_mail_bears_is_like_one_that_there_is_not(world: World, bobs: Desk) -> None:
    arrives(world, *private(6), labels=("INBOX", "Divorce"))
    for size in (1, 2, 50):
        assert await walk(bobs, "", size, "Divorce") == await walk(bobs, "", size, "Nolabel") == [([], 0)]
    for label in ("Divorce", "Nolabel"):
        arrives(world, *notes(2), labels=("INBOX", label))
    for size in (1, 2, 50):
        assert await walk(bobs, "", size, "Divorce") == await walk(bobs, "", size, "Nolabel")


async def test_T4_labels_of_a_letter_that_is_shown_alone_cannot_be_asked_for(world: World, bobs: Desk) -> None:
    await mark_sender(await world.owner(), MOTHER, excepted=[MailKind.INVITATION])
    invites = "You're invited: my birthday"
    arrives(world, mail(MOTHER, invites, "You are invited on Sunday."), labels=("INBOX", "Divorce"))
    assert invites in subjects((await list_messages(bobs, ALL)).messages)
    assert (await list_messages(bobs, Listing(label="Divorce"))).messages == ()
    assert (await search(bobs, Listing(label="Divorce"), "sunday")).messages == ()
    assert subjects((await search(bobs, ALL, "sunday")).messages) == [invites]


async def test_T4_what_becomes_private_while_letters_are_opened_is_not_shown(
    world: World, bobs: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, opened = await world.owner(), hits._opened

    async def slowly(*given: object) -> object:
        contents = await opened(*given)  # type: ignore[arg-type]
        await mark_sender(owner, CLIENT)
        return contents

    monkeypatch.setattr(hits, "_opened", slowly)
    with pytest.raises(Conflict):
        await search(bobs, ALL, "march")
    assert (await search(bobs, ALL, "march")).messages == ()


async def test_V4_a_grant_that_ends_while_letters_are_opened_shows_nothing(
    world: World, bobs: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, opened = await world.owner(), hits._opened
    (grant,) = await grants.list_grants(owner)

    async def slowly(*given: object) -> object:
        await grants.revoke(owner, grant.id)
        return await opened(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(hits, "_opened", slowly)
    with pytest.raises(Denied) as refusal:
        await search(bobs, ALL, "march")
    assert refusal.value.reason == "grant_revoked"


async def test_T4_nobodys_unsent_draft_is_listed_found_or_read(world: World, bobs: Desk, charlie: Person) -> None:
    await make_grant(world.resources, world.mailbox, charlie)
    await written(await desk_of(world.resources, charlie, world.mailbox), f"Dear Clara, the {SECRET}.")
    owner = await world.owner()
    await written(owner, f"Not yet: the {SECRET}.")
    drafts = [each for each in (await list_messages(owner, ALL)).messages if each.message.folder is Folder.DRAFTS]
    assert len(drafts) == 2
    assert not {each.id for each in drafts} & {each.id for each in (await list_messages(bobs, ALL)).messages}
    assert (await list_messages(bobs, Listing(folder=Folder.DRAFTS))).messages == ()
    assert (await search(bobs, ALL, SECRET)).messages == ()
    for each in drafts:
        with pytest.raises(NotFound):
            await read(bobs, each.id)
    (terrace,) = (await search(bobs, ALL, "march")).messages
    assert [each.message.folder for each in (await read(bobs, terrace.id)).thread] == [Folder.INBOX]


@AT_OUTLOOK
async def test_a_letter_that_cannot_be_opened_spoils_no_search(
    world: World, bobs: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoting = f"Shall we?\r\n\r\nOn Monday, Mother <{MOTHER}> wrote:\r\n> The {SECRET}.\r\n"
    arrives(world, mail(CLIENT, "The hedge", quoting))

    async def too_many(*_: object) -> None:
        raise InvalidMessage(detail="it has more files than can be told here")

    monkeypatch.setattr(files, "_listed", too_many)
    assert await search(bobs, ALL, SECRET) == await search(bobs, ALL, NOWHERE)


@AT_OUTLOOK
async def test_T4_a_conversation_too_long_to_be_looked_through_is_private_and_spoils_no_list(
    world: World, bobs: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_PAGES", 1)
    first = mail(CLIENT, "Long", f"The {SECRET}.", message_id="<first@customer.example>")
    arrives(world, first, *[mail(CLIENT, "Re: Long", "x", answers="<first@customer.example>") for _ in range(251)])
    assert await search(bobs, ALL, SECRET) == await search(bobs, ALL, NOWHERE)
    assert subjects((await search(bobs, ALL, "terrace")).messages) == ["Terrace in March?"]
    assert subjects((await search(await world.owner(), ALL, SECRET)).messages) == ["Long"]


@AT_GMAIL
async def test_no_search_uses_up_what_a_mailbox_may_be_asked_in_a_minute(world: World, bobs: Desk) -> None:
    arrives(world, *private(130))
    for word in (NOWHERE, SECRET):
        world.resources.transport._wait_for_room = Units(6000).wait
        assert (await search(bobs, ALL, word)).messages == ()
