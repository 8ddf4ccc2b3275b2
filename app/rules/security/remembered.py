"""What was found out about a text, under a digest of it: lists are looked at again and again, words are not kept."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable


class Remembered:
    """Figures under keyed digests of the texts they were worked out from; the oldest of more than `most` goes."""

    def __init__(self, most: int) -> None:
        # Of this process alone: a digest says nothing to whoever reads its memory later.
        self._key = secrets.token_bytes(32)
        self._most = most
        self._found: OrderedDict[bytes, float] = OrderedDict()

    def of(self, texts: tuple[str, ...], work_out: Callable[[], float]) -> float:
        """Return the figure of these texts, worked out at most once as long as it is remembered."""
        digest = self._digest(texts)
        found = self._found.get(digest)
        if found is None:
            found = self._found[digest] = work_out()
            if len(self._found) > self._most:
                self._found.popitem(last=False)
        return found

    def _digest(self, texts: tuple[str, ...]) -> bytes:
        # As Python writes a tuple down: no text can move from one part into the next, and none is without its bytes.
        return hashlib.blake2b(repr(texts).encode(), key=self._key, digest_size=16).digest()
