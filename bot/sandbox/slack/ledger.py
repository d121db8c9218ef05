"""An append-only record of everything that reached the workspace: the oracle for what an app really did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.sandbox.slack.clock import Clock
from bot.sandbox.slack.news import News
from bot.sandbox.slack.shapes import Json


class EntryKind(StrEnum):
    """What was recorded."""

    API_CALL = "api_call"
    API_ANSWER = "api_answer"
    POST = "post"
    EDIT = "edit"
    DELETION = "deletion"
    RESPONSE_URL = "response_url"
    DELIVERY = "delivery"
    OUTCOME = "outcome"
    UPLOAD = "upload"
    CONNECTION = "connection"
    UNKNOWN_ACK = "unknown_ack"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. `facts` never hold a token."""

    seq: int
    at: datetime
    kind: EntryKind
    facts: Json

    def as_json(self) -> Json:
        """Gives the entry for the control port."""
        return {"seq": self.seq, "at": self.at.isoformat(), "kind": self.kind.value, **self.facts}


class Ledger:
    """The record. Nothing is ever taken out or changed, a reset of the workspace starts a new one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: list[Entry] = []
        self._news = News()

    @property
    def seq(self) -> int:
        """The number of the newest entry; 0 before the first."""
        return len(self._entries)

    def record(self, kind: EntryKind, **facts: object) -> Entry:
        """Appends an entry and gives it."""
        entry = Entry(len(self._entries) + 1, self._clock.now(), kind, facts)
        self._entries.append(entry)
        self._news.tell()
        return entry

    def entries(self, kind: EntryKind | None = None, after: int = 0, **facts: object) -> list[Entry]:
        """Gives the entries after number `after`, oldest first, of a kind and with the facts given."""
        return [
            entry
            for entry in self._entries[after:]
            if (kind is None or entry.kind is kind)
            and all(entry.facts.get(name) == value for name, value in facts.items())
        ]

    async def until(self, condition: Callable[[], bool], patience: timedelta) -> bool:
        """Waits until `condition` holds, looking again at each entry; gives False if `patience` ran out."""
        return await self._news.until(condition, patience)
