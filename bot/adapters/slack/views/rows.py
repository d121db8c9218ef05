"""Buttons that each carry a question and a page of its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import Json, actions, button
from bot.adapters.slack.views.tickets import Ticket, encode
from bot.domain.query import AuditQuery
from bot.domain.tallies import By


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A way to count events: by what, and the button that leads there."""

    by: By
    action: str
    label: str


CHARTS: Final = (
    Breakdown(By.ACTOR, f"{ids.PAGE_CHARTS}.actor", "By actor"),
    Breakdown(By.ACTION, f"{ids.PAGE_CHARTS}.action", "By action"),
)


def buttons(query: AuditQuery, number: int, *names: tuple[str, str]) -> list[Json]:
    """A button for each action and label; none where the question is too long to be carried."""
    value = encode(Ticket(query, number))
    return [] if value is None else [button(action, label, value) for action, label in names]


def row(query: AuditQuery, number: int, *names: tuple[str, str]) -> list[Json]:
    """The buttons as a row, or nothing."""
    elements = buttons(query, number, *names)
    return [actions(*elements)] if elements else []
