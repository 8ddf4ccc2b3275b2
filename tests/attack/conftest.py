"""The service in-process and browsers for everybody, as for the tests of pages."""

from __future__ import annotations

from tests.notices.conftest import posting, server
from tests.web.conftest import app, as_alice, as_bob, as_charlie, built, granted, stranger

__all__ = ["app", "as_alice", "as_bob", "as_charlie", "built", "granted", "posting", "server", "stranger"]
