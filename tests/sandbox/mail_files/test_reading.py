"""Every kind of mail file as one stream of letters, and bad input as one sentence."""

from __future__ import annotations

import gzip
import io
import os
import socket
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePath

import pytest

from app.errors import UnreadableInput
from app.sandbox.mail_files import archives, reading
from app.sandbox.mail_files.letters import MOST_LETTER, Broken, Letter
from app.sandbox.mail_files.reading import kind_of, open_source

LINE = b"From ana@correo.example Mon Jan  5 10:00:00 2026\n"
ONE = b"From: ana@correo.example\nSubject: one\n\nHola.\n"
TWO = b"From: ana@correo.example\nSubject: two\n\nChao.\n"
MBOX = LINE + ONE + b"\n" + LINE + TWO


def letters(path: Path) -> list[Letter]:
    """Return the letters of a path, which must hold nothing broken."""
    found = list(open_source(path).found)
    assert [piece for piece in found if isinstance(piece, Broken)] == []
    return [piece for piece in found if isinstance(piece, Letter)]


def raws(path: Path) -> list[bytes]:
    """Return the letters of a path as bytes."""
    return [letter.raw for letter in letters(path)]


def broken(path: Path) -> list[tuple[str, str]]:
    """Return what is broken in a path."""
    return [(piece.where, piece.why) for piece in open_source(path).found if isinstance(piece, Broken)]


def write(path: Path, data: bytes) -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    """Write a zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> Path:
    """Write a tar archive."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


TAKEOUT = {
    "Takeout/archive_browser.html": b"<html></html>",
    "Takeout/Correo/Todo el correo, incluido Spam y Papelera.mbox": MBOX,
    "Takeout/Correo/Configuración/Filtros.json": b"{}",
}


@pytest.mark.parametrize("name", ["mail.mbox", "mail.mbx", "Inbox", "mail", "mail.txt", "mail.backup"])
def test_an_mbox_may_have_any_name(tmp_path: Path, name: str) -> None:
    assert raws(write(tmp_path / name, MBOX)) == [ONE, TWO]


@pytest.mark.parametrize("name", ["a.eml", "A.EML", "a", "a.txt", "a.mbox"])
def test_a_single_mail_may_have_any_name(tmp_path: Path, name: str) -> None:
    assert raws(write(tmp_path / name, ONE)) == [ONE]


def test_letters_say_where_they_stood(tmp_path: Path) -> None:
    assert [letter.where for letter in letters(write(tmp_path / "x.mbox", MBOX))] == [
        "mail 1 of x.mbox",
        "mail 2 of x.mbox",
    ]
    write(tmp_path / "many" / "deep" / "er" / "a.eml", ONE)
    assert [letter.where for letter in letters(tmp_path / "many")] == [str(PurePath("deep/er/a.eml"))]


def test_a_folder_of_letters_is_read_in_order_however_deep(tmp_path: Path) -> None:
    write(tmp_path / "b.eml", TWO)
    write(tmp_path / "a.eml", ONE)
    write(tmp_path / "sub" / "sub" / "c.EML", ONE)
    write(tmp_path / "sub" / "notes.pdf", b"%PDF-1.4")
    write(tmp_path / "sub" / "index.msf", b"// <!-- <mdb:mork:z v=1.4/> -->")
    assert raws(tmp_path) == [ONE, TWO, ONE]


def test_a_folder_that_mail_programs_name_tells_where_its_letters_lay(tmp_path: Path) -> None:
    write(tmp_path / "Sent Items" / "a.eml", ONE)
    write(tmp_path / "Borradores.mbox", LINE + ONE)
    write(tmp_path / "Summer 2026" / "b.eml", TWO)
    write(tmp_path / "Profile" / "Trash", LINE + ONE)
    assert {(letter.where, letter.folder) for letter in letters(tmp_path)} == {
        (str(PurePath("Sent Items/a.eml")), "Sent Items"),
        ("mail 1 of Borradores.mbox", "Borradores"),
        (str(PurePath("Summer 2026/b.eml")), ""),
        (f"mail 1 of {PurePath('Profile/Trash')}", "Trash"),
    }


