"""Digests, ready to run: the store, the clockwork, and what people in Slack may ask of it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.composer import SlackComposer
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.messenger import SlackMessenger
from bot.adapters.store import open_store
from bot.domain.settlements import Timing
from bot.entrypoints.scheduler import Figures, Pace, Scheduler
from bot.ports import AuditLog, Clock, Preferences, Uses
from bot.services.authorize import Gate
from bot.services.collect import Collector, LookBack
from bot.services.context import Context
from bot.services.deliver import Deliverer
from bot.services.digest import Digester
from bot.services.mute import Muter
from bot.services.notify import Notifier
from bot.services.overview import Overviews
from bot.services.prospects import Prospects
from bot.services.status import Reporter
from bot.services.subscribe import Subscriber
from bot.settings import Settings
from bot.wiring.scopes import Scopes
from bot.wiring.subscriptions import drafts

_BEFORE_LOOK: Final = 2
_LEASE: Final = 6
"""Of a post's time-out: until history is searched for it, and until somebody else may deal with it."""


@dataclass(frozen=True, slots=True)
class Digests:
    """What the rest of the bot sees of it."""

    scheduler: Scheduler
    context: Context
    overviews: Overviews
    subscriber: Subscriber
    reporter: Reporter
    muter: Muter
    uses: Uses
    preferences: Preferences


async def digests(  # noqa: PLR0913 — what it is made of, by name
    settings: Settings,
    stack: AsyncExitStack,
    *,
    known: Scopes,
    log: AuditLog,
    whole: AuditLog,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    directory: SlackDirectory,
    gate: Gate,
    clock: Clock,
    figures: Figures,
) -> Digests:
    """Everything about digests, with the settings' subscriptions in the store; nothing ticks yet.

    Raises:
        SettingsError: a subscription of the settings names a scope that there is not.
        StoreError: the database cannot be used.
    """
    wanted = settings.digests
    planned = drafts(settings, known)
    pace = timing(wanted.slack_timeout)
    store = await stack.enter_async_context(
        open_store(wanted.database_url.get_secret_value(), clock, before_look=pace.before_look)
    )
    composer = SlackComposer(known.catalog)
    context = Context(store.ledger, wanted.retention)
    deliverer = Deliverer(
        outbox=store.outbox,
        messenger=SlackMessenger(client, session, clock, timeout=wanted.slack_timeout),
        directory=directory,
        policy=known.policy,
        clock=clock,
        timing=pace,
    )
    subscriber = Subscriber(
        subscriptions=store.subscriptions, gate=gate, prospects=Prospects(log, directory, clock), clock=clock
    )
    scopes = dict.fromkeys(scope for draft in planned for scope in draft.terms.scopes)
    await store.ledger.watch(list(scopes), clock.now() - wanted.backfill)
    await subscriber.synchronise(planned)
    scheduler = Scheduler(
        ledger=store.ledger,
        mutes=store.mutes,
        uses=store.uses,
        agenda=store.agenda,
        subscriptions=store.subscriptions,
        collector=Collector(store.ledger, whole, clock, look_back(settings)),
        digester=Digester(
            ledger=store.ledger,
            agenda=store.agenda,
            outbox=store.outbox,
            mutes=store.mutes,
            composer=composer,
            clock=clock,
            context=context,
        ),
        deliverer=deliverer,
        notifier=Notifier(
            agenda=store.agenda,
            outbox=store.outbox,
            composer=composer,
            after=wanted.failures_before_notice,
        ),
        clock=clock,
        figures=figures,
        pace=Pace(poll=wanted.poll_interval, keep=wanted.retention),
    )
    reporter = Reporter(
        ledger=store.ledger,
        subscriptions=store.subscriptions,
        outbox=store.outbox,
        clock=clock,
        locked=lambda: deliverer.locked,
    )
    muter = Muter(mutes=store.mutes, subscriptions=store.subscriptions, gate=gate, catalog=known.catalog, clock=clock)
    overviews = Overviews(gate=gate, ledger=store.ledger, subscriber=subscriber, catalog=known.catalog, clock=clock)
    return Digests(scheduler, context, overviews, subscriber, reporter, muter, store.uses, store.preferences)


def timing(timeout: timedelta) -> Timing:
    """How long to wait for what, if a post may take that long: nothing is looked for while it may be under way."""
    return Timing(lease=_LEASE * timeout, before_look=_BEFORE_LOOK * timeout, between_looks=timeout)


def look_back(settings: Settings) -> LookBack:
    """How far reads go back, and how long one may give no sign of life: longer than the slowest page takes."""
    wanted, mondoo = settings.digests, settings.mondoo
    page = mondoo.mondoo_patience + mondoo.mondoo_timeout
    return LookBack(overlap=wanted.overlap, deep=wanted.deep_scan, lease=page * 4 / 3)
