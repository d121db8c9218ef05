"""manifest.yml is what Slack accepts, and asks for no more and no less than what the code does."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]

# What each method needs of a bot's token, https://docs.slack.dev/reference/methods. The bot asks about public and
# private channels alone: it knows direct messages by their IDs, and may learn nothing of those between others anyway.
SCOPES = {
    "apps_connections_open": set[str](),  # an app-level token's business
    "auth_test": set[str](),
    "conversations_info": {"channels:read", "groups:read"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "views_open": set[str](),
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


def attributes(root: Path) -> set[str]:
    """Every name that the code which speaks to Slack asks of an object."""
    files = [*root.glob("bot/adapters/slack/**/*.py"), *root.glob("bot/entrypoints/slack/**/*.py")]
    trees = [ast.parse(path.read_text()) for path in files]
    return {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_its_scopes_are_those_of_the_methods_that_the_code_calls(root: Path, manifest: Json) -> None:
    methods = attributes(root) & {name for name in vars(AsyncWebClient) if "_" in name.lstrip("_")} - {"api_call"}
    assert methods <= SCOPES.keys(), "say which scopes they need"
    wanted = {"commands"}.union(*(SCOPES[method] for method in methods))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == wanted


def test_no_method_is_called_by_a_name_that_the_scan_cannot_see(root: Path) -> None:
    assert "api_call" not in attributes(root)
