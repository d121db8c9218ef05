"""manifest.yml is what Slack accepts, and asks for no more and no less than what the code does."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import ids

Json = dict[str, Any]

# What each method needs of a bot's token, https://docs.slack.dev/reference/methods. The bot asks about public and
# private channels alone: it knows direct messages by their IDs, and may learn nothing of those between others anyway.
SCOPES = {
    "apps_connections_open": set[str](),  # an app-level token's business
    "auth_test": set[str](),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "views_open": set[str](),
    "views_publish": set[str](),
    "views_push": set[str](),
    "views_update": set[str](),
}


@pytest.fixture
def manifest(root: Path) -> Json:
    loaded: Json = yaml.safe_load((root / "manifest.yml").read_text())
    return loaded


def test_slack_accepts_it(manifest: Json) -> None:
    # Slack's own schema, https://github.com/slackapi/manifest-schema
    schema = json.loads(Path(__file__).with_name("manifest.schema.2.0.0.json").read_text())
    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest)] == []


def names(root: Path) -> Iterator[ast.Attribute]:
    """Every ``object.name`` in the code that speaks to Slack."""
    for path in [*root.glob("bot/adapters/slack/**/*.py"), *root.glob("bot/entrypoints/slack/**/*.py")]:
        yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute))


def registered(root: Path) -> dict[str, set[str]]:
    """What features listen for by ``app.command(…)``, ``app.event(…)`` and their like, by kind, as it is written."""
    found: dict[str, set[str]] = {}
    for path in root.glob("bot/entrypoints/slack/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="app"), attr=kind), args=[listens_for, *_]):
                    found.setdefault(kind, set()).add(ast.unparse(listens_for))
    return found


def named(expressions: Iterable[str]) -> set[str]:
    """What ``ids.X`` and texts in quotes stand for."""
    return {str(getattr(ids, each.removeprefix("ids."), each.strip("'"))) for each in expressions}


def test_its_scopes_are_those_of_the_methods_that_the_code_calls(root: Path, manifest: Json) -> None:
    known = {name for name in vars(AsyncWebClient) if "_" in name.lstrip("_")} - {"api_call"}
    methods = {node.attr for node in names(root)} & known
    assert methods <= SCOPES.keys(), "say which scopes they need"
    wanted = {"commands"}.union(*(SCOPES[method] for method in methods))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == wanted == ids.SCOPES


def test_no_method_is_called_by_a_name_that_the_scan_cannot_see(root: Path) -> None:
    assert "api_call" not in {node.attr for node in names(root)}


def test_it_registers_what_the_code_listens_for(root: Path, manifest: Json) -> None:
    kinds = registered(root)
    known = {"command", "action", "view", "shortcut", "global_shortcut", "message_shortcut", "event", "error"}
    assert kinds.keys() <= known, "say what they need in the manifest"
    features, settings = manifest["features"], manifest["settings"]
    assert {command["command"] for command in features["slash_commands"]} == named(kinds["command"])
    for wanted, kind in (("message", "message_shortcut"), ("global", "shortcut")):
        registered_ = {each["callback_id"] for each in features["shortcuts"] if each["type"] == wanted}
        assert registered_ == named(kinds.get(kind, ()))
    assert settings["interactivity"]["is_enabled"] == bool(kinds.keys() & {"action", "view"})
    events = settings.get("event_subscriptions", {}).get("bot_events", [])
    assert set(events) == named(kinds.get("event", ()))
    has_home = bool(features.get("app_home", {}).get("home_tab_enabled"))
    assert has_home == ("app_home_opened" in events)


def test_people_and_channels_typed_into_the_command_arrive_as_ids(manifest: Json) -> None:
    assert all(command["should_escape"] for command in manifest["features"]["slash_commands"])
