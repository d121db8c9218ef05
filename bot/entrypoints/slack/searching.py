"""The search window: from whatever opens it to an answer in the place where it was opened."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.adapters.slack import ids
from bot.adapters.slack.views import search_window
from bot.adapters.slack.views.notices import RESTARTING
from bot.adapters.slack.views.search_state import Origin, beside, decode, read
from bot.adapters.slack.views.tickets import decode as decode_ticket
from bot.domain.access import ChannelId, UserId
from bot.domain.drafts import Draft, Field, Mistakes, settle
from bot.domain.errors import BotError, UserError
from bot.domain.query import AuditQuery
from bot.domain.scopes import ScopeCatalog
from bot.domain.uses import Surface
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.errors import explain, outcome
from bot.entrypoints.slack.forms import SearchForms
from bot.entrypoints.slack.pages import Pages
from bot.entrypoints.slack.payloads import identity
from bot.entrypoints.slack.requests import Answer, Request
from bot.entrypoints.slack.surfaces import Surfaces
from bot.ports import Clock

_REMEMBERED: Final = 1000


class SearchWindow:
    """Opens the search window, and answers what is asked in it.

    All that a submission needs stands in the window, so that a restart changes nothing. The window is opened empty, at
    once: what opened it can do so for three seconds only.
    """

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self, *, desk: Desk, surfaces: Surfaces, forms: SearchForms, pages: Pages, catalog: ScopeCatalog, clock: Clock
    ) -> None:
        self._desk = desk
        self._surfaces = surfaces
        self._forms = forms
        self._pages = pages
        self._catalog = catalog
        self._clock = clock
        self._submitted: OrderedDict[str, None] = OrderedDict()

    def listen(self, app: AsyncApp) -> None:
        """Hear of the command that has no words (others are heard of before), the shortcut, the buttons, the window."""
        app.command(ids.COMMAND)(self.receive_command)
        app.shortcut(ids.SEARCH)(self.receive_shortcut)
        app.action(ids.SEARCH)(self.receive_click)
        app.action(ids.CHANGE_FILTERS)(self.receive_click)
        for field in (Field.SCOPE, Field.SPAN):
            app.action(search_window.name(field))(self.receive_choice)
        app.view(ids.SEARCH_WINDOW)(self.receive_submission)

    async def receive_command(self, ack: AsyncAck, command: Mapping[str, str]) -> None:
        """Open the window for an answer in the channel where the command was given."""
        if self._desk.closing:
            await ack(RESTARTING)
            return
        await ack()
        channel = ChannelId(command["channel_id"])
        request = Request(
            UserId(command["user_id"]),
            channel,
            command["response_url"],
            "",
            "window",
            tells=True,
            surface=Surface.COMMAND,
        )
        await self._desk.serve(request, partial(self._open, trigger=command["trigger_id"]))

    async def receive_shortcut(self, ack: AsyncAck, body: Mapping[str, object]) -> None:
        """Open the window for an answer in the person's direct messages."""
        await ack()
        await self._open_directly(body, Surface.SHORTCUT, question="")

    async def receive_click(self, ack: AsyncAck, body: Mapping[str, object], action: Mapping[str, object]) -> None:
        """Open the window from a button: filled in with the button's question, if it has one."""
        await ack()
        changes = action["action_id"] == ids.CHANGE_FILTERS
        value = str(action.get("value", ""))
        if "channel" not in body:  # the App Home
            await self._open_directly(body, Surface.HOME, question=value)
            return
        channel, user = ChannelId(identity(body["channel"])), UserId(identity(body["user"]))
        request = Request(user, channel, str(body["response_url"]), None, "window", tells=True)
        container = body.get("container")
        # What others see as well is not changed by one of them.
        alone = isinstance(container, Mapping) and container.get("is_ephemeral") is True
        replaces = changes and (alone or channel.startswith("D"))
        trigger = str(body["trigger_id"])
        work = partial(self._open, trigger=trigger, question=value, strict=changes, replaces=replaces)
        await self._desk.serve(request, work)

    async def receive_choice(self, ack: AsyncAck, body: Mapping[str, object]) -> None:
        """Draw the window anew, with the fields that a choice asks for and what stands in the others."""
        await ack()
        window = _object(body["view"])
        user = UserId(identity(body["user"]))
        request = _directly(user, "window")
        request.tells = True

        async def redraw(request: Request) -> Answer:
            origin, draft = self._read(window)
            request.channel = await self._place(request.user, origin)
            content = await self._forms.redrawn(request, draft, origin)
            await self._surfaces.update(str(window["id"]), content)
            return Answer(None, "answered")

        await self._desk.serve(request, redraw)

    async def receive_submission(self, ack: AsyncAck, body: Mapping[str, object], view: Mapping[str, object]) -> None:
        """Say at once what is wrong, beside the fields; else close the window and answer."""
        values = _object(_object(view["state"])["values"])
        try:
            origin, draft = self._read(view)
            query = settle(draft, now=self._clock.now(), zone=origin.zone)
        except Mistakes as mistakes:
            await ack(response_action="errors", errors=beside(mistakes.by_field, values))
            return
        except UserError as error:
            await ack(response_action="update", view=search_window.refused(explain(error)))
            return
        if self._desk.closing:  # what was filled in stays
            await ack(response_action="errors", errors={search_window.name(Field.SPAN): RESTARTING})
            return
        if not self._is_first(str(view["id"])):
            await ack()
            return
        here = origin.reachable(self._clock.now())
        if here:
            await ack()
        else:
            title = self._catalog.alias_of(query.scope) or query.scope.id
            await ack(response_action="update", view=search_window.sent(title))
        request = _directly(UserId(identity(body["user"])), "search")
        request.command, request.surface = self._forms.command(query, origin.zone), Surface.SUBMISSION
        if here and origin.channel is not None:
            request.channel, request.response_url = origin.channel, origin.response_url
            request.keeps = not origin.replaces
            if origin.replaces:
                request.command = None
        await self._desk.serve(request, partial(self._search, draft=draft, query=query, origin=origin, here=here))

    async def _search(self, request: Request, *, draft: Draft, query: AuditQuery, origin: Origin, here: bool) -> Answer:
        if not here:
            request.channel = await self._surfaces.direct(request.user)
        await self._forms.remember(request.user, draft, query, origin.zone)
        return await self._pages.answer(request, query, number=0)

    async def _open_directly(self, body: Mapping[str, object], surface: Surface, question: str) -> None:
        request = _directly(UserId(identity(body["user"])), "window")
        request.tells, request.surface = True, surface
        await self._desk.serve(request, partial(self._open, trigger=str(body["trigger_id"]), question=question))

    async def _open(
        self, request: Request, *, trigger: str, question: str = "", strict: bool = False, replaces: bool = False
    ) -> Answer:
        """Open the window, and fill it with its fields or with the words for why there are none.

        Args:
            request: by whom and where.
            trigger: what it is opened with.
            question: the ticket of what to fill in; anything else begins with what the person asked for last.
            strict: whether anything else is a mistake.
            replaces: whether the answer takes the place of the message with the button.
        """
        window = await self._surfaces.open(trigger, search_window.loading())
        ended = "answered"
        try:
            origin = Origin(self._clock.now(), "UTC")
            if request.response_url is None:
                request.channel = await self._surfaces.direct(request.user)
            else:
                origin = replace(origin, channel=request.channel, response_url=request.response_url, replaces=replaces)
            content = await self._forms.filled(request, origin, _question(question, strict=strict))
        except BotError as error:
            content, ended = search_window.refused(explain(error)), outcome(error)
        await self._surfaces.update(window, content)
        return Answer(None, ended)

    async def _place(self, user: UserId, origin: Origin) -> ChannelId:
        """The conversation that the policy is asked about: where the answer goes."""
        return origin.channel or await self._surfaces.direct(user)

    def _read(self, window: Mapping[str, object]) -> tuple[Origin, Draft]:
        origin = decode(str(window.get("private_metadata", "")))
        return origin, read(_object(window["state"])["values"], self._catalog.scopes)

    def _is_first(self, window: str) -> bool:
        """Whether nobody has submitted that window yet: a second press of its button asks nothing."""
        if window in self._submitted:
            return False
        self._submitted[window] = None
        if len(self._submitted) > _REMEMBERED:
            self._submitted.popitem(last=False)
        return True


def _directly(user: UserId, verb: str) -> Request:
    """A request that is answered in the person's direct messages, whose ID is not known yet."""
    return Request(user, ChannelId(user), None, None, verb, posted_to=ChannelId(user))


def _question(value: str, *, strict: bool) -> AuditQuery | None:
    """The question that a button brings; None where it brings none and need not.

    Raises:
        UserError: it has to bring one, and does not, or one of another version.
    """
    try:
        return decode_ticket(value).query
    except UserError:
        if strict:
            raise
        return None


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError("a payload holds views and their states as objects")
    return value
