"""Windows, the App Home and conversations, as people use them: each call is made once, and its failures are told.

Sources: https://docs.slack.dev/surfaces/modals, https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from os import SEEK_END
from typing import Any, BinaryIO, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.slack.client import Refused, call, read
from bot.adapters.slack.hosts import TrustedHosts
from bot.adapters.slack.text import escape
from bot.domain.access import ChannelId
from bot.domain.deliveries import MessageTs
from bot.domain.errors import BadResponse, Unavailable, UserError

_EXPIRED: Final = frozenset(
    {
        "exchanged_trigger_id",
        "expired_trigger_id",
        "invalid_trigger_id",
        "trigger_exchanged",
        "trigger_expired",
    }
)
_CLOSED: Final = frozenset({"not_found", "view_not_found", "hash_conflict"})
_GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_OK: Final = 200
_LONG: Final = aiohttp.ClientTimeout(total=600, sock_connect=10, sock_read=60)
"""For files, which may be large; in seconds."""

Json = Mapping[str, object]


class SlackSurfaces:
    """Slack's windows and conversations; fulfils what features are given to show things with."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session
        self._hosts = TrustedHosts("files", client.base_url)

    async def open(self, trigger: str, window: Json) -> str:
        """A new window's ID.

        Raises:
            UserError: the trigger has expired.
            UpstreamError: Slack did not open it.
        """
        return await self._opened(self._client.views_open(trigger_id=trigger, view=dict(window)))

    async def push(self, trigger: str, window: Json) -> str:
        """The ID of a new window on top of another; raises as :meth:`open` does."""
        return await self._opened(self._client.views_push(trigger_id=trigger, view=dict(window)))

    async def update(self, window: str, content: Json) -> None:
        """Change what a window shows; nothing happens where it was closed.

        Raises:
            UpstreamError: Slack did not change it.
        """
        try:
            await read(lambda: self._client.views_update(view_id=window, view=dict(content)))
        except Refused as error:
            if error.code not in _CLOSED:
                raise

    async def publish(self, user: str, home: Json) -> None:
        """Change what somebody's App Home shows.

        Raises:
            UpstreamError: Slack did not change it.
        """
        await read(lambda: self._client.views_publish(user_id=user, view=dict(home)))

    async def direct(self, user: str) -> ChannelId:
        """The ID of the direct messages between somebody and the bot.

        Raises:
            UpstreamError: Slack did not say.
        """
        answer = await read(lambda: self._client.conversations_open(users=user))
        return ChannelId(_text(answer, "channel", "id"))

    async def post(self, channel: str, message: Json, thread: str | None = None) -> MessageTs:
        """The timestamp of a message that everybody there sees.

        Raises:
            UpstreamError: Slack did not take it, or did not say so.
        """
        whole: dict[str, Any] = {**message, "channel": channel, "thread_ts": thread}
        return MessageTs(_text(await call(self._client.chat_postMessage(**whole)), "ts"))

    async def whisper(self, channel: str, user: str, message: Json) -> None:
        """Show a message to one person there.

        Raises:
            UpstreamError: Slack did not take it, or did not say so.
        """
        whole: dict[str, Any] = {**message, "channel": channel, "user": user}
        await call(self._client.chat_postEphemeral(**whole))

    async def change(self, channel: str, message: str, content: Json) -> None:
        """Change what a message of the bot says; nothing happens where it is gone.

        Raises:
            UpstreamError: Slack did not change it, or did not say so.
        """
        whole: dict[str, Any] = {name: held for name, held in content.items() if name in {"text", "blocks"}}
        try:
            await call(self._client.chat_update(channel=channel, ts=message, **whole))
        except Refused as error:
            if error.code not in _GONE:
                raise

    async def upload(self, channel: str, name: str, title: str, content: BinaryIO, comment: str = "") -> None:
        """Share a file with a sentence in plain words; it is sent piece by piece, never whole in memory.

        Raises:
            UpstreamError: Slack did not take it, or did not say so.
        """
        length = content.seek(0, SEEK_END)
        content.seek(0)
        promise = await read(lambda: self._client.files_getUploadURLExternal(filename=name, length=length))
        url, file_id = _text(promise, "upload_url"), _text(promise, "file_id")
        if not self._hosts.trusts(url):
            raise BadResponse("A file was to go to a host that is not Slack's.")
        try:
            async with self._session.post(url, data=content, allow_redirects=False, timeout=_LONG) as answer:
                if answer.status != _OK:
                    raise Unavailable(f"Slack answered {answer.status} to the file.")
        except (TimeoutError, aiohttp.ClientError, OSError):
            # Not chained: the text of these errors may hold the URL, which is as good as a password.
            raise Unavailable("Slack could not be reached.") from None
        await call(
            self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": title}], channel_id=channel, initial_comment=escape(comment) or None
            )
        )

    async def _opened(self, opening: Awaitable[AsyncSlackResponse]) -> str:
        try:
            return _text(await call(opening), "view", "id")
        except Refused as error:
            if error.code in _EXPIRED:
                raise UserError(
                    "Slack gave the bot too little time to open the window.", advice="Please try once more."
                ) from error
            raise


def _text(answer: AsyncSlackResponse, *path: str) -> str:
    found: object = answer.data
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(found, str) or not found:
        raise BadResponse("Slack's answer lacks what was asked for.")
    return found
