"""Looking for words: an assistant finds what she may read these words in, and learns nothing of the rest."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest

from app import clock
from app.access.acts import Act
from app.actions.list_messages import list_messages
from app.actions.private import mark_sender
from app.actions.search import search
from app.errors import BadRequest, Denied
from app.models.conditions import Conditions, MailKind
from app.providers.base import Folder, Listing
from app.sandbox.faults import Kind
from tests.actions.outlook import either_box
from tests.actions.situations import TERRACE, World, fails, last, log_of, subjects
from tests.people import ALICE, CLIENT, MOTHER, mail

ALL = Listing(folder=None)
HIDDEN = "zeppelin"  # a word of Mother's


@pytest.fixture
def world(either: World) -> World:
    """Alice's mailbox at each provider, and Bob who may assist her."""
    return either


def arrives(world: World, *letters: bytes | EmailMessage) -> None:
    """Put letters into the mailbox, each a minute after the other."""
    box = either_box(world)
    for number, letter in enumerate(letters):
        raw = letter if isinstance(letter, bytes) else letter.as_bytes()
        box.add(raw, internal_date=clock.now() + timedelta(minutes=number), unread=True)


async def found_by_bob(world: World, text: str, listing: Listing = ALL) -> list[str]:
    return subjects((await search(await world.assistant(), listing, text)).messages)


async def found_by_alice(world: World, text: str, listing: Listing = ALL) -> list[str]:
    return subjects((await search(await world.owner(), listing, text)).messages)


def asked_for_words(world: World) -> list[str]:
    """Return every question with words in it that a provider was asked."""
    paths = [entry.path.casefold() for entry in world.sandbox.ledger.entries]
    return [path for path in paths if "search" in path or "&q=" in path or "?q=" in path]


async def test_V17_bob_finds_what_he_may_read_and_nothing_of_what_is_private(world: World) -> None:
    await world.grant("mail.read")
    await mark_sender(await world.owner(), MOTHER)
    assert await found_by_bob(world, "MARCH") == [TERRACE]
    assert await found_by_bob(world, "march, START?") == [TERRACE]
    assert await found_by_bob(world, "clara") == [TERRACE]
    assert await found_by_bob(world, "sunday") == []
    assert await found_by_bob(world, "482") == []
    assert await found_by_alice(world, "sunday") == ["Sunday lunch"]
    assert await found_by_alice(world, "482") == ["Your verification code"]


async def test_whoever_may_only_list_cannot_ask_the_provider_for_words(world: World) -> None:
    """Finding 7: a search tells what the body says."""
    await world.grant("mail.list", "label", "archive")
    with pytest.raises(Denied) as refusal:
        await found_by_bob(world, "march")
    assert refusal.value.reason == "scope_missing"
    assert await last(await world.owner(), 1) == [("whole", "search", "deny", "scope_missing")]
    assert asked_for_words(world) == []


async def test_a_letter_is_not_found_by_what_it_quotes_of_a_private_one(world: World) -> None:
    quoting = f"Shall we?\r\n\r\nOn Monday, Mother <{MOTHER}> wrote:\r\n> I would rather take the {HIDDEN}.\r\n"
    arrives(world, mail(CLIENT, "The hedge", quoting))
    await world.grant("mail.read")
    assert await found_by_bob(world, HIDDEN) == ["The hedge"]
    await mark_sender(await world.owner(), MOTHER)
    assert await found_by_bob(world, "shall") == ["The hedge"]
    assert await found_by_bob(world, HIDDEN) == []
    assert await found_by_bob(world, f"shall {HIDDEN}") == []
    assert await found_by_alice(world, HIDDEN) == ["The hedge"]


async def test_a_conversation_that_a_private_answer_joins_is_not_found_either(world: World) -> None:
    await world.grant("mail.read")
    await mark_sender(await world.owner(), MOTHER)
    arrives(world, mail(MOTHER, "Re: Terrace in March?", "I hear of it.", answers="<march@customer.example>"))
    assert await found_by_bob(world, "march") == []
    assert set(await found_by_alice(world, "march")) == {TERRACE, "Re: Terrace in March?"}


async def test_a_letter_that_opens_accounts_is_not_found_and_no_guess_makes_it_vanish(world: World) -> None:
    """Its first words tell nobody: it is listed until somebody reads it, whatever codes are guessed."""
    long = "Thank you for being with us for so many years. " * 12
    code = f"{long}\r\n\r\nYour verification code is 482913. Enter it to sign in. Never share it with anybody."
    arrives(world, mail("hello@shop.example", "Thank you", code))
    await world.grant("mail.read")
    desk = await world.assistant()
    for guess in ("years", "482912", "482913"):
        assert await found_by_bob(world, guess) == []
        assert "Thank you" in subjects((await list_messages(desk, ALL)).messages)


