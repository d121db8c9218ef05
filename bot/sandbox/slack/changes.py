"""What changed in the workspace, in order: the feed that a page or a test listens to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.sandbox.slack.ids import ChannelId, Ts, UserId, ViewId
from bot.sandbox.slack.news import News


class ChangeKind(StrEnum):
    """What happened."""

    MESSAGE_POSTED = "message_posted"
    MESSAGE_EDITED = "message_edited"
    MESSAGE_DELETED = "message_deleted"
    VIEW_OPENED = "view_opened"
    VIEW_UPDATED = "view_updated"
    VIEW_CLOSED = "view_closed"
    HOME_PUBLISHED = "home_published"
    CHANNEL_CHANGED = "channel_changed"
    FILE_SHARED = "file_shared"
    CONNECTIONS_CHANGED = "connections_changed"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. Messages carry `channel` and `ts`; `user` is whom alone it concerns, None for everybody."""

    seq: int
    kind: ChangeKind
    channel: ChannelId | None = None
    ts: Ts | None = None
    user: UserId | None = None
    view: ViewId | None = None


Listener = Callable[[Change], None]


class Changes:
    """An append-only feed; a listener that joins late can start from any earlier number."""

    def __init__(self) -> None:
        self._log: list[Change] = []
        self._listeners: list[Listener] = []
        self._news = News()

    @property
    def seq(self) -> int:
        """The number of the newest change; 0 before the first."""
        return len(self._log)

    def tell(
        self,
        kind: ChangeKind,
        *,
        channel: ChannelId | None = None,
        ts: Ts | None = None,
        user: UserId | None = None,
        view: ViewId | None = None,
    ) -> None:
        """Appends a change and calls every listener with it."""
        change = Change(len(self._log) + 1, kind, channel, ts, user, view)
        self._log.append(change)
        self._news.tell()
        for listener in tuple(self._listeners):
            listener(change)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` at each change, in the event loop's thread; gives what ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def since(self, seq: int) -> tuple[Change, ...]:
        """Gives the changes after number `seq`, oldest first, without waiting."""
        return tuple(self._log[seq:])

    async def follow(self, seq: int | None = None) -> AsyncGenerator[Change, None]:
        """Gives every change after number `seq` (by default: from now on), waiting for more, without end."""
        position = self.seq if seq is None else seq
        while True:
            while position < len(self._log):
                position += 1
                yield self._log[position - 1]
            await self._news.wait()

    async def until(self, condition: Callable[[], bool], patience: timedelta) -> bool:
        """Waits until `condition` holds, looking again at each change; gives False if `patience` ran out."""
        return await self._news.until(condition, patience)
