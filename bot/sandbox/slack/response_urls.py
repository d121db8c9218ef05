"""response_urls: the way to answer a person without a token, five times within half an hour.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.sandbox.slack import cast
from bot.sandbox.slack.content import MAX_POSTED_TEXT, Content, ContentRules, accept_metadata
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import ChannelId, Ts, UserId
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.settings import Settings
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.workspace import Workspace

MAX_USES: Final = 5
COMMANDS: Final = "commands"
RESPONSE_URL_FAMILIES: Final = (COMMANDS, "actions", "app")
"""The first part of the path: for slash commands, interactions, and shortcuts of messages."""
LIFE: Final = timedelta(minutes=30)


@dataclass(slots=True)
class Exchange:
    """What the app may answer to: who did something, where, and the message that answers can replace.

    `original` is the clicked message, or the app's first reply to a command. `of_command` tells the latter.
    """

    channel: ChannelId
    user: UserId
    issued: datetime
    original: Ts | None = None
    uses: int = 0
    of_command: bool = False


class ResponseUrls:
    """The response_urls given out, by their path below the server's address."""

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        self._workspace = workspace
        self._settings = settings
        self._by_path: dict[str, Exchange] = {}

    def issue(self, family: str, exchange: Exchange) -> str:
        """Gives the path of a new response_url of one of the families."""
        mint = self._workspace.mint
        path = f"/{family}/{cast.TEAM}/{mint.decimal(13)}/{mint.secret()}"
        exchange.of_command = family == COMMANDS
        self._by_path[path] = exchange
        return path

    def clear(self) -> None:
        """Forgets every response_url."""
        self._by_path.clear()

    def use(self, path: str, body: object) -> None:
        """Does what the app posted to a response_url.

        Raises:
            RefusedError: `used_url` after the fifth use or for an unknown path, `expired_url` after half
                an hour, or what is wrong with the content.
        """
        error = None
        try:
            exchange = self._usable(path)
            self.answer(exchange, body if isinstance(body, dict) else {})
            exchange.uses += 1
        except RefusedError as refusal:
            error = refusal.error
            raise
        finally:
            self._workspace.ledger.record(EntryKind.RESPONSE_URL, path=path, body=body, error=error)

    def _usable(self, path: str) -> Exchange:
        exchange = self._by_path.get(path)
        if exchange is None or exchange.uses >= MAX_USES:
            raise RefusedError("used_url")
        if self._workspace.clock.now() - exchange.issued > LIFE:
            raise RefusedError("expired_url")
        return exchange

    def answer(self, exchange: Exchange, body: Json) -> None:
        """Posts, replaces or deletes a message in answer to what a person did.

        Raises:
            RefusedError: What is wrong with the content.
        """
        original = self._original(exchange)
        if body.get("delete_original"):
            if original is not None:
                self._workspace.delete(original, "response_url")
            return
        rules = ContentRules(MAX_POSTED_TEXT, self._settings.refused_blocks, is_weighed=False)
        mint = self._workspace.mint
        content = rules.accept(str(body.get("text") or ""), body.get("blocks"), body.get("attachments"), mint)
        can_replace = self._settings.commands_replace or not exchange.of_command
        if body.get("replace_original") and can_replace and original is not None:
            edited = None if original.ephemeral_for else self._workspace.timelines.next_ts(exchange.channel)
            self._workspace.edit(_with(original, content, edited_ts=edited), "response_url")
            return
        message = self._new_message(exchange, body, content)
        self._workspace.post(message, "response_url")
        exchange.original = exchange.original or message.ts

    def _original(self, exchange: Exchange) -> Message | None:
        if exchange.original is None:
            return None
        message = self._workspace.timelines.get(exchange.channel, exchange.original)
        return None if message is None or message.is_deleted else message

    def _new_message(self, exchange: Exchange, body: Json, content: Content) -> Message:
        is_public = body.get("response_type") == "in_channel"
        thread_ts = body.get("thread_ts")
        return Message(
            channel=exchange.channel,
            ts=self._workspace.timelines.next_ts(exchange.channel),
            user=cast.BOT_USER,
            text=content.text,
            blocks=content.blocks,
            attachments=content.attachments,
            thread_ts=Ts(thread_ts) if thread_ts else None,
            bot_id=cast.BOT,
            app_id=cast.APP,
            metadata=accept_metadata(body.get("metadata")),
            ephemeral_for=None if is_public else exchange.user,
        )


def _with(message: Message, content: Content, *, edited_ts: Ts | None) -> Message:
    return replace(
        message,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        edited_ts=edited_ts,
    )
