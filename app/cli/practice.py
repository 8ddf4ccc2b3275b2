"""The people and the mail of the practice mailboxes, one at each provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from app import clock
from app.sandbox.mail_files.load import Fillable, Loaded, load
from app.sandbox.mail_files.practice import PracticeMail, client_at_night, practice_mails
from app.sandbox.mail_files.progress import shown
from app.sandbox.sandbox import Sandbox

__all__ = [
    "ASSISTANT", "CLIENT", "CODE_SUBJECT", "GRAPH_OWNER", "MOTHER", "OWNER", "Loaded", "client_at_night", "filled",
    "filled_graph",
]  # fmt: skip

OWNER = ("valentina@practice.deskhand.example", "Valentina Rojas")
GRAPH_OWNER = ("valentina@jardines-rojas.example", "Valentina Rojas")
ASSISTANT = ("camille@practice.deskhand.example", "Camille Moreau")
MOTHER = "carmen.araya@correo.example"
CLIENT = "ignacio@hotelboldo.example"
CODE_SUBJECT = "Su código de verificación es 482 913"


async def filled(sandbox: Sandbox, mail: Path | None, *, translate: Callable[[str], str] = str) -> Loaded:
    """Give the two people their accounts and the owner her mail: the invented ones, or a file's and the story's few.

    Raises UnreadableInput for a file or folder that holds no mail.
    """
    sandbox.add_person(*ASSISTANT, locale="fr")
    mailbox = sandbox.add_mailbox(sandbox.add_person(*OWNER, locale="es"))
    loaded = Loaded(0, 0, ())
    if mail:
        with shown(translate("Reading {path}").format(path=mail), translate=translate) as progress:
            loaded = await load(mailbox, mail, progress=progress)
    _add(mailbox, practice_mails(clock.now(), mailbox.address), among_own=bool(mail))
    return loaded


async def filled_graph(sandbox: Sandbox, mail: Path | None, *, translate: Callable[[str], str] = str) -> Loaded:
    """Give the same two people Microsoft accounts, and the owner an Outlook mailbox with the same mail.

    Raises UnreadableInput for a file or folder that holds no mail.
    """
    sandbox.add_graph_person(*ASSISTANT, locale="fr")
    mailbox = sandbox.add_graph_mailbox(sandbox.add_graph_person(*GRAPH_OWNER, locale="es"))
    loaded = Loaded(0, 0, ())
    if mail:
        with shown(translate("Reading {path}").format(path=mail), translate=translate) as progress:
            loaded = await load(mailbox, mail, progress=progress)
    _add(mailbox, practice_mails(clock.now(), mailbox.address, provider="graph"), among_own=bool(mail))
    return loaded


def _add(mailbox: Fillable, mails: Iterable[PracticeMail], *, among_own: bool) -> None:
    for each in mails:
        if each.story or not among_own:
            # Among somebody's own mail the story's few would be lost: they arrive just now.
            arrived = clock.now() if among_own else each.internal_date
            mailbox.add(each.raw, labels=each.labels, internal_date=arrived, unread=each.unread)
