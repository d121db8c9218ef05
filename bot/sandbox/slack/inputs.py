"""What a person picks and types, in the form in which payloads tell it.

Sources: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload,
https://docs.slack.dev/reference/views#state
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.sandbox.slack.blocks.composition import every_option
from bot.sandbox.slack.blocks.validator import each_block
from bot.sandbox.slack.shapes import Json

Choice = str | Sequence[str] | None
"""What a person typed or picked: an option's value, an ISO date, HH:MM, epoch seconds as text, a text, an
id, several of them for multi-selects and checkboxes; None for a button, or for an input left empty."""

Inputs = Mapping[str, Mapping[str, Choice]]
"""What stands in a surface's inputs: block_id → action_id → choice. Those not named keep their initial value."""

_BUTTONS: Final = frozenset({"button", "icon_button", "workflow_button"})
_STATELESS: Final = _BUTTONS | {"overflow", "feedback_buttons", "image"}
_OPTION: Final = ("selected_option", "initial_option")
_OPTIONS: Final = ("selected_options", "initial_options")
_TOLD_AND_INITIAL: Final = {
    "static_select": _OPTION,
    "external_select": _OPTION,
    "radio_buttons": _OPTION,
    "overflow": _OPTION,
    "multi_static_select": _OPTIONS,
    "multi_external_select": _OPTIONS,
    "checkboxes": _OPTIONS,
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
}
"""Under which name a choice is told, and under which the element holds its initial one."""
_TYPED: Final = ("value", "initial_value")


def interactive_elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Gives each block's interactive elements, as pairs of block and element."""
    for block in each_block(blocks):
        held = [block.get("accessory"), block.get("element")]
        if block["type"] in {"actions", "context_actions"}:
            held += block["elements"]
        for element in held:
            if element is not None and "action_id" in element:
                yield block, element


def find_element(blocks: Sequence[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """Gives the block and the element that a person acts on.

    Raises:
        LookupError: There is none, or several blocks hold one and no block is named.
    """
    found = [
        (block, element)
        for block, element in interactive_elements(blocks)
        if element["action_id"] == action_id and block_id in {None, block["block_id"]}
    ]
    if len(found) != 1:
        raise LookupError(f"{len(found)} elements have the action_id {action_id!r}, name one that is there")
    return found[0]


def action(block: Json, element: Json, choice: Choice, offered: Sequence[Json]) -> Json:
    """Gives the entry of `actions` for what a person did to an element, without its time.

    Args:
        block: The block that holds the element.
        element: The element.
        choice: What was picked; None for buttons.
        offered: Options that the app gave for an external select.

    Raises:
        LookupError: The choice is not among the options.
    """
    kind = element["type"]
    told: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    if kind in _BUTTONS:
        told |= {name: element[name] for name in ("text", "value", "style", "url", "icon") if name in element}
    elif kind == "feedback_buttons":
        pressed = (element["positive_button"], element["negative_button"])
        told |= next(({"text": one["text"], "value": one["value"]} for one in pressed if one["value"] == choice), {})
    else:
        told |= value(element, choice, offered)
    if "placeholder" in element:
        told["placeholder"] = element["placeholder"]
    return told


def state(blocks: Sequence[Json], inputs: Inputs, offered: Sequence[Json]) -> Json:
    """Gives `state.values` of a surface: what stands in each of its inputs.

    Raises:
        LookupError: `inputs` name an input that is not there, or an option that it does not have.
    """
    values: Json = {}
    left = {(block_id, action_id) for block_id, held in inputs.items() for action_id in held}
    for block, element in interactive_elements(blocks):
        if not has_state(element):
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        if (block_id, action_id) in left:
            left.remove((block_id, action_id))
            held = value(element, inputs[block_id][action_id], offered)
        else:
            held = _initial(element)
        values.setdefault(block_id, {})[action_id] = {"type": element["type"], **held}
    if left:
        raise LookupError(f"there are no inputs {sorted(left)}")
    return values


def value(element: Json, choice: Choice, offered: Sequence[Json]) -> Json:
    """Gives the field that tells a choice, whose name depends on the kind of element.

    Raises:
        LookupError: The choice is not among the options.
    """
    kind = element["type"]
    name, _ = _TOLD_AND_INITIAL.get(kind, _TYPED)
    given = [choice] if isinstance(choice, str) else list(choice or ())
    told = [_told(element, one, offered) for one in given if one]
    if _takes_several(kind):
        return {name: told}
    return {name: told[0] if told else None}


def has_state(element: Json) -> bool:
    """Whether what is picked in the element stays there, and is told with every payload of the surface."""
    return element["type"] not in _STATELESS


def is_empty(told: Json) -> bool:
    """Whether an input's fields in `state.values` hold nothing."""
    return all(not held for name, held in told.items() if name != "type")


def _initial(element: Json) -> Json:
    kind = element["type"]
    name, initial = _TOLD_AND_INITIAL.get(kind, _TYPED)
    return {name: element.get(initial) or ([] if _takes_several(kind) else None)}


def _takes_several(kind: str) -> bool:
    return kind.startswith("multi_") or kind in {"checkboxes", "file_input"}


def _told(element: Json, chosen: str, offered: Sequence[Json]) -> object:
    kind = element["type"]
    if _TOLD_AND_INITIAL.get(kind) in {_OPTION, _OPTIONS}:
        by_value = {option["value"]: option for option in (*offered, *every_option(element))}
        if chosen not in by_value:
            raise LookupError(f"{element['action_id']!r} has no option {chosen!r}")
        return by_value[chosen]
    if kind == "rich_text_input":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": chosen}]}
        return {"type": "rich_text", "elements": [section]}
    if kind == "file_input":
        return {"id": chosen}
    return int(chosen) if kind == "datetimepicker" else chosen
