"""Changing the conditions over the control port."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.control.desk import Desk
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.ids import UserId
from bot.sandbox.slack.renovation import Renovation
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.signed_http import NoReplyError


class Steering:
    """Changes settings, plans faults, breaks connections, rearranges channels."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._app = desk.app
        self._renovation = Renovation(desk.app)

    async def settings(self, given: Mapping[str, Any]) -> Json:
        """Changes settings."""
        self._app.settings.change(given)
        return self._app.settings.as_json()

    async def add_fault(self, given: Mapping[str, Any]) -> Json:
        """Plans a fault."""
        fault = Fault.from_json(dict(given))
        self._app.faults.add(fault)
        return fault.as_json()

    async def clear_faults(self, _given: Mapping[str, Any]) -> Json:
        """Takes all faults back."""
        self._app.faults.clear()
        return {}

    async def clock(self, given: Mapping[str, Any]) -> Json:
        """Lets time jump ahead."""
        self._app.clock.advance(timedelta(seconds=float(given.get("advance_s", 0))))
        return {"now": self._app.clock.now().isoformat()}

    async def add_channel(self, given: Mapping[str, Any]) -> Json:
        """Makes a channel."""
        name = str(given.get("name", ""))
        if not name or self._app.workspace.channel_named(name) is not None:
            raise ValueError(f"{name!r} is no name for a new channel")
        members = [UserId(user) for user in given.get("members", [cast.OWNER])]
        if given.get("has_bot", True):
            members.append(cast.BOT_USER)
        kind = Kind.PRIVATE if given.get("is_private") else Kind.PUBLIC
        channel = Channel(self._app.workspace.mint.channel(), cast.TEAM, name, kind, tuple(members))
        self._app.workspace.put_channel(channel)
        return {"id": channel.id}

    async def change_channel(self, given: Mapping[str, Any]) -> Json:
        """Archives a channel, adds or removes the bot, shares it, or restricts who may post; or the contrary."""
        channel = self._desk.channel(given)
        self._renovation.do(channel.id, str(given["act"]))
        return {"id": channel.id}

    async def sockets(self, given: Mapping[str, Any]) -> Json:
        """Breaks the sockets, or announces their end."""
        match given.get("act"):
            case "drop":
                self._app.socket.drop()
            case ("warning" | "refresh_requested" | "link_disabled") as reason:
                await self._app.socket.disconnect(reason)
            case act:
                raise ValueError(f"sockets have no {act!r}")
        return {"connections": self._app.socket.count}

    async def replay(self, given: Mapping[str, Any]) -> Json:
        """Sends the last signed request again, changed as asked, and tells how the app answered."""
        last = self._app.http.last
        if last is None:
            raise LookupError("no signed request was sent yet")
        body = given.get("body")
        altered = last.altered(given.get("headers", {}), None if body is None else str(body).encode())
        try:
            reply = await self._app.http.send(altered)
        except NoReplyError as error:
            raise ValueError(f"no reply: {error}") from error
        return {"status": reply.status, "body": reply.text}

    async def reset(self, _given: Mapping[str, Any]) -> Json:
        """Starts the workspace anew."""
        self._app.reset()
        return {}
