"""What the control port's handlers share: finding things by name, and turning requests into calls."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.slack.channels import Channel
from bot.sandbox.slack.ids import ChannelId, UserId
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.people import User
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.views import View

Handler = Callable[[Mapping[str, Any]], Awaitable[Json]]
"""Takes the query, the path's parameters and the JSON body as one mapping, and gives the answer."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the control port works: the installation, and who acts in it."""

    app: Installation
    person: Callable[[UserId], Person]

    def user(self, given: Mapping[str, Any]) -> User:
        """Gives the user named in a request.

        Raises:
            LookupError: There is none.
        """
        name = str(given.get("user", ""))
        people = self.app.workspace.people
        user = people.get(UserId(name)) or self.app.workspace.person_named(name.removeprefix("@"))
        if user is None:
            raise LookupError(f"no user is called {name!r}")
        return user

    def actor(self, given: Mapping[str, Any]) -> Person:
        """Gives the person named in a request, to act as."""
        return self.person(self.user(given).id)

    def channel(self, given: Mapping[str, Any]) -> Channel:
        """Gives the conversation named in a request.

        Raises:
            LookupError: There is none.
        """
        name = str(given.get("channel", ""))
        channels = self.app.workspace.channels
        channel = channels.get(ChannelId(name)) or self.app.workspace.channel_named(name.removeprefix("#"))
        if channel is None:
            raise LookupError(f"no channel is called {name!r}")
        return channel

    def surface(self, given: Mapping[str, Any]) -> Message | View:
        """Gives the message or view named in a request by `channel` and `ts`, or by `view`.

        Raises:
            LookupError: There is none.
        """
        if "view" in given:
            view = self.app.workspace.views.find(str(given["view"]))
            if view is None:
                raise LookupError(f"no view is called {given['view']!r}")
            return view
        channel = self.channel(given)
        message = self.app.workspace.timelines.get(channel.id, str(given.get("ts", "")))
        if message is None:
            raise LookupError(f"no message in {channel.id} is called {given.get('ts')!r}")
        return message


def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Gives the endpoint that lets `handler` answer."""

    async def answer(request: Request) -> Response:
        try:
            body = json.loads(await request.body() or b"{}")
            if not isinstance(body, dict):
                raise TypeError("the body is not an object")  # noqa: TRY301 — answered like its kin below
            given = {**request.query_params, **request.path_params, **body}
            return JSONResponse(await handler(given))
        except LookupError as error:
            return JSONResponse({"error": str(error)}, 404)
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return answer


def patience(given: Mapping[str, Any]) -> timedelta:
    """Gives how long a long poll may wait: `timeout` in seconds, at most a minute."""
    return timedelta(seconds=min(60.0, float(given.get("timeout", 0))))
