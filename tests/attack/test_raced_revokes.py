"""Revocations against two workers, each race at another moment; `./deskhand bench revoke` runs ten thousand of them."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from app.actions.resources import Resources
from app.actions.send import deliver
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import outlook_world
from tests.actions.situations import World
from tests.bench.lanes import Lane
from tests.bench.racing import Tally
from tests.bench.wire import wired