async def test_V16_an_invitation_of_mothers_is_found_by_its_own_words_alone(world: World) -> None:
    invites = "You're invited: my birthday"
    text = f"You are invited on Sunday.\n\nOn Monday, Alice <{ALICE[0]}> wrote:\n> The {HIDDEN} is ready.\n"
    arrives(world, mail(MOTHER, invites, text))
    await mark_sender(await world.owner(), MOTHER, excepted=[MailKind.INVITATION])
    await world.grant("mail.read")
    assert await found_by_bob(world, "sunday") == [invites]
    assert await found_by_bob(world, HIDDEN) == []


async def test_what_a_grant_does_not_cover_is_not_found(world: World) -> None:
    await world.grant("mail.read", conditions=Conditions(senders=frozenset({CLIENT})))
    assert await found_by_bob(world, "march") == [TERRACE]
    assert await found_by_bob(world, "roses") == []
    assert await found_by_alice(world, "roses") == ["Garden news"]


async def test_a_file_is_found_by_its_name_and_not_by_what_only_the_file_says(world: World) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = CLIENT, ALICE[0], "The plan"
    letter.set_content("See the drawing.")
    letter.add_attachment(f"{HIDDEN}\n", filename="terrace-plan.txt")
    arrives(world, letter)
    await world.grant("mail.read")
    assert await found_by_bob(world, HIDDEN) == []
    assert await found_by_bob(world, "drawing") == ["The plan"]


async def test_pages_are_full_and_end_where_what_may_be_shown_ends(world: World) -> None:
    """Whatever number of private letters has the word: neither a length nor a further page says so."""
    arrives(world, *[mail(MOTHER if n % 2 else CLIENT, f"Roses {n}", "Roses.") for n in range(12)])
    await mark_sender(await world.owner(), MOTHER)
    await world.grant("mail.read")
    desk, cursor, pages = await world.assistant(), "", []
    while cursor or not pages:
        page = await search(desk, Listing(size=4), "roses", cursor)
        pages.append(subjects(page.messages))
        cursor = page.cursor
    assert [len(page) for page in pages] == [4, 3]
    seen = [subject for page in pages for subject in page]
    assert set(seen) == {f"Roses {n}" for n in range(0, 12, 2)} | {"Garden news"}
    assert len(seen) == len(set(seen))


async def test_where_nothing_but_private_mail_has_the_word_there_is_no_further_page(world: World) -> None:
    arrives(world, *[mail(MOTHER, f"Letter {n}", f"The {HIDDEN}.") for n in range(13)])
    await mark_sender(await world.owner(), MOTHER)
    await world.grant("mail.read")
    desk = await world.assistant()
    of_private, of_none = [await search(desk, Listing(size=2), word) for word in (HIDDEN, "nowhere")]
    assert of_private == of_none
    assert (of_private.messages, of_private.cursor) == ((), "")
    owners = await search(await world.owner(), Listing(size=2), HIDDEN)
    assert len(owners.messages) == 2
    assert owners.cursor


@pytest.mark.parametrize("text", ["", "   ", "?!", "-", '"', "::"])
async def test_what_holds_no_word_is_refused_before_anybody_is_asked(world: World, text: str) -> None:
    await world.grant("mail.read")
    for desk in (await world.owner(), await world.assistant()):
        with pytest.raises(BadRequest):
            await search(desk, ALL, text)
    assert asked_for_words(world) == []


async def test_spam_is_not_searched(world: World) -> None:
    await world.grant("mail.read", "spam.review")
    with pytest.raises(BadRequest):
        await found_by_bob(world, "march", Listing(folder=Folder.SPAM))


async def test_the_log_says_that_bob_looked_for_words_and_not_for_which(world: World) -> None:
    await world.grant("mail.read")
    await found_by_bob(world, HIDDEN)
    entries = await log_of(await world.owner())
    assert [entry.action for entry in entries if entry.action == Act.SEARCH] == [Act.SEARCH]
    assert HIDDEN not in repr(entries)


async def test_a_letter_that_cannot_be_fetched_stops_the_search_in_words(world: World) -> None:
    await world.grant("mail.read")
    fails(world.sandbox, Kind.STATUS_503, "*/messages/*", times=50)
    with pytest.raises(Exception, match="mail provider") as trouble:
        await found_by_bob(world, "march")
    assert "march" not in str(trouble.value)
