"""Collecting, digests and delivery on one bench, with a store in memory and a Slack that answers as the test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.access import ChannelId, GroupId, Person, Place, PlaceKind, Policy, Role, UserId
from bot.domain.deliveries import Absent, Delivery, Look, Message, MessageTs, Outcome, Sent
from bot.domain.digests import ScopeHealth
from bot.domain.errors import UpstreamError
from bot.domain.events import AuditEvent
from bot.domain.query import Filters
from bot.domain.schedules import Interval
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Draft, Mode, Origin, Subscription, Terms
from bot.services.collect import Collected, Collector, LookBack
from bot.services.context import Context
from bot.services.deliver import Deliverer
from bot.services.digest import Bounds, Digester
from bot.services.notify import Notifier
from tests.contract.memory import MemoryStore
from tests.simulation.composer import ListingComposer

from .fakes import ACME, NOON, FakeAuditLog, FakeClock

CHANNEL = ChannelId("C1")
OWNER = UserId("UOWNER")
EVERY = Interval(timedelta(minutes=15))


@dataclass(slots=True)
class FakeSlack:
    """A messenger and a directory.

    ``outcomes`` and ``looks`` are its next answers; when there are none left, it takes each post, and finds nothing.
    ``posted`` is what it was given to post, ``searched`` what it was to look for. Channels in ``shared`` are shared
    with strangers; ``unseen`` is why it shows nothing of any; in those ``outside`` the bot is not. ``silent`` is what
    it answers to questions about places, before each of which it calls ``before_place``.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    shared: set[ChannelId] = field(default_factory=set)
    unseen: str = ""
    outside: set[ChannelId] = field(default_factory=set)
    silent: UpstreamError | None = None
    before_place: Callable[[], None] = lambda: None
    posted: list[Delivery] = field(default_factory=list)
    searched: list[Delivery] = field(default_factory=list)

    async def post(self, delivery: Delivery) -> Outcome:
        self.posted.append(delivery)
        return self.outcomes.pop(0) if self.outcomes else Sent(MessageTs(f"{len(self.posted)}.0"))

    async def find(self, delivery: Delivery) -> Look:
        self.searched.append(delivery)
        return self.looks.pop(0) if self.looks else Absent()

    async def person(self, user: UserId) -> Person:
        return Person(user, Role.OWNER)

    async def place(self, channel: ChannelId) -> Place:
        self.before_place()
        if self.silent is not None:
            raise self.silent
        return Place(channel, PlaceKind.PUBLIC, shared=channel in self.shared, unseen=self.unseen)

    async def joined(self, channel: ChannelId) -> bool:
        return channel not in self.outside

    async def members(self, group: GroupId) -> frozenset[UserId]:
        return frozenset((UserId(f"member of {group}"),))


class Bench:
    """All that takes an event from the log to Slack, step by step, as the test says."""

    def __init__(
        self,
        events: Sequence[AuditEvent] = (),
        *,
        look_back: LookBack | None = None,
        bounds: Bounds | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.events = list(events)
        self.log = FakeAuditLog(self.events)
        self.slack = FakeSlack()
        self.store = store = MemoryStore(self.clock, channel_pace=timedelta(0))
        composer = ListingComposer()
        self.collector = Collector(store.ledger, self.log, self.clock, look_back)
        self.digester = Digester(
            ledger=store.ledger,
            agenda=store.agenda,
            outbox=store.outbox,
            mutes=store.mutes,
            composer=composer,
            clock=self.clock,
            context=Context(store.ledger, timedelta(days=90)),
            bounds=bounds,
        )
        self.notifier = Notifier(agenda=store.agenda, outbox=store.outbox, composer=composer)
        self.deliverer = Deliverer(
            outbox=store.outbox,
            messenger=self.slack,
            directory=self.slack,
            policy=policy or Policy(),
            clock=self.clock,
        )

    async def subscribe(
        self,
        *scopes: Scope,
        mode: Mode = Mode.DIGEST,
        filters: Filters = Filters(),  # noqa: B008 — a frozen value
        reassure_after: timedelta | None = None,
        since: datetime = NOON,
    ) -> Subscription:
        """A subscription to these scopes, or to ACME, that are watched from ``since`` on."""
        terms = Terms(
            scopes=scopes or (ACME,),
            channel=CHANNEL,
            mode=mode,
            filters=filters,
            schedule=EVERY if mode is Mode.DIGEST else None,
            reassure_after=reassure_after,
        )
        await self.store.ledger.watch(terms.scopes, since)
        return await self.store.subscriptions.add(Draft("key", Origin.SLACK, terms, OWNER), self.clock.now())

    async def subscription(self) -> Subscription:
        """The one that there is, as it is now."""
        (subscription,) = await self.store.subscriptions.all()
        return subscription

    async def health(self, scope: Scope = ACME) -> ScopeHealth:
        """How the reading of a scope goes."""
        return next(each for each in await self.store.ledger.health() if each.scope == scope)

    async def collect(self, scope: Scope = ACME) -> Collected | None:
        """Read a scope."""
        return await self.collector.collect(await self.health(scope))

    async def known(self, scope: Scope = ACME) -> list[str]:
        """The messages of a scope's entries, in their order."""
        return [entry.event.message for entry in await self.store.ledger.entries(scope, 0, 100_000)]

    async def deliver(self) -> None:
        """Deal with every part that may be dealt with now."""
        while await self.deliverer.deliver() is not None:
            pass

    async def round(self, after: timedelta = timedelta(minutes=15)) -> None:
        """Let time pass, then do once all that there is to do."""
        self.clock.advance(after)
        for health in await self.store.ledger.health():
            await self.collector.collect(health)
        await self.digester.tick()
        await self.notifier.tick()
        await self.deliver()

    def shown(self) -> list[str]:
        """What Slack was given to post: events by their message, notices by the channel that they went to."""
        told: list[str] = []
        for delivery in self.slack.posted:
            assert isinstance(delivery.content, Message)
            events = delivery.content.forms[0]["events"]
            assert isinstance(events, tuple)
            told += [str(name).split(" ", 3)[3] for name in events] or [f"to {delivery.channel}"]
        return told
