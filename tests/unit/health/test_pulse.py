from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.entrypoints.health import Pulse


@dataclass(slots=True)
class World:
    """Time in seconds and Slack, as the test wants them."""

    seconds: float = 100.0
    connected: bool = True

    def pulse(self, *, started: bool = True) -> Pulse:
        pulse = Pulse(lambda: self.connected, lambda: self.seconds)
        pulse.started = started
        return pulse


@pytest.fixture
def world() -> World:
    return World()


def test_a_bot_that_beats_and_is_connected_is_alive_and_ready(world: World) -> None:
    pulse = world.pulse()
    pulse.beat()
    assert (pulse.trouble(), pulse.unreadiness()) == ("", "")


def test_an_event_loop_that_stands_still_is_trouble(world: World) -> None:
    pulse = world.pulse()
    world.seconds += 15
    assert pulse.trouble() == ""
    world.seconds += 1
    assert pulse.trouble() == "the event loop has not turned for 16 seconds"
    assert pulse.unreadiness() == pulse.trouble()


def test_a_lost_connection_is_first_unreadiness_and_after_minutes_trouble(world: World) -> None:
    pulse = world.pulse()
    world.connected = False
    for _ in range(180):
        world.seconds += 1
        pulse.beat()
    assert (pulse.trouble(), pulse.unreadiness()) == ("", "not connected to Slack")
    world.seconds += 1
    pulse.beat()
    assert pulse.trouble() == "no sign of Slack for 181 seconds"
    world.connected = True
    pulse.beat()
    assert (pulse.trouble(), pulse.unreadiness()) == ("", "")


def test_a_bot_that_starts_is_alive_however_long_that_takes_but_not_ready(world: World) -> None:
    world.connected = False
    pulse = world.pulse(started=False)
    world.seconds += 1000
    pulse.beat()
    assert (pulse.trouble(), pulse.unreadiness()) == ("", "starting")


def test_a_bot_that_stops_is_alive_without_slack_but_not_ready(world: World) -> None:
    pulse = world.pulse()
    pulse.stopping = True
    world.connected = False
    world.seconds += 200
    pulse.beat()
    assert (pulse.trouble(), pulse.unreadiness()) == ("", "stopping")
