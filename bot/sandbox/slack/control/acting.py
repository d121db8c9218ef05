"""Acting as a person over the control port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.control.desk import Desk
from bot.sandbox.slack.ids import Ts
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.views import View


class Acting:
    """Does what a request says a person does, and tells the outcome."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def type(self, given: Mapping[str, Any]) -> Json:
        """Sends what stands in the composer."""
        channel = self._desk.channel(given)
        thread = Ts(given["thread_ts"]) if given.get("thread_ts") else None
        outcome = await self._desk.actor(given).type(channel.id, str(given.get("text", "")), thread)
        return outcome.as_json()

    async def click(self, given: Mapping[str, Any]) -> Json:
        """Presses a button or picks from a menu."""
        outcome = await self._desk.actor(given).click(
            self._desk.surface(given),
            str(given.get("action_id", "")),
            given.get("choice"),
            block_id=given.get("block_id"),
            filled=given.get("filled"),
        )
        return outcome.as_json()

    async def suggest(self, given: Mapping[str, Any]) -> Json:
        """Types into an external select."""
        options = await self._desk.actor(given).suggest(
            self._desk.surface(given),
            str(given.get("action_id", "")),
            str(given.get("typed", "")),
            block_id=given.get("block_id"),
        )
        return {"options": options}

    async def submit(self, given: Mapping[str, Any]) -> Json:
        """Submits a modal."""
        outcome = await self._desk.actor(given).submit(self._modal(given), given.get("filled"))
        return outcome.as_json()

    async def close(self, given: Mapping[str, Any]) -> Json:
        """Closes a modal."""
        is_clearing = bool(given.get("clear"))
        return (await self._desk.actor(given).close(self._modal(given), clear=is_clearing)).as_json()

    async def home(self, given: Mapping[str, Any]) -> Json:
        """Opens the home tab."""
        return (await self._desk.actor(given).open_home()).as_json()

    async def shortcut(self, given: Mapping[str, Any]) -> Json:
        """Picks a shortcut."""
        message = self._desk.surface(given) if "ts" in given else None
        if message is not None and not isinstance(message, Message):
            raise ValueError("shortcuts are of messages, not of views")
        return (await self._desk.actor(given).shortcut(str(given.get("callback_id", "")), message)).as_json()

    def _modal(self, given: Mapping[str, Any]) -> View:
        stack = self._desk.app.workspace.views.stack(self._desk.user(given).id)
        named = [view for view in stack if given.get("view") in {None, view.id}]
        if not named:
            raise LookupError("no such modal is open")
        return named[-1]