def test_numbered_files_without_a_suffix_are_letters(tmp_path: Path) -> None:
    write(tmp_path / "_sent_mail" / "1.", ONE)
    write(tmp_path / "inbox" / "2", TWO)
    assert raws(tmp_path) == [ONE, TWO]


def test_a_maildir_with_subfolders_keeps_folders_flags_and_dates(tmp_path: Path) -> None:
    write(tmp_path / "cur" / "1767607200.1.host:2,FS", ONE)
    write(tmp_path / "new" / "1767607201.2.host", TWO)
    write(tmp_path / "tmp" / "1767607202.3.host", b"half written")
    write(tmp_path / ".Sent" / "cur" / "1767607203.4.host:2,S", ONE)
    write(tmp_path / ".Clientes.Boldo" / "cur" / "1767607204.5.host:2,", TWO)
    write(tmp_path / "dovecot-uidlist", b"3 V1767607200 N6 G1\n")
    write(tmp_path / "maildirfolder", b"")
    found = {letter.folder: letter for letter in letters(tmp_path)}
    assert set(found) == {"INBOX", "Sent", "Clientes/Boldo"}
    assert len(letters(tmp_path)) == 4
    assert (found["Sent"].unread, found["Clientes/Boldo"].unread) == (False, True)
    starred = next(letter for letter in letters(tmp_path) if letter.marks)
    assert (starred.folder, starred.marks, starred.raw) == ("INBOX", ("STARRED",), ONE)
    assert starred.date is not None
    assert starred.date.year == 2026


def test_a_takeout_folder_zip_and_tgz_give_the_same(tmp_path: Path) -> None:
    for name, data in TAKEOUT.items():
        write(tmp_path / "folder" / name, data)
    archived = [
        zipped(tmp_path / "takeout.zip", TAKEOUT),
        tarred(tmp_path / "takeout.tgz", TAKEOUT),
        tarred(tmp_path / "takeout.tar.gz", TAKEOUT),
        tarred(tmp_path / "takeout.tar", TAKEOUT, "w"),
        zipped(tmp_path / "download", TAKEOUT),
    ]
    for path in [tmp_path / "folder", *archived]:
        assert raws(path) == [ONE, TWO], path


def test_a_folder_of_takeout_parts_is_read_part_by_part(tmp_path: Path) -> None:
    zipped(tmp_path / "takeout-001.zip", TAKEOUT)
    tarred(tmp_path / "takeout-002.tgz", {"Takeout/Mail/x.mbox": LINE + TWO})
    write(tmp_path / "old.mbox.gz", gzip.compress(LINE + ONE))
    assert raws(tmp_path) == [ONE, ONE, TWO, TWO]


def test_a_packed_mbox_is_unpacked_as_it_streams(tmp_path: Path) -> None:
    for name in ("mail.mbox.gz", "mail.gz", "mail"):
        assert raws(write(tmp_path / name, gzip.compress(MBOX))) == [ONE, TWO]


def test_archives_may_hold_letters_and_maildirs_too(tmp_path: Path) -> None:
    members = {
        "export/a.eml": ONE,
        "export/.Sent/cur/1767607203.4.host:2,S": TWO,
        "__MACOSX/export/._a.eml": b"\0\5\x16\7",
        "export/._a.eml": b"\0\5\x16\7",
    }
    for path in (zipped(tmp_path / "a.zip", members), tarred(tmp_path / "a.tgz", members)):
        assert raws(path) == [ONE, TWO]
        assert [letter.folder for letter in letters(path)] == ["", "Sent"]


