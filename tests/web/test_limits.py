"""A body is read up to a limit, whether it says how large it is, lies, or says nothing."""

from __future__ import annotations

import pytest

from app.web.limits import MOST_BYTES
from tests.web.site import visit


async def chunks(size, piece=65_536):
    for start in range(0, size, piece):
        yield b"x" * min(piece, size - start)


async def send(site, path="/swallow", **request):
    async with visit(site, accept="application/json") as program:
        return await program.post(path, **request)


async def test_a_body_at_the_limit_is_taken_and_one_byte_more_is_not(site):
    assert (await send(site, content=b"x" * MOST_BYTES)).json() == {"bytes": MOST_BYTES}
    answer = await send(site, content=b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert answer.json()["detail"] == "This is too large. At most 1 MB are taken."


async def test_a_body_that_does_not_say_its_size_is_counted_while_it_comes(site):
    assert (await send(site, content=chunks(MOST_BYTES))).json() == {"bytes": MOST_BYTES}
    assert (await send(site, content=chunks(MOST_BYTES * 3))).status_code == 413


async def test_a_body_that_says_less_than_it_is_is_counted_all_the_same(site):
    answer = await send(site, content=chunks(MOST_BYTES * 2), headers={"content-length": "10"})
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["9" * 30, "9" * 5000, "-1", "1e3", "٣", "x", " "])
async def test_a_size_that_is_none_or_beyond_all_bounds_is_refused_before_anything_is_read(site, length):
    answer = await send(site, content=b"x", headers={"content-length": length.encode()})
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


async def test_pages_and_unknown_addresses_refuse_too_large_bodies_as_well(site):
    async with visit(site) as browser:
        for path in ("/form", "/nowhere", "/static/logo.svg"):
            answer = await browser.post(path, content=b"x" * (MOST_BYTES + 1))
            assert answer.status_code == 413
            assert "<h1>" in answer.text


async def test_a_form_with_too_many_fields_or_broken_parts_is_a_bad_request(site):
    many = "&".join(f"f{n}=1" for n in range(5000))
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (await send(site, "/form", content=many, headers=form)).status_code == 400
    broken = {"content-type": "multipart/form-data; boundary=b"}
    assert (
        await send(site, "/form", content=b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", headers=broken)
    ).status_code == 400
