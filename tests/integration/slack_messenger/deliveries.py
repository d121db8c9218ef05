"""Parts to deliver, as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.access import ChannelId
from bot.domain.deliveries import Attachment, Content, Delivery, Message, MessageTs, PartId
from bot.sandbox.slack import cast

BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Two members were added."}}]
FORM: Mapping[str, object] = {"text": "Two members were added", "blocks": BLOCKS}
PLAIN: Mapping[str, object] = {"text": "Two members were added, in plain words"}
MESSAGE = Message((FORM, PLAIN))
FILE = Attachment("audit-d1.csv", "Every event", "time,actor\r\n2024-05-01,Jürgen\r\n")


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def delivery(content: Content = MESSAGE, channel: str = cast.ONCALL, **changes: Any) -> Delivery:  # noqa: ANN401 — any field
    """The first part of the digest ``d1``, on its way for the first time, but for the changes."""
    plain = Delivery(
        part=PartId("d1"),
        ordinal=0,
        channel=ChannelId(channel),
        content=content,
        is_digest=True,
        fence=1,
        thread=None,
        subscription=None,
        scopes=(),
        form=0,
        uncertain=False,
        looks=0,
        attempts=0,
        first_attempt=None,
        labelled=False,
    )
    return replace(plain, **changes)


def reply(content: Content, thread: MessageTs, **changes: Any) -> Delivery:  # noqa: ANN401 — any field
    """Its second part, in the thread of the first."""
    return delivery(content, part=PartId("d1.1"), ordinal=1, thread=thread, **changes)


def looked_for(content: Content = MESSAGE, **changes: Any) -> Delivery:  # noqa: ANN401 — any field
    """The first part after an attempt just now of which nobody knows what it came to."""
    return delivery(content, **{"uncertain": True, "attempts": 1, "first_attempt": datetime.now(UTC), **changes})
