"""What Microsoft's side of a practice server knows of people and their consents."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.sandbox.entra.accounts import Account
from app.sandbox.entra.grants import Grants

__all__ = ["Account", "Directory"]


@dataclass(slots=True)
class Directory:
    """Accounts by address in lower case, and every consent."""

    accounts: dict[str, Account] = field(default_factory=dict)
    grants: Grants = field(default_factory=Grants)

    def add(self, email: str, name: str = "", locale: str = "en") -> Account:
        """Give somebody a Microsoft account, or another name to one who has it."""
        account = Account(email, name or email.partition("@")[0].title(), locale)
        self.accounts[email.casefold()] = account
        return account

    def account(self, email: str) -> Account | None:
        """Return the account of an address, None if there is none."""
        return self.accounts.get(email.casefold())
