"""Letters that are uploaded."""

# ruff: noqa: E501 - the table reads best a row a line

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.sandbox.gmail.mailbox import Message
from tests.sandbox.practice import ME, Program, letter, reply, unraw

UP = f"/upload{ME}"
MAIL = {"content-type": "message/rfc822"}


def related(metadata: bytes, written: bytes, kind: str = "message/rfc822") -> dict[str, Any]:
    """Return a multipart/related request as Google's library writes it."""
    body = (
        b"--===b\r\nContent-Type: application/json\r\nMIME-Version: 1.0\r\n\r\n" + metadata + b"\r\n"
        b"--===b\r\nContent-Type: " + kind.encode() + b"\r\nMIME-Version: 1.0\r\n"
        b"Content-Transfer-Encoding: binary\r\n\r\n" + written + b"\r\n--===b--"
    )
    headers = {"content-type": 'multipart/related; boundary="===b"'}
    return {"params": {"uploadType": "multipart"}, "content": body, "headers": headers}


async def raw_of(program: Program, message_id: str) -> bytes:
    return unraw((await program.get(f"messages/{message_id}", format="raw"))["raw"])


async def test_a_letter_alone(program: Program):
    kept = await program.done("POST", f"{UP}/messages", params={"uploadType": "media"}, content=letter(), headers=MAIL)
    assert await raw_of(program, kept["id"]) == letter()


async def test_a_letter_with_its_metadata_keeps_the_thread(program: Program, from_clara: Message):
    metadata = f'{{"message": {{"threadId": "{from_clara.thread_id}"}}}}'.encode()
    made = await program.done("POST", f"{UP}/drafts", **related(metadata, reply()))
    assert made["message"]["threadId"] == from_clara.thread_id
    assert await raw_of(program, made["message"]["id"]) == reply()


async def test_a_draft_is_updated_and_sent_by_upload(program: Program):
    made = await program.draft(letter())
    updated = await program.done("PUT", f"{UP}/drafts/{made['id']}", **related(b"{}", reply(body="two")))
    assert updated["id"] == made["id"]
    metadata = f'{{"id": "{made["id"]}"}}'.encode()
    sent = await program.done("POST", f"{UP}/drafts/send", **related(metadata, reply(body="three")))
    assert (await program.get(f"messages/{sent['id']}"))["snippet"] == "three"


async def test_a_letter_is_sent_by_upload(program: Program):
    sent = await program.done("POST", f"{UP}/messages/send", **related(b"", reply()))
    assert sent["labelIds"] == ["SENT"]


WRONG: list[tuple[str, dict[str, Any], int, str]] = [
    ("drafts", {"content": letter(), "headers": MAIL}, 400, "Invalid upload request"),
    ("drafts", {"params": {"uploadType": "some"}, "content": letter(), "headers": MAIL}, 400, "Invalid upload request"),
    ("drafts", {"params": {"uploadType": "media"}, "content": b"x", "headers": {"content-type": "text/plain"}}, 400, "Media type 'text/plain' is not supported"),
    ("drafts", related(b"{}", letter(), "image/png"), 400, "Media type 'image/png' is not supported"),
    ("drafts", related(b"{}", letter()) | {"headers": {"content-type": "multipart/related"}}, 400, "Invalid multipart request"),
    ("drafts", related(b"{}", letter()) | {"content": b"--===b--"}, 400, "Invalid multipart request"),
    ("drafts", related(b"{", letter()), 400, "Invalid JSON payload received"),
    ("drafts", related(b'{"foo": 1}', letter()), 400, 'Invalid JSON payload received. Unknown name "foo" at \'draft\''),
    ("drafts", related(b"{}", b"no letter"), 400, "Invalid message"),
    ("labels", {"params": {"uploadType": "media"}, "content": letter(), "headers": MAIL}, 400, "does not support media upload"),
    ("nothing", {"params": {"uploadType": "media"}, "content": letter(), "headers": MAIL}, 404, "Method not found."),
]  # fmt: skip


@pytest.mark.parametrize(("path", "request_", "status", "message"), WRONG)
async def test_what_cannot_be_uploaded(
    program: Program, path: str, request_: dict[str, Any], status: int, message: str
):
    answer = await program.ask("POST", f"{UP}/{path}", **request_)
    assert answer.status_code == status
    assert message in answer.json()["error"]["message"]
    assert "drafts" not in await program.get("drafts")


async def test_more_than_gmail_takes_is_413(program: Program):
    large = letter() + b"x" * 36_700_160
    answer = await program.ask("POST", f"{UP}/drafts", params={"uploadType": "media"}, content=large, headers=MAIL)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (413, "uploadTooLarge")


async def test_without_a_token_nothing_is_taken(client: httpx2.AsyncClient):
    answer = await client.post(f"{UP}/messages/send", **related(b"{}", reply()))
    assert answer.status_code == 401


async def begun(program: Program, metadata: bytes = b"{}") -> str:
    """Begin an upload in pieces and return where they go."""
    answer = await program.ask(
        "POST",
        f"{UP}/drafts",
        params={"uploadType": "resumable"},
        content=metadata,
        headers={"x-upload-content-type": "message/rfc822", "content-type": "application/json"},
    )
    assert (answer.status_code, answer.content) == (200, b"")
    return answer.headers["location"]


async def test_a_letter_in_pieces(program: Program, from_clara: Message):
    place = await begun(program, f'{{"message": {{"threadId": "{from_clara.thread_id}"}}}}'.encode())
    written, half = reply(), 100
    first = await program.ask(
        "PUT", place, content=written[:half], headers={"content-range": f"bytes 0-{half - 1}/{len(written)}"}
    )
    assert (first.status_code, first.headers["range"]) == (308, f"bytes=0-{half - 1}")
    asked = await program.ask("PUT", place, headers={"content-range": f"bytes */{len(written)}"})
    assert asked.status_code == 308
    last = await program.ask(
        "PUT",
        place,
        content=written[half:],
        headers={"content-range": f"bytes {half}-{len(written) - 1}/{len(written)}"},
    )
    assert last.status_code == 200
    assert last.json()["message"]["threadId"] == from_clara.thread_id
    assert await raw_of(program, last.json()["message"]["id"]) == written


async def test_pieces_may_come_at_once_and_without_a_known_end(program: Program):
    at_once = await program.ask("PUT", await begun(program), content=letter())
    assert at_once.status_code == 200
    place = await begun(program)
    open_end = await program.ask("PUT", place, content=b"Subject: x", headers={"content-range": "bytes 0-9/*"})
    assert open_end.status_code == 308
    end = await program.ask("PUT", place, content=b"\n\n", headers={"content-range": "bytes 10-11/12"})
    assert end.status_code == 200


async def test_pieces_that_do_not_fit_are_refused(program: Program):
    place = await begun(program)
    for header in ("bytes 5-9/10", "bytes 0-1/10", "nonsense"):
        answer = await program.ask("PUT", place, content=b"12345", headers={"content-range": header})
        assert answer.status_code == 400
    unknown = await program.ask("PUT", place.rpartition("=")[0] + "=unknown", content=b"x")
    assert unknown.status_code == 404
    done = await program.ask("PUT", place, content=letter())
    assert done.status_code == 200
    again = await program.ask("PUT", place, content=letter())
    assert again.status_code == 404
