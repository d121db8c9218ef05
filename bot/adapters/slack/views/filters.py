"""Filters in words."""

from __future__ import annotations

from bot.domain.events import Risk
from bot.domain.query import Filters


def wanted(filters: Filters) -> str:
    """What the filters want, as in ``actor with “jane”, category token``; empty where they want everything."""
    words = [
        f"{key} with “{value}”"
        for key, value in (
            ("actor", filters.actor),
            ("action", filters.action),
            ("resource", filters.resource),
            ("any text", filters.text),
        )
        if value
    ]
    if filters.categories:
        words.append("category " + " or ".join(sorted(category.value for category in filters.categories)))
    if filters.risks:
        words.append("risk " + " or ".join(risk.value for risk in Risk if risk in filters.risks))
    return ", ".join(words)
