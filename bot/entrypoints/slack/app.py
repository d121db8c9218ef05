"""The Slack app, made of features. Transports bring it requests that are known to be Slack's."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from typing import Final, Protocol

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.web.async_client import AsyncWebClient

NAME: Final = "mondoo-audit-bot"

log = structlog.get_logger()
_bolt_logger: Final = logging.getLogger("bot.slack.bolt")
_bolt_logger.setLevel(logging.ERROR)  # below, Bolt logs whole payloads; what matters of them is in our own lines


class Feature(Protocol):
    """Something that people can do with the bot in Slack."""

    def listen(self, app: AsyncApp) -> None:
        """Name to the app what it wants to hear of. What an earlier feature has named, a later one does not hear."""


def build_app(client: AsyncWebClient, signing_secret: str | None, features: Iterable[Feature]) -> AsyncApp:
    """The app with its features, ready to take requests without asking Slack anything first.

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
    for feature in features:
        feature.listen(app)
    app.error(_report)
    return app


async def _report(error: Exception) -> None:
    """Log what no listener caught, without the request that it came from."""
    if isinstance(error, BoltUnhandledRequestError):
        log.warning("Slack sent something that nothing here is for", kind=type(error).__name__)
        return
    log.error("a listener failed", reference=secrets.token_hex(4), exc_info=error)
