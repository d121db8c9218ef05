"""The App Home: what concerns somebody at a glance, and what they may do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.adapters.slack import ids
from bot.adapters.slack.views import home, subscription_window, windows
from bot.adapters.slack.views.notices import RESTARTING
from bot.adapters.slack.views.subscription_window import Errand, Mistakes
from bot.domain.access import ChannelId, UserId
from bot.domain.errors import AccessDenied, BotError, NotInvited, UserError
from bot.domain.scopes import ScopeCatalog
from bot.domain.subscriptions import Subscription, SubscriptionId
from bot.domain.uses import Surface
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.errors import explain, outcome
from bot.entrypoints.slack.payloads import clicked, identity
from bot.entrypoints.slack.requests import Answer, Request
from bot.entrypoints.slack.surfaces import Surfaces
from bot.ports import Directory
from bot.services.overview import Overviews
from bot.services.subscribe import Subscriber

_Deed = Callable[[UserId, ChannelId, SubscriptionId], Awaitable[Subscription]]

_AT_ONCE: Final = timedelta(seconds=2)
"""How long a submission may take before it is acknowledged all the same: Slack waits for three."""


class Home:
    """Shows the App Home, and does what is asked for there. Everything is asked of the policy anew at each click.

    The policy is asked about the person's direct messages with the bot: that is where the App Home is.
    """

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self,
        *,
        desk: Desk,
        surfaces: Surfaces,
        overviews: Overviews,
        subscriber: Subscriber,
        directory: Directory,
        catalog: ScopeCatalog,
    ) -> None:
        self._desk = desk
        self._surfaces = surfaces
        self._overviews = overviews
        self._subscriber = subscriber
        self._directory = directory
        self._catalog = catalog
        self._deeds: Mapping[str, tuple[str, _Deed]] = {
            ids.HOME_PAUSE: ("pause", subscriber.pause),
            ids.HOME_RESUME: ("resume", subscriber.resume),
            ids.HOME_UNSUBSCRIBE: ("unsubscribe", subscriber.unsubscribe),
        }

    def listen(self, app: AsyncApp) -> None:
        """Hear of whoever opens the App Home, of its buttons, and of the window of a subscription."""
        app.event(ids.HOME_OPENED)(self.receive_opening)
        app.action(ids.HOME_AGAIN)(self.receive_refresh)
        for name in self._deeds:
            app.action(name)(self.receive_deed)
        app.action(ids.HOME_SUBSCRIBE)(self.receive_terms)
        app.action(ids.HOME_EDIT)(self.receive_terms)
        app.view(ids.SUBSCRIPTION_WINDOW)(self.receive_submission)

    async def receive_opening(self, event: Mapping[str, object]) -> None:
        """Show the App Home to whoever opens it."""
        if event.get("tab", "home") != "home":  # the bot's direct messages have the same name
            return
        request = _request(UserId(str(event["user"])), ChannelId(str(event["channel"])), "home")
        await self._desk.serve(request, self._show)

    async def receive_refresh(self, ack: AsyncAck, body: Mapping[str, object]) -> None:
        """Look afresh."""
        await ack()
        await self._desk.serve(_clicked(body, "home"), self._show)

    async def receive_deed(self, ack: AsyncAck, body: Mapping[str, object], action: Mapping[str, object]) -> None:
        """Pause, resume or end a subscription, then show how it stands; a second click finds that it is done."""
        await ack()
        verb, deed = self._deeds[str(action["action_id"])]
        work = partial(self._do, deed=deed, value=str(action.get("value", "")))
        await self._desk.serve(_clicked(body, verb), work)

    async def receive_terms(self, ack: AsyncAck, body: Mapping[str, object], action: Mapping[str, object]) -> None:
        """Open the window of a subscription at once, then fill it in."""
        await ack()
        value = str(action["value"]) if action["action_id"] == ids.HOME_EDIT else None
        work = partial(self._open, trigger=str(body["trigger_id"]), value=value)
        await self._desk.serve(_clicked(body, "terms"), work)

    async def receive_submission(self, ack: AsyncAck, body: Mapping[str, object], view: Mapping[str, object]) -> None:
        """Say beside the fields what is wrong; else do it, close the window and show the App Home.

        What takes longer than Slack waits goes on behind a closed window, and the App Home tells how it ended.
        """
        metadata = str(view.get("private_metadata", ""))
        user = UserId(identity(body["user"]))
        if self._desk.closing:
            await ack(response_action="errors", errors={subscription_window.CHANNEL: RESTARTING})
            return
        ended: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        work = partial(self._save, view=view, metadata=metadata, ended=ended)
        try:
            asked = subscription_window.errand(metadata)
        except UserError as error:
            await ack(response_action="errors", errors={subscription_window.SCOPES: str(error)})
            return
        verb = "subscribe" if asked.number is None else "change"
        request = _request(user, asked.channel, verb, Surface.SUBMISSION)
        serving = asyncio.create_task(self._desk.serve(request, work))
        wrong: dict[str, str] = {}
        with suppress(TimeoutError):
            wrong = await asyncio.wait_for(asyncio.shield(ended), _AT_ONCE.total_seconds())
        if wrong:
            await ack(response_action="errors", errors=wrong)
        else:
            await ack()
        ended.cancel()  # from now on nobody reads what is wrong beside a field
        await serving

    async def _show(self, request: Request, notice: tuple[str, str] = ("", "")) -> Answer:
        """Publish the App Home as it is for that person now."""
        ended, shown = "answered", 0
        try:
            overview = await self._overviews.of(request.user, request.channel)
            zone = (await self._directory.person(request.user)).zone
            shown = len(overview.risky)
            view = home.view(overview, catalog=self._catalog, zone=zone, channel=request.channel, notice=notice)
        except AccessDenied as error:
            view, ended = home.closed(str(error), error.advice, request.channel), outcome(error)
        except BotError as error:
            view, ended = home.failing(str(error), error.advice, request.channel), outcome(error)
        await self._surfaces.publish(request.user, view)
        return Answer(None, ended, shown=shown)

    async def _do(self, request: Request, *, deed: _Deed, value: str) -> Answer:
        try:
            await deed(request.user, request.channel, _number(value))
        except BotError as error:
            await self._show(request, (str(error), error.advice))
            return Answer(None, outcome(error))
        return await self._show(request)

    async def _open(self, request: Request, *, trigger: str, value: str | None) -> Answer:
        opened = await self._surfaces.open(trigger, windows.reading("Subscription", request.channel))
        ended = "answered"
        try:
            overview = await self._overviews.of(request.user, request.channel)
            subscription = None
            if value is not None:
                subscription = await self._subscriber.found(request.user, request.channel, _number(value))
            elif not overview.subscribable:
                raise AccessDenied("You may not manage subscriptions to any audit log.")
            content = subscription_window.window(
                subscription, overview.subscribable, catalog=self._catalog, channel=request.channel
            )
        except BotError as error:
            content, ended = windows.window("Subscription", explain(error), request.channel), outcome(error)
        await self._surfaces.update(opened, content)
        return Answer(None, ended)

    async def _save(
        self, request: Request, *, view: Mapping[str, object], metadata: str, ended: asyncio.Future[dict[str, str]]
    ) -> Answer:
        """Do what the window asks for; ``ended`` gets what is wrong by field, or nothing where it is done."""
        try:
            await self._change(request, subscription_window.errand(metadata), metadata, view)
        except BotError as error:
            if not ended.done():
                ended.set_result(_beside(error))
                return Answer(None, outcome(error))
            return await self._show(request, (str(error), error.advice))
        if not ended.done():
            ended.set_result({})
        return await self._show(request)

    async def _change(self, request: Request, asked: Errand, metadata: str, view: Mapping[str, object]) -> None:
        user, channel, values = request.user, request.channel, _values(view)
        person = await self._directory.person(user)
        if asked.number is None:
            terms = subscription_window.read(metadata, values, None, person.zone)
            await self._subscriber.subscribe(user, channel, terms, wish=f"window:{view['id']}")
        else:
            old = await self._subscriber.found(user, channel, asked.number)
            terms = subscription_window.read(metadata, values, old.terms, old.terms.zone)
            await self._subscriber.change(user, channel, asked.number, terms, version=asked.version)


def _beside(error: BotError) -> dict[str, str]:
    """What is wrong, by field; what the policy refuses is most often the channel."""
    if isinstance(error, Mistakes):
        return dict(error.by_field)
    field = subscription_window.CHANNEL if isinstance(error, AccessDenied | NotInvited) else subscription_window.SCOPES
    return {field: f"{error} {error.advice}".strip()}


def _number(value: str) -> SubscriptionId:
    if not value.isdecimal():
        raise UserError("This App Home is from another version of the bot: press Refresh.")
    return SubscriptionId(int(value))


def _clicked(body: Mapping[str, object], verb: str) -> Request:
    request, _ = clicked(body, verb=verb)
    request.surface = Surface.HOME
    return request


def _request(user: UserId, channel: ChannelId, verb: str, surface: Surface = Surface.HOME) -> Request:
    return Request(user, channel, None, None, verb, surface=surface, posted_to=ChannelId(user))


def _values(view: Mapping[str, object]) -> Mapping[str, object]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    return values if isinstance(values, Mapping) else {}
