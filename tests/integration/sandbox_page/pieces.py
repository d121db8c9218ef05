"""Pieces of Block Kit in short, and the words that must never become active."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(1)> \"'><svg onload=alert(1)> {{x}} &amp; \u202e"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str, text: str | None = None) -> Json:
    return {"text": plain(text or value), "value": value}
