from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.access import ChannelId, Person, Policy, Role, Rule, UserId
from bot.domain.errors import AccessDenied, NotInvited, NotPermitted, UserError
from bot.domain.query import Filters
from bot.domain.scopes import Scope, ScopeCatalog, ScopeKind
from bot.domain.subscriptions import Draft, Mode, Origin, Standing, Subscription, SubscriptionId, Terms
from bot.ports import Subscriptions
from bot.services.authorize import Gate
from bot.services.prospects import Prospects
from bot.services.subscribe import Subscriber
from tests.contract.memory import MemoryStore

from .bench import CHANNEL, EVERY, FakeSlack
from .fakes import ACME, NOON, FakeAuditLog, FakeClock

LAB = Scope(ScopeKind.SPACE, "lab")
OUTSIDE = ChannelId("C0UTSIDE")
OWNER, MEMBER = UserId("UOWNER"), UserId("UMEMBER")
TERMS = Terms((ACME,), CHANNEL, Mode.DIGEST, Filters(), schedule=EVERY)
FROM_FILE = Draft("file:1", Origin.FILE, TERMS, OWNER)


class Workspace(FakeSlack):
    """A workspace with one owner; everybody else is a member."""

    async def person(self, user: UserId) -> Person:
        return Person(user, Role.OWNER if user == OWNER else Role.MEMBER)


def store() -> Subscriptions:
    return MemoryStore(FakeClock()).subscriptions


def prospects(log: FakeAuditLog | None = None) -> Prospects:
    return Prospects(log or FakeAuditLog(), FakeSlack(outside={OUTSIDE}), FakeClock())


def subscriber(
    subscriptions: Subscriptions, policy: Policy | None = None, log: FakeAuditLog | None = None
) -> Subscriber:
    gate = Gate(policy or Policy(Rule(channels=frozenset({CHANNEL}))), Workspace(), ScopeCatalog())
    return Subscriber(subscriptions=subscriptions, gate=gate, prospects=prospects(log), clock=FakeClock())


async def one(subscriptions: Subscriptions) -> Subscription:
    (subscription,) = await subscriptions.all()
    return subscription


async def test_who_may_manage_subscribes_and_is_its_owner() -> None:
    subscriptions = store()
    added = await subscriber(subscriptions).subscribe(OWNER, CHANNEL, TERMS)
    assert added == await one(subscriptions)
    assert (added.owner, added.origin, added.terms, added.created) == (OWNER, Origin.SLACK, TERMS, NOON)


@pytest.mark.parametrize(
    ("standing", "said", "corrected"),
    [
        (Standing.ACTIVE, "Subscription 1 is the same, and at work", "subscriptions"),
        (Standing.PAUSED, "Subscription 1 is the same, though not at work", "resume 1"),
        (Standing.STOPPED, "Subscription 1 is the same, though not at work", "resume 1"),
    ],
)
async def test_the_same_is_subscribed_to_once(standing: Standing, said: str, corrected: str) -> None:
    subscriptions = store()
    service = subscriber(subscriptions)
    made = await service.subscribe(OWNER, CHANNEL, TERMS)
    await subscriptions.set_standing(made.id, standing, "")
    with pytest.raises(UserError, match=said) as refusal:
        await service.subscribe(OWNER, CHANNEL, replace(TERMS, zone="Asia/Tokyo"))
    assert refusal.value.corrected == corrected
    assert len(await subscriptions.all()) == 1


async def test_what_differs_in_anything_that_is_told_is_another() -> None:
    subscriptions = store()
    service = subscriber(subscriptions)
    others = (
        replace(TERMS, channel=ChannelId("C2")),
        replace(TERMS, scopes=(ACME, LAB)),
        replace(TERMS, filters=Filters(actor="jane")),
        replace(TERMS, mode=Mode.ALERT, schedule=None),
    )
    for terms in (TERMS, *others):
        await service.subscribe(OWNER, CHANNEL, terms)
    with pytest.raises(UserError, match="Subscription 3 is the same"):
        await service.subscribe(OWNER, CHANNEL, replace(TERMS, scopes=(LAB, ACME)))
    assert len(await subscriptions.all()) == 1 + len(others)


async def test_a_log_that_cannot_be_read_is_not_subscribed_to_and_costs_one_request() -> None:
    subscriptions = store()
    log = FakeAuditLog(fails={0: NotPermitted("Mondoo does not show organization acme to the bot.")})
    with pytest.raises(NotPermitted):
        await subscriber(subscriptions, log=log).subscribe(OWNER, CHANNEL, TERMS)
    assert await subscriptions.all() == []
    log.fails.clear()
    await subscriber(subscriptions, log=log).subscribe(OWNER, CHANNEL, TERMS)
    assert (len(log.readings), log.pages, log.open) == (2, 1, 0)


