"""What an assistant's page lists: the messages of a folder, or those that a search finds there."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions import list_messages, search
from app.actions.desk import Desk
from app.actions.listed import SeenMessage
from app.errors import BadRequest
from app.locale.catalogues import Language
from app.web.console.folders import Wanted
from app.web.cursors import OF_MESSAGES, Cursors


@dataclass(frozen=True, kw_only=True)
class Found:
    """Messages, the cursor of older ones, and what is wrong with the words that were to be looked for."""

    messages: tuple[SeenMessage, ...] = ()
    older: str = ""
    wrong: str = ""


async def found(desk: Desk, wanted: Wanted, language: Language) -> Found:
    """Return what the page shows; words that nothing can be looked for by are told beside their field."""
    cursors = Cursors.at(desk, wanted.name, block=OF_MESSAGES)
    cursor = cursors.opened(wanted.after)
    try:
        if wanted.searching:
            page = await search.search(desk, wanted.listing, wanted.search, cursor)
        else:
            page = await list_messages.list_messages(desk, wanted.listing, cursor)
    except BadRequest as nothing_to_find:
        return Found(wrong=nothing_to_find.sentence(language.gettext))
    return Found(messages=page.messages, older=cursors.sealed(page.cursor))
