"""What a worker looks after again and again, besides the letters: what was kept long enough, what is to be erased."""

from __future__ import annotations

import logging
from functools import partial

from app.actions.adopt import adopt_all
from app.actions.erasing import go_on, not_done
from app.actions.erasure_list import apply_again, file_of, keep_list, read_list
from app.actions.forget import forget_invited
from app.actions.resources import Resources
from app.actions.turns import each_in_turn

log = logging.getLogger(__name__)


async def tidy_up(resources: Resources) -> None:
    """Forget what was kept long enough, and whom an older backup has brought back; look after drafts cut short."""
    await forget_invited(resources)
    await adopt_all(resources)
    await erase_again(resources)  # it may be that a backup was restored while we worked


async def erase(resources: Resources) -> None:
    """Go on with the erasures that are not done, and have the list outside the database know of them."""
    if await go_on_with_all(resources):
        await keep_list(resources, file_of(resources.settings))


async def go_on_with_all(resources: Resources) -> int:
    """Go on with every erasure that is not done; return how many there were."""
    waiting = await not_done(resources)
    await each_in_turn(waiting, partial(go_on, resources), "an erasure")
    return len(waiting)


async def erase_again(resources: Resources) -> None:
    """Send off again whom an older backup has brought back, before anything of theirs is done."""
    path = file_of(resources.settings)
    try:
        await apply_again(resources, read_list(path), only_missing=True)
        await keep_list(resources, path)
    except Exception as trouble:
        log.warning("the list of erasures %s cannot be used: %s", path, type(trouble).__name__)