@pytest.mark.parametrize(
    ("name", "start", "kind"),
    [
        ("a.eml", b"\x89PNG", "letter"),
        ("a.mbox", b"rubbish", "mbox"),
        ("sub/a.html", b"<html>", ""),
        ("sub/readme.md", b"Note: this is no mail\n", ""),
        ("sub/a.json", b"{}", ""),
        ("sub/README", b"Just text\n", ""),
        ("sub/17", b"Received: by x\n", "letter"),
        ("readme.md", b"Note: named by the user herself\n", "letter"),
        ("photo.png", b"\x89PNG", ""),
    ],
)
def test_what_is_mail_is_told_by_name_and_beginning(name: str, start: bytes, kind: str) -> None:
    assert kind_of(PurePath(name), start) == kind


def refused(path: Path) -> str:
    """Return the sentence with which a path is refused."""
    with pytest.raises(UnreadableInput) as refusal:
        list(open_source(path).found)
    sentence = str(refusal.value)
    assert sentence.startswith(f"{path} cannot be read as mail: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence.removeprefix(f"{path} cannot be read as mail: ").removesuffix(".")


def test_a_missing_path_an_empty_file_and_an_impossible_name_are_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere") == "there is no such file or folder"
    assert refused(write(tmp_path / "empty.mbox", b"")) == "it is empty"
    assert refused(tmp_path / ("x" * 5_000)) == "file name too long"
    assert refused(tmp_path / "a\0b") == "this is no path"


def test_special_files_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == "it is neither a file nor a folder"
    assert refused(Path("/dev/zero")) == "it is neither a file nor a folder"
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "s"))
        assert refused(tmp_path / "s") == "it is neither a file nor a folder"
    write(tmp_path / "a.eml", ONE)
    (tmp_path / "s").unlink()
    assert raws(tmp_path) == [ONE]  # the pipe inside the folder is passed by


def test_links_in_circles_and_into_nothing_do_not_hold_it_up(tmp_path: Path) -> None:
    write(tmp_path / "mail" / "a.eml", ONE)
    (tmp_path / "mail" / "again").symlink_to(tmp_path / "mail")
    (tmp_path / "mail" / "gone.eml").symlink_to(tmp_path / "nowhere.eml")
    (tmp_path / "mail" / "self.eml").symlink_to(tmp_path / "mail" / "self.eml")
    found = list(open_source(tmp_path / "mail").found)
    assert [piece.raw for piece in found if isinstance(piece, Letter)] == [ONE]
    assert len([piece for piece in found if isinstance(piece, Broken)]) == 2
    assert "too many levels of symbolic links" in refused(tmp_path / "mail" / "self.eml")


def closed_to_us(monkeypatch: pytest.MonkeyPatch, closed: Path) -> None:
    """Let the system refuse one file; as root a mode would refuse nothing."""
    honest: Callable[..., object] = Path.open

    def opens(path: Path, *args: object) -> object:
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return honest(path, *args)

    monkeypatch.setattr(Path, "open", opens)


def test_a_closed_file_is_refused_and_one_in_a_folder_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.eml", ONE)
    closed_to_us(monkeypatch, write(tmp_path / "closed.eml", TWO))
    assert refused(tmp_path / "closed.eml") == "permission denied"
    assert broken(tmp_path) == [("closed.eml", "permission denied")]


@pytest.mark.parametrize("name", ["../../etc/cron.d/x.mbox", "/etc/x.mbox", "a/../../x.eml", "C:\\x.mbox", "..\\x.eml"])
def test_an_archive_whose_names_lead_out_of_it_is_refused_whole(tmp_path: Path, name: str) -> None:
    members = {"a.mbox": MBOX, name: MBOX}
    for path in (zipped(tmp_path / "a.zip", members), tarred(tmp_path / "a.tgz", members)):
        assert "would lead out of it" in refused(path)
    assert sorted(child.name for child in tmp_path.iterdir()) == ["a.tgz", "a.zip"]


