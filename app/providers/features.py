"""What each provider can do, as the README says it: one row where the two differ, and one for what both do."""

from __future__ import annotations

from typing import NamedTuple


class Feature(NamedTuple):
    """One row: what it is, and what it is at each provider."""

    what: str
    gmail: str
    graph: str


FEATURES = (
    Feature("List, read, label, archive, trash, draft, schedule, send, revoke", "yes", "yes"),
    Feature("Labels", "Gmail's labels", "categories, without colours; no comma or semicolon in a name"),
    Feature(
        "Search by an assistant: whole words, in what she may read",
        "sender, subject, text, names of files",
        "sender, subject, text; of the newest 1,000 that have the words; not counted",
    ),
    Feature(
        "Labels of the owner's that are on no message", "listed", "not listed: that takes a permission not asked for"
    ),
    Feature(
        "A tab of the inbox can be private as a whole",
        "Promotions, Social, Updates, Forums",
        "no: Focused and Other are no kinds of mail; mark a category",
    ),
    Feature("Move to the archive, the trash, spam and back", "yes", "yes; not where the mailbox has no archive folder"),
    Feature("The owner's own folders", "are labels", "their messages are in the list of everything"),
    Feature("Reply from another address of the owner's", "any she has confirmed", "those of the same mailbox"),
    Feature("What a reply quotes", "the words", "the original as Outlook quotes it"),
    Feature("A letter's own plain form beside its HTML", "shown", "no: Exchange keeps the HTML alone"),
    Feature("A draft that is thrown away", "is gone", "lies in Deleted Items, without recipients"),
    Feature("Move a message among drafts or sent letters", "no", "no"),
)


def table() -> str:
    """Return the rows as Markdown."""
    head = "| | Gmail, Google Workspace | Microsoft 365, Outlook.com |\n|---|---|---|\n"
    return head + "".join(f"| {row.what} | {row.gmail} | {row.graph} |\n" for row in FEATURES)
