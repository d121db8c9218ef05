"""Finding again what was posted: by the id in a message's metadata, or by the name of a file.

Sources: https://docs.slack.dev/reference/methods/conversations.history,
https://docs.slack.dev/reference/methods/conversations.replies
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.slack import ids
from bot.adapters.slack.departures import Departure
from bot.adapters.slack.failures import Answer, Failure, attempt
from bot.adapters.slack.verdicts import SOON, Verdict, look_of, verdict
from bot.domain.deliveries import Absent, Attachment, Deferred, Delivery, Found, Look, MessageTs
from bot.ports import Clock

MARGIN: Final = timedelta(days=1)
"""How long before the first attempt the search begins, and how long after the last one it ends.

Slack's clock and the store's need not agree, and one in the wrong time zone is hours off; searched too short, a message
that is there would be posted again.
"""
PAGE: Final = 200
PATIENCE: Final = 3
"""Of the time-out for a request: how long one look may take, which is half of what its claim lasts."""
_GOES_ON: Final = "The channel's history is long: the search for the message goes on."
_UNDER_WAY: Final = 100
"""Searches whose progress is kept."""

Pages = Callable[[str | None], Awaitable[AsyncSlackResponse]]
"""Asks for the page of a conversation that a cursor leads to; none leads to the first."""


@dataclass(frozen=True, slots=True)
class Author:
    """Whom a message has to be from to count: ids in metadata can be written by anybody."""

    user: str
    bot: str

    def wrote(self, message: Mapping[str, object]) -> bool:
        """Whether a message is theirs."""
        return message.get("user") == self.user or message.get("bot_id") == self.bot


class History:
    """Searches conversations for what the bot itself posted."""

    def __init__(self, client: AsyncWebClient, clock: Clock, timeout: timedelta) -> None:
        self._client = client
        self._clock = clock
        self._timeout = timeout
        self._author: Author | None = None
        self._progress: dict[str, str] = {}

    async def find(self, delivery: Delivery, channel: str) -> Look:
        """Look for a part in a channel, or in its thread; in the channel as well where the thread is gone.

        A search that takes too long, or more requests than Slack allows, is deferred, and goes on where it was.
        """
        author = await self._whoami()
        if isinstance(author, Failure):
            return look_of(author)
        found: Look | Failure
        if delivery.thread is None:
            found = await self._search(delivery, author, "channel", self._channel(delivery, channel))
        else:
            found = await self._search(delivery, author, "thread", self._thread(delivery.thread, channel))
            if isinstance(found, Failure) and verdict(found) is Verdict.ORPHANED:
                found = await self._search(delivery, author, "channel", self._channel(delivery, channel))
        return look_of(found) if isinstance(found, Failure) else found

    async def _whoami(self) -> Author | Failure:
        if self._author is None:
            answer = await self._ask(self._client.auth_test())
            if isinstance(answer, Failure):
                return answer
            self._author = Author(str(answer.get("user_id")), str(answer.get("bot_id")))
        return self._author

    def _channel(self, delivery: Delivery, channel: str) -> Pages:
        first = delivery.first_attempt or self._clock.now()
        last = delivery.last_attempt or self._clock.now()
        oldest, latest = _ts(first - MARGIN), _ts(last + MARGIN)
        return lambda cursor: self._client.conversations_history(
            channel=channel, oldest=oldest, latest=latest, include_all_metadata=True, limit=PAGE, cursor=cursor
        )

    def _thread(self, thread: MessageTs, channel: str) -> Pages:
        return lambda cursor: self._client.conversations_replies(
            channel=channel, ts=thread, include_all_metadata=True, limit=PAGE, cursor=cursor
        )

    async def _search(self, delivery: Delivery, author: Author, where: str, pages: Pages) -> Look | Failure:
        """Go through pages to the last one, to the part, or for as long as there is time."""
        # Each attempt, and each look for it, is a search of its own.
        search = f"{delivery.part} {delivery.attempts} {delivery.looks} {where}"
        cursor = kept = self._progress.pop(search, "")
        seen = set[str]()
        departure = Departure(self._clock, PATIENCE * self._timeout)
        while True:
            if departure.age >= PATIENCE * self._timeout:
                self._keep(search, cursor)
                return Deferred(SOON, _GOES_ON)
            answer = await self._ask(pages(cursor or None))
            if isinstance(answer, Failure):
                return self._put_off(search, cursor, answer, resumed=bool(cursor) and cursor == kept)
            messages = answer.get("messages")
            if not isinstance(messages, list):
                return Failure("Slack's answer lacks the messages.")
            own = (each for each in messages if isinstance(each, dict) and author.wrote(each))
            if found := next((each for each in own if _shows(each, delivery)), None):
                return Found(MessageTs(str(found.get("ts"))))
            cursor = _next(answer)
            if not cursor:
                return Absent()
            if cursor in seen:
                return Failure("Slack's pages go round in circles.")
            seen.add(cursor)

    def _put_off(self, search: str, cursor: str, failure: Failure, *, resumed: bool) -> Look | Failure:
        """What a page that could not be had means: the search goes on there later, if it can."""
        if resumed and failure.code == "invalid_cursor":  # it was kept for too long, so the search begins anew
            return Deferred(SOON, _GOES_ON)
        if isinstance(look_of(failure), Deferred):
            self._keep(search, cursor)
        return failure

    def _keep(self, search: str, cursor: str) -> None:
        self._progress[search] = cursor
        if len(self._progress) > _UNDER_WAY:
            del self._progress[next(iter(self._progress))]

    async def _ask(self, request: Awaitable[AsyncSlackResponse]) -> Answer | Failure:
        return await attempt(request, Departure(self._clock, self._timeout))


def _shows(message: Mapping[str, object], delivery: Delivery) -> bool:
    if isinstance(delivery.content, Attachment):
        files = message.get("files")
        names = [file.get("name") for file in files if isinstance(file, dict)] if isinstance(files, list) else []
        return delivery.content.name in names
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") not in {ids.DIGEST_EVENT, ids.NOTICE_EVENT}:
        return False
    payload = metadata.get("event_payload")
    return isinstance(payload, dict) and payload.get("id") == delivery.part


def _ts(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"


def _next(answer: Answer) -> str:
    about = answer.get("response_metadata")
    cursor = about.get("next_cursor") if isinstance(about, dict) else None
    return cursor if isinstance(cursor, str) else ""
