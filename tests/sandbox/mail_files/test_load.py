"""A mail file into a practice mailbox: everything readable arrives, everything else is counted."""

from __future__ import annotations

import asyncio
import mailbox as standard
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.child import TooHard
from app.errors import UnreadableInput
from app.sandbox.gmail.mailbox import Mailbox, SendAs
from app.sandbox.mail_files import load as loading
from app.sandbox.mail_files.load import Loaded, Progress, load
from app.sandbox.spool import Spool
from tests.sandbox.mail_files.make_mbox import make_mbox, make_pieces
from tests.sandbox.practice import ALICE

LINE = b"From ana@correo.example Mon Jan  5 10:00:00 2026\n"


async def loaded(mailbox: Mailbox, path: Path) -> Loaded:
    """Load a path without looking at the progress."""
    return await load(mailbox, path, progress=lambda _: None)


def labels_of(mailbox: Mailbox) -> Counter[tuple[str, ...]]:
    """Count the messages by their labels, by name."""
    names = {label.id: label.name for label in mailbox.labels}
    return Counter(tuple(sorted(names[label] for label in message.labels)) for message in mailbox.messages.values())


async def test_every_mail_arrives_and_every_broken_piece_is_counted(mailbox: Mailbox, tmp_path: Path) -> None:
    size = make_mbox(tmp_path / "varied.mbox", 600, broken=24)
    steps: list[Progress] = []
    result = await load(mailbox, tmp_path / "varied.mbox", progress=steps.append)
    assert (result.read, result.unreadable, len(mailbox.messages)) == (600, 24, 600)
    assert len(result.first_bad) == 5
    assert all(" of varied.mbox: it" in sentence for sentence in result.first_bad)
    assert steps[-1] == Progress(size, size, 600, 24)


async def test_the_progress_never_goes_back(mailbox: Mailbox, tmp_path: Path) -> None:
    make_mbox(tmp_path / "varied.mbox", 1_500, broken=10)
    steps: list[Progress] = []
    await load(mailbox, tmp_path / "varied.mbox", progress=steps.append)
    assert len(steps) > 10
    for before, after in pairwise(steps):
        assert before.done <= after.done <= after.total == before.total
        assert before.read <= after.read
        assert before.unreadable <= after.unreadable


async def test_what_arrives_is_what_was_written(mailbox: Mailbox, tmp_path: Path) -> None:
    make_mbox(tmp_path / "varied.mbox", 200, broken=5)
    await loaded(mailbox, tmp_path / "varied.mbox")
    arrived = sorted(mailbox.raw(message).replace(b"\r\n", b"\n").strip() for message in mailbox.messages.values())
    written = sorted(
        piece.raw.replace(b"\r\n", b"\n").strip() for piece in make_pieces(200, broken=5) if not piece.broken
    )
    assert arrived == written


async def test_the_owner_of_the_file_may_be_another_than_the_practice_owner(mailbox: Mailbox, tmp_path: Path) -> None:
    make_mbox(tmp_path / "valentina.mbox", 350)
    await loaded(mailbox, tmp_path / "valentina.mbox")
    assert mailbox.address == ALICE
    found = labels_of(mailbox)
    assert found["SENT",] > 20
    assert found["Clientes, Ñuñoa", "INBOX", "UNREAD"] > 20
    assert found["INBOX", "Notas"] > 20
    for message in mailbox.messages.values():
        if message.labels == {"SENT"}:
            assert b"\r\nFrom: Valentina Rojas" in b"\r\n" + mailbox.raw(message)


async def test_what_the_practice_owner_herself_wrote_was_sent_too(mailbox: Mailbox, tmp_path: Path) -> None:
    letter = f"From: {ALICE.upper()}\nTo: ana@correo.example\nSubject: a\n\nHola.\n"
    (tmp_path / "a.eml").write_text(letter)
    await loaded(mailbox, tmp_path / "a.eml")
    assert labels_of(mailbox) == {("SENT",): 1}


async def test_a_maildir_keeps_its_folders_and_flags(mailbox: Mailbox, tmp_path: Path) -> None:
    box = standard.Maildir(tmp_path / "Maildir")
    for folder, flags in (("", "S"), ("Sent", "S"), ("Trash", "S"), ("Clientes.Boldo", ""), ("Drafts", "SD")):
        where = box.add_folder(folder) if folder else box
        message = standard.MaildirMessage(f"From: ana@correo.example\nSubject: {folder or 'root'}\n\nHola.\n")
        message.set_subdir("cur")
        message.set_flags(flags)
        where.add(message)
    result = await loaded(mailbox, tmp_path / "Maildir")
    assert (result.read, result.unreadable) == (5, 0)
    assert labels_of(mailbox) == {
        ("INBOX",): 1,
        ("SENT",): 1,
        ("TRASH",): 1,
        ("Clientes/Boldo", "UNREAD"): 1,
        ("DRAFT",): 1,
    }


async def test_a_draft_in_a_file_is_a_draft_in_the_mailbox(mailbox: Mailbox, tmp_path: Path) -> None:
    (tmp_path / "d.mbox").write_bytes(LINE + b"From: a@b.example\nX-Gmail-Labels: Borradores\n\nCasi lista.\n")
    await loaded(mailbox, tmp_path / "d.mbox")
    (draft,) = mailbox.drafts.values()
    assert mailbox.messages[draft.message_id].labels == {"DRAFT"}


