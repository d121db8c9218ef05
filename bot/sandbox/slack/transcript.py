"""Messages and views as the API and the payloads show them."""

from __future__ import annotations

from bot.sandbox.slack import cast
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.workspace import Workspace


class Transcript:
    """Writes messages out in Slack's notation.

    Args:
        workspace: Where replies and files are looked up.
        base_url: The address of this server, for links to files.
    """

    def __init__(self, workspace: Workspace, base_url: str) -> None:
        self._workspace = workspace
        self.base_url = base_url

    def message(self, message: Message, *, with_metadata: bool = False) -> Json:
        """Gives the object of https://docs.slack.dev/reference/events/message.

        Metadata is in it only on request, as in the answers of Slack's reading methods.
        """
        author = self._workspace.people[message.user]
        shown: Json = {
            "type": "message",
            "user": message.user,
            "ts": message.ts,
            "text": message.text,
            "team": author.team_id,
        }
        if message.bot_id is not None:
            shown |= {"bot_id": message.bot_id, "app_id": message.app_id, "bot_profile": self._bot_profile()}
        if message.blocks:
            shown["blocks"] = list(message.blocks)
        if message.attachments:
            shown["attachments"] = list(message.attachments)
        if message.edited_ts is not None:
            shown["edited"] = {"user": message.user, "ts": message.edited_ts}
        if message.files:
            files = (self._workspace.files[file] for file in message.files)
            shown["files"] = [file.as_slack(self.base_url, cast.TEAM) for file in files]
        if with_metadata and message.metadata is not None:
            shown["metadata"] = message.metadata
        return shown | self._thread(message)

    def _thread(self, message: Message) -> Json:
        if message.thread_ts is None:
            return {}
        if message.is_reply:
            root = self._workspace.timelines.get(message.channel, message.thread_ts)
            about: Json = {"thread_ts": message.thread_ts}
            if root is not None:
                about["parent_user_id"] = root.user
            return about | ({"subtype": "thread_broadcast"} if message.is_broadcast else {})
        replies = [
            reply
            for reply in self._workspace.timelines.replies(message.channel, message.ts)
            if reply.ephemeral_for is None
        ]
        if not replies:
            return {}
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len({reply.user for reply in replies}),
            "latest_reply": replies[-1].ts,
            "reply_users": sorted({reply.user for reply in replies}),
            "is_locked": False,
            "subscribed": False,
        }

    def _bot_profile(self) -> Json:
        bot = self._workspace.people[cast.BOT_USER]
        return {
            "id": cast.BOT,
            "deleted": False,
            "name": bot.real_name,
            "updated": 1_700_000_000,
            "app_id": cast.APP,
            "user_id": bot.id,
            "team_id": cast.TEAM,
        }
