"""Posting to Slack's channels, once each, and finding again what may have been posted.

Slack knows no idempotency keys, so nothing is ever repeated here: what became of an attempt is told as exactly as it is
known, and whoever asked decides. Source: https://docs.slack.dev/reference/methods/chat.postMessage
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import ids
from bot.adapters.slack.client import TIMEOUT
from bot.adapters.slack.departures import GATE, Departure
from bot.adapters.slack.failures import Answer, Failure, attempt
from bot.adapters.slack.history import History
from bot.adapters.slack.uploads import Uploads, message_of
from bot.adapters.slack.verdicts import SOON, Verdict, look_of, outcome_of, verdict, words
from bot.domain.deliveries import (
    Attachment,
    Deferred,
    Delivery,
    Form,
    Locked,
    Look,
    Message,
    MessageTs,
    Outcome,
    Refused,
    Sent,
    Uncertain,
    Unreachable,
)
from bot.ports import Clock
from bot.waypoints import Waypoint, reached

REPEAT: Final = (
    "This may be a repeat: Slack may have taken it before, and does not let the bot look in this channel's history."
)
ORPHAN: Final = "This belongs to a message that was deleted, so it stands here instead of in its thread."
_REQUESTS_OF_A_FILE: Final = 3


class SlackMessenger:
    """Posts to Slack and searches its history; fulfils :class:`bot.ports.Messenger`.

    An attempt to post sends nothing once it is older than ``timeout``, three times that for a file, and waits no longer
    than ``timeout`` for each answer. A form leaves room for one more block, with the word that it may be a repeat.
    """

    def __init__(
        self, client: AsyncWebClient, session: aiohttp.ClientSession, clock: Clock, *, timeout: timedelta = TIMEOUT
    ) -> None:
        """``session`` is the client's own, from :func:`bot.adapters.slack.client.open_session`.

        Raises:
            ValueError: it is not, so that nothing would hold back a request that is late.
        """
        if client.session is not session or GATE not in session.trace_configs:
            raise ValueError("a messenger needs its client's session, opened with a gate")
        if client.retry_handlers:
            raise ValueError("a messenger needs a client that repeats nothing")
        self._client = client
        self._session = session
        self._clock = clock
        self._timeout = timeout
        self._history = History(client, clock, timeout)
        self._uploads = Uploads(client, session)

    async def post(self, delivery: Delivery) -> Outcome:
        """See :class:`bot.ports.Messenger`."""
        requests = _REQUESTS_OF_A_FILE if isinstance(delivery.content, Attachment) else 1
        departure = Departure(self._clock, self._timeout, requests)
        if self._session.closed:
            # Slack's library would open another session, one without a gate.
            return Deferred(SOON, "The bot is stopping.")
        channel = await self._opened(delivery.channel, departure)
        if isinstance(channel, Failure):
            outcome = outcome_of(channel, shows=False)
            return Unreachable(outcome.reason) if isinstance(outcome, Refused) else outcome
        match delivery.content:
            case Message() as message:
                return await self._post(delivery, message, channel, departure)
            case Attachment() as file:
                return await self._share(delivery, file, channel, departure)

    async def find(self, delivery: Delivery) -> Look:
        """See :class:`bot.ports.Messenger`. Only what the bot itself posted counts; a file is known by its name."""
        channel = await self._opened(delivery.channel, Departure(self._clock, self._timeout))
        return look_of(channel) if isinstance(channel, Failure) else await self._history.find(delivery, channel)

    async def _opened(self, channel: str, departure: Departure) -> str | Failure:
        """A channel's own ID, or that of the direct messages with a person."""
        if not channel.startswith(("U", "W")):
            return channel
        answer = await attempt(self._client.conversations_open(users=channel), departure)
        if isinstance(answer, Failure):
            return answer
        opened = answer.get("channel")
        found = opened.get("id") if isinstance(opened, dict) else None
        return found if isinstance(found, str) else Failure("Slack's answer lacks the direct messages.")

    async def _post(self, delivery: Delivery, message: Message, channel: str, departure: Departure) -> Outcome:
        form = message.forms[delivery.form]
        if delivery.labelled:
            form = _under(REPEAT, form)
        answer = await self._send(delivery, form, channel, departure, delivery.thread)
        if delivery.thread is not None and _is_orphaned(answer):
            answer = await self._send(delivery, _under(ORPHAN, form), channel, departure, None)
        if isinstance(answer, Failure):
            return Locked(words(answer)) if verdict(answer) is Verdict.UNSCOPED else outcome_of(answer)
        ts = answer.get("ts")
        return Sent(MessageTs(ts)) if isinstance(ts, str) else Uncertain("Slack's answer lacks the message.")

    async def _send(
        self, delivery: Delivery, form: Form, channel: str, departure: Departure, thread: MessageTs | None
    ) -> Answer | Failure:
        event = ids.DIGEST_EVENT if delivery.is_digest else ids.NOTICE_EVENT
        whole: dict[str, Any] = {
            **form,
            "channel": channel,
            "thread_ts": thread,
            "metadata": {"event_type": event, "event_payload": {"id": delivery.part}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        return await attempt(self._client.chat_postMessage(**whole), departure)

    async def _share(self, delivery: Delivery, file: Attachment, channel: str, departure: Departure) -> Outcome:
        file_id = await self._uploads.bring(file, departure)
        if isinstance(file_id, Failure):
            return outcome_of(file_id, shows=False)
        reached(Waypoint.FILE_UPLOADED)
        comment = REPEAT if delivery.labelled else ""
        answer = await self._uploads.share(
            file_id, file, departure, channel=channel, thread=delivery.thread, comment=comment
        )
        if delivery.thread is not None and _is_orphaned(answer):
            comment = f"{comment}\n{ORPHAN}".strip()
            answer = await self._uploads.share(file_id, file, departure, channel=channel, thread=None, comment=comment)
        if isinstance(answer, Failure):
            return outcome_of(answer)
        return Sent(message_of(answer, channel) or delivery.thread or MessageTs(""))


def _is_orphaned(answer: Answer | Failure) -> bool:
    return isinstance(answer, Failure) and verdict(answer) is Verdict.ORPHANED


def _under(notice: str, form: Form) -> Form:
    """A form with a first line of the bot's own, in its text as well as in its blocks."""
    line = {"type": "context", "elements": [{"type": "plain_text", "text": notice}]}
    blocks = form.get("blocks")
    text = f"{notice}\n{form.get('text', '')}"
    return (
        {**form, "text": text, "blocks": [line, *blocks]}
        if isinstance(blocks, list | tuple)
        else {**form, "text": text}
    )
