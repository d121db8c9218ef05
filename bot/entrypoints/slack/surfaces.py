"""Where features show things beside answering: windows, the App Home, conversations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO, Protocol

from bot.domain.access import ChannelId, UserId
from bot.domain.deliveries import MessageTs

Json = Mapping[str, object]


class Surfaces(Protocol):
    """Slack's windows and conversations. Nothing is repeated that somebody would see twice.

    Raises (all of them):
        UpstreamError: Slack refuses it or did not answer.
    """

    async def open(self, trigger: str, window: Json) -> str:
        """Open a window, and return its ID.

        The trigger came with what somebody did: it is good once, for about three seconds.

        Raises:
            UserError: the trigger has expired: whoever did it has to do it again.
        """

    async def push(self, trigger: str, window: Json) -> str:
        """Open a window on top of the one that the trigger came from; raises as :meth:`open` does."""

    async def update(self, window: str, content: Json) -> None:
        """Change what an open window shows; nothing happens where it was closed."""

    async def publish(self, user: UserId, home: Json) -> None:
        """Change what somebody's App Home shows."""

    async def direct(self, user: UserId) -> ChannelId:
        """The direct messages between somebody and the bot."""

    async def post(self, channel: ChannelId, message: Json, thread: MessageTs | None = None) -> MessageTs:
        """Post a message that everybody there sees."""

    async def whisper(self, channel: ChannelId, user: UserId, message: Json) -> None:
        """Show a message to one person there, until they reload."""

    async def change(self, channel: ChannelId, message: MessageTs, content: Json) -> None:
        """Change what a message of the bot says; nothing happens where it is gone."""

    async def upload(self, channel: ChannelId, name: str, title: str, content: BinaryIO, comment: str = "") -> None:
        """Share a file, which is read from its beginning to its end, with a sentence in plain words."""
