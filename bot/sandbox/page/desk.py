"""One open tab: what its person does on it, and what it shows of what others do."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import assert_never

from nicegui.client import Client

from bot.sandbox.page import deeds
from bot.sandbox.page.doing import Doer
from bot.sandbox.page.moods import Party
from bot.sandbox.page.session import Pane, Session
from bot.sandbox.page.stage import Stage
from bot.sandbox.page.window import Window
from bot.sandbox.slack.changes import Change, ChangeKind
from bot.sandbox.slack.ids import ChannelId, FileId, Ts, UserId

_EARLIER = 100


class Desk:
    """A tab, to be made while its page is built.

    Args:
        stage: What the page stands on.
        session: What the tab shows at first.
        client: The browser's end.
    """

    def __init__(self, stage: Stage, session: Session, client: Client) -> None:
        self._stage = stage
        self._session = session
        self._client = client
        self._window = Window(stage)
        self._doer = Doer(stage, session, self._tell)
        self._is_stale = False
        self._window.draw(session)

    def heard(self, change: Change) -> None:
        """Takes note of a change in the workspace; a burst of them is shown at once."""
        if self._client.is_deleted:
            return
        if change.kind is ChangeKind.RESET:
            self._session.settle()
        is_news = change.kind in {ChangeKind.MESSAGE_POSTED, ChangeKind.MESSAGE_EDITED}
        if is_news and change.channel == self._session.channel and change.ts is not None:
            self._window.announce(change.ts, self._session)
        if not self._is_stale:
            self._is_stale = True
            asyncio.get_running_loop().call_soon(self._draw)

    def tick(self) -> None:
        """Shows what changes with time alone."""
        self._window.draw_moods(self._session)

    async def do(self, told: object) -> None:
        """Does what the browser says that the person did."""
        deed = deeds.deed(told)
        match deed:
            case deeds.Join() | deeds.Send() | deeds.Act() | deeds.Suggest() | deeds.Submit() | deeds.Leave():
                await self._doer.do(deed)
            case deeds.Shortcut():
                await self._doer.do(deed)
            case deeds.ActAs() | deeds.Open() | deeds.OpenApp() | deeds.ChooseTab():
                await self._move(deed)
            case deeds.Happen() | deeds.ChangeChannel() | deeds.Misbehave() | deeds.Behave() | deeds.StartOver():
                self._stage_manage(deed)
            case _:
                self._look(deed)
        if not self._client.is_deleted:
            self._draw()

    async def _move(self, deed: deeds.Moving) -> None:
        session = self._session
        match deed:
            case deeds.ActAs(id=user):
                session.act_as(UserId(user))
            case deeds.Open(id=channel):
                session.open(ChannelId(channel))
            case deeds.OpenApp():
                session.open(session.workspace.open_direct_channel(session.user).id)
            case deeds.ChooseTab(id=tab):
                session.open(session.channel, home=tab == "home")
            case _:
                assert_never(deed)
        if session.is_home:
            await self._stage.person(session.user).open_home()
        else:
            self._tell("write")

    def _look(self, deed: deeds.Looking) -> None:
        session = self._session
        match deed:
            case deeds.OpenThread(id=root):
                session.pane, session.thread = Pane.THREAD, Ts(root)
                self._tell("write", root)
            case deeds.ToggleScenes():
                session.pane = Pane.NOTHING if session.pane is Pane.SCENES else Pane.SCENES
                session.thread = None
            case deeds.ClosePane():
                session.pane, session.thread = Pane.NOTHING, None
            case deeds.ShowEarlier():
                session.shown += _EARLIER
            case deeds.ShowRaw(id=shown):
                session.raw = Ts(shown)
            case deeds.HideRaw():
                session.raw = None
            case deeds.Dismiss(id=dismissed):
                session.dismissed.add(Ts(dismissed))
            case deeds.Hush():
                session.notice = None
            case deeds.Download(id=file):
                self._download(FileId(file))
            case _:
                assert_never(deed)

    def _stage_manage(self, deed: deeds.Staging) -> None:
        match deed:
            case deeds.Happen():
                self._happen(deed)
            case deeds.ChangeChannel(id=channel, act=act):
                self._stage.change_channel(ChannelId(channel), act)
            case deeds.Misbehave(id=name, mood=mood, lasting=lasting):
                lasts = timedelta(seconds=int(lasting)) if lasting.isdigit() else None
                times = 1 if lasting == "once" else None
                self._party(name).misbehave(mood, times=times, duration=lasts)
            case deeds.Behave(id=name):
                self._party(name).behave()
            case deeds.StartOver():
                self._stage.reset()
            case _:
                assert_never(deed)

    def _happen(self, deed: deeds.Happen) -> None:
        count = 1 if deed.msg else int(deed.count)
        try:
            self._stage.happen(deed.mrn or None, count, deed.msg or None)
        except LookupError:
            self._tell("say", f"There is no “{deed.msg}” there: pick an organization")
        else:
            self._tell("say", deed.msg.capitalize() or f"{count} event{'' if count == 1 else 's'} happened")

    def _party(self, name: str) -> Party:
        return next(party for party in self._stage.parties if party.name == name)

    def _download(self, file_id: FileId) -> None:
        file = self._session.workspace.files[file_id]
        self._client.download(file.content or b"", file.name, file.mimetype)

    def _draw(self) -> None:
        self._is_stale = False
        if not self._client.is_deleted:
            self._window.draw(self._session)

    def _tell(self, name: str, *arguments: object) -> None:
        if not self._client.is_deleted:
            listed = ", ".join(json.dumps(argument) for argument in arguments)
            self._client.run_javascript(f"window.sandbox?.{name}({listed})")
