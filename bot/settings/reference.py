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
        case None | ():
            return ""
        case frozenset() as chosen:
            words = sorted(str(each.value) if isinstance(each, Enum) else str(each) for each in chosen)
            return f"`{','.join(words)}`" if words else ""
        case timedelta() as span:
            return f"`{_spelled(span)}`"
        case Enum() as choice:
            return f"`{choice.value}`"
        case bool() as flag:
            return f"`{str(flag).lower()}`"
        case value:
            return f"`{value}`"


def _spelled(span: timedelta) -> str:
    """A length of time as one would write it: ``off``, or in the largest unit of which it has more than two."""
    for unit, letter in ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "m")):
        if span > 2 * unit and not span % unit:
            return f"{span // unit}{letter}"
    return f"{span // timedelta(seconds=1)}s" if span else "off"
