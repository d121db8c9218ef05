"""How a call to Slack failed, in as far as anybody said so."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.slack.client import retry_after
from bot.adapters.slack.departures import Departure

Answer = Mapping[str, object]
"""What Slack answered to a call that it took; plain JSON."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that came to nothing, or of which nobody knows what it came to."""

    reason: str
    """A sentence for people."""
    has_left: bool = True
    """Whether the request may have reached Slack."""
    status: int | None = None
    """HTTP's; None where no answer came, or none that anybody could read."""
    code: str = ""
    """Slack's own word for why (``channel_not_found``), if it gave one."""
    needed: str = ""
    """The scope that the token lacks, if Slack named one."""
    wait: timedelta | None = None
    """How long Slack asks to wait, if it does."""


async def attempt(request: Awaitable[AsyncSlackResponse], departure: Departure) -> Answer | Failure:
    """Make one request to the Web API, once, and give Slack's answer or how it failed; nothing is raised."""
    try:
        async with departure.leaving():
            answer = await request
    except SlackApiError as error:
        return _said(error)
    except (SlackClientError, ValueError, AttributeError, TypeError):
        # Slack's library stumbles over bodies that are no JSON objects.
        return Failure("Slack's answer made no sense.", has_left=departure.has_left)
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        return unanswered(error, departure)
    return answer.data if isinstance(answer.data, dict) else Failure("Slack's answer made no sense.")


def unanswered(error: Exception, departure: Departure) -> Failure:
    """A request to which no answer came. The error's own words may hold addresses that nobody else should know."""
    name = type(error).__name__
    if departure.has_left:
        return Failure(f"Slack did not answer ({name}).")
    return Failure(f"Slack could not be reached ({name}).", has_left=False)


def _said(error: SlackApiError) -> Failure:
    response = error.response
    if isinstance(response, aiohttp.ClientResponse):
        wait = retry_after(response.headers)
        return Failure(f"Slack answered {response.status}.", status=response.status, wait=wait)
    if not isinstance(response, AsyncSlackResponse):
        return Failure("Slack's answer made no sense.")
    data = response.data if isinstance(response.data, dict) else {}
    code, needed = data.get("error"), data.get("needed")
    code = code if isinstance(code, str) else ""
    return Failure(
        f"Slack answered {code or response.status_code}.",
        status=response.status_code,
        code=code,
        needed=needed if isinstance(needed, str) else "",
        wait=retry_after(response.headers),
    )
