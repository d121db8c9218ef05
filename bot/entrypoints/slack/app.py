"""The Slack app: which listener hears what. Transports bring it requests that are known to be Slack's."""

from __future__ import annotations

import logging
import re
import secrets
from typing import Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import ids
from bot.domain.scopes import ScopeCatalog
from bot.entrypoints.slack.commands import Commands
from bot.entrypoints.slack.desk import Desk, Ended, Replies
from bot.entrypoints.slack.in_flight import InFlight
from bot.entrypoints.slack.managing import Management
from bot.entrypoints.slack.pages import Clicks, Pages
from bot.ports import Clock, Directory
from bot.services.authorize import Gate
from bot.services.snapshots import Snapshots
from bot.services.status import Reporter
from bot.services.subscribe import Subscriber

NAME: Final = "mondoo-audit-bot"
_ANY: Final = re.compile(r".*", re.DOTALL)
"""Every button, those of other versions too: what it carries decides whether it still works."""

log = structlog.get_logger()
_bolt_logger: Final = logging.getLogger("bot.slack.bolt")
_bolt_logger.setLevel(logging.ERROR)  # below, Bolt logs whole payloads; what matters of them is in our own lines


def build_app(  # noqa: PLR0913 — the collaborators, by name
    *,
    client: AsyncWebClient,
    signing_secret: str | None,
    catalog: ScopeCatalog,
    gate: Gate,
    snapshots: Snapshots,
    subscriber: Subscriber,
    reporter: Reporter,
    directory: Directory,
    replies: Replies,
    clock: Clock,
    in_flight: InFlight,
    ended: Ended | None = None,
) -> AsyncApp:
    """The app with its listeners, ready to take requests without asking Slack anything first.

    ``ended`` is told of each request once it is answered, to be counted.

    It does not check signatures: :class:`~bot.entrypoints.slack.http.HttpTransport` does, before Bolt sees a request.
    """

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        """Whose the request is. The bot serves one workspace by one token, so there is nothing to look up."""
        return AuthorizeResult(enterprise_id=context.enterprise_id, team_id=context.team_id, bot_token=client.token)

    app = AsyncApp(
        name=NAME,
        logger=_bolt_logger,
        client=client,
        authorize=authorize,
        signing_secret=signing_secret or "",
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    desk = Desk(replies, in_flight, clock, ended)
    pages = Pages(catalog=catalog, gate=gate, snapshots=snapshots)
    clicks = Clicks(desk=desk, pages=pages)
    management = Management(subscriber=subscriber, reporter=reporter, gate=gate, catalog=catalog, clock=clock)
    commands = Commands(
        desk=desk,
        pages=pages,
        management=management,
        catalog=catalog,
        gate=gate,
        directory=directory,
        clock=clock,
    )
    app.command(ids.COMMAND)(commands.receive)
    app.action(_ANY)(clicks.receive)
    app.error(_report)
    return app


async def _report(error: Exception) -> None:
    """Log what no listener caught, without the request that it came from."""
    if isinstance(error, BoltUnhandledRequestError):
        log.warning("Slack sent something that nothing here is for", kind=type(error).__name__)
        return
    log.error("a listener failed", reference=secrets.token_hex(4), exc_info=error)
