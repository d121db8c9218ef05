"""Files: a promise, the bytes, and only then the sharing, which alone anybody sees.

Source: https://docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.client import retry_after
from bot.adapters.slack.departures import Departure
from bot.adapters.slack.failures import Answer, Failure, attempt, unanswered
from bot.adapters.slack.hosts import TrustedHosts
from bot.adapters.slack.verdicts import FOREIGN_HOST
from bot.domain.deliveries import Attachment, MessageTs

_OK: Final = 200


class Uploads:
    """Brings files to Slack, and shares them."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session
        self._hosts = TrustedHosts("files", client.base_url)

    async def bring(self, file: Attachment, departure: Departure) -> str | Failure:
        """Give Slack a file's bytes, and return the ID by which it can be shared. Nobody sees it yet."""
        content = file.content.encode()
        promise = await attempt(
            self._client.files_getUploadURLExternal(filename=file.name, length=len(content)), departure
        )
        if isinstance(promise, Failure):
            return promise
        url, file_id = promise.get("upload_url"), promise.get("file_id")
        if not isinstance(url, str) or not isinstance(file_id, str):
            return Failure("Slack's answer lacks the address for the file.")
        if not self._hosts.trusts(url):
            return Failure("A file was to go to a host that is not Slack's.", status=_OK, code=FOREIGN_HOST)
        return await self._send(url, content, departure) or file_id

    async def share(  # noqa: PLR0913 — what Slack asks for
        self, file_id: str, file: Attachment, departure: Departure, *, channel: str, thread: str | None, comment: str
    ) -> Answer | Failure:
        """Share a file that Slack has, with a comment if there is one; this is what everybody sees."""
        return await attempt(
            self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": file.title}],
                channel_id=channel,
                thread_ts=thread,
                initial_comment=comment or None,
            ),
            departure,
        )

    async def _send(self, url: str, content: bytes, departure: Departure) -> Failure | None:
        """Send the bytes. The address is as good as a password: it is in no error."""
        try:
            async with (
                departure.leaving(),
                self._session.post(url, data=content, allow_redirects=False) as answer,
            ):
                status, wait = answer.status, retry_after(answer.headers)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            return unanswered(error, departure)
        return None if status == _OK else Failure(f"Slack answered {status} to the file.", status=status, wait=wait)


def message_of(answer: Answer, channel: str) -> MessageTs | None:
    """The message in which a file was shared there; None where Slack does not say so yet."""
    files = answer.get("files")
    shared = files[0].get("shares") if isinstance(files, list) and files and isinstance(files[0], dict) else None
    for kind in ("public", "private"):
        places = shared.get(kind) if isinstance(shared, Mapping) else None
        messages = places.get(channel) if isinstance(places, Mapping) else None
        if isinstance(messages, list) and messages and isinstance(messages[0], Mapping):
            return MessageTs(str(messages[0].get("ts")))
    return None
