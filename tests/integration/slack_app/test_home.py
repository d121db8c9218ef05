from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.slack import ids
from bot.domain.access import ChannelId, Policy, Rule, UserId
from bot.domain.events import AuditEvent
from bot.domain.fingerprints import grouped, sift
from bot.domain.query import Filters, Window
from bot.domain.schedules import Interval
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.subscriptions import Draft, Mode, Origin, Standing, Subscription, Terms
from bot.ports import Reading
from bot.sandbox.slack import cast
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.faults import Fault, FaultKind
from bot.sandbox.slack.ids import UserId as SlackUserId
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.views import View
from tests.contract.memory import MemoryStore

from .harness import Bot, Setup, SystemClock, read

PROD = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
LAB = Scope(ScopeKind.SPACE, "lab-1", Region.EU)
HIDDEN = Scope(ScopeKind.SPACE, "crown-jewels")
AUDIT = ChannelId(cast.SECURITY_AUDIT)
TERMS = Terms((PROD,), AUDIT, Mode.DIGEST, Filters(), schedule=Interval(timedelta(minutes=15)))
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(SystemClock())


@pytest.fixture
def setup(store: MemoryStore) -> Setup:
    rule = Rule(users=frozenset({UserId(cast.MEMBER)}))
    return Setup(
        catalog=ScopeCatalog((PROD, LAB, HIDDEN), (("prod", PROD), ("lab", LAB)), open=False),
        policy=Policy(rule, {HIDDEN: Rule(admins=False)}),
        store=store,
    )


def home(bot: Bot, user: SlackUserId = cast.OWNER) -> View | None:
    return bot.slack.workspace.views.home(user)


def told(view: View | None) -> str:
    return "" if view is None else "\n".join(words(list(view.blocks)))


async def opened(bot: Bot, user: SlackUserId = cast.OWNER) -> View:
    assert (await bot.person(user).open_home()).ok
    await bot.until(lambda: home(bot, user) is not None)
    view = home(bot, user)
    assert view is not None
    return view


async def click(bot: Bot, action: str, user: SlackUserId = cast.OWNER, at: int = 0) -> Outcome:
    """Press the so-many-th button of that name in the App Home."""
    view = home(bot, user)
    assert view is not None
    blocks = [block["block_id"] for block in view.blocks if action in _names(block)]
    return await bot.person(user).click(view, action, block_id=blocks[at])


def _names(block: Mapping[str, Any]) -> list[str]:
    return [element.get("action_id", "") for element in block.get("elements", ()) if isinstance(element, dict)]


async def subscribed(store: MemoryStore, origin: Origin = Origin.SLACK, terms: Terms = TERMS) -> Subscription:
    await store.ledger.watch(terms.scopes, NOW - timedelta(days=2))
    return await store.subscriptions.add(Draft(f"{origin.value}:1", origin, terms, UserId(cast.OWNER)), NOW)


async def collected(store: MemoryStore, *events: AuditEvent) -> None:
    (health,) = [each for each in await store.ledger.health() if each.scope == PROD]
    claim = await store.ledger.claim(PROD, health.fence, timedelta(minutes=1))
    assert claim is not None
    reading = Reading(NOW, Window(), 1, len(events), NOW, deep=False)
    await store.ledger.commit(claim, reading, sift(grouped(events), {}))


def owner_added(at: datetime) -> AuditEvent:
    return AuditEvent(
        PROD, at, at.isoformat(), "mondoo.captain.Captain.SetOrganizationMembership", "Ada", "//x/users/ada",
        "//captain.api.mondoo.app/users/grace", "owner added",
    )  # fmt: skip


async def test_it_tells_of_logs_risks_subscriptions_and_how_to_ask(bot: Bot, store: MemoryStore) -> None:
    await subscribed(store)
    await collected(store, owner_added(NOW - timedelta(hours=1)), owner_added(NOW - timedelta(hours=30)))
    view = await opened(bot)
    seen = told(view)
    assert "prod" in seen
    assert "lab" in seen
    assert "crown-jewels" not in seen
    assert seen.count("made user grace an owner") == 1
    assert "digest of prod" in seen
    assert "/mondoo-audit org=prod last=24h" in seen
    assert "/mondoo-audit space=lab last=24h" in seen


