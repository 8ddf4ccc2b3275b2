"""Varied mail of any amount, with a known number of pieces that are none: `python -m … PATH MAILS --broken N`."""

from __future__ import annotations

import argparse
import random
from base64 import encodebytes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from pathlib import Path

OWNER = "valentina@practice.deskhand.example"
BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
PEOPLE = [
    ("Andrés Fuentes", "andres.fuentes@viverolosrobles.example"),
    ("Hélène Marchand", "helene@marchand-architectes.example"),
    ("Fiona MacLeod", "fiona@heatherbrae.example"),
    ("Ibáñez, Raúl", "raul@ibanez.example"),
    ("名古屋デザイン", "contact@nagoya.example"),
    ("", "no-reply@avisos.example"),
]
SUBJECTS = [
    "Presupuesto terraza",
    "Plantas para el jardín de la calle Ñuñoa 🌱",
    "Devis pour l'été à Lyon",
    "Samples arrived",
    "Re: Reunión del jueves",
    "Σχέδιο κήπου",
]
SENTENCES = [
    "Le escribo por la terraza que conversamos el martes.",
    "From here the light comes in until noon.",
    "Les échantillons sont arrivés, ils sont magnifiques.",
    ">From what I remember the wall was yellow.",
    "Quedo atento a su respuesta, y muchas gracias por todo.",
    "The oak needs another fortnight, I'm afraid.",
    "",
]


@dataclass(frozen=True)
class Piece:
    """One piece of a mail file: what stands between two separators, and whether that is mail."""

    raw: bytes
    broken: bool
    at: datetime


def make_pieces(mails: int, *, broken: int = 0, seed: int = 1, body_lines: int = 12) -> Iterator[Piece]:
    """Yield so many readable mails with `broken` unreadable pieces strewn among them; the same for the same seed."""
    chance = random.Random(seed)
    left_good, left_bad = mails, broken
    for number in range(mails + broken):
        at = BEGIN + timedelta(minutes=7 * number)
        if chance.randrange(left_good + left_bad) < left_bad:
            left_bad -= 1
            yield Piece(BROKEN[left_bad % len(BROKEN)](chance), True, at)
        else:
            left_good -= 1
            nasty = number % 10 == 9
            make = NASTY[number // 10 % len(NASTY)] if nasty else ordinary
            yield Piece(make(chance, number, at, body_lines), False, at)


def make_mbox(path: Path, mails: int, *, broken: int = 0, seed: int = 1, body_lines: int = 12) -> int:
    """Write an mbox (mboxrd, the way Takeout dates its separators) and return its size in bytes."""
    with path.open("wb") as file:
        for number, piece in enumerate(make_pieces(mails, broken=broken, seed=seed, body_lines=body_lines)):
            file.write(separator(number, piece.at) + quoted(piece.raw) + b"\n")
        return file.tell()


def separator(number: int, at: datetime) -> bytes:
    """Return the line before a mail, as Takeout writes it."""
    return f"From {1_700_000_000_000 + number}@xxx {at:%a %b %d %H:%M:%S %z %Y}\n".encode()


def quoted(raw: bytes) -> bytes:
    """Return a mail with its "From " lines quoted, ending in a newline."""
    lines = raw.split(b"\n")
    text = b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)
    return text if text.endswith(b"\n") else text + b"\n"


def _text(chance: random.Random, lines: int) -> str:
    return "\n".join(chance.choice(SENTENCES) for _ in range(chance.randint(1, 2 * lines))) + "\n"


@lru_cache
def _in_words(text: str) -> str:
    return Header(text, "ascii" if text.isascii() else "utf-8", maxlinelen=990).encode()


@lru_cache
def _addressed(name: str, address: str) -> str:
    return formataddr((name, address))


def ordinary(chance: random.Random, number: int, at: datetime, lines: int) -> bytes:
    """Return a mail that any program can read: plain, HTML, with a file, in a thread, from or to the owner."""
    name, address = PEOPLE[number % len(PEOPLE)]
    from_owner = number % 7 == 6
    people = (_addressed(name, address), _addressed("Valentina Rojas", OWNER))
    author, reader = people[::-1] if from_owner else people
    head = [f"From: {author}", f"To: {reader}", f"Date: {format_datetime(at)}"]
    head.append(f"Subject: {_in_words(chance.choice(SUBJECTS))} {number // 3}")
    head.append(f"Message-ID: <{number}.{chance.randrange(10**9)}@{address.partition('@')[2]}>")
    if not from_owner:
        head.append(f"Delivered-To: {OWNER}")
    if number % 5 == 0:
        labels = '"Clientes, Ñuñoa",Inbox,Unread' if number % 2 else "Recibidos,Abierto,Notas"
        head.append(f"X-Gmail-Labels: {_in_words(labels)}")
    mail = "\n".join([*head, "MIME-Version: 1.0", *_body(chance, number, lines)]).encode()
    return mail.replace(b"\n", b"\r\n") if number % 4 == 0 else mail


