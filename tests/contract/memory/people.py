"""What people did with the bot, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.access import UserId
from bot.domain.mutes import Mute, MuteId, MuteTerms
from bot.domain.uses import Use


class MemoryMutes:
    """A :class:`~bot.ports.Mutes`; see :class:`~.MemoryStore`."""

    def __init__(self) -> None:
        self._mutes: dict[MuteId, Mute] = {}
        self._last = 0

    async def add(self, terms: MuteTerms, by: UserId, now: datetime) -> Mute:
        self._last += 1
        mute = Mute(MuteId(self._last), terms, by, now)
        self._mutes[mute.id] = mute
        return mute

    async def all(self) -> Sequence[Mute]:
        return list(self._mutes.values())

    async def lift(self, mute: MuteId) -> bool:
        return self._mutes.pop(mute, None) is not None

    async def prune(self, before: datetime) -> int:
        ended = [each.id for each in self._mutes.values() if each.terms.until and each.terms.until < before]
        for mute in ended:
            del self._mutes[mute]
        return len(ended)


class MemoryUses:
    """A :class:`~bot.ports.Uses`; see :class:`~.MemoryStore`."""

    def __init__(self) -> None:
        self._uses: list[Use] = []

    async def record(self, use: Use) -> None:
        self._uses.append(use)

    async def recent(self, limit: int) -> Sequence[Use]:
        return self._uses[::-1][:limit]

    async def prune(self, before: datetime, most: int) -> int:
        doomed = sorted((use for use in self._uses if use.at < before), key=lambda use: use.at)[:most]
        self._uses = [use for use in self._uses if not any(use is each for each in doomed)]
        return len(doomed)


class MemoryPreferences:
    """A :class:`~bot.ports.Preferences`; see :class:`~.MemoryStore`."""

    def __init__(self) -> None:
        self._searches: dict[UserId, str] = {}

    async def last(self, user: UserId) -> str | None:
        return self._searches.get(user)

    async def remember(self, user: UserId, text: str) -> None:
        self._searches[user] = text
