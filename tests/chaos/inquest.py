"""What led to a complaint: the harness' own chronicle and the lives' logs around what it is about, in order of time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.sandbox.slack.ledger import EntryKind

from .world import World

_PART = re.compile(r"\b[0-9a-f]{26}\b")
_AROUND = timedelta(seconds=3)
_MOST_PARTS = 3

Line = tuple[datetime, str]


def inquest(world: World, complaints: list[str]) -> list[str]:
    """For the first parts that complaints name: who did what to each, with what went on meanwhile."""
    parts = list(dict.fromkeys(match for each in complaints for match in _PART.findall(each)))[:_MOST_PARTS]
    found: list[str] = []
    for part in parts:
        about = sorted([*_said(world, part), *_called(world, part)])
        if about:
            first, last = about[0][0] - _AROUND, about[-1][0] + _AROUND
            around = [line for line in world.chronicle if first <= line[0] <= last]
            found += [f"about {part}:", *(f"{at:%H:%M:%S.%f} {what}" for at, what in sorted([*about, *around]))]
    return found


def _said(world: World, part: str) -> Iterator[Line]:
    for life in world.lives:
        for line in life.said:
            if part in line:
                entry = json.loads(line)
                words = " ".join(str(entry.get(name)) for name in ("event", "part", "state", "reason", "attempt"))
                yield datetime.fromisoformat(entry["timestamp"]), f"life {life.number}: {words}"


def _called(world: World, part: str) -> Iterator[Line]:
    ledger = world.sandbox.slack.workspace.ledger
    for entry in ledger.entries(EntryKind.API_CALL):
        if part in str(entry.facts["args"].get("metadata")):
            yield entry.at.astimezone(UTC), f"Slack was asked to post it (call {entry.seq})"
    for entry in ledger.entries(EntryKind.POST):
        if part in str(entry.facts["metadata"]):
            yield entry.at.astimezone(UTC), f"Slack took it as {entry.facts['ts']}"
