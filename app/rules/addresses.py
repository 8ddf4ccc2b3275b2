"""Addresses as they are compared: display names count for nothing, look-alikes stay different."""

from __future__ import annotations

import unicodedata


def normalised(address: str) -> str:
    """Return an address in the form in which two are compared: NFKC, lower case, the domain in IDNA.

    An address that cannot be brought into that form comes back lower-cased as it is, and so equals no other.
    """
    plain = unicodedata.normalize("NFKC", address).strip().strip("<>").casefold()
    local, at, domain = plain.rpartition("@")
    if not at:
        return plain
    return f"{local}@{_ascii(domain)}"


def domain_of(address: str) -> str:
    """Return the normalised domain with its `@`, as a sender rule names it; empty without one."""
    _, at, domain = normalised(address).rpartition("@")
    return f"@{domain}" if at else ""


def _ascii(domain: str) -> str:
    try:
        return domain.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return domain
