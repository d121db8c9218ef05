"""One event, whole: what it means, every value of it as Mondoo sent it, and how surely it is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from bot.adapters.slack.text import is_unseen, truncate
from bot.adapters.slack.views.blocks import Json, context, header, message, rich, section, space, text
from bot.adapters.slack.views.entries import headline, mark, with_notes
from bot.adapters.slack.views.menus import ways_on
from bot.adapters.slack.views.summaries import CATEGORIES
from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent
from bot.domain.moments import describe_window
from bot.domain.narration import narrate
from bot.domain.records import as_sent
from bot.domain.zones import zone_or_utc

_RAW_LIMIT: Final = 5000
_VALUE_LIMIT: Final = 500


def whole(  # noqa: PLR0913 — all of it is told
    event: AuditEvent,
    coverage: Coverage,
    *,
    alias: str | None,
    zone: str,
    reference: str,
    notes: Sequence[str] = (),
) -> Json:
    """The event as a message's blocks, for a window.

    Args:
        event: the event.
        coverage: of the reading that found it again, which was of its second alone.
        alias: the scope's name in the settings, if it has one.
        zone: the reader's IANA time zone.
        reference: names the event, for the ways on from it.
        notes: what earlier events make of it.
    """
    told = narrate(event)
    name = alias or event.scope.id
    window = describe_window(coverage.window, zone)
    return message(
        f"{told.actor} {told.deed}",
        with_notes(headline(event, zone_or_utc(zone)), notes),
        rich(section(*_values(event))),
        *ways_on(reference),
        header("As Mondoo sent it"),
        rich(_raw(event)),
        context(
            f"Audit log of {name}, {event.scope.kind.word}, {event.scope.region.title}",
            f"Read again just now: {window}",
            f"This second: {coverage.describe(1, coverage.matched)}",
        ),
    )


def _values(event: AuditEvent) -> list[Json]:
    """Each value under its name, so that it can be copied whole."""
    words: list[Json] = [text("Risk", bold=True), space(), *mark(event.risk)]
    rows = (
        ("Category", CATEGORIES[event.category]),
        ("Action", event.action),
        ("Actor", event.actor_name),
        ("Actor’s MRN", event.actor_mrn),
        ("Resource", event.resource),
        ("Message", event.message),
        ("IP address", event.ip or ""),
        ("Parent", event.parent or ""),
        ("Scope", event.scope.mrn),
        ("Time", event.timestamp),
    )
    for label, value in rows:
        words += [space("\n"), text(label, bold=True), space()]
        words.append(text(value, _VALUE_LIMIT, code=True) if value else text("not given"))
    return words


def _raw(event: AuditEvent) -> Json:
    """The event as JSON to copy: characters that nobody would see are spelled out, and only a very long one is cut."""
    written = json.dumps(as_sent(event), ensure_ascii=False, indent=2)
    seen = "".join(_escaped(char) if char != "\n" and is_unseen(char) else char for char in written)
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": truncate(seen, _RAW_LIMIT)}]}


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1]