def test_bombs_are_refused_before_they_have_grown_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "GROWTH_FROM", 2**20)
    zeros = bytes(8 * 2**20)
    bombs = [
        zipped(tmp_path / "one.zip", {"a.mbox": zeros}),
        zipped(tmp_path / "many.zip", {f"{n}.mbox": bytes(2**19) for n in range(16)}),
        tarred(tmp_path / "a.tgz", {"a.mbox": zeros}),
        tarred(tmp_path / "ignored.tgz", {"a.png": zeros, "b.mbox": MBOX}),
        write(tmp_path / "a.mbox.gz", gzip.compress(zeros)),
    ]
    for bomb in bombs:
        assert refused(bomb) == "it unpacks to more than 100 times its size, as no mail does"


def test_a_tar_of_holes_links_and_devices_yields_its_mail_alone(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "odd.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
            member = tarfile.TarInfo(f"{kind.decode()}.eml")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        member = tarfile.TarInfo("real.eml")
        member.size = len(ONE)
        archive.addfile(member, io.BytesIO(ONE))
    assert raws(tmp_path / "odd.tar") == [ONE]


def test_a_damaged_archive_yields_what_came_before_the_damage(tmp_path: Path) -> None:
    blocks = [os.urandom(3_000).hex().encode() for _ in range(40)]
    mbox = b"".join(LINE + ONE + block + b"\n\n" for block in blocks)
    packed = gzip.compress(mbox)
    found = list(open_source(write(tmp_path / "cut.mbox.gz", packed[: len(packed) * 3 // 4])).found)
    assert len(found) > 10
    assert [type(piece) for piece in found[:-1]] == [Letter] * (len(found) - 1)
    assert found[-1] == Broken("cut.mbox", "it is damaged, or ends too early")
    cut = tarred(tmp_path / "cut.tgz", {"a.eml": ONE, "b.mbox": mbox}).read_bytes()
    write(tmp_path / "cut.tgz", cut[: len(cut) // 2])
    assert len(broken(tmp_path / "cut.tgz")) >= 1


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.zip", b"PK\x03\x04 and then nothing of a zip", "it is damaged, or ends too early"),
        ("a.tgz", b"no tar at all", "it is damaged, or ends too early"),
        ("a.mbox.gz", b"\x1f\x8b\x08\x00 but cut", "it is damaged, or ends too early"),
    ],
)
def test_what_only_calls_itself_an_archive_is_one_broken_piece(
    tmp_path: Path, name: str, data: bytes, why: str
) -> None:
    assert [reason for _, reason in broken(write(tmp_path / name, data))] == [why]


def test_a_zip_with_one_damaged_member_yields_the_others(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.eml": ONE * 50, "b.eml": TWO})
    data = bytearray(path.read_bytes())
    start = data.index(b"a.eml") + len(b"a.eml")
    data[start : start + 20] = bytes(20)
    found = list(open_source(write(path, bytes(data))).found)
    assert found[0] == Broken("a.eml", "it is damaged, or ends too early")
    assert isinstance(found[1], Letter)


def test_a_locked_zip_says_that_it_is_locked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "locked.zip", {"a.mbox": MBOX})
    data = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    assert broken(write(path, bytes(data))) == [("a.mbox", "it is locked with a password")]


def test_a_letter_larger_than_gmail_takes_is_counted_not_held(tmp_path: Path) -> None:
    with (tmp_path / "huge.eml").open("wb") as file:
        file.write(ONE)
        file.truncate(MOST_LETTER + 1)
    write(tmp_path / "small.eml", ONE)
    assert broken(tmp_path) == [("huge.eml", reading.TOO_LARGE)]


@pytest.mark.parametrize("make", [zipped, tarred])
def test_the_meter_ends_at_its_total(tmp_path: Path, make: Callable[[Path, dict[str, bytes]], Path]) -> None:
    write(tmp_path / "in" / "a.mbox", MBOX * 100)
    write(tmp_path / "in" / "notes.html", b"<p>" * 5_000)
    make(tmp_path / "in" / "more.zip", {"b.mbox": MBOX, "c.pdf": bytes(10_000)})
    source = open_source(tmp_path / "in")
    assert (source.meter.done, source.meter.total > 20_000) == (0, True)
    seen = [source.meter.done for _ in source.found]
    assert seen == sorted(seen)
    assert source.meter.done == source.meter.total
