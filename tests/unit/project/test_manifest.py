"""manifest.yml is what Slack accepts, and asks for no more and no less than what the code does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

Json = dict[str, Any]


@pytest.fixture
def manifest(root: Path) -> Json:
    loaded: Json = yaml.safe_load((root / "manifest.yml").read_text())
    return loaded


def test_slack_accepts_it(manifest: Json) -> None:
    # Slack's own schema, https://github.com/slackapi/manifest-schema
    schema = json.loads(Path(__file__).with_name("manifest.schema.2.0.0.json").read_text())
    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest)] == []
