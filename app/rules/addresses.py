"""Addresses as they are compared: display names count for nothing, look-alikes stay different."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import idna

from app.errors import BadRequest

LONGEST_ADDRESS = 320
# Mail services by the first part of their domain, under any ending.
SERVICES = """
gmail googlemail outlook hotmail live msn windowslive passport yahoo ymail rocketmail icloud me mac aol aim proton
protonmail pm gmx web mail email inbox zoho yandex hey fastmail tutanota tuta posteo mailbox mailfence hushmail duck
rediffmail free orange wanadoo laposte sfr neuf numericable bbox club-internet voila skynet telenet proximus bluewin
videotron sympatico telefonica movistar ono terra vtr uol bol t-online freenet arcor libero virgilio tiscali seznam
comcast verizon att sbcglobal cox btinternet bigpond naver daum qq 163 126
"""
EVERYBODYS = frozenset(SERVICES.split())  # whoever has an address there is no colleague of the others


@lru_cache(maxsize=8192)  # the people of a mailbox: each is compared for each message and each rule
def normalised(address: str) -> str:
    """Return an address in the form in which two are compared: NFKC, lower case, the domain in IDNA.

    An address that cannot be brought into that form comes back lower-cased as it is, and so equals no other.
    """
    same = address if address.isascii() else unicodedata.normalize("NFKC", address)
    local, at, domain = same.strip().strip("<>").rpartition("@")
    if not at:
        return domain.casefold()
    return f"{local.casefold()}@{_ascii(domain)}"


def domain_of(address: str) -> str:
    """Return the normalised domain with its `@`, as a sender rule names it; empty without one."""
    _, at, domain = normalised(address).rpartition("@")
    return f"@{domain}" if at else ""


def same_organisation(address: str, own: str) -> bool:
    """Say whether an address is at the owner's own domain; at a mail service that everybody uses, only her own is."""
    domain = domain_of(own)
    if domain[1:].split(".")[0] in EVERYBODYS:
        return normalised(address) == normalised(own)
    return bool(domain) and domain_of(address) == domain


def as_sender(text: str) -> str:
    """Return an address, or `@domain`, as a rule names a sender; raise BadRequest for anything else."""
    plain = normalised(text)
    domain = domain_of(plain)
    unfit = len(plain) > LONGEST_ADDRESS or " " in plain or not plain.isprintable() or plain.count("@") > 1
    if unfit or "." not in domain or "" in domain[1:].split("."):
        raise BadRequest("Give an address such as mother@example.com, or a whole domain such as @example.com.")
    return domain if plain.startswith("@") else plain


def is_from(addresses: Iterable[str], senders: frozenset[str]) -> bool:
    """Say whether one of the addresses is among senders that are named by address or by `@domain`."""
    for name in map(normalised, addresses):
        _, at, domain = name.rpartition("@")
        if name in senders or (at and at + domain in senders):
            return True
    return False


@lru_cache(maxsize=4096)  # a mailbox meets few domains, and each many times a page
def _ascii(domain: str) -> str:
    """Return a domain as browsers and mail servers look it up (UTS 46): ß is a letter of its own, and not ss.

    Nothing more is asked of it: whoever writes from a domain that nobody may register is somebody all the same.
    """
    plain = domain.rstrip(".").lower()
    if plain.isascii():
        return plain
    try:
        mapped = idna.uts46_remap(plain, std3_rules=False, transitional=False).rstrip(".")
    except UnicodeError:
        return plain
    return ".".join(map(_label, mapped.split(".")))


def _label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
