"""Where requests are answered: each gets an answer, whatever happens, and one line in the log."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.adapters.slack.views import notices
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.limits import violations
from bot.domain.access import ChannelId
from bot.domain.errors import BadResponse, BotError, StoreError, UpstreamError
from bot.domain.uses import Use
from bot.entrypoints.slack.errors import explain, outcome
from bot.entrypoints.slack.in_flight import InFlight
from bot.entrypoints.slack.requests import Answer, Request
from bot.ports import Clock, Uses

log = structlog.get_logger()


class Replies(Protocol):
    """Answers to commands and clicks, posted to the ``response_url`` that came with them."""

    async def send(self, response_url: str, message: Mapping[str, object], *, once: bool = False) -> None:
        """Post a message, and return once Slack has taken it; one that replaces its original may be repeated.

        With ``once`` it is tried a single time, whatever it is.

        Raises:
            BadResponse: Slack refuses it.
            UpstreamError: Slack did not take it, or did not say so.
        """


class Posts(Protocol):
    """Conversations to post in."""

    async def post(self, channel: ChannelId, message: Json) -> object:
        """Post a message, once.

        Raises:
            BadResponse: Slack refuses it.
            UpstreamError: Slack did not take it, or did not say so.
        """


Work = Callable[[Request], Awaitable[Answer]]
Ended = Callable[[str, str, timedelta], None]
"""Is told of each request that ended: its verb, how it ended, and how long it took."""


class Desk:
    """Does the work for a request and delivers the answer, or the words for why there is none.

    Somebody who waits for longer than ``patience`` is told that the bot is still at it.
    """

    def __init__(  # noqa: PLR0913 — its collaborators, and a bound that has a default
        self,
        replies: Replies,
        posts: Posts,
        in_flight: InFlight,
        clock: Clock,
        ended: Ended | None = None,
        *,
        uses: Uses | None = None,
        patience: timedelta = timedelta(seconds=8),
    ) -> None:
        self._replies = replies
        self._posts = posts
        self._in_flight = in_flight
        self._clock = clock
        self._ended = ended
        self._uses = uses
        self._patience = patience

    @property
    def closing(self) -> bool:
        """Whether new requests are no longer taken, since the process is about to end."""
        return self._in_flight.draining

    def turned_away(self, verb: str) -> None:
        """Count a request that was acknowledged with why it is not taken on."""
        if self._ended is not None:
            self._ended(verb, "busy", timedelta())

    async def serve(self, request: Request, work: Work) -> None:
        """Answer a request. Raises nothing but cancellation."""
        began = self._clock.now()
        answer = Answer(None, outcome="interrupted")
        delivered = False
        try:
            async with self._in_flight.track(partial(self._say_farewell, request)):
                try:
                    async with self._company(request):
                        answer = await self._answer(request, work)
                    if request.acknowledgement is not None:
                        await request.acknowledgement.arrived()
                    delivered = await self._deliver(request, answer)
                finally:
                    await self._record(request, answer, began, delivered=delivered)
        finally:
            took = self._clock.now() - began
            if self._ended is not None:
                self._ended(request.verb, answer.outcome, took)
            log.info(
                "request",
                user=request.user,
                channel=request.channel,
                verb=request.verb,
                scope=request.scope,
                outcome=answer.outcome,
                delivered=delivered,
                took_ms=round(took.total_seconds() * 1000),
            )

    @asynccontextmanager
    async def _company(self, request: Request) -> AsyncGenerator[None]:
        """Tell whoever waits for an answer, once, that it takes long; never after the answer."""
        over = asyncio.Event()
        telling = asyncio.create_task(self._say_that_it_takes_long(request, over))
        try:
            yield
        finally:
            over.set()
            await telling

    async def _say_that_it_takes_long(self, request: Request, over: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(over.wait(), self._patience.total_seconds())
        except TimeoutError:
            if request.tells:
                return
            await self._tell(request, notices.still_reading(clicked=request.command is None))

    async def _answer(self, request: Request, work: Work) -> Answer:
        stays = request.command is None  # what somebody pages through is not taken from them by an error
        try:
            return await work(request)
        except BotError as error:
            return Answer(explain(error), outcome(error), replaces=not stays)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("unexpected error", reference=reference, user=request.user, verb=request.verb)
            return Answer(notices.unexpected(reference), "error", replaces=not stays)

    async def _deliver(self, request: Request, answer: Answer) -> bool:
        """Whether Slack took the answer, in its form or as mere words, or there was nothing more to show."""
        if answer.message is None:
            return True
        rich = [answer.message, *answer.others]
        for form in [*(form for form in rich if _is_good(form)), notices.plainly(rich[-1])]:
            try:
                await self._send(request, form, replaces=answer.replaces, public=answer.public)
            except BadResponse as error:
                log.warning("Slack refuses an answer", reason=str(error))
            except UpstreamError as error:
                log.warning("an answer did not reach Slack", reason=str(error))
                return False
            else:
                return True
        return False

    async def _record(self, request: Request, answer: Answer, began: datetime, *, delivered: bool) -> None:
        """Keep who used the bot for what. A request does not fail because that cannot be kept: the log has it too."""
        if self._uses is None:
            return
        use = Use(
            user=request.user,
            verb=request.verb,
            surface=request.surface,
            scope=request.scope,
            channel=request.channel,
            at=began,
            shown=answer.shown if delivered else 0,
            outcome=answer.outcome,
        )
        try:
            await self._uses.record(use)
        except StoreError as error:
            log.warning("a use was not recorded", user=request.user, verb=request.verb, reason=str(error))

    async def _say_farewell(self, request: Request) -> None:
        await self._tell(request, notices.interrupted(request.command))

    async def _tell(self, request: Request, notice: Json) -> None:
        """Send words that are not the answer; whether they arrive changes nothing, so the tries are the answer's.

        The page that somebody pages through stays until the next one is there.
        """
        try:
            await self._send(request, notice, replaces=request.command is not None, once=True)
        except UpstreamError as error:
            log.warning("a notice did not reach Slack", user=request.user, reason=str(error))

    async def _send(
        self, request: Request, message: Json, *, replaces: bool, once: bool = False, public: bool = False
    ) -> None:
        if request.response_url is None:
            await self._posts.post(request.posted_to or request.channel, message)
            return
        await self._replies.send(
            request.response_url,
            {
                **message,
                "response_type": "in_channel" if public else "ephemeral",
                "replace_original": replaces and not public and not request.keeps,
                **({} if request.thread is None else {"thread_ts": request.thread}),
            },
            once=once,
        )


def _is_good(form: Json) -> bool:
    faults = violations(form)
    if faults:
        log.error("a message would break Slack's limits", faults=faults[:5])
    return not faults
