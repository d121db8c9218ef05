"""What the contract is tested with: a bench that holds a store and time, and things to put into the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.domain.access import ChannelId
from bot.domain.deliveries import Content, Delivery, Message, MessageTs, Parcel, State
from bot.domain.digests import Digest, ScopeHealth, Source, identify
from bot.domain.events import AuditEvent
from bot.domain.fingerprints import Sighting, core_of, grouped, sift
from bot.domain.query import Window
from bot.domain.schedules import Interval
from bot.domain.scopes import Region, Scope, ScopeKind
from bot.domain.settlements import Settlement
from bot.domain.subscriptions import DIGEST_FILTERS, Draft, Mode, Origin, Subscription, Terms
from bot.ports import Agenda, Claim, Ledger, Mutes, Outbox, Preferences, Reading, Subscriptions, Uses

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
LEASE = MINUTE
ACME = Scope(ScopeKind.ORGANIZATION, "acme")
ACME_IN_EUROPE = replace(ACME, region=Region.EU)
SPACE = Scope(ScopeKind.SPACE, "prod")
CHANNEL = ChannelId("C0AUDIT")
OTHER_CHANNEL = ChannelId("C0OTHER")


class AnyStore(Protocol):
    """A fulfilment of every port that keeps something."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def subscriptions(self) -> Subscriptions: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def agenda(self) -> Agenda: ...
    @property
    def mutes(self) -> Mutes: ...
    @property
    def uses(self) -> Uses: ...
    @property
    def preferences(self) -> Preferences: ...


@dataclass(slots=True)
class HandSetClock:
    """A clock that stands still until somebody moves it."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True, slots=True)
class Bench:
    """A store, and how time passes for it.

    ``later`` makes what the store holds that much older, without waiting; a negative time is a clock set back.
    ``replica`` opens the same store once more, as another process would; None where only one process can have it.
    """

    store: AnyStore
    later: Callable[[timedelta], Awaitable[None]]
    replica: Callable[[], AbstractAsyncContextManager[AnyStore]] | None

    @property
    def ledger(self) -> Ledger:
        return self.store.ledger

    @property
    def subscriptions(self) -> Subscriptions:
        return self.store.subscriptions

    @property
    def outbox(self) -> Outbox:
        return self.store.outbox

    async def health(self, scope: Scope = ACME) -> ScopeHealth:
        return next(each for each in await self.ledger.health() if each.scope == scope)

    async def claim_scope(self, scope: Scope = ACME) -> Claim:
        """The scope, which nobody else has."""
        claim = await self.ledger.claim(scope, (await self.health(scope)).fence, LEASE)
        assert claim is not None
        return claim

    async def collect(self, events: Sequence[AuditEvent], scope: Scope = ACME, watermark: datetime = NOON) -> int:
        """Read a scope: what is new of these events becomes known."""
        claim = await self.claim_scope(scope)
        known = await self.ledger.known(scope, {core_of(event) for event in events})
        return await self.ledger.commit(claim, reading(watermark), sift(grouped(events), known))

    async def subscription(self, subscription: Subscription) -> Subscription:
        """The subscription as it is now."""
        return next(each for each in await self.subscriptions.all() if each.id == subscription.id)

    async def subscribe(self, key: str = "one", *scopes: Scope, channel: ChannelId = CHANNEL) -> Subscription:
        return await self.subscriptions.add(draft(key, *scopes, channel=channel), NOON)

    async def file(self, subscription: Subscription, word: str, parts: int = 1) -> Parcel:
        """File something for a subscription, as it is now."""
        now = await self.subscription(subscription)
        made = parcel(word, parts, channel=now.terms.channel)
        assert await self.outbox.file(await self.digest(now, word), made, now.last_slot + MINUTE)
        return made

    async def digest(self, subscription: Subscription, word: str, upto: Mapping[Scope, int] | None = None) -> Digest:
        sources = [
            Source(await self.health(scope), cursor, (upto or {}).get(scope, cursor))
            for scope, cursor in subscription.cursors.items()
        ]
        return Digest(identify(word), subscription, NOON, subscription.covered_until, NOON + MINUTE, sources, (), 0)

    async def claim_part(self) -> Delivery:
        """The next part, which there is."""
        delivery = await self.outbox.claim(LEASE)
        assert delivery is not None
        return delivery

    async def send(self) -> Delivery:
        """Take the next part to its end."""
        delivery = await self.claim_part()
        assert await self.outbox.settle(delivery, sent(delivery))
        return delivery


@dataclass(slots=True)
class Told:
    """A listener that writes down what it hears."""

    heard: list[object] = field(default_factory=list)

    def __call__(self, waypoint: object) -> None:
        self.heard.append(waypoint)


def event(number: int = 0, *, at: datetime | None = None, scope: Scope = ACME, message: str = "added") -> AuditEvent:
    """The ``number``-th event of a log: one a second from noon on."""
    at = at or NOON + number * SECOND
    action = "mondoo.captain.Captain.SetOrganizationMembership"
    return AuditEvent(scope, at, at.isoformat(), action, "Ada", "//users/ada", "//users/bob", message)


def sightings(*events: AuditEvent) -> list[Sighting]:
    """These events, of which none is known."""
    return sift(grouped(events), {})


def reading(watermark: datetime = NOON, *, began: datetime = NOON, deep: bool = False) -> Reading:
    return Reading(began, Window(NOON - MINUTE), pages=1, events=1, watermark=watermark, deep=deep)


def draft(key: str = "one", *scopes: Scope, channel: ChannelId = CHANNEL) -> Draft:
    terms = Terms(scopes or (ACME,), channel, Mode.DIGEST, DIGEST_FILTERS, schedule=Interval(MINUTE))
    return Draft(key, Origin.SLACK, terms)


def parcel(word: str, parts: int = 1, *, channel: ChannelId = CHANNEL, is_digest: bool = True) -> Parcel:
    contents: list[Content] = [Message([{"text": f"{word} {part}"}, {"text": "plain"}]) for part in range(parts)]
    return Parcel(identify(word), channel, contents, is_digest=is_digest)


def notice(word: str, parts: int = 1, *, channel: ChannelId = CHANNEL) -> Parcel:
    return parcel(word, parts, channel=channel, is_digest=False)


def sent(delivery: Delivery) -> Settlement:
    return Settlement(State.SENT, ts=MessageTs(f"ts of {delivery.part}"))
