"""What is to be delivered, as rows, and rows as deliveries."""

from __future__ import annotations

import json

from sqlalchemy import RowMapping

from bot.adapters.store.rows import JSON, scopes_from_json
from bot.domain.access import ChannelId
from bot.domain.deliveries import Attachment, Content, Delivery, Message, MessageTs, PartId
from bot.domain.subscriptions import SubscriptionId


def content_to_json(content: Content) -> str:
    """A part's content: a list of forms, or an object that is a file."""
    match content:
        case Message(forms):
            return JSON.encode(list(forms))
        case Attachment(name, title, text):
            return JSON.encode({"name": name, "title": title, "content": text})


def content_from_json(text: str) -> Content:
    """What :func:`content_to_json` was given."""
    kept = json.loads(text)
    return Message(kept) if isinstance(kept, list) else Attachment(**kept)


def delivery_of(row: RowMapping, *, uncertain: bool) -> Delivery:
    """A row of ``parts`` that was claimed, with its parcel's and its first part's ``thread``."""
    ordinal = row["ordinal"]
    return Delivery(
        part=PartId(row["parcel"] if ordinal == 0 else f"{row['parcel']}.{ordinal}"),
        ordinal=ordinal,
        channel=ChannelId(row["channel"]),
        content=content_from_json(row["content"]),
        is_digest=row["is_digest"],
        fence=row["fence"],
        thread=None if ordinal == 0 else MessageTs(row["thread"]),
        subscription=None if row["subscription"] is None else SubscriptionId(row["subscription"]),
        scopes=scopes_from_json(row["scopes"]),
        form=row["form"],
        uncertain=uncertain,
        looks=row["looks"],
        attempts=row["attempts"],
        first_attempt=row["first_attempt"],
        last_attempt=row["last_attempt"],
        labelled=row["labelled"],
    )
