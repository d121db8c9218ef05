"""Payloads on their way to the app: what is sent, how it ends, and how events are sent again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from bot.sandbox.slack import cast
from bot.sandbox.slack.credentials import Credentials
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.settings import Settings, Transport
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.workspace import Workspace


class DeliveryKind(StrEnum):
    """Slack's names for the three sorts of payload."""

    SLASH_COMMANDS = "slash_commands"
    INTERACTIVE = "interactive"
    EVENTS_API = "events_api"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A payload. `accepts_answer` says whether an acknowledgement may carry more than itself."""

    kind: DeliveryKind
    payload: Json
    accepts_answer: bool = False
    retry: int = 0
    retry_reason: str = ""


class Fate(StrEnum):
    """How a delivery ended."""

    ACKED = "acked"
    TIMED_OUT = "timed_out"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The end of a delivery.

    Attributes:
        fate: Acknowledged in time, not in time, or not delivered or refused.
        took: Until then.
        answer: What the acknowledgement carried: an object, a text, or nothing.
        reason: For failures, in the words of X-Slack-Retry-Reason; else empty.
        forbids_retry: Whether the app asked not to be sent this again.
    """

    fate: Fate
    took: timedelta
    answer: Json | str | None = None
    reason: str = ""
    forbids_retry: bool = False


class Carrier(Protocol):
    """A way to the app."""

    async def carry(self, delivery: Delivery, deadline: timedelta) -> Receipt:
        """Delivers a payload and waits for the acknowledgement, until `deadline` at the longest."""


class Courier:
    """Delivers payloads by the transport in force and writes down how it went."""

    def __init__(
        self,
        workspace: Workspace,
        manifest: Manifest,
        credentials: Credentials,
        settings: Settings,
        carriers: Mapping[Transport, Carrier],
    ) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._credentials = credentials
        self._settings = settings
        self._carriers = carriers
        self._running: set[asyncio.Task[None]] = set()

    async def deliver(self, delivery: Delivery) -> Receipt:
        """Delivers once and gives how it ended."""
        ledger, settings = self._workspace.ledger, self._settings
        sent = ledger.record(
            EntryKind.DELIVERY,
            transport=settings.transport.value,
            delivery=delivery.kind.value,
            retry=delivery.retry,
            payload={name: held for name, held in delivery.payload.items() if name != "token"},
        )
        deadline = timedelta(seconds=settings.ack_deadline_s)
        receipt = await self._carriers[settings.transport].carry(delivery, deadline)
        ledger.record(
            EntryKind.OUTCOME,
            of=sent.seq,
            delivery=delivery.kind.value,
            fate=receipt.fate.value,
            reason=receipt.reason,
            took_ms=round(receipt.took / timedelta(milliseconds=1), 1),
            answer=receipt.answer,
        )
        return receipt

    def announce(self, event: Json, *, name: str | None = None) -> None:
        """Sends an event in the background if the app subscribed to it, and again if it is not acknowledged.

        Args:
            event: The inner event.
            name: What the subscription is called if not like the event's type, e.g. `message.im`.
        """
        if (name or event["type"]) not in self._manifest.bot_events:
            return
        mint, now = self._workspace.mint, self._workspace.clock.now()
        channel = self._workspace.channels.get(event.get("channel", ""))
        payload: Json = {
            "token": self._credentials.verification_token,
            "team_id": cast.TEAM,
            "context_team_id": cast.TEAM,
            "api_app_id": cast.APP,
            "event": event,
            "type": "event_callback",
            "event_id": "Ev" + mint.token(9),
            "event_time": int(now.timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": cast.TEAM,
                    "user_id": cast.BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": channel is not None and channel.is_shared_externally,
        }
        task = asyncio.create_task(self._insist(Delivery(DeliveryKind.EVENTS_API, payload)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def aclose(self) -> None:
        """Gives up on events that are still to be sent again."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _insist(self, delivery: Delivery) -> None:
        receipt = await self.deliver(delivery)
        for retry, delay_s in enumerate(self._settings.event_retry_delays_s, 1):
            if receipt.fate is Fate.ACKED or receipt.forbids_retry:
                return
            await asyncio.sleep(delay_s)
            receipt = await self.deliver(replace(delivery, retry=retry, retry_reason=receipt.reason))
