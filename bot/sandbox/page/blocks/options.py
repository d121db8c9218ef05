"""What a menu offers: its own options, or the workspace's people and channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.page.blocks.composition import words
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.people import Role
from bot.sandbox.slack.shapes import Json

_CONVERSATION_KINDS = {"public": Kind.PUBLIC, "private": Kind.PRIVATE, "im": Kind.DIRECT}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what the app is told, and what the reader sees."""

    value: str
    label: str


Groups = list[tuple[str, list[Option]]]
"""Options below their groups' labels; a group without a label is just a list."""


def offered(element: Json, reader: Reader) -> tuple[Groups, frozenset[str]]:
    """Gives what a menu offers a reader, and which of it is chosen at first."""
    kind = str(element["type"]).removeprefix("multi_").removesuffix("_select")
    match kind:
        case "users":
            people = [user for user in reader.workspace.people.values() if user.role is not Role.DEACTIVATED]
            return [("", [Option(user.id, f"@{user.real_name}") for user in people])], _initial(element, "user")
        case "channels":
            public = [channel for channel in _channels(reader) if channel.kind is Kind.PUBLIC]
            return [("", _named(public, reader))], _initial(element, "channel")
        case "conversations":
            held = [channel for channel in _channels(reader) if _passes(channel, element.get("filter", {}))]
            initial = _initial(element, "conversation")
            if not initial and reader.at is not None and element.get("default_to_current_conversation"):
                initial = frozenset([str(reader.at)])
            return [("", _named(held, reader))], initial
        case "external":
            chosen = element.get("initial_options") or [
                element[name] for name in ("initial_option",) if name in element
            ]
            return [("", _own(chosen))], frozenset(option["value"] for option in chosen)
        case _:
            groups = element.get("option_groups") or [{"options": element["options"]}]
            shown = [(words(group["label"]) if "label" in group else "", _own(group["options"])) for group in groups]
            chosen = element.get("initial_options") or [
                element[name] for name in ("initial_option",) if name in element
            ]
            return shown, frozenset(option["value"] for option in chosen)


def _own(options: Sequence[Json]) -> list[Option]:
    return [own(option) for option in options]


def own(option: Json) -> Option:
    """Gives an option of the app's as a choice, its smaller words behind the others: browsers draw one line."""
    described = f" — {words(option['description'])}" if "description" in option else ""
    return Option(str(option["value"]), f"{words(option['text'])}{described}")


def _channels(reader: Reader) -> list[Channel]:
    return [channel for channel in reader.workspace.sidebar(reader.user.id) if not channel.is_archived]


def _named(channels: Sequence[Channel], reader: Reader) -> list[Option]:
    return [
        Option(channel.id, reader.title(channel) if channel.kind is Kind.DIRECT else f"#{channel.name}")
        for channel in channels
    ]


def _passes(channel: Channel, rule: Json) -> bool:
    kinds = {_CONVERSATION_KINDS[name] for name in rule.get("include", _CONVERSATION_KINDS) if name != "mpim"}
    if channel.is_shared_externally and rule.get("exclude_external_shared_channels"):
        return False
    if channel.kind is Kind.DIRECT and rule.get("exclude_bot_users"):
        return False
    return channel.kind in kinds


def _initial(element: Json, of: str) -> frozenset[str]:
    chosen = element.get(f"initial_{of}s") or [element.get(f"initial_{of}")]
    return frozenset(value for value in chosen if value)
