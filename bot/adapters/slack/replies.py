"""Answers to commands and clicks, posted to the ``response_url`` that came with them.

Such a URL takes up to five answers within 30 minutes. It is as good as a password, so it appears in no log and in no
error, and only Slack's own hosts are ever posted to; a Slack on this machine may go by any of the machine's own names.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import aiohttp
import stamina

from bot.adapters.slack.client import API_URL, retry_after, worth_another_try
from bot.adapters.slack.hosts import TrustedHosts
from bot.domain.errors import BadResponse, RateLimited, Unavailable

USES: Final = 5
"""How many answers a ``response_url`` takes."""
TRIES: Final = USES - 2
"""How often an answer is tried, so that a word of waiting and one of farewell have a use left each."""
_PATIENCE: Final = timedelta(seconds=15)
_SERVER_ERROR: Final = 500
_TOO_MANY: Final = 429


class ResponseUrls:
    """Posts answers over one shared session; fulfils the replies that commands and clicks are given by."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str = API_URL) -> None:
        """``api_url`` names one more host to trust, where Slack's API is not at its usual address."""
        self._session = session
        self._hosts = TrustedHosts("hooks", api_url)
        self._retrying = stamina.AsyncRetryingCaller(
            attempts=TRIES, timeout=_PATIENCE, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
        )

    async def send(self, response_url: str, message: Mapping[str, object], *, once: bool = False) -> None:
        """Post a message, and return once Slack has taken it.

        A message with ``replace_original`` is tried again after timeouts and server errors: where it replaces itself
        nobody sees that, and where it does not, an answer shown twice is better than a lost one. Another one is tried
        again only where Slack has said that it did not take it. With ``once``, nothing is tried again.

        Raises:
            Unavailable: Slack did not take it, or did not say so, for all the tries.
            BadResponse: Slack refuses it: the URL is used up or expired, or the message is not one it accepts.
        """
        if not self._hosts.trusts(response_url):
            raise BadResponse("An answer was to go to a host that is not Slack's.")
        repeatable = message.get("replace_original") is True

        async def attempt() -> None:
            await self._post(response_url, message)

        def again(error: Exception) -> bool | timedelta:
            if once:
                return False
            return worth_another_try(error) if repeatable or isinstance(error, RateLimited) else False

        await self._retrying(again, attempt)

    async def _post(self, response_url: str, message: Mapping[str, object]) -> None:
        try:
            async with self._session.post(response_url, json=message, allow_redirects=False) as response:
                status, wait = response.status, retry_after(response.headers)
        except (TimeoutError, aiohttp.ClientError, OSError):
            # Not chained: the text of these errors may hold the URL.
            raise Unavailable("Slack could not be reached.") from None
        if status == _TOO_MANY:
            raise RateLimited(
                "Slack asked for fewer answers.",
                retry_after=wait or timedelta(seconds=1),
                advice=Unavailable.advice,
            )
        if status >= _SERVER_ERROR:
            raise Unavailable(f"Slack answered {status}.")
        if status != 200:  # noqa: PLR2004 — HTTP's OK
            raise BadResponse(f"Slack refused the answer ({status}).")
