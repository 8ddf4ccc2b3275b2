"""The page that explains a copy of somebody's data, in her language."""

from __future__ import annotations

from app.locale.catalogues import N_, Language

TITLE = N_("What Deskhand keeps about {who}, taken {when}")

PARAGRAPHS = (
    N_("Each file is JSON (UTF-8), which programs can read; moments are in UTC."),
    N_(
        "There is no mail in here: Deskhand keeps no text of messages, no attachments and no drafts. They are in the "
        "mailbox. There are no passwords, since Deskhand never knows any, and no tokens or other secrets."
    ),
    N_(
        "Of other people you find the name and the address by which you know them here already (people.json); "
        "everywhere else they are numbers (ids)."
    ),
)

FILES: tuple[tuple[str, str], ...] = (
    ("profile.json", N_("your name, address, account number at your provider, language and time zone")),
    ("sign_ins.json", N_("where you are signed in")),
    ("own_hours.json", N_("when you work")),
    ("settings.json", N_("your mailboxes: address, provider, state, time zone")),
    ("administrator_requests.json", N_("what your administrator was asked")),
    ("notices.json", N_("what Deskhand has told you, and what became of the letter")),
    ("proposals.json", N_("what you proposed to owners")),
    ("teams_led.json", N_("the teams that you lead")),
    ("people.json", N_("the people whose numbers stand in the other files")),
    (
        "mailboxes/…",
        N_(
            "for each mailbox of yours: consents, private senders, hours, templates, accesses, agreements, "
            "sending limit, invitations, numbers of messages and drafts, approvals, scheduled replies, and the "
            "whole log with its chain"
        ),
    ),
    (
        "assisting/…",
        N_(
            "for each mailbox where you assist or did: your access, what you agreed to, and what you did. What it was "
            "done to is its owner's, so it is left out."
        ),
    ),
)


def readme(who: str, when: str, language: Language) -> str:
    """Return the page; `when` is a moment in words."""
    said = language.gettext
    lines = [said(TITLE).format(who=who, when=when), "", *(f"{said(each)}\n" for each in PARAGRAPHS)]
    return "\n".join([*lines, *(f"{name}\n    {said(text)}" for name, text in FILES), ""])
