"""What a person does in Slack by way of the page, and what the page tells them came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.sandbox.page import deeds
from bot.sandbox.page.blocks.choices import suggestions
from bot.sandbox.page.session import Session
from bot.sandbox.page.stage import Stage
from bot.sandbox.slack.ids import ChannelId, Ts
from bot.sandbox.slack.inputs import find_element
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.views import View

Tell = Callable[..., None]
"""Calls a function of the page's script, by name and with arguments."""

_GONE = "That is no longer there."


class Doer:
    """Does in Slack what the acting person does on the page.

    Args:
        stage: What the page stands on.
        session: Who acts, and where.
        tell: How to tell the browser.
    """

    def __init__(self, stage: Stage, session: Session, tell: Tell) -> None:
        self._stage = stage
        self._session = session
        self._tell = tell

    async def do(self, deed: deeds.Doing) -> None:
        """Does it, waits for what comes of it, and tells the person."""
        try:
            await self._do(deed)
        except LookupError:  # what it was done to has gone in the meantime
            self._session.notice = _GONE

    async def _do(self, deed: deeds.Doing) -> None:
        match deed:
            case deeds.Join():
                workspace = self._session.workspace
                workspace.put_channel(self._session.conversation.with_member(self._session.user))
            case deeds.Send():
                await self._send(deed)
            case deeds.Act():
                self._tell("settle", deed.ticket, await self._act(deed))
            case deeds.Suggest():
                await self._suggest(deed)
            case deeds.Submit():
                await self._submit(deed)
            case deeds.Leave():
                await self._leave(deed)
            case deeds.Shortcut():
                await self._shortcut(deed)
            case _:
                assert_never(deed)

    @property
    def _person(self) -> Person:
        return self._stage.person(self._session.user)

    async def _send(self, deed: deeds.Send) -> None:
        self._session.notice = None
        thread = Ts(deed.thread) if deed.thread else None
        try:
            outcome = await self._person.type(self._session.channel, deed.text, thread)
        except LookupError as error:
            self._session.notice = f"Your message was not sent: {error}"
        else:
            if outcome.ok:
                return
        self._tell("restore", deed.text, deed.thread)

    async def _act(self, deed: deeds.Act) -> str | None:
        where = self._surface(deed.surface)
        if where is None:
            return _GONE
        choice = self._settled(where.every_block, deed.block, deed.action, deed.choice)
        try:
            outcome = await self._person.click(
                where, deed.action, choice, block_id=deed.block, filled=self._filled(where.every_block, deed.inputs)
            )
        except LookupError:
            return _GONE
        return outcome.notice

    async def _suggest(self, deed: deeds.Suggest) -> None:
        where = self._surface(deed.surface)
        if where is None:
            return
        _, element = find_element(where.blocks, deed.action, deed.block)
        offered = await self._person.suggest(where, deed.action, deed.typed, block_id=deed.block)
        self._tell("suggest", deed.ticket, suggestions(element, offered))

    async def _submit(self, deed: deeds.Submit) -> None:
        view = self._surface(deed.surface)
        if not isinstance(view, View):
            return
        try:
            outcome = await self._person.submit(view, self._filled(view.blocks, deed.inputs))
        except LookupError:
            outcome = Outcome(ok=False, notice=_GONE)
        self._tell("settle", deed.ticket, outcome.notice, dict(outcome.input_errors))

    async def _leave(self, deed: deeds.Leave) -> None:
        view = self._surface(deed.surface)
        if isinstance(view, View):
            await self._person.close(view, clear=deed.clear)

    async def _shortcut(self, deed: deeds.Shortcut) -> None:
        timelines = self._session.workspace.timelines
        message = timelines.get(self._session.channel, deed.id) if deed.id else None
        self._session.notice = (await self._person.shortcut(deed.callback, message)).notice

    def _surface(self, name: str) -> Message | View | None:
        where, _, which = name.partition("/")
        if where == "view":
            return self._session.workspace.views.find(which)
        message = self._session.workspace.timelines.get(ChannelId(where), which)
        return message if message is not None and message.is_visible_to(self._session.user) else None

    def _filled(
        self, blocks: Sequence[Json], inputs: Mapping[str, Mapping[str, deeds.Choice]]
    ) -> dict[str, dict[str, deeds.Choice]]:
        return {
            block: {action: self._settled(blocks, block, action, choice) for action, choice in held.items()}
            for block, held in inputs.items()
        }

    def _settled(self, blocks: Sequence[Json], block: str, action: str, choice: deeds.Choice) -> deeds.Choice:
        """Gives a choice as Slack knows it: a moment of the acting person's zone becomes epoch seconds."""
        try:
            _, element = find_element(blocks, action, block)
        except LookupError:
            return choice
        if element["type"] != "datetimepicker" or not isinstance(choice, str) or not choice:
            return choice
        zone = ZoneInfo(self._session.reader.user.tz)
        return str(int(datetime.fromisoformat(choice).replace(tzinfo=zone).timestamp()))