@pytest.mark.parametrize("user", [cast.GUEST, cast.OTHER_MEMBER])
async def test_who_may_see_nothing_is_told_whom_to_ask_and_nothing_else(
    bot: Bot, store: MemoryStore, user: SlackUserId
) -> None:
    await subscribed(store)
    seen = told(await opened(bot, user))
    assert "Ask an owner or admin" in seen
    for secret in ("prod", "lab", "digest", PROD.id):
        assert secret not in seen.replace("audit log", "")


async def test_who_may_see_but_not_manage_has_nothing_to_press(bot: Bot, store: MemoryStore) -> None:
    await subscribed(store)
    view = await opened(bot, cast.MEMBER)
    pressed = {name for block in view.blocks for name in _names(block)}
    assert "digest of prod" in told(view)
    assert pressed & {ids.HOME_PAUSE, ids.HOME_EDIT, ids.HOME_UNSUBSCRIBE, ids.HOME_SUBSCRIBE} == set()
    assert {ids.SEARCH, ids.HOME_AGAIN} <= pressed


async def test_a_subscription_is_paused_resumed_and_ended_and_a_second_click_is_harmless(
    bot: Bot, store: MemoryStore
) -> None:
    await subscribed(store)
    before = await opened(bot)
    await click(bot, ids.HOME_PAUSE)
    await bot.until(lambda: "Paused" in told(home(bot)))
    assert (await store.subscriptions.all())[0].standing is Standing.PAUSED
    await click(bot, ids.HOME_RESUME)
    await bot.until(lambda: "Paused" not in told(home(bot)))
    await click(bot, ids.HOME_UNSUBSCRIBE)
    await bot.until(lambda: "No digest or alert goes anywhere yet" in told(home(bot)))
    assert await store.subscriptions.all() == []
    assert before.id == getattr(home(bot), "id", None)


async def test_a_subscription_that_is_gone_meanwhile_is_told(bot: Bot, store: MemoryStore) -> None:
    subscription = await subscribed(store)
    await opened(bot)
    await store.subscriptions.remove(subscription.id)
    await click(bot, ids.HOME_PAUSE)
    await bot.until(lambda: "There is no subscription 1" in told(home(bot)))


async def test_one_from_the_settings_is_paused_here_and_ended_there(bot: Bot, store: MemoryStore) -> None:
    await subscribed(store, Origin.FILE)
    view = await opened(bot)
    names = {name for block in view.blocks for name in _names(block)}
    assert ids.HOME_PAUSE in names
    assert names.isdisjoint({ids.HOME_EDIT, ids.HOME_UNSUBSCRIBE})
    assert "the file that CONFIG_FILE names" in told(view)


def _filled(**changes: object) -> dict[str, Any]:
    """What is filled in, by block and action."""
    return {name: {name: value} for name, value in changes.items()}


async def window(bot: Bot, action: str, ready: str, user: SlackUserId = cast.OWNER) -> View:
    """The window of a subscription, filled in."""
    assert (await click(bot, action, user)).ok
    views = bot.slack.workspace.views
    await bot.until(lambda: bool(views.stack(user)) and ready in str(views.stack(user)[-1].content))
    return views.stack(user)[-1]