async def test_a_channel_where_the_bot_is_not_is_not_subscribed() -> None:
    subscriptions = store()
    with pytest.raises(NotInvited, match="not in the channel where it would post") as refusal:
        await subscriber(subscriptions).subscribe(OWNER, CHANNEL, replace(TERMS, channel=OUTSIDE))
    assert "Invite it there" in refusal.value.advice
    assert await subscriptions.all() == []


async def test_a_change_asks_only_for_what_is_new_to_the_subscription() -> None:
    subscriptions = store()
    log = FakeAuditLog()
    service = subscriber(subscriptions, log=log)
    added = await service.subscribe(OWNER, CHANNEL, TERMS)
    other = await service.subscribe(OWNER, CHANNEL, replace(TERMS, filters=Filters(actor="jane")))
    log.fails[0] = NotPermitted("Mondoo does not show it.")
    for terms, refused in (
        (replace(TERMS, scopes=(ACME, LAB)), NotPermitted),
        (replace(TERMS, channel=OUTSIDE), NotInvited),
        (other.terms, UserError),
    ):
        with pytest.raises(refused):
            await service.change(OWNER, CHANNEL, added.id, terms, version=added.version)
    changed = replace(TERMS, filters=Filters(action="Create"))
    assert (await service.change(OWNER, CHANNEL, added.id, changed, version=added.version)).terms == changed


async def test_one_wish_that_is_uttered_twice_makes_one_subscription() -> None:
    subscriptions = store()
    twice = [await subscriber(subscriptions).subscribe(OWNER, CHANNEL, TERMS, wish="window:V1") for _ in range(2)]
    assert twice == [await one(subscriptions)] * 2


async def test_who_may_see_but_not_manage_does_not_subscribe() -> None:
    subscriptions = store()
    with pytest.raises(AccessDenied):
        await subscriber(subscriptions).subscribe(MEMBER, CHANNEL, TERMS)
    assert await subscriptions.all() == []


async def test_the_channel_that_it_goes_to_is_checked_as_well_as_the_one_it_is_asked_for_in() -> None:
    workspace = Workspace(shared={CHANNEL})
    gate = Gate(Policy(), workspace, ScopeCatalog())
    subscriptions = store()
    asked = Subscriber(subscriptions=subscriptions, gate=gate, prospects=prospects(), clock=FakeClock())
    with pytest.raises(AccessDenied):
        await asked.subscribe(OWNER, ChannelId("C2"), TERMS)
    assert await subscriptions.all() == []


async def test_only_subscriptions_to_scopes_that_one_may_see_are_visible() -> None:
    subscriptions = store()
    policy = Policy(Rule(channels=frozenset({CHANNEL})), {LAB: Rule()})
    await subscriptions.add(FROM_FILE, NOON)
    secret = await subscriptions.add(Draft("file:2", Origin.FILE, replace(TERMS, scopes=(ACME, LAB))), NOON)
    service = subscriber(subscriptions, policy)
    assert [each.id for each in await service.visible(MEMBER, CHANNEL)] == [1]
    assert [each.id for each in await service.visible(OWNER, CHANNEL)] == [1, 2]
    with pytest.raises(UserError, match="no subscription 2"):
        await service.pause(MEMBER, CHANNEL, secret.id)


async def test_what_is_paused_can_be_resumed_and_neither_twice() -> None:
    subscriptions = store()
    service = subscriber(subscriptions)
    number = (await service.subscribe(OWNER, CHANNEL, TERMS)).id
    with pytest.raises(UserError, match="not paused"):
        await service.resume(OWNER, CHANNEL, number)
    assert (await service.pause(OWNER, CHANNEL, number)).standing is Standing.PAUSED
    with pytest.raises(UserError) as refusal:
        await service.pause(OWNER, CHANNEL, number)
    assert refusal.value.corrected == f"resume {number}"
    assert (await service.resume(OWNER, CHANNEL, number)).standing is Standing.ACTIVE
    assert await one(subscriptions) == (await service.visible(OWNER, CHANNEL))[0]


async def test_what_the_bot_stopped_can_be_resumed() -> None:
    subscriptions = store()
    service = subscriber(subscriptions)
    number = (await service.subscribe(OWNER, CHANNEL, TERMS)).id
    await subscriptions.set_standing(number, Standing.STOPPED, "channel_not_found")
    assert (await service.resume(OWNER, CHANNEL, number)).standing is Standing.ACTIVE


async def test_who_may_not_manage_changes_nothing() -> None:
    subscriptions = store()
    service = subscriber(subscriptions)
    number = (await service.subscribe(OWNER, CHANNEL, TERMS)).id
    for change in (service.pause, service.resume, service.unsubscribe):
        with pytest.raises(AccessDenied):
            await change(MEMBER, CHANNEL, number)
    assert (await one(subscriptions)).standing is Standing.ACTIVE


async def test_what_was_made_in_slack_ends_there() -> None:
    subscriptions = store()
    service = subscriber(subscriptions)
    added = await service.subscribe(OWNER, CHANNEL, TERMS)
    assert await service.unsubscribe(OWNER, CHANNEL, added.id) == added
    assert await subscriptions.all() == []


