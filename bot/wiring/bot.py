"""The bot: every part of it, made and joined here and nowhere else, and taken apart in the reverse order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Final, Protocol

import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from bot.adapters.mondoo.pace import Pace
from bot.adapters.mondoo.parallel import Paces
from bot.adapters.slack.client import open_session, web_client
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.replies import ResponseUrls
from bot.adapters.slack.surfaces import SlackSurfaces
from bot.domain.errors import SettingsError, UpstreamError
from bot.entrypoints.health import HealthServer, Pulse
from bot.entrypoints.metrics import Metrics
from bot.entrypoints.scheduler import Scheduler
from bot.entrypoints.slack.app import build_app
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.http import HttpTransport
from bot.entrypoints.slack.in_flight import InFlight
from bot.entrypoints.slack.socket import SocketTransport
from bot.ports import Clock
from bot.services.authorize import Gate
from bot.services.snapshots import Snapshots
from bot.settings import Settings, SlackSettings
from bot.wiring.digests import digests
from bot.wiring.mondoo import MeasuredPages, SystemClock, audit_log, mondoo_pages, whole_audit_log
from bot.wiring.retries import Service, on_retry
from bot.wiring.scopes import scopes
from bot.wiring.slack import Parts, features

STOP_TAKING_WITHIN: Final = timedelta(seconds=2)
DRAIN_WITHIN: Final = timedelta(seconds=6)
_CLOSE_WITHIN: Final = timedelta(milliseconds=500)
"""For each part; together with the two above a stop takes less than the ten seconds before a supervisor kills."""

PARTS_OF_A_POLL: Final = 8
"""Read side by side, where one has much to read: some scopes at once may, so each holds less than one export."""

log = structlog.get_logger()


class Transport(Protocol):
    """A way for Slack's requests to get here."""

    async def start(self) -> None:
        """Begin to take requests."""

    async def stop_taking(self) -> None:
        """Take no more requests, once those under way are acknowledged."""

    async def close(self) -> None:
        """Let go of the connection."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is running."""

    address: tuple[str, int]
    """Where it listens."""
    transport: Transport
    in_flight: InFlight
    pulse: Pulse
    scheduler: Scheduler

    async def stop(self) -> None:
        """Take no more requests, and finish those under way or tell whoever waits for them."""
        self.pulse.stopping = True
        try:
            await asyncio.wait_for(self.transport.stop_taking(), STOP_TAKING_WITHIN.total_seconds())
        except TimeoutError:
            log.warning("requests were still arriving")
        given_up, _ = await asyncio.gather(self.in_flight.drain(DRAIN_WITHIN), self.scheduler.stop(DRAIN_WITHIN))
        log.info("stopped", given_up=given_up)


async def start(settings: Settings, stack: AsyncExitStack, clock: Clock | None = None) -> Bot:
    """The bot, connected and taking commands; leaving the stack takes it apart.

    Raises:
        SettingsError: the settings contradict themselves or the machine.
        StoreError: the database cannot be used.
        UpstreamError: Slack does not accept the tokens, or cannot be reached.
    """
    slack = _slack_of(settings)
    clock = clock or SystemClock()
    in_flight = InFlight()
    metrics = Metrics(version("mondoo-audit-bot"), lambda: len(in_flight))
    on_retry(lambda service, error, wait: _tell_of_retry(metrics, service, error, wait))

    known = scopes(settings, clock)
    pages = MeasuredPages(await stack.enter_async_context(mondoo_pages(settings, clock)), metrics.page_ended)
    paces = Paces(Pace)
    mondoo = audit_log(pages, known, settings)
    snapshots = Snapshots(mondoo, clock, page_size=settings.mondoo.mondoo_page_size)
    _at_the_end(stack, "snapshots", snapshots.aclose)

    session = open_session(slack.api_url)
    _at_the_end(stack, "connections to Slack", session.close)
    client = web_client(slack.bot_token.get_secret_value(), session, slack.api_url)
    directory = SlackDirectory(client, clock)
    gate = Gate(known.policy, directory, known.catalog)
    telling = await digests(
        settings,
        stack,
        known=known,
        log=mondoo,
        whole=whole_audit_log(pages, known, settings, paces, abreast=PARTS_OF_A_POLL),
        client=client,
        session=session,
        directory=directory,
        gate=gate,
        clock=clock,
        figures=metrics,
    )
    surfaces = SlackSurfaces(client, session)
    parts = Parts(
        catalog=known.catalog,
        gate=gate,
        directory=directory,
        snapshots=snapshots,
        context=telling.context,
        overviews=telling.overviews,
        subscriber=telling.subscriber,
        reporter=telling.reporter,
        muter=telling.muter,
        uses=telling.uses,
        preferences=telling.preferences,
        log=mondoo,
        whole=whole_audit_log(pages, known, settings, paces),
        desk=Desk(
            ResponseUrls(session, slack.api_url), surfaces, in_flight, clock, metrics.request_ended, uses=telling.uses
        ),
        surfaces=surfaces,
        clock=clock,
    )
    secret = slack.signing_secret.get_secret_value() if slack.signing_secret else None
    app = build_app(client, secret, features(parts))
    transport, routes = _transport(app, slack, clock)

    pulse = Pulse(lambda: transport.healthy(clock.now()))
    server = HealthServer(pulse, metrics, routes, notes=lambda: telling.scheduler.notes)
    address = await server.start(slack.host, slack.port)
    _at_the_end(stack, "web server", server.close)
    log.info("starting", listening="{}:{}".format(*address))
    workspace = await directory.workspace()
    _at_the_end(stack, "transport", transport.close)
    await transport.start()
    telling.scheduler.start()
    pulse.started = True
    log.info(
        "ready",
        version=version("mondoo-audit-bot"),
        team=workspace.team,
        transport="HTTP" if routes else "Socket Mode",
        listening="{}:{}".format(*address),
        scopes=len(known.catalog.scopes),
        default_region=known.catalog.default_region.value,
    )
    return Bot(address, transport, in_flight, pulse, telling.scheduler)


def _slack_of(settings: Settings) -> SlackSettings:
    if settings.slack is None:
        raise SettingsError("The settings of Slack were not read.")
    return settings.slack


def _transport(
    app: AsyncApp, slack: SlackSettings, clock: Clock
) -> tuple[SocketTransport | HttpTransport, Sequence[web.RouteDef]]:
    """The way in that the settings ask for, and the routes that it needs."""
    if slack.app_token is not None:
        return SocketTransport(app, slack.app_token.get_secret_value()), ()
    if slack.signing_secret is None:
        raise SettingsError("SLACK_APP_TOKEN is not set.")
    transport = HttpTransport(app, slack.signing_secret.get_secret_value(), clock)
    return transport, (transport.route,)


def _at_the_end(stack: AsyncExitStack, part: str, close: Callable[[], Awaitable[None]]) -> None:
    """Close a part when the stack is left; one that fails or hangs does not keep the others from closing."""

    async def bounded() -> None:
        try:
            await asyncio.wait_for(close(), _CLOSE_WITHIN.total_seconds())
        except TimeoutError:
            log.warning("a part did not close in time", part=part)
        except Exception:
            log.exception("a part failed to close", part=part)

    stack.push_async_callback(bounded)


def _tell_of_retry(metrics: Metrics, service: Service, error: Exception, wait: timedelta) -> None:
    reason = error.reason if isinstance(error, UpstreamError) else "failed"
    metrics.retried(service, reason)
    log.info("asking again", service=service, reason=str(error), wait=wait)
