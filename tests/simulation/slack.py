"""A Slack that keeps a ledger of its own of what it accepted, whatever its senders believe."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import cast

from bot.domain.access import ChannelId, GroupId, Person, Place, PlaceKind, Role, UserId
from bot.domain.deliveries import (
    Absent,
    Deferred,
    Delivery,
    Found,
    Locked,
    Look,
    Message,
    MessageTs,
    Outcome,
    PartId,
    Refused,
    Sent,
    Uncertain,
    Unreachable,
    Unreadable,
)
from bot.domain.errors import Unavailable
from bot.domain.subscriptions import SubscriptionId

from .loop import VirtualLoop
from .mondoo import START
from .weather import Fault, Weather

CLIENT_TIMEOUT_S = 10.0
LATEST_S = 19.5
"""After its sending, a post may be accepted so much later, which is less than :attr:`Timing.before_look`."""
_HISTORY_MARGIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message as Slack shows it."""

    part: PartId
    ordinal: int
    channel: ChannelId
    ts: MessageTs
    thread: MessageTs | None
    subscription: SubscriptionId | None
    events: tuple[str, ...]
    labelled: bool
    shown_s: float
    """When history shows it."""


class FakeSlack:
    """A :class:`~bot.ports.Messenger` and a :class:`~bot.ports.Directory`, with their server in one.

    ``accepted`` is the truth. What is sent arrives, or does not, whatever becomes of its sender.
    """

    def __init__(self, loop: VirtualLoop, rng: Random, weather: Weather) -> None:
        self.accepted: list[Accepted] = []
        self.closed: set[ChannelId] = set()
        """Channels whose history cannot be read."""
        self.gone_until_s: dict[ChannelId, float] = {}
        self.shared_until_s: dict[ChannelId, float] = {}
        self.revoked_until_s = 0.0
        self.is_old = False
        """Whether it refuses newer blocks."""
        self._loop = loop
        self._rng = rng
        self._weather = weather
        self._outside = copy_context()
        self._refused: set[PartId] = set()
        self._by_part: dict[PartId, list[Accepted]] = {}

    async def post(self, delivery: Delivery) -> Outcome:
        if self._weather.strikes(Fault.POST_NOT_SENT):
            await self._loop.pause(0.5)
            return Deferred(timedelta(seconds=5), "no connection")
        answer: asyncio.Future[Outcome] = self._loop.create_future()
        delay_s = self._delay_s()
        if delay_s is not None:
            self._loop.call_later(delay_s, self._receive, delivery, answer, context=self._outside)
        try:
            async with asyncio.timeout(CLIENT_TIMEOUT_S):
                return await answer
        except TimeoutError:
            return Uncertain("no answer in time")

    async def find(self, delivery: Delivery) -> Look:
        await self._loop.pause(self._rng.uniform(0.05, 0.5))
        if self._loop.time() < self.revoked_until_s:
            return Locked("token_revoked")
        if self._weather.strikes(Fault.LOOK_FAILS):
            return Deferred(timedelta(seconds=5), "ratelimited")
        if self._loop.time() < self.gone_until_s.get(delivery.channel, 0):
            return Unreachable("channel_not_found")
        if delivery.channel in self.closed:
            return Unreadable("missing_scope")
        assert delivery.first_attempt is not None
        oldest_s = (delivery.first_attempt - _HISTORY_MARGIN - START).total_seconds()
        for message in self._by_part.get(delivery.part, ()):
            if message.shown_s <= self._loop.time() and oldest_s <= float(message.ts):
                return Found(message.ts)
        return Absent()

    async def person(self, user: UserId) -> Person:
        return Person(user, Role.MEMBER)

    async def place(self, channel: ChannelId) -> Place:
        if self._rng.random() < 0.3:
            await self._loop.pause(self._rng.uniform(0.05, 2))
        if self._weather.strikes(Fault.PLACE_UNKNOWN):
            raise Unavailable("Slack does not answer.")
        return Place(channel, PlaceKind.PUBLIC, shared=self._loop.time() < self.shared_until_s.get(channel, 0))

    async def members(self, group: GroupId) -> frozenset[UserId]:
        return frozenset((UserId(f"member of {group}"),))

    def mend(self) -> None:
        """Be well again. What history does not show, it never will."""
        self.gone_until_s.clear()
        self.shared_until_s.clear()
        self._refused.clear()
        self.revoked_until_s = 0.0

    def _delay_s(self) -> float | None:
        """How long a post is under way; None where it never arrives."""
        if self._weather.strikes(Fault.POST_LOST):
            return None
        if self._weather.strikes(Fault.POST_LATE):
            return self._rng.uniform(CLIENT_TIMEOUT_S, LATEST_S)
        if self._weather.strikes(Fault.POST_SLOW):
            return self._rng.uniform(1, 9)
        return self._rng.uniform(0.05, 0.4)

    def _receive(self, delivery: Delivery, answer: asyncio.Future[Outcome]) -> None:
        outcome = self._judge(delivery)
        if outcome is not None and not answer.done():
            answer.set_result(outcome)

    def _judge(self, delivery: Delivery) -> Outcome | None:  # noqa: PLR0911 — one an answer
        """What Slack makes of a post; None where its answer is lost."""
        if self._loop.time() < self.revoked_until_s:
            return Locked("token_revoked")
        if self._loop.time() < self.gone_until_s.get(delivery.channel, 0):
            return Unreachable("channel_not_found")
        if self._weather.strikes(Fault.POST_LIMITED):
            return Deferred(timedelta(seconds=self._rng.randint(1, 30)), "ratelimited", whole_channel=True)
        if delivery.part in self._refused or self._weather.strikes(Fault.POST_REFUSED):
            self._refused.add(delivery.part)
            return Refused("invalid_blocks")
        if delivery.form == 0 and self.is_old and self._weather.allows(Fault.FORM_REFUSED):
            return Refused("invalid_blocks")
        if self._weather.strikes(Fault.POST_BROKE):
            if self._rng.random() < 0.5:
                self._accept(delivery)
            return Uncertain("internal_error")
        ts = self._accept(delivery)
        return None if self._weather.strikes(Fault.ANSWER_SWALLOWED) else Sent(ts)

    def _accept(self, delivery: Delivery) -> MessageTs:
        assert isinstance(delivery.content, Message)
        now_s = self._loop.time()
        ts = MessageTs(f"{now_s:.6f}")
        message = Accepted(
            part=delivery.part,
            ordinal=delivery.ordinal,
            channel=delivery.channel,
            ts=ts,
            thread=delivery.thread,
            subscription=delivery.subscription,
            events=cast("tuple[str, ...]", delivery.content.forms[delivery.form]["events"]),
            labelled=delivery.labelled,
            shown_s=now_s + (self._rng.uniform(1, 5) if self._weather.strikes(Fault.SHOWN_LATE) else 0),
        )
        self.accepted.append(message)
        self._by_part.setdefault(delivery.part, []).append(message)
        return ts
