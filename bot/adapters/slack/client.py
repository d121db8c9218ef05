"""Slack's Web API: a client that repeats nothing by itself, and what its failures mean.

Source: https://docs.slack.dev/apis/web-api
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import stamina
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.slack.departures import GATE
from bot.domain.errors import BadCredentials, BadResponse, RateLimited, Unavailable, UpstreamError

API_URL: Final = AsyncWebClient.BASE_URL
TIMEOUT: Final = timedelta(seconds=10)
"""How long a call may take: people wait for most of them."""
PATIENCE: Final = timedelta(seconds=4)
"""How long to go on trying, while a person waits."""

_CREDENTIALS: Final = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
_PASSING: Final = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_LONGEST_WAIT_S: Final = timedelta(days=1).total_seconds()

_retrying: Final = stamina.AsyncRetryingCaller(
    attempts=3, timeout=PATIENCE, wait_initial=0.2, wait_max=1.0, wait_jitter=0.2
)


def open_session(api_url: str = API_URL) -> aiohttp.ClientSession:
    """The one HTTP session to Slack, for Web API calls, answers and files alike; the caller closes it.

    Proxies are taken from the environment, but for a Slack on this machine.
    """
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT.total_seconds()),
        trust_env=not is_loopback(urlsplit(api_url).hostname),
        trace_configs=[GATE],
    )


def is_loopback(host: str | None) -> bool:
    """Whether a host, by name or address, is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def web_client(token: str, session: aiohttp.ClientSession, api_url: str = API_URL) -> AsyncWebClient:
    """A client that never sends a call twice: Slack's own default repeats it after a lost connection.

    Calls that may be repeated are made through :func:`read`.
    """
    client = AsyncWebClient(token=token, session=session, base_url=api_url, retry_handlers=[])
    client.proxy = None  # the session knows of proxies, and unlike the client of NO_PROXY
    return client


async def call(request: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """The answer to one call, its failures translated.

    Raises:
        UpstreamError: Slack refused the call or did not answer; :class:`Refused` where it named a reason of its own.
    """
    try:
        return await request
    except SlackApiError as error:
        raise _translated(error) from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise Unavailable("Slack could not be reached.") from error
    except (SlackClientError, ValueError, AttributeError) as error:
        # Slack's library stumbles over bodies that are no JSON objects.
        raise BadResponse("Slack's answer made no sense.") from error


async def read(request: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse:
    """The answer to a call that changes nothing, tried a few times within seconds where Slack is briefly out of reach.

    Raises:
        UpstreamError: as for :func:`call`, of the last try.
    """

    async def attempt() -> AsyncSlackResponse:
        return await call(request())

    return await _retrying(worth_another_try, attempt)


class Refused(BadResponse):
    """Slack understood the call and refuses it; ``code`` is its own word for why (``channel_not_found``)."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused: {code}.")
        self.code = code


class MissingScope(BadCredentials):
    """The token is good, but what it may do does not include the call."""


def _translated(error: SlackApiError) -> UpstreamError:
    response = error.response
    if not isinstance(response, AsyncSlackResponse):
        return BadResponse("Slack's answer was no JSON.")
    status = response.status_code
    code = response.data.get("error") if isinstance(response.data, dict) else None
    code = code if isinstance(code, str) else ""
    if status == _TOO_MANY or code == "ratelimited":
        wait = retry_after(response.headers)
        return RateLimited("Slack asked for fewer requests.", retry_after=wait, advice=Unavailable.advice)
    if status >= _SERVER_ERROR or code in _PASSING:
        return Unavailable(f"Slack answered {code or status}.")
    if code == "missing_scope":
        return MissingScope(
            f"The bot's Slack token lacks the scope {response.get('needed')}.",
            advice="The operator must add the scope in the Slack app's settings and install the app again.",
        )
    if code in _CREDENTIALS:
        return BadCredentials(
            f"Slack does not accept the bot's token ({code}).",
            advice="The operator must check the bot's Slack token.",
        )
    return Refused(code) if code else BadResponse(f"Slack answered {status}.")


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long Slack asks to wait, from an answer's headers; None where it does not say, or makes no sense."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return timedelta(seconds=min(seconds, _LONGEST_WAIT_S)) if seconds >= 0 else None


def worth_another_try(error: Exception) -> bool | timedelta:
    """Whether to repeat a request at once, or how long to wait first: the hook for stamina."""
    if not isinstance(error, Unavailable):
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= PATIENCE else False
