"""The menu beside each event: what can be done from there.

A new way on is an option here and a handler of the same value in the wiring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import Json, actions, button, overflow


@dataclass(frozen=True, slots=True)
class Option:
    """A way on from an event: what a click brings back, and what people read."""

    value: str
    label: str


DETAILS: Final = Option("details", "Details")

LENS: Final = Option("lens", "What happened around it")
_RISKIEST: Final = "What happened around the riskiest"

MUTE: Final = Option("mute", "Mute events like this…")
_MUTE_RISKIEST: Final = "Mute events like the riskiest…"

OPTIONS: Final = (DETAILS, LENS, MUTE)
"""In the order in which they stand in the menu; Slack takes five."""


def menu() -> Json:
    """The menu, for a place beside an event; which one it is stands in the ``block_id`` there."""
    return overflow(ids.EVENT_MENU, {option.value: option.label for option in OPTIONS})


def looking_around(reference: str, *, alone: bool) -> Json:
    """Buttons that look around an event and mute its like; ``alone`` is whether the message tells of no other."""
    return actions(
        button(f"{ids.EVENT_MENU}.{LENS.value}", LENS.label if alone else _RISKIEST, reference),
        button(f"{ids.EVENT_MENU}.{MUTE.value}", MUTE.label if alone else _MUTE_RISKIEST, reference),
    )


def ways_on(reference: str) -> list[Json]:
    """The same ways as buttons, below an event that is shown whole; none where there are no others."""
    others = [option for option in OPTIONS if option is not DETAILS]
    buttons = [button(f"{ids.EVENT_MENU}.{option.value}", option.label, reference) for option in others]
    return [actions(*buttons)] if buttons else []