async def test_a_subscription_is_made_in_a_window_with_what_is_wrong_beside_its_field(
    bot: Bot, store: MemoryStore
) -> None:
    await opened(bot)
    view = await window(bot, ids.HOME_SUBSCRIBE, "New subscription")
    person = bot.person(cast.OWNER)
    wrong = await person.submit(view, _filled(channel=cast.SECURITY_AUDIT, when="whenever"))
    assert wrong.input_errors is not None
    assert "is not a schedule" in wrong.input_errors["when"]
    refused = await person.submit(view, _filled(channel=cast.SHARED, when="15m"))
    assert refused.input_errors is not None
    assert "shared with another organization" in refused.input_errors["channel"]
    outside = await person.submit(view, _filled(channel=cast.PRIVATE_WITHOUT_BOT, when="15m"))
    assert outside.input_errors is not None
    assert "Invite it there" in outside.input_errors["channel"]
    assert await store.subscriptions.all() == []
    assert (await person.submit(view, _filled(channel=cast.SECURITY_AUDIT, when="09:00"))).ok
    await bot.until(lambda: "digest of prod" in told(home(bot)))
    (made,) = await store.subscriptions.all()
    assert (made.terms.scopes, made.terms.channel, made.owner) == ((PROD,), AUDIT, UserId(cast.OWNER))
    assert bot.slack.workspace.views.stack(cast.OWNER) == ()


async def test_a_window_that_opens_too_late_is_told_of_in_the_bots_messages(bot: Bot) -> None:
    await opened(bot)
    bot.slack.faults.add(Fault("views.open", FaultKind.ERROR, error="expired_trigger_id"))
    assert (await click(bot, ids.HOME_SUBSCRIBE)).ok
    await bot.in_flight.settled()
    (told_,) = bot.seen(cast.OWNER_DM, cast.OWNER)
    assert "too little time to open the window" in read(told_)


async def test_what_takes_longer_than_slack_waits_goes_on_behind_the_closed_window(
    bot: Bot, store: MemoryStore
) -> None:
    bot.log.gate = asyncio.Event()
    both = (cast.OWNER, cast.ADMIN)
    for user in both:
        await opened(bot, user)
    windows = [await window(bot, ids.HOME_SUBSCRIBE, "New subscription", user) for user in both]
    asked = _filled(channel=cast.SECURITY_AUDIT, when="09:00 UTC")
    outcomes = await asyncio.gather(*(bot.person(view.user).submit(view, asked) for view in windows))
    assert all(outcome.ok and not outcome.input_errors for outcome in outcomes)
    assert await store.subscriptions.all() == []
    assert not any(map(bot.slack.workspace.views.stack, both))
    bot.log.gate.set()
    await bot.in_flight.settled()
    (made,) = await store.subscriptions.all()
    homes = {user: told(home(bot, user)) for user in both}
    assert all("digest of prod" in seen for user, seen in homes.items() if str(user) == made.owner)
    (late,) = [seen for user, seen in homes.items() if str(user) != made.owner]
    assert f"Subscription {made.id} is the same, and at work" in late


async def test_a_subscription_is_changed_unless_somebody_else_was_faster(bot: Bot, store: MemoryStore) -> None:
    subscription = await subscribed(store)
    await opened(bot)
    view = await window(bot, ids.HOME_EDIT, "Subscription 1")
    person = bot.person(cast.OWNER)
    assert (await person.submit(view, _filled(when="1h", actor="jane"))).ok
    await bot.until(lambda: "every hour" in told(home(bot)))
    (changed,) = await store.subscriptions.all()
    assert changed.terms == replace(TERMS, schedule=Interval(timedelta(hours=1)), filters=Filters(actor="jane"))
    assert changed.version > subscription.version
    late = await window(bot, ids.HOME_EDIT, "Subscription 1")
    await store.subscriptions.change(changed.id, TERMS, changed.owner, version=changed.version)
    told_ = await person.submit(late, _filled(when="2h"))
    assert told_.input_errors is not None
    assert "changed subscription 1 meanwhile" in str(told_.input_errors)


async def test_what_was_risky_leads_on_to_what_happened_around_it(bot: Bot, store: MemoryStore) -> None:
    await subscribed(store)
    await collected(store, owner_added(NOW - timedelta(hours=1)))
    view = await opened(bot)
    (menu,) = [block for block in view.blocks if block.get("accessory", {}).get("type") == "overflow"]
    assert (await bot.person(cast.OWNER).click(view, ids.EVENT_MENU, "lens", block_id=menu["block_id"])).ok
    views = bot.slack.workspace.views
    await bot.until(lambda: "before and after" in str([each.content for each in views.stack(cast.OWNER)]))
