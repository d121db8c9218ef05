"""What a message may consist of."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bot.sandbox.slack.blocks import check_message
from bot.sandbox.slack.blocks.identity import with_ids
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import Mint
from bot.sandbox.slack.shapes import Json

MAX_POSTED_TEXT: Final = 40_000
"""Source: https://docs.slack.dev/changelog/2018-truncating-really-long-messages"""
MAX_EDITED_TEXT: Final = 4_000
"""Source: the errors of https://docs.slack.dev/reference/methods/chat.update"""
MAX_ATTACHMENTS: Final = 100
_COLOR: Final = re.compile(r"good|warning|danger|#?[0-9a-fA-F]{6}|#?[0-9a-fA-F]{3}")
"""Source: https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments#fields"""
MAX_METADATA_BYTES: Final = 8_000
"""Slack has a limit (`metadata_too_large`) but does not publish it."""


@dataclass(frozen=True, slots=True)
class Content:
    """The text, blocks and attachments of a message, found acceptable."""

    text: str
    blocks: tuple[Json, ...]
    attachments: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class ContentRules:
    """What limits apply: how long the text may be, which blocks are refused, whether the whole is weighed."""

    max_text: int
    refused_blocks: Collection[str]
    is_weighed: bool = True

    def accept(self, text: str, blocks: object, attachments: object, mint: Mint) -> Content:
        """Gives the content of a message, with ids on its blocks.

        Args:
            text: The text, or the fallback for blocks.
            blocks: What the app sent as blocks, decoded; None if it sent none.
            attachments: Likewise.
            mint: Where missing ids come from.

        Raises:
            RefusedError: With Slack's code.
        """
        if len(text) > self.max_text:
            raise RefusedError("msg_too_long")
        accepted = self._accept_blocks([] if blocks is None else blocks, mint)
        attached = self._accept_attachments([] if attachments is None else attachments, mint)
        if not text.strip() and not accepted and not attached:
            raise RefusedError("no_text")
        return Content(text, accepted, attached)

    def _accept_blocks(self, blocks: object, mint: Mint) -> tuple[Json, ...]:
        verdict = check_message(blocks, refused=self.refused_blocks, is_weighed=self.is_weighed)
        if verdict.error is not None:
            raise RefusedError(verdict.error, verdict.as_slack())
        return with_ids(blocks, mint) if isinstance(blocks, list) else ()

    def _accept_attachments(self, attachments: object, mint: Mint) -> tuple[Json, ...]:
        if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
            raise RefusedError("invalid_attachments")
        if len(attachments) > MAX_ATTACHMENTS:
            raise RefusedError("too_many_attachments")
        return tuple(self._accept_attachment(attachment, mint) for attachment in attachments)

    def _accept_attachment(self, attachment: Json, mint: Mint) -> Json:
        """An attachment's blocks are judged like a message's, but the refusal is the attachments' own."""
        color = attachment.get("color", "good")
        if not isinstance(color, str) or _COLOR.fullmatch(color) is None:
            raise RefusedError("invalid_attachments")
        if "blocks" not in attachment:
            return attachment
        verdict = check_message(attachment["blocks"], refused=self.refused_blocks, is_weighed=self.is_weighed)
        if verdict.error is not None:
            complaints = verdict.as_slack() if verdict.complaints else {}
            raise RefusedError("invalid_attachments", complaints | {"error": "invalid_attachments"})
        return {**attachment, "blocks": list(with_ids(attachment["blocks"], mint))}


def accept_metadata(metadata: object) -> Json | None:
    """Gives metadata that Slack takes: an event_type and a payload. An empty object means none.

    Source: https://docs.slack.dev/messaging/message-metadata

    Raises:
        RefusedError: `invalid_metadata_format`, `invalid_metadata_schema` or `metadata_too_large`.
    """
    if metadata is None or metadata == {}:
        return None
    if not isinstance(metadata, dict):
        raise RefusedError("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise RefusedError("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > MAX_METADATA_BYTES:
        raise RefusedError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}
