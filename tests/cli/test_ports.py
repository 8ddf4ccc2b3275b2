"""The port of a command: taken at once and for good, or refused in one sentence."""

from __future__ import annotations

import pytest

from app.cli.demo.place import chosen_port
from app.cli.ports import NotOurs, PortTaken, listening
from app.cli.service import PORT
from tests.cli.kit import database_is_up, taken_port


@pytest.mark.parametrize("words", [("demo", "--once"), ("serve",), ("sandbox",)])
def test_a_port_in_use_is_one_sentence_and_starts_nothing(deskhand, ground, words):
    with taken_port() as port:
        said = deskhand(*words, "--port", str(port))
    assert said.code == 1
    assert str(port) in said.sentence
    assert "--port" in said.sentence
    assert not database_is_up(ground / "data")
    assert not database_is_up(ground / "data/demo")


def test_the_port_is_held_from_the_first_moment():
    first = listening("127.0.0.1", 0)
    with first, pytest.raises(PortTaken):
        listening("127.0.0.1", first.getsockname()[1])


def test_a_port_that_was_just_left_can_be_had_again():
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
    listening("127.0.0.1", port).close()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_not_called_taken(host):
    with pytest.raises(NotOurs, match="--host"):
        listening(host, 0)


def test_the_pages_of_the_demo_stand_on_the_usual_port_or_on_a_free_one():
    with chosen_port(None) as first, chosen_port(None) as second:
        ports = [sock.getsockname()[1] for sock in (first, second)]
    assert ports[0] != ports[1]
    assert PORT not in ports[1:]


def test_a_port_that_somebody_asked_for_is_not_replaced_by_another():
    with taken_port() as port, pytest.raises(PortTaken), chosen_port(port):
        raise AssertionError("another port was taken")
