"""Whether Slack would take what people click on: buttons and menus.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.guards import Check, plain_text, string, typed

_OPTIONS: Final = 5
_OPTION_VALUE: Final = 75
"""The documentation speaks of 75 characters in one place and of 150 in another."""


def button(element: Json, at: str) -> Iterator[str]:
    """Complaints about a button; the bot has none that lead out of Slack."""
    yield from _clickable(element, at)
    yield from string(element.get("value"), f"{at}/value", 2000)
    yield from typed(element.get("text"), f"{at}/text", {"plain_text": plain_text(75)})
    if "url" in element:
        yield f"{at} is a link"


def overflow(element: Json, at: str) -> Iterator[str]:
    """Complaints about a menu behind three dots."""
    yield from _clickable(element, at)
    options = element.get("options")
    if not isinstance(options, list) or not 1 <= len(options) <= _OPTIONS:
        yield f"{at}/options are not a list of 1 to {_OPTIONS}"
        return
    for index, option in enumerate(options):
        if not isinstance(option, dict) or option.keys() != {"text", "value"}:
            yield f"{at}/options/{index} is not of a text and a value alone"
            continue
        yield from string(option["value"], f"{at}/options/{index}/value", _OPTION_VALUE)
        yield from typed(option["text"], f"{at}/options/{index}/text", {"plain_text": plain_text(75)})
    if len({str(option) for option in options}) != len(options):
        yield f"{at} has an option twice"


def _clickable(element: Json, at: str) -> Iterator[str]:
    yield from string(element.get("action_id"), f"{at}/action_id", 255)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{at}/confirm")


def _confirm(dialog: object, at: str) -> Iterator[str]:
    if not isinstance(dialog, dict) or dialog.keys() != _CONFIRM.keys():
        yield f"{at} has not exactly a title, a text and two buttons"
        return
    for name, most in _CONFIRM.items():
        yield from typed(dialog[name], f"{at}/{name}", {"plain_text": plain_text(most)})


_CONFIRM: Final = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
CLICKABLE: Final[Mapping[str, Check]] = {"button": button, "overflow": overflow}
"""What may stand in a row of things to click on, by type."""
