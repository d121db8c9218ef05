"""What the app may do and is registered for, read from its manifest.

Source: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.slack.shapes import Json


@dataclass(frozen=True, slots=True)
class Command:
    """A registered slash command; `name` starts with a slash."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A registered shortcut, of a message or (`is_global`) of the lightning menu."""

    callback_id: str
    name: str
    is_global: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """The app's registration. What is absent from the manifest is off, but for the messages tab.

    Attributes:
        has_messages_tab: Whether the app may write to people directly.
        hears_messages: Whether people may write to the app there, commands included.
    """

    name: str
    scopes: frozenset[str]
    commands: Mapping[str, Command]
    shortcuts: Mapping[str, Shortcut]
    bot_events: frozenset[str]
    is_interactive: bool
    is_socket_mode: bool
    has_home: bool
    has_messages_tab: bool
    hears_messages: bool

    @classmethod
    def load(cls, source: Path | Mapping[str, Any]) -> Manifest:
        """Gives the registration of a manifest file (YAML or JSON) or of its parsed content."""
        content = source if isinstance(source, Mapping) else yaml.safe_load(source.read_text("utf-8"))
        features: Json = content.get("features", {})
        settings: Json = content.get("settings", {})
        home: Json = features.get("app_home", {})
        events: Json = settings.get("event_subscriptions", {})
        has_messages_tab = bool(home.get("messages_tab_enabled", True))
        return cls(
            name=content.get("display_information", {}).get("name", "app"),
            scopes=frozenset(content.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            commands={
                item["command"]: Command(
                    name=item["command"],
                    description=item.get("description", ""),
                    usage_hint=item.get("usage_hint", ""),
                    should_escape=bool(item.get("should_escape")),
                )
                for item in features.get("slash_commands", ())
            },
            shortcuts={
                item["callback_id"]: Shortcut(item["callback_id"], item["name"], item["type"] == "global")
                for item in features.get("shortcuts", ())
            },
            bot_events=frozenset(events.get("bot_events", ())),
            is_interactive=bool(settings.get("interactivity", {}).get("is_enabled")),
            is_socket_mode=bool(settings.get("socket_mode_enabled")),
            has_home=bool(home.get("home_tab_enabled")),
            has_messages_tab=has_messages_tab,
            hears_messages=has_messages_tab and not home.get("messages_tab_read_only_enabled"),
        )
