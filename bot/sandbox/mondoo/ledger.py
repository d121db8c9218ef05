"""What was asked of the stand-in and what it answered: the record that tests and the page look at."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.mondoo.events import rfc3339

_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request to `/query`.

    Attributes:
        number: Counts from 1.
        at: When it came.
        region: Which region's server it came to.
        method: GET is somebody opening the explorer, or following a redirect.
        principal: The credential's name, None if it had none that is known. The credential itself is never kept.
        operation: The GraphQL operation's name, as far as the request says it.
        variables: As sent.
        mrn: Whose log was read, None if none was.
        page: Which page of it, from 1.
        events: How many events the page held, before any fault spoilt it.
        fault: The kind of the fault that struck, None if none did.
        status: The HTTP status of the answer, None if none was sent.
    """

    number: int
    at: datetime
    region: str
    method: str
    principal: str | None = None
    operation: str | None = None
    variables: Any = None
    mrn: str | None = None
    page: int | None = None
    events: int = 0
    fault: str | None = None
    status: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Gives the record for the control port."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return fields | {"at": rfc3339(self.at)}


class Ledger:
    """The latest 20,000 requests, oldest first.

    Attributes:
        received: How many requests have come in all.
        recorded: How many of them are on record, that is, have their answer decided.
    """

    def __init__(self) -> None:
        self._asked: deque[Asked] = deque(maxlen=_REMEMBERED)
        self._news = asyncio.Event()
        self.received = 0
        self.recorded = 0

    def __iter__(self) -> Iterator[Asked]:
        return iter(tuple(self._asked))

    def next_number(self) -> int:
        """Gives the number of the request that has just come."""
        self.received += 1
        return self.received

    def add(self, asked: Asked) -> None:
        """Records a request, once its answer is decided and before it is sent."""
        self._asked.append(asked)
        self.recorded += 1
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def until(self, recorded: int) -> None:
        """Waits until so many requests are on record."""
        while self.recorded < recorded:
            await self._news.wait()

    def clear(self) -> None:
        """Forgets them all."""
        self._asked.clear()
        self.received = self.recorded = 0