async def test_threads_and_dates_come_out_of_the_headers(mailbox: Mailbox, tmp_path: Path) -> None:
    first = (
        b"From: ana@correo.example\nSubject: Terraza\nMessage-ID: <1@x>\nDate: Mon, 05 Jan 2026 10:00:00 -0300\n\na\n"
    )
    second = (
        b"Received: by x; Tue, 06 Jan 2026 10:00:00 +0000\nFrom: b@b.example\nSubject: RE: Terraza\n"
        b"Message-ID: <2@x>\nIn-Reply-To: <1@x>\nDate: Thu, 01 Jan 1970 00:00:00 +0000\n\nb\n"
    )
    (tmp_path / "t.mbox").write_bytes(LINE + first + b"\n" + LINE + second)
    await loaded(mailbox, tmp_path / "t.mbox")
    (thread,) = mailbox.threads
    dates = [datetime.fromtimestamp(message.date / 1000, UTC) for message in mailbox.thread(thread)]
    assert dates == [datetime(2026, 1, 5, 13, 0, tzinfo=UTC), datetime(2026, 1, 6, 10, 0, tzinfo=UTC)]


async def test_nothing_is_taken_for_a_duplicate(mailbox: Mailbox, tmp_path: Path) -> None:
    (tmp_path / "d.mbox").write_bytes((LINE + b"From: a@b.example\nMessage-ID: <1@x>\n\nsame\n\n") * 7)
    assert (await loaded(mailbox, tmp_path / "d.mbox")).read == 7
    assert len(mailbox.messages) == 7


async def test_one_letter_too_hard_for_the_child_costs_no_other(
    mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.mbox").write_bytes(
        b"".join(LINE + b"From: a@b.example\nSubject: %d\n\nx\n\n" % n for n in range(30))
    )
    honest = loading.Child.ask

    async def ask(child: loading.Child, payload: bytes) -> bytes:
        if b"Subject: 17\n" in payload:
            raise TooHard(why="it took too long")
        return await honest(child, payload)

    monkeypatch.setattr(loading.Child, "ask", ask)
    result = await loaded(mailbox, tmp_path / "a.mbox")
    assert result == Loaded(29, 1, ("mail 18 of a.mbox: it took too long",))


async def test_ten_thousand_labels_are_enough(
    mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sandbox.gmail.labelbook.MOST_LABELS", 20)
    (tmp_path / "a.mbox").write_bytes(
        b"".join(LINE + b"From: a@b.example\nX-Gmail-Labels: Inbox,label %d\n\nx\n\n" % n for n in range(30))
    )
    assert (await loaded(mailbox, tmp_path / "a.mbox")).read == 30
    assert all("INBOX" in message.labels for message in mailbox.messages.values())
    assert len(list(mailbox.labels)) == 20


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("empty.mbox", b"", "it is empty"),
        ("blank.mbox", b"\n\n\n", "there is no mail in it"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(500), "there is no mail in it"),
        ("photo.eml", b"\x89PNG\r\n\x1a\n" + bytes(500), "it has no header of a mail"),
        ("prose.mbox", b"Dear diary\n", "it has no header of a mail"),
        ("junk.mbox", (LINE + b"\0\xff\n\n") * 3, "none of its 3 pieces is a mail that can be read"),
        ("a.zip", b"PK\x03\x04", "it is damaged, or ends too early"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "there is no mail in it"),
    ],
)
async def test_where_there_is_no_mail_one_sentence_says_so(
    mailbox: Mailbox, tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableInput) as refusal:
        await loaded(mailbox, tmp_path / name)
    assert str(refusal.value) == f"{tmp_path / name} cannot be read as mail: {why}."
    assert mailbox.messages == {}


async def test_an_empty_folder_and_a_missing_path_say_so_too(mailbox: Mailbox, tmp_path: Path) -> None:
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    (tmp_path / "folder" / "notes.txt").write_text("just some notes\n")
    with pytest.raises(UnreadableInput, match="there is no mail in it"):
        await loaded(mailbox, tmp_path / "folder")
    with pytest.raises(UnreadableInput, match="there is no such file or folder"):
        await loaded(mailbox, tmp_path / "nowhere")


async def test_the_loop_serves_others_while_a_file_is_read(mailbox: Mailbox, tmp_path: Path) -> None:
    make_mbox(tmp_path / "varied.mbox", 400)
    reading = asyncio.ensure_future(loaded(mailbox, tmp_path / "varied.mbox"))
    turns = 0
    while not reading.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 20
    assert (await reading).read == 400


async def test_a_reading_given_up_leaves_nothing_running(mailbox: Mailbox, tmp_path: Path) -> None:
    make_mbox(tmp_path / "varied.mbox", 400)
    begun = asyncio.Event()
    reading = asyncio.ensure_future(load(mailbox, tmp_path / "varied.mbox", progress=lambda _: begun.set()))
    await begun.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert asyncio.all_tasks() == {asyncio.current_task()}


BODY = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=80)


@settings(max_examples=15, deadline=None)
@given(bodies=st.lists(BODY, min_size=1, max_size=5))
def test_mails_written_by_pythons_own_mbox_come_back(
    bodies: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("written") / "box.mbox"
    written = standard.mbox(path)
    for body in bodies:
        written.add(f"From: ana@correo.example\nSubject: a\n\n{body}\n".encode())
    written.close()
    spool = Spool()
    mailbox = Mailbox(ALICE, spool, [SendAs(ALICE, primary=True)])
    result = asyncio.run(loaded(mailbox, path))
    arrived = [mailbox.raw(mailbox.messages[one]).partition(b"\r\n\r\n")[2] for one in sorted(mailbox.messages)]
    spool.close()
    assert (result.read, result.unreadable) == (len(bodies), 0)
    assert [text.decode().replace("\r\n", "\n").rstrip("\n") for text in arrived] == [
        body.rstrip("\n") for body in bodies
    ]
