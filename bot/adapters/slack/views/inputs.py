"""Windows to fill in, and the fields that they are made of, each within its limits whatever it is given.

A field's ``name`` is its block's ID and its element's action, and what stands in it comes back under that name.

Sources: https://docs.slack.dev/surfaces/modals, https://docs.slack.dev/reference/block-kit/blocks/input-block
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.adapters.slack.text import shown, width
from bot.adapters.slack.views.blocks import Json
from bot.domain.typed import tidy

OPTIONS: Final = 100
"""How many a menu may have."""
TYPED_LIMIT: Final = 2000
"""How many characters a field of text takes: what a button can carry, and no more."""
_EARLIEST_S: Final = 1_000_000_000
_LATEST_S: Final = 9_999_999_999
"""Pickers take seconds of ten digits, from 2001 to 2286."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: what comes back, what it says, and smaller words below."""

    value: str
    label: str
    description: str = ""

    def drawn(self) -> Json:
        """The option as Slack wants it."""
        drawn: Json = {"text": _plain(self.label, 75), "value": self.value}
        return {**drawn, "description": _plain(self.description, 75)} if self.description else drawn


def form(title: str, *blocks: Json, callback: str, submit: str, metadata: str) -> Json:
    """A window to fill in; ``metadata`` comes back with what was filled in."""
    return {
        "type": "modal",
        "title": _plain(title, 24),
        "blocks": list(blocks),
        "close": _plain("Cancel", 24),
        "submit": _plain(submit, 24),
        "callback_id": callback,
        "private_metadata": metadata,
    }


def entry(name: str, label: str, element: Json, *, hint: str = "", optional: bool = True) -> Json:
    """A field."""
    block: Json = {
        "type": "input",
        "block_id": name,
        "label": _plain(label, 100),
        "element": {**element, "action_id": name},
        "optional": optional,
    }
    return {**block, "hint": _plain(hint, 150)} if hint else block


def at_once(field: Json) -> Json:
    """A field of whose every change the bot hears, not only of the whole form."""
    return {**field, "dispatch_action": True}


def typing(initial: str = "", *, example: str = "") -> Json:
    """A line to type in."""
    element: Json = {"type": "plain_text_input", "max_length": TYPED_LIMIT}
    if example:
        element["placeholder"] = _plain(example, 150)
    words = tidy(initial)[:TYPED_LIMIT]
    words = words[: TYPED_LIMIT - (width(words) - len(words))]
    return {**element, "initial_value": words} if words else element


def menu(options: Collection[Option], initial: str | None, placeholder: str = "Choose") -> Json:
    """A menu to choose one option from."""
    element: Json = {"type": "static_select", "options": _drawn(options), "placeholder": _plain(placeholder, 150)}
    return element | _initial(options, initial)


def many(options: Collection[Option], initial: Collection[str], placeholder: str) -> Json:
    """A menu to choose several options from."""
    element: Json = {"type": "multi_static_select", "options": _drawn(options), "placeholder": _plain(placeholder, 150)}
    return element | _initials(options, initial)


def boxes(options: Collection[Option], initial: Collection[str]) -> Json:
    """A few options, each with a box to tick."""
    return {"type": "checkboxes", "options": _drawn(options)} | _initials(options, initial)


def radio(options: Collection[Option], initial: str) -> Json:
    """A few options of which one is chosen."""
    return {"type": "radio_buttons", "options": _drawn(options)} | _initial(options, initial)


def moment(initial: datetime | None) -> Json:
    """A day and a time of it, which Slack shows in the person's own zone; the nearest it takes where it is too far."""
    element: Json = {"type": "datetimepicker"}
    if initial is None:
        return element
    return {**element, "initial_date_time": min(max(int(initial.timestamp()), _EARLIEST_S), _LATEST_S)}


def _drawn(options: Collection[Option]) -> list[Json]:
    return [option.drawn() for option in options]


def _initial(options: Collection[Option], chosen: str | None) -> Json:
    return next(({"initial_option": option.drawn()} for option in options if option.value == chosen), {})


def _initials(options: Collection[Option], chosen: Collection[str]) -> Json:
    found = [option.drawn() for option in options if option.value in chosen]
    return {"initial_options": found} if found else {}


def _plain(words: str, limit: int) -> Json:
    return {"type": "plain_text", "text": shown(words, limit) or "—", "emoji": False}
