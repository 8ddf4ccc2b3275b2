"""One after the other, and none that fails keeps the others from their turn."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from app.errors import AppError, DatabaseTrouble

log = logging.getLogger(__name__)
Key = TypeVar("Key")


async def each_in_turn(keys: Iterable[Key], work: Callable[[Key], Awaitable[object]], what: str) -> int:
    """Do something for each key and return with how many that went well; what fails comes again with the next round.

    The log names it by `what` and its key, which is one of ours: what cannot be done right now by its code, a mistake
    of ours by where it happened. Raises DatabaseTrouble, which would meet all the others too.
    """
    well = 0
    for key in keys:
        try:
            await work(key)
            well += 1
        except DatabaseTrouble:  # each would only wait for it as long as the first
            raise
        except AppError as trouble:
            log.warning("%s of %s waits for its next turn: %s", what, key, trouble.code)
        except Exception:
            log.exception("%s of %s has failed", what, key)
    return well
