"""What the tests of the surfaces share."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from tests.web.site import make_site


@pytest.fixture
def site() -> FastAPI:
    """The small site with an operator who has filled everything in."""
    return make_site(
        google_client_id="practice", operator_name="Rojas SpA", operator_contact="privacidad@rojas.example"
    )


@pytest.fixture
def bare_site() -> FastAPI:
    """The small site as it stands right after the first start, nothing filled in."""
    return make_site()
