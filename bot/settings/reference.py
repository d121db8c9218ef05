"""A table of every variable, for the manual."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from pydantic.fields import FieldInfo

from bot.settings.variables import SECTIONS


def settings_table() -> str:
    """Every variable with its default and meaning, as a Markdown table; it ends with a line break."""
    lines = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for title, section in SECTIONS:
        lines.append(f"| **{title}** | | |")
        for name, field in section.model_fields.items():
            lines.append(f"| `{name.upper()}` | {_default(field)} | {field.description} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    match field.default:
        case None | frozenset():
            return ""
        case timedelta() as span:
            return f"`{span.total_seconds():g}s`"
        case Enum() as choice:
            return f"`{choice.value}`"
        case bool() as flag:
            return f"`{str(flag).lower()}`"
        case value:
            return f"`{value}`"
