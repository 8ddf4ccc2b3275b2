"""A provider that is listened to: when it takes the mailbox's tokens no longer, that is noted at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.actions.resources import Resources
from app.actions.tokens import is_over
from app.errors import MailboxDisconnected, ProviderBusy
from app.providers.protocol import Provider


class Watched:
    """Hands every call on; a token that is refused twice ends the consent, whatever was being done with it."""

    def __init__(self, provider: Provider, resources: Resources, mailbox_id: UUID) -> None:
        self._provider, self._resources, self._mailbox_id = provider, resources, mailbox_id

    def __getattr__(self, name: str) -> Any:
        """Return the provider's call; it raises ProviderBusy where only an old token was refused meanwhile."""
        call = getattr(self._provider, name)

        async def heard(*given: Any, **more: Any) -> Any:
            try:
                return await call(*given, **more)
            except MailboxDisconnected as refusal:
                refused = str(refusal.values.get("refused", ""))
                if refused and not await is_over(self._resources, self._mailbox_id, refused):
                    raise ProviderBusy from None  # nothing was done, and the newer token has not been tried
                raise

        return heard
