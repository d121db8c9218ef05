"""The shape that everything on the wire has."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
"""A JSON object: what Slack sends and is sent."""
