"""The stage of a scenario: the real bot process on one side of real sockets, the sandbox on the other."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import cast
from bot.sandbox.slack.ids import ChannelId, UserId
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome
from tests.forks import Fork, Forks

PATIENCE = timedelta(seconds=30)


@dataclass
class BotProcess:
    """The bot, started as an operator starts it; ``log`` is what it wrote so far."""

    process: Fork
    log: list[str] = field(default_factory=list)

    @classmethod
    async def start(cls, forks: Forks, environment: Mapping[str, str], folder: Path) -> BotProcess:
        """The bot, once it says that it takes commands, on a port that the system chose."""
        process = await forks.begin(
            ["run"],
            {
                "PATH": os.environ.get("PATH", ""),
                "HOME": str(folder),
                "PORT": "0",
                "LOG_FORMAT": "json",
                **environment,
            },
            folder,
        )
        bot = cls(process)
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while not bot.entries("ready"):
                await bot._read_line()
        bot._reading = asyncio.create_task(bot._read_on())
        return bot

    @property
    def base_url(self) -> str:
        """The bot's own port, where it takes Slack's signed requests and is asked after its health."""
        return f"http://{self.entries('ready')[0]['listening']}"

    async def _read_line(self) -> None:
        line = await self.process.stderr.readline()
        if not line:
            raise AssertionError(f"the bot ended with {await self.process.wait()}:\n{''.join(self.log)}")
        self.log.append(line.decode())

    async def _read_on(self) -> None:
        async for line in self.process.stderr:
            self.log.append(line.decode())

    async def get(self, path: str) -> httpx.Response:
        """What the bot's own port answers."""
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.get(self.base_url + path)

    def entries(self, event: str) -> list[dict[str, Any]]:
        """The log's entries of one event."""
        lines = [json.loads(line) for line in self.log if line.startswith("{")]
        return [line for line in lines if line.get("event") == event]

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask the bot to end; gives its exit status, and fails if that takes longer than the ten seconds promised."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        try:
            async with asyncio.timeout(10):
                status = await self.process.wait()
        except TimeoutError:
            self.process.kill()
            raise
        await self._reading
        return status

    _reading: asyncio.Task[None] = field(init=False)


@dataclass
class Stage:
    """One workspace with one bot in it."""

    sandbox: Sandbox
    bot: BotProcess

    async def type(self, text: str, *, user: UserId = cast.OWNER, channel: ChannelId = cast.SECURITY_AUDIT) -> Outcome:
        """Type a command as a person; gives what they see at once."""
        return await self.sandbox.slack.person(user).type(channel, text)

    async def ask(self, text: str, *, user: UserId = cast.OWNER, channel: ChannelId = cast.SECURITY_AUDIT) -> Message:
        """Type a command, and wait for the answer that takes the place of "reading…"."""
        before = len(self.seen(user, channel))
        outcome = await self.type(text, user=user, channel=channel)
        assert outcome.ok, outcome
        return await self.until(lambda: self._answer(before, user, channel))

    async def click(self, message: Message, label: str, *, user: UserId = cast.OWNER) -> Message:
        """Press a button, and wait until the message has changed."""
        action = next(element for element in buttons(message) if element["text"]["text"] == label)
        outcome = await self.sandbox.slack.person(user).click(message, action["action_id"])
        assert outcome.ok, outcome
        return await self.until(lambda: self._changed(message, user))

    def seen(self, user: UserId = cast.OWNER, channel: ChannelId = cast.SECURITY_AUDIT) -> list[Message]:
        """What a person sees in a channel."""
        return self.sandbox.slack.workspace.messages(channel, user)

    async def until(self, find: Callable[[], Message | None]) -> Message:
        """The message, as soon as there is one."""
        found: list[Message] = []

        def is_there() -> bool:
            message = find()
            if message is not None:
                found.append(message)
            return message is not None

        assert await self.sandbox.slack.workspace.changes.until(is_there, PATIENCE), "".join(self.bot.log[-20:])
        return found[-1]

    def _answer(self, before: int, user: UserId, channel: ChannelId) -> Message | None:
        new = self.seen(user, channel)[before:]
        return new[-1] if new and new[-1].blocks and not new[-1].text.startswith("Still reading") else None

    def _changed(self, old: Message, user: UserId) -> Message | None:
        messages = self.seen(user, old.channel)
        return next((new for new in messages if new.ts == old.ts and new.blocks != old.blocks), None)


def buttons(message: Message) -> list[dict[str, Any]]:
    """The buttons below a message."""
    return [
        element
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]


def labels(message: Message) -> list[str]:
    """What the buttons below a message say."""
    return [button["text"]["text"] for button in buttons(message)]


def words(part: object) -> str:
    """All text in a message's blocks, as a person reads it, a line a piece."""
    match part:
        case Message():
            return words(list(part.blocks))
        case {"text": str(text), **_rest}:
            return text
        case dict():
            return "\n".join(filter(None, (words(value) for value in part.values())))
        case list() | tuple():
            return "\n".join(filter(None, map(words, part)))
        case _:
            return ""