def _body(chance: random.Random, number: int, lines: int) -> list[str]:
    text = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", _text(chance, lines)]
    if number % 3:
        return text
    mark = f"=_{number}"
    page = ["Content-Type: text/html; charset=utf-8", "", f"<p>{_text(chance, lines)}</p>", f"--{mark}"]
    plan = ['Content-Type: image/png; name="=?utf-8?q?plano_=C3=B1.png?="', "Content-Transfer-Encoding: base64", ""]
    file = encodebytes(chance.randbytes(40 * lines)).decode()
    head = [f'Content-Type: multipart/mixed; boundary="{mark}"', "", f"--{mark}"]
    return [*head, *text, f"--{mark}", *page, *plan, file, f"--{mark}--", ""]


Nasty = Callable[[random.Random, int, datetime, int], bytes]


def _headed(fields: bytes, body: bytes = b"Hola.\n") -> bytes:
    return b"To: " + OWNER.encode() + b"\nDate: Mon, 05 Jan 2026 10:00:00 +0000\n" + fields + b"\n" + body


# Nasty, but mail: other readers have crashed, stalled or lost text over each of these.
NASTY: list[Nasty] = [
    lambda *_: _headed(b"From: " + b"(" * 500 + b" a@nested.example\nSubject: parentheses\n"),
    lambda *_: _headed(b"From: a@b.example\nContent-Type: text/plain; charset=klingon-8\n", b"\xff\xfe caf\xe9\n"),
    lambda *_: _headed(b"From: nul@b.example\nSubject: a\0b\n", b"\0\0\0 text \0\n"),
    lambda *_: _headed("From: José <jose@b.example>\nSubject: ¿Así, sin codificar?\n".encode()),
    lambda *_: _headed(b"From: latin@b.example\nSubject: Caf\xe9 a las ocho\n"),
    lambda *_: _headed(
        b"From: cut@b.example\nContent-Transfer-Encoding: base64\nContent-Type: image/png\n", b"iVBORw0KGgoAAAANSUhE"
    ),
    lambda *_: b"From: unended@b.example\nSubject: nothing ends this header",
    lambda *_: _headed(b"From: a@b.example, b@b.example\nFrom: c@b.example\nSubject: three authors\n"),
    lambda *_: _headed(b"From: lie@b.example\nContent-Length: 999999999\nLines: -1\n"),
    lambda *_: _headed(b"From: many@b.example\nCc: " + b", ".join(b"p%d@b.example" % n for n in range(2000)) + b"\n"),
    lambda *_: _headed(b"From: =?utf-8?b?////?= <x@b.example>\nSubject: =?utf-8?q?=0D=0ABcc:_y@b.example?=\n"),
    lambda *_: _headed(b'From: b@b.example\nContent-Type: multipart/mixed; boundary="never"\n', b"no such boundary\n"),
]


def _nested(chance: random.Random) -> bytes:
    head = b"From: deep@b.example\nSubject: a thousand boxes\n"
    boxes = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_000))
    return head + b"".join(boxes) + b"\nin the innermost\n"


def _crowded(chance: random.Random) -> bytes:
    head = b"From: wide@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    return head + b"--b\n\nx\n" * 5_000 + b"--b--\n"


BROKEN: list[Callable[[random.Random], bytes]] = [
    lambda chance: b"\x89PNG\r\n\x1a\n" + chance.randbytes(900).replace(b"From ", b""),
    lambda chance: b"",
    lambda chance: b"This is a letter without any header, as somebody pasted it here.\n\nBye.\n",
    _nested,
    lambda chance: b"From: huge@b.example\nX-Padding: " + b"x" * 100_000 + b"\nSubject: after all that\n\nHola.\n",
    _crowded,
]


def main() -> None:
    """Write an mbox from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("mails", type=int)
    parser.add_argument("--broken", type=int, default=0)
    parser.add_argument("--body-lines", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    size = make_mbox(wanted.path, wanted.mails, broken=wanted.broken, seed=wanted.seed, body_lines=wanted.body_lines)
    print(f"{wanted.mails} mails and {wanted.broken} broken pieces in {size:,} bytes")


if __name__ == "__main__":
    main()
