"""Letters that hang on a letter as files: known as such, and taken apart in a process that can be killed.

What is told of one is for judging it, never for showing: too many people and too many words rather than too few.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from email import message_from_bytes
from email.message import Message as Parsed
from typing import Any, cast

from app.child import Child, TooHard
from app.providers.addresses import parse_addresses
from app.providers.base import Address, Content, Folder, Message
from app.providers.characters import clean_line, decode_words
from app.providers.fields import LONG_AGO
from app.providers.headers import NOTICE_HEADER
from app.rules.letter_files import called_letter, is_outlooks_own, looks_like_letter

ATTACHED = b"attached\n"  # begins the question that the child answers with `letters_in`
MOST_LETTERS, MOST_PEOPLE = 20, 1000  # in one file, and letters of all its words: who judges them answers others, too
MOST_WORDS = 2 * 2**20
ADDRESS = re.compile(r"[^\s<>\"'(),;:&\[\]]{1,64}@[^\s<>\"'(),;:&\[\]]{1,253}")

Body = tuple[str, str, bytes]  # media type, charset, bytes
Read = Callable[[Iterable[Body]], dict[str, Any]]


async def attached_letters(child: Child, raw: bytes) -> list[Content] | None:
    """Return the letter that a file is and those that hang on it, to judge them by; None if it cannot be read.

    The child is made as `Child(reading.work)`. Whoever is named anywhere in the file counts as its recipient.
    """
    try:
        told = json.loads(await child.ask(ATTACHED + raw))
    except TooHard:
        return None
    people = tuple(Address(email=each) for each in told["people"])
    return [_content(letter, people) for letter in told["letters"]]


def _content(letter: dict[str, str], people: tuple[Address, ...]) -> Content:
    message = Message(
        id="",
        thread_id="",
        folder=Folder.ARCHIVE,
        date=LONG_AGO,
        authors=parse_addresses([letter["from"]]),
        to=people,
        subject=letter["subject"],
        snippet=clean_line(letter["text"], 300),
        notice_mark=letter["mark"],
    )
    return Content(message=message, text=letter["text"], html=letter["html"])


def letters_in(raw: bytes, read: Read) -> bytes:
    """Tell of a letter and all that hang on it; raises for what cannot be read. What runs in the child.

    `read` makes text and sanitised HTML of bodies, as for a letter that is shown.
    """
    letters: list[dict[str, str]] = []
    found = [_parsed(raw)]
    for letter in found:  # which grows meanwhile
        bodies: list[Body] = []
        parts = [letter]
        while parts:
            part = parts.pop()
            if not part.is_multipart():
                found += _leaf(part, bodies)
            elif part.get_content_maintype() == "message":
                found += _hung(part)
            else:
                bodies += [("text/plain", "", _bytes(each)) for each in (part.preamble, part.epilogue) if each]
                parts += cast(list[Parsed], part.get_payload())
        letters.append(_told(letter, read(bodies)))
    people = {each for letter in found for each in ADDRESS.findall(" ".join(map(str, letter.values())))}
    people |= set(ADDRESS.findall(raw.decode("utf-8", "replace")))
    words = sum(len(each["text"]) + len(each["html"]) for each in letters)
    if len(letters) > MOST_LETTERS or len(people) > MOST_PEOPLE or words > MOST_WORDS:
        raise ValueError("too much to be judged")
    return json.dumps({"letters": letters, "people": sorted(people)}).encode()


def _parsed(raw: bytes) -> Parsed:
    if is_outlooks_own(raw) or raw.startswith(b"From "):
        raise ValueError("Outlook's own form of a letter, or several letters in a row")
    letter = message_from_bytes(raw)
    if not letter.keys():
        raise ValueError("a letter has a head")
    return letter


def _leaf(part: Parsed, bodies: list[Body]) -> list[Parsed]:
    """Add the words of a part to the bodies of its letter; return the letter that the part itself is, if it is one."""
    if part.get_content_maintype() in ("message", "multipart"):
        raise ValueError("a part that holds others holds none")
    raw, media_type = part.get_payload(decode=True), part.get_content_type()
    said = raw if isinstance(raw, bytes) else b""
    name = part.get_filename("")
    bodies += [("text/plain", "", _bytes(f"{name}\n"))] if name else []
    if media_type in ("text/plain", "text/html"):
        bodies.append((media_type, part.get_content_charset("") or "", said))
    return [_parsed(said)] if called_letter(media_type, name) or looks_like_letter(said) else []


def _hung(part: Parsed) -> list[Parsed]:
    """Return the letters that a part holds; the parser leaves encoded ones as they are, and mail programs do not."""
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() in ("base64", "quoted-printable", "x-uuencode"):
        raise ValueError("an encoded letter")
    return cast(list[Parsed], part.get_payload())


def _told(letter: Parsed, words: dict[str, Any]) -> dict[str, str]:
    if not words["whole"]:
        raise ValueError("too much to be judged")
    subjects = [decode_words(str(each)) for each in letter.get_all("Subject", [])]
    return {
        "from": ", ".join(str(each) for name in ("From", "Sender") for each in letter.get_all(name, [])),
        "subject": clean_line(" ".join(subjects), 1000),
        "mark": str(letter.get(NOTICE_HEADER, "")),
        "text": words["text"],
        "html": words["html"],
    }


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