async def test_what_was_made_in_slack_is_changed_there() -> None:
    subscriptions = store()
    service = subscriber(subscriptions)
    added = await service.subscribe(OWNER, CHANNEL, TERMS)
    terms = replace(TERMS, filters=Filters(actor="jane"))
    changed = await service.change(OWNER, CHANNEL, added.id, terms, version=added.version)
    assert (changed.terms, changed.owner) == (terms, OWNER)
    assert await service.found(OWNER, CHANNEL, added.id) == changed
    with pytest.raises(UserError, match="meanwhile"):
        await service.change(OWNER, CHANNEL, added.id, TERMS, version=added.version)
    assert (await one(subscriptions)).terms == terms


async def test_who_may_not_manage_what_it_becomes_does_not_change_it() -> None:
    subscriptions = store()
    policy = Policy(Rule(channels=frozenset({CHANNEL})), {LAB: Rule(admins=False)})
    service = subscriber(subscriptions, policy)
    added = await service.subscribe(OWNER, CHANNEL, TERMS)
    for user, terms in ((MEMBER, TERMS), (OWNER, replace(TERMS, scopes=(LAB,)))):
        with pytest.raises(AccessDenied):
            await service.change(user, CHANNEL, added.id, terms, version=added.version)
    assert await one(subscriptions) == added


async def test_what_the_settings_make_is_changed_there() -> None:
    subscriptions = store()
    added = await subscriptions.add(FROM_FILE, NOON)
    with pytest.raises(UserError, match="the file that CONFIG_FILE names, and is changed there"):
        await subscriber(subscriptions).change(OWNER, CHANNEL, added.id, TERMS, version=added.version)


@pytest.mark.parametrize(
    ("origin", "where"), [(Origin.ENVIRONMENT, "its settings"), (Origin.FILE, "the file that CONFIG_FILE names")]
)
async def test_what_the_settings_make_ends_there(origin: Origin, where: str) -> None:
    subscriptions = store()
    added = await subscriptions.add(replace(FROM_FILE, origin=origin), NOON)
    with pytest.raises(UserError, match=where) as refusal:
        await subscriber(subscriptions).unsubscribe(OWNER, CHANNEL, added.id)
    assert refusal.value.corrected == f"pause {added.id}"
    assert await one(subscriptions) == added


class VanishingSubscriptions:
    """Subscriptions that somebody else removes as soon as they were read."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self.add, self.change, self.all = subscriptions.add, subscriptions.change, subscriptions.all

    async def set_standing(self, subscription: SubscriptionId, standing: Standing, reason: str) -> bool:
        await self._subscriptions.remove(subscription)
        return await self._subscriptions.set_standing(subscription, standing, reason)

    async def remove(self, subscription: SubscriptionId) -> bool:
        await self._subscriptions.remove(subscription)
        return await self._subscriptions.remove(subscription)


async def test_what_is_gone_meanwhile_is_not_there() -> None:
    for verb in ("pause", "unsubscribe"):
        service = subscriber(VanishingSubscriptions(store()))
        number = (await service.subscribe(OWNER, CHANNEL, TERMS)).id
        with pytest.raises(UserError, match=f"no subscription {number}"):
            await getattr(service, verb)(OWNER, CHANNEL, number)


async def test_the_settings_subscriptions_become_what_the_settings_say() -> None:
    subscriptions = store()
    service = subscriber(subscriptions)
    by_hand = await service.subscribe(OWNER, CHANNEL, TERMS)
    await service.synchronise([FROM_FILE, Draft("file:2", Origin.FILE, TERMS)])
    kept = (await subscriptions.all())[1]
    changed = replace(TERMS, filters=Filters(actor="Ada"))
    await service.synchronise([FROM_FILE, Draft("file:3", Origin.FILE, changed)])
    assert [each.key for each in await subscriptions.all()] == [by_hand.key, "file:1", "file:3"]
    assert (await subscriptions.all())[1] == kept
    await service.synchronise([replace(FROM_FILE, owner=MEMBER), Draft("file:3", Origin.FILE, TERMS)])
    _, first, third = await subscriptions.all()
    assert (first.owner, first.cursors, third.terms) == (MEMBER, kept.cursors, TERMS)


async def test_what_was_told_stays_told_when_the_settings_change() -> None:
    clock = FakeClock()
    subscriptions = MemoryStore(clock).subscriptions
    service = subscriber(subscriptions)
    await service.synchronise([FROM_FILE])
    before = await one(subscriptions)
    clock.advance(timedelta(days=1))
    await service.synchronise([replace(FROM_FILE, terms=replace(TERMS, channel=ChannelId("C2")))])
    after = await one(subscriptions)
    assert (after.id, after.last_slot, after.cursors) == (before.id, before.last_slot, before.cursors)
    assert after.terms.channel == "C2"
