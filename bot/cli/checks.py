"""What can be checked of a setup, each by the least that tells: a page of one event, a call that changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.mondoo.reader import MondooAuditLog
from bot.adapters.slack import ids
from bot.adapters.slack.client import Refused, call, open_session, web_client
from bot.domain.access import ChannelId
from bot.domain.errors import BotError, NotPermitted, UpstreamError
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope, ScopeKind
from bot.settings import Settings, SlackSettings
from bot.wiring.mondoo import SystemClock, mondoo_pages
from bot.wiring.scopes import Scopes

_PATIENCE: Final = timedelta(seconds=10)
_SKEW: Final = timedelta(seconds=30)
"""Mondoo takes the tokens of service accounts for 60 seconds, Slack's signatures are good for five minutes."""
_NO_CHANNEL: Final = "channel_not_found"
_NOBODYS: Final = "a-scope-that-is-nobodys"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    subject: str
    good: bool
    said: str
    advice: str = ""


async def check_mondoo(settings: Settings, known: Scopes) -> list[Finding]:
    """Whether each scope of the settings can be read; without any, whether the token is accepted at all."""
    clock = SystemClock()
    patience = min(_PATIENCE, settings.mondoo.mondoo_patience)
    hasty = replace(settings, mondoo=settings.mondoo.model_copy(update={"mondoo_patience": patience}))
    async with mondoo_pages(hasty, clock) as pages:
        log = MondooAuditLog(pages, known.endpoint_of, page_size=1)
        if not known.catalog.scopes:
            return [await _check_token(log, known)]
        return await asyncio.gather(*(_check_scope(log, scope, known) for scope in known.catalog.scopes))


async def check_slack(slack: SlackSettings, channels: Iterable[ChannelId]) -> list[Finding]:
    """Whether Slack accepts the tokens, what they may do, whether the clocks agree, and channels can be posted to."""
    async with open_session(slack.api_url) as session:
        client = web_client(slack.bot_token.get_secret_value(), session, slack.api_url)
        findings = []
        try:
            answer = await call(client.auth_test())
        except UpstreamError as error:
            findings.append(_bad("Slack, bot token", error))
        else:
            who = f"{answer.get('user')} in {answer.get('team')}"
            findings += [_scopes_of(who, answer.headers), _clock(answer.headers)]
            findings += [await _check_channel(client, channel) for channel in channels]
        if slack.app_token is None:
            said = "cannot be checked from here: use the command once"
            return [*findings, Finding("Slack, signing secret", good=True, said=said)]
        opening = client.apps_connections_open(app_token=slack.app_token.get_secret_value())
        return [*findings, await _check_app_token(opening)]


async def _check_scope(log: MondooAuditLog, scope: Scope, known: Scopes) -> Finding:
    alias = known.catalog.alias_of(scope)
    subject = f"Mondoo, {scope}" + (f", alias {alias}" if alias else "")
    try:
        total = await _first_total(log, scope)
    except BotError as error:
        return _bad(subject, error)
    return Finding(subject, good=True, said="can be read" if total is None else f"can be read, {total:,} events")


async def _check_token(log: MondooAuditLog, known: Scopes) -> Finding:
    """Ask for a log that does not exist: who is told that it is not theirs has been recognised."""
    subject = f"Mondoo ({known.home.region.title})"
    try:
        await _first_total(log, Scope(ScopeKind.ORGANIZATION, _NOBODYS, known.home.region))
    except NotPermitted:
        pass
    except BotError as error:
        return _bad(subject, error)
    return Finding(
        subject,
        good=True,
        said="answers, and takes the token; name scopes in CONFIG_FILE to check that they can be read",
    )


async def _first_total(log: MondooAuditLog, scope: Scope) -> int | None:
    async with aclosing(log.read(scope, Window(), Order.NEWEST_FIRST)) as pages:
        return (await anext(pages)).total


def _scopes_of(who: str, headers: Mapping[str, str]) -> Finding:
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    missing = sorted(ids.SCOPES - granted)
    if missing and granted != {""}:
        return Finding(
            "Slack, bot token",
            good=False,
            said=f"is {who}, but lacks {', '.join(missing)}",
            advice="Add the scopes under “OAuth & Permissions” in the Slack app's settings, and install the app again.",
        )
    return Finding("Slack, bot token", good=True, said=f"is {who}")


def _clock(headers: Mapping[str, str]) -> Finding:
    """Compare our clock with the one of Slack's server, whose seconds are whole."""
    try:
        theirs = parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return Finding("Clock", good=True, said="Slack did not say the time")
    skew = datetime.now(UTC) - theirs
    if abs(skew) > _SKEW:
        direction = "ahead of" if skew > timedelta() else "behind"
        return Finding(
            "Clock",
            good=False,
            said=f"is {abs(skew.total_seconds()):.0f} seconds {direction} Slack's",
            advice="Set this machine's clock by NTP: signatures and tokens are good for minutes only.",
        )
    return Finding("Clock", good=True, said="agrees with Slack's")


async def _check_app_token(opening: Awaitable[AsyncSlackResponse]) -> Finding:
    try:
        await call(opening)
    except UpstreamError as error:
        return _bad("Slack, app token", error)
    return Finding("Slack, app token", good=True, said="opens connections")


async def _check_channel(client: AsyncWebClient, channel: ChannelId) -> Finding:
    """Whether digests can be posted to a channel of the settings."""
    subject = f"Slack, channel {channel}"
    try:
        answer = await call(client.conversations_info(channel=channel))
    except Refused as error:
        advice = "Check the ID; to a private channel the bot has to be invited." if error.code == _NO_CHANNEL else ""
        return Finding(subject, good=False, said=f"cannot be posted to ({error.code})", advice=advice)
    except UpstreamError as error:
        return _bad(subject, error)
    found = answer.get("channel")
    found = found if isinstance(found, dict) else {}
    name = f"#{found.get('name')}"
    if found.get("is_archived"):
        return Finding(subject, good=False, said=f"is {name}, which is archived")
    if not found.get("is_member"):
        return Finding(subject, good=False, said=f"is {name}, where the bot is not", advice="Invite the bot there.")
    return Finding(subject, good=True, said=f"is {name}, where the bot can post")


def _bad(subject: str, error: BotError) -> Finding:
    return Finding(subject, good=False, said=str(error), advice=error.advice)
