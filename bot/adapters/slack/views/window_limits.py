"""Whether Slack would take a window, and whether anything in it would become active.

Knows the fields of :mod:`bot.adapters.slack.views.inputs` and takes exception to every other.

Sources: https://docs.slack.dev/reference/views, https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.adapters.slack.text import width
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.guards import Check, each, plain_text, string, typed
from bot.adapters.slack.views.limits import BLOCK_CHECKS

BLOCKS: Final = 100
METADATA: Final = 3000
_KEYS: Final = frozenset({"type", "title", "close", "submit", "blocks", "callback_id", "private_metadata"})
_INPUT_KEYS: Final = frozenset({"type", "block_id", "label", "hint", "element", "optional", "dispatch_action"})
_MOST_OPTIONS: Final = {"static_select": 100, "multi_static_select": 100, "checkboxes": 10, "radio_buttons": 10}
_OPTION_VALUE: Final = 75
"""The documentation speaks of 75 characters in one place and of 150 in another."""
_TYPED: Final = 3000
_TEN_DIGITS: Final = range(1_000_000_000, 10_000_000_000)


def window_violations(window: Mapping[str, object]) -> list[str]:
    """What Slack would refuse in a modal window, or show as something active; empty for a good one."""
    return list(_window(window))


def home_violations(home: Mapping[str, object]) -> list[str]:
    """What Slack would refuse in an App Home, or show as something active; empty for a good one."""
    return list(_home(home))


def _home(home: Mapping[str, object]) -> Iterator[str]:
    if home.get("type") != "home":
        yield "it is no App Home"
    if unknown := home.keys() - {"type", "private_metadata", "blocks"}:
        yield f"unknown fields {sorted(unknown)}"
    if width(str(home.get("private_metadata", ""))) > METADATA:
        yield f"private_metadata has more than {METADATA} characters"
    blocks = home.get("blocks")
    yield from each(blocks, "blocks", BLOCKS, _READABLE)
    names = (
        [str(block["block_id"]) for block in blocks or () if "block_id" in block] if isinstance(blocks, list) else []
    )
    if len(set(names)) != len(names):
        yield "two blocks have one block_id"


def _window(window: Mapping[str, object]) -> Iterator[str]:
    if window.get("type") != "modal":
        yield "it is no modal window"
    if unknown := window.keys() - _KEYS:
        yield f"unknown fields {sorted(unknown)}"
    for field in {"title", "close", "submit"} & {"title", *window}:
        yield from typed(window.get(field), field, {"plain_text": plain_text(24)})
    if width(str(window.get("private_metadata", ""))) > METADATA:
        yield f"private_metadata has more than {METADATA} characters"
    if "callback_id" in window:
        yield from string(window["callback_id"], "callback_id", 255)
    blocks = window.get("blocks")
    yield from each(blocks, "blocks", BLOCKS, _CHECKS)
    objects = [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    yield from _as_a_whole(objects, submits="submit" in window)


def _as_a_whole(blocks: Sequence[Json], *, submits: bool = False) -> Iterator[str]:
    inputs = [block for block in blocks if block.get("type") == "input"]
    if inputs and not submits:
        yield "there are fields, and nothing to submit them with"
    names = [str(block["block_id"]) for block in blocks if "block_id" in block]
    if len(set(names)) != len(names):
        yield "two blocks have one block_id"


def _input(block: Json, at: str) -> Iterator[str]:
    if unknown := block.keys() - _INPUT_KEYS:
        yield f"{at} has unknown fields {sorted(unknown)}"
    yield from string(block.get("block_id"), f"{at}/block_id", 255)
    yield from typed(block.get("label"), f"{at}/label", {"plain_text": plain_text(2000)})
    if "hint" in block:
        yield from typed(block["hint"], f"{at}/hint", {"plain_text": plain_text(2000)})
    element = block.get("element")
    yield from typed(element, f"{at}/element", _ELEMENTS)
    if isinstance(element, dict):
        yield from string(element.get("action_id"), f"{at}/element/action_id", 255)
        if "placeholder" in element:
            yield from typed(element["placeholder"], f"{at}/element/placeholder", {"plain_text": plain_text(150)})


def _choice(element: Json, at: str) -> Iterator[str]:
    most = _MOST_OPTIONS[str(element["type"])]
    options = element.get("options")
    if not isinstance(options, list) or not 1 <= len(options) <= most:
        yield f"{at}/options is not a list of 1 to {most}"
        return
    for index, option in enumerate(options):
        yield from _option(option, f"{at}/options/{index}")
    values = [option.get("value") for option in options if isinstance(option, dict)]
    if len(set(map(str, values))) != len(values):
        yield f"{at} has two options of one value"
    chosen = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else None)
    if chosen is not None and not (isinstance(chosen, list) and chosen and all(each in options for each in chosen)):
        yield f"{at} begins with what is none of its options"


def _option(option: object, at: str) -> Iterator[str]:
    if not isinstance(option, dict) or not {"text", "value"} <= option.keys() <= {"text", "value", "description"}:
        yield f"{at} is no option"
        return
    yield from string(option["value"], f"{at}/value", _OPTION_VALUE)
    for field in option.keys() - {"value"}:
        yield from typed(option[field], f"{at}/{field}", {"plain_text": plain_text(75)})


def _line(element: Json, at: str) -> Iterator[str]:
    most = element.get("max_length", _TYPED)
    if not isinstance(most, int) or not 1 <= most <= _TYPED:
        yield f"{at}/max_length is not from 1 to {_TYPED}"
    elif not 1 <= width(str(element.get("initial_value", "-"))) <= most:  # the person's own words, seen or not
        yield f"{at}/initial_value is not of 1 to {most} characters"


def _conversation(element: Json, at: str) -> Iterator[str]:
    begins = element.get("initial_conversation", "C0")
    if not isinstance(begins, str) or not begins.startswith(("C", "G")):
        yield f"{at} begins with what is no channel"


def _moment(element: Json, at: str) -> Iterator[str]:
    if element.get("initial_date_time", _TEN_DIGITS.start) not in _TEN_DIGITS:
        yield f"{at} begins with a moment that cannot be picked"


_ELEMENTS: Final[Mapping[str, Check]] = {
    **dict.fromkeys(_MOST_OPTIONS, _choice),
    "plain_text_input": _line,
    "datetimepicker": _moment,
    "conversations_select": _conversation,
}
_READABLE: Final[Mapping[str, Check]] = {
    kind: BLOCK_CHECKS[kind] for kind in ("header", "section", "context", "rich_text", "actions")
}
_CHECKS: Final[Mapping[str, Check]] = {**_READABLE, "input": _input}
