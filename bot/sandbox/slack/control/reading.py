"""Looking at the workspace over the control port."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.sandbox.slack import cast
from bot.sandbox.slack.changes import Change
from bot.sandbox.slack.control.desk import Desk, patience
from bot.sandbox.slack.ids import FileId, Ts
from bot.sandbox.slack.ledger import Entry, EntryKind
from bot.sandbox.slack.shapes import Json


class Reading:
    """Answers questions, at once or as soon as there is news."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._app = desk.app

    async def state(self, _given: Mapping[str, Any]) -> Json:
        """Gives an overview of everything."""
        workspace, manifest = self._app.workspace, self._app.manifest
        return {
            "seq": workspace.changes.seq,
            "ledger_seq": workspace.ledger.seq,
            "now": workspace.clock.now().isoformat(),
            "team": {"id": cast.TEAM, "name": cast.TEAM_NAME, "domain": cast.TEAM_DOMAIN},
            "app": {"id": cast.APP, "bot_id": cast.BOT, "bot_user": cast.BOT_USER, "name": manifest.name},
            "users": [asdict(user) for user in workspace.people.values()],
            "groups": [asdict(group) for group in workspace.groups.values()],
            "channels": [asdict(channel) for channel in workspace.channels.values()],
            "commands": [asdict(command) for command in manifest.commands.values()],
            "shortcuts": [asdict(shortcut) for shortcut in manifest.shortcuts.values()],
            "settings": self._app.settings.as_json(),
            "connections": self._app.socket.count,
        }

    async def messages(self, given: Mapping[str, Any]) -> Json:
        """Gives a conversation's messages, oldest first."""
        channel = self._desk.channel(given)
        await self._news(given, lambda change: change.channel in {channel.id, None})
        workspace = self._app.workspace
        thread = Ts(given["thread"]) if "thread" in given else None
        if "user" not in given:
            every = workspace.timelines.all(channel.id)
            found = [one for one in every if thread is None or one.thread_ts == thread]
        elif thread is not None:
            found = workspace.thread(channel.id, thread, self._desk.user(given).id)
        else:
            found = workspace.messages(channel.id, self._desk.user(given).id)
        return {"seq": workspace.changes.seq, "messages": [asdict(message) for message in found]}

    async def views(self, given: Mapping[str, Any]) -> Json:
        """Gives what a person has open."""
        user = self._desk.user(given)
        await self._news(given, lambda change: change.user == user.id and change.view is not None)
        views = self._app.workspace.views
        home = views.home(user.id)
        return {
            "seq": self._app.workspace.changes.seq,
            "modals": [view.as_slack() for view in views.stack(user.id)],
            "home": None if home is None else home.as_slack(),
        }

    async def changes(self, given: Mapping[str, Any]) -> Json:
        """Gives the feed after a number."""
        feed = self._app.workspace.changes
        after = int(given.get("after", 0))
        await feed.until(lambda: feed.seq > after, patience(given))
        return {"seq": feed.seq, "changes": [asdict(change) for change in feed.since(after)]}

    async def ledger(self, given: Mapping[str, Any]) -> Json:
        """Gives the ledger after a number, of one kind if asked; waits for an entry of that kind."""
        ledger = self._app.workspace.ledger
        after = int(given.get("after", 0))
        kind = EntryKind(given["kind"]) if "kind" in given else None
        await ledger.until(lambda: bool(ledger.entries(kind, after)), patience(given))
        return {"seq": ledger.seq, "entries": [entry.as_json() for entry in ledger.entries(kind, after)]}

    async def posts(self, given: Mapping[str, Any]) -> Json:
        """Gives what was accepted after a number, of one channel if asked: what an app's posts are held against."""
        ledger = self._app.workspace.ledger
        after = int(given.get("after", 0))
        where = {"channel": self._desk.channel(given).id} if "channel" in given else {}
        await ledger.until(lambda: bool(ledger.entries(EntryKind.POST, after, **where)), patience(given))
        posts = ledger.entries(EntryKind.POST, after, **where)
        return {"seq": ledger.seq, "posts": [self._posted(entry) for entry in posts]}

    def _posted(self, entry: Entry) -> Json:
        files = [self._app.workspace.files[file] for file in entry.facts["files"]]
        told = [
            {
                "id": file.id,
                "name": file.name,
                "title": file.title,
                "text": (file.content or b"").decode(errors="replace"),
            }
            for file in files
        ]
        return entry.as_json() | {"files": told}

    async def faults(self, _given: Mapping[str, Any]) -> Json:
        """Gives the faults planned since the last clearing."""
        return {"faults": [fault.as_json() for fault in self._app.faults.planned()]}

    async def settings(self, _given: Mapping[str, Any]) -> Json:
        """Gives the settings."""
        return self._app.settings.as_json()

    async def file(self, request: Request) -> Response:
        """Gives a file's bytes."""
        file = self._app.workspace.files.get(FileId(request.path_params["file"]))
        if file is None or file.content is None:
            return PlainTextResponse("not found", 404)
        return Response(file.content, media_type=file.mimetype)

    async def _news(self, given: Mapping[str, Any], concerns: Callable[[Change], bool]) -> None:
        if "after" in given:
            feed, after = self._app.workspace.changes, int(given["after"])
            await feed.until(lambda: any(map(concerns, feed.since(after))), patience(given))
