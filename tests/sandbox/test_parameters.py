"""The parameters of Content-Type and Content-Disposition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.parameters import mime_type_of, parameters_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("text/plain", "text/plain"),
        ("TEXT/HTML; charset=x", "text/html"),
        (" application / pdf ;", "application/pdf"),
        ("nonsense", "text/plain"),
        ("", "text/plain"),
        ("application/vnd.ms-excel.sheet+xml", "application/vnd.ms-excel.sheet+xml"),
    ],
)
def test_types(written: str, read: str):
    assert mime_type_of(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('text/plain; charset="utf-8"', {"charset": "utf-8"}),
        ("text/plain; CHARSET=utf-8 ; format=flowed", {"charset": "utf-8", "format": "flowed"}),
        ("x/y; filename*=utf-8''caf%C3%A9.pdf", {"filename": "café.pdf"}),
        ("x/y; filename*=iso-8859-1'es'ma%F1ana.txt", {"filename": "mañana.txt"}),
        ("x/y; filename*0=one; filename*1=two", {"filename": "onetwo"}),
        ("x/y; filename*1=two; filename*0=one", {"filename": "onetwo"}),
        ("x/y; filename*0*=utf-8''a%C3%A9; filename*1*=%C3%A8; filename*2=z", {"filename": "aéèz"}),
        ("x/y; filename=old.txt; filename*=utf-8''n%C3%A9w.txt", {"filename": "néw.txt"}),
        ('x/y; filename="=?utf-8?q?caf=C3=A9?="', {"filename": "café"}),
        ('x/y; filename="a\\"b;c"', {"filename": 'a"b;c'}),
        ('x/y; filename="open', {"filename": "open"}),
        ("x/y; filename*=nonsense%41", {"filename": "nonsenseA"}),
        ("x/y; ; =; a", {}),
        ("", {}),
    ],
)
def test_parameters_are_read(written: str, read: dict[str, str]):
    assert parameters_of(written) == read


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str):
    mime_type_of(text)
    parameters_of(f"text/plain; {text}")


@pytest.mark.parametrize(
    "hostile",
    [";" * 60_000, "; a=" * 15_000, '; a="' * 12_000, ";  " * 20_000, "; a*1=b" * 9_000, '; a="' + "\\" * 60_000],
)
def test_no_parameters_are_more_than_linear_work(hostile: str):  # quadratic work would take minutes
    parameters_of("text/plain" + hostile)
