"""The way out: secured before anything is said, signed in if asked, and each end told apart from the others."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from app.errors import BadSetting
from app.notices.letter import Letter, name_for_letters, wire_bytes
from app.notices.outlet import Outlet, Secured, outlet_of
from app.notices.recipients import away_from
from app.notices.smtp import NobodyKnows, NotTaken, at_the_door
from app.settings import Settings
from tests.notices.server import HANG, HANG_UP, MailServer, mail_server

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TO = "alice@practice.example"
LETTER = Letter(
    to=TO,
    subject="Un año más",
    paragraphs=["Hello.", ".\r\n.", "Sí " * 60],
    link="https://deskhand.example/" + "x" * 150,
    closing="",
    language="es",
    message_id="<one@service.example>",
    mark="v1; id=0; mac=0",
)


def outlet(server: MailServer, secured: Secured = Secured.LOOPBACK, **more: str) -> Outlet:
    """Return the way to a mail server on this machine."""
    given = {"sender": "deskhand@service.example", "sender_name": "Deskhand", **more}
    return Outlet(host="localhost", port=server.port, secured=secured, **given)


async def sent(way: Outlet, letter: Letter = LETTER) -> str:
    """Send a letter; return what the server said."""
    async with at_the_door(way, letter.to) as door:
        return await door.hand_over(wire_bytes(letter, way, NOW))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with its key for `localhost`, which nobody trusts but who is told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(hours=1)).add_extension(names, False)
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(pem + key.private_bytes(*plain))
    return path


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@asynccontextmanager
async def secured_server(certificate: Path, *, at_once: bool) -> AsyncIterator[MailServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with mail_server(tls=context, at_once=at_once) as server:
        server.users = {"deskhand": "p/ss:w@rd"}
        yield server


@pytest.mark.parametrize("secured", [Secured.STARTTLS, Secured.TLS])
@pytest.mark.usefixtures("trusted")
async def test_the_password_is_told_to_a_server_whose_certificate_is_good(certificate: Path, secured: Secured) -> None:
    async with secured_server(certificate, at_once=secured is Secured.TLS) as server:
        way = outlet(server, secured, user="deskhand", password="p/ss:w@rd")
        assert "taken" in await sent(way)
        assert server.letters[0].user == "deskhand"
        with pytest.raises(NotTaken, match="sign-in 535"):
            await sent(replace(way, password="wrong"))


@pytest.mark.parametrize("secured", [Secured.STARTTLS, Secured.TLS])
async def test_nothing_is_said_to_a_server_whose_certificate_is_not(certificate: Path, secured: Secured) -> None:
    async with secured_server(certificate, at_once=secured is Secured.TLS) as server:
        with pytest.raises(NotTaken, match=r"^tls$") as refused:
            await sent(outlet(server, secured, user="deskhand", password="p/ss:w@rd"))
        assert not refused.value.permanent
        assert server.said == []


async def test_a_server_that_offers_no_starttls_hears_no_password(server: MailServer) -> None:
    with pytest.raises(NotTaken, match="no tls"):
        await sent(outlet(server, Secured.STARTTLS, user="deskhand", password="secret"))
    assert (server.said, server.letters) == ([], [])


async def test_nobody_there_is_tried_again(server: MailServer) -> None:
    with pytest.raises(NotTaken, match="not reached") as refused:
        await sent(replace(outlet(server), port=1))
    assert not refused.value.permanent


@pytest.mark.parametrize(
    ("step", "answer", "end", "permanent"),
    [
        ("at_recipient", "550 5.1.1 nobody", NotTaken, True),
        ("at_recipient", "451 4.7.1 later", NotTaken, False),
        ("at_recipient", HANG_UP, NotTaken, False),
        ("at_data", "554 5.7.1 spam", NotTaken, True),
        ("at_data", "452 4.3.1 full", NotTaken, False),
        ("at_data", HANG_UP, NobodyKnows, None),
        ("at_data", "299 what is this", NobodyKnows, None),
    ],
)
async def test_every_end_is_told_apart(
    server: MailServer, step: str, answer: str, end: type[Exception], permanent: bool | None
) -> None:
    getattr(server, step).append(answer)
    with pytest.raises(end) as ended:
        await sent(outlet(server))
    assert getattr(ended.value, "permanent", None) is permanent


async def test_a_server_that_never_answers_is_given_up(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.notices.smtp.COMMAND", 0.2)
    monkeypatch.setattr("app.notices.smtp.DATA", 0.2)
    server.at_recipient = [HANG]
    with pytest.raises(NotTaken, match="not reached"):
        await sent(outlet(server))
    server.at_data = [HANG]
    with pytest.raises(NobodyKnows):
        await sent(outlet(server))


async def test_a_letter_is_ascii_lines_that_read_as_they_were_written(server: MailServer) -> None:
    await sent(outlet(server), replace(LETTER, subject="Un año\r\nBcc: eve@x.example"))
    (letter,) = server.letters
    assert letter.message["Subject"] == "Un año Bcc: eve@x.example"
    assert letter.message["Bcc"] is None
    assert LETTER.link in letter.message.get_content()
    assert "Sí Sí" in letter.text
    assert ". ." in letter.text
    letter.raw.decode("ascii")
    assert max(len(line) for line in letter.raw.splitlines()) <= 78


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Alice Amsel", f"Alice Amsel ({TO})"),
        ("J. R. Amsel", f"J. R. Amsel ({TO})"),
        ("Alice\r\nBcc: eve", TO),
        ("Win at casino.example now", TO),
        ("see https://x", TO),
        ("\u202eecilA", f"ecilA ({TO})"),
        ("A" * 61, TO),
        ("", TO),
    ],
)
def test_a_name_is_no_place_for_an_advertisement(name: str, shown: str) -> None:
    assert name_for_letters(name, TO) == shown


def test_what_is_told_of_a_mailbox_goes_elsewhere_if_there_is_an_elsewhere() -> None:
    assert away_from("a@x.example", ["A@X.example", "b@x.example"]) == "b@x.example"
    assert away_from("a@x.example", ["a@x.example"]) == "a@x.example"
    assert away_from("a@x.example", []) == ""


def given(settings: Settings, url: str, sender: str = "d@x.example") -> Settings:
    return settings.model_copy(update={"mail_url": SecretStr(url), "mail_from": sender})


def test_the_setting_says_where_and_how(settings: Settings) -> None:
    assert outlet_of(settings) is None
    way = outlet_of(given(settings, "smtp://de%40sk:p%2Fss%3Aw%40rd@mail.example", "De <D@B\u00dcCHER.example>"))
    assert way
    assert (way.host, way.port, way.secured) == ("mail.example", 587, Secured.STARTTLS)
    assert (way.user, way.password, way.sender_name) == ("de@sk", "p/ss:w@rd", "De")
    assert way.sender == "D@xn--bcher-kva.example"
    assert "p/ss" not in repr(way)
    for url, port, secured in (
        ("smtps://mail.example/", 465, Secured.TLS),
        ("smtps://127.0.0.1:1465", 1465, Secured.TLS),
        ("smtp://localhost:25", 25, Secured.LOOPBACK),
        ("smtp://10.0.0.1:25", 25, Secured.STARTTLS),
    ):
        way = outlet_of(given(settings, url))
        assert way
        assert (way.port, way.secured) == (port, secured)


def test_letters_that_leave_from_a_mailbox_depend_on_it(settings: Settings) -> None:
    for url, sender in (
        ("smtp://mail.example", "Alice@Practice.example"),
        ("smtp://alice%40practice.example:x@m.example", "d@x.example"),
    ):
        way = outlet_of(given(settings, url, sender))
        assert way
        assert way.belongs_to(TO)
        assert not way.belongs_to("bob@practice.example")


def test_a_setting_that_is_no_address_is_told_without_its_secret(settings: Settings) -> None:
    wrong = ("mail.example", "http://m.example", "smtp://m.example:x", "smtp://m.example/x", "smtp://m.example?x=1")
    for url in (*wrong, "smtp://", "smtp://m example", "smtp://[::1"):
        with pytest.raises(BadSetting, match="DESKHAND_MAIL_URL") as refused:
            outlet_of(given(settings, url.replace("//", "//u:hunter2@")))
        assert "hunter2" not in refused.value.sentence()
