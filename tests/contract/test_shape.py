"""Every adapter is what the protocol says, to the parameter."""

from __future__ import annotations

import inspect

import pytest

from app.providers import base
from app.providers.gmail.mailbox import Gmail
from app.providers.graph.mailbox import Graph
from app.providers.protocol import Provider

ADAPTERS = [Gmail, Graph]
PROMISED = {name: value for name, value in vars(Provider).items() if inspect.iscoroutinefunction(value)}


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda each: each.__name__.lower())
def test_an_adapter_offers_what_is_promised_and_nothing_else(adapter: type[Provider]) -> None:
    offered = {name: value for name, value in vars(adapter).items() if not name.startswith("_")}
    assert offered.keys() == PROMISED.keys()
    for name, method in PROMISED.items():
        assert inspect.signature(offered[name]) == inspect.signature(method), name


def test_nothing_that_crosses_can_be_changed_on_the_way() -> None:
    types = [each for each in vars(base).values() if inspect.isclass(each) and hasattr(each, "__dataclass_fields__")]
    assert len(types) >= 10
    assert all(each.__dataclass_params__.frozen for each in types)
