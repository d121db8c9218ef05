"""What somebody has filled in, as Slack tells it: by the block, which has the name of its field.

Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

from __future__ import annotations

from collections.abc import Mapping

Values = Mapping[str, object]


def typed(values: Values, name: str) -> str:
    """What stands in a line; empty where nothing does."""
    return str(_field(values, name).get("value") or "")


def conversation(values: Values, name: str) -> str:
    """The ID of the chosen conversation; empty where none is."""
    return str(_field(values, name).get("selected_conversation") or "")


def one(values: Values, name: str) -> str:
    """The value of the chosen option; empty where none is."""
    option = _field(values, name).get("selected_option")
    return str(option.get("value")) if isinstance(option, Mapping) else ""


def many(values: Values, name: str) -> list[str]:
    """The values of the chosen options."""
    options = _field(values, name).get("selected_options")
    chosen = options if isinstance(options, list) else []
    return [str(option.get("value")) for option in chosen if isinstance(option, Mapping)]


def _field(values: Values, name: str) -> Values:
    block = values.get(name)
    held = block.get(name) if isinstance(block, Mapping) else None
    return held if isinstance(held, Mapping) else {}
