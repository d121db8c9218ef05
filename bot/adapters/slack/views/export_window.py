"""The window that asks in which form an answer is wanted as a file, and where."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import Json, context
from bot.adapters.slack.views.exports import FORMATS
from bot.adapters.slack.views.inputs import Option, entry, form, radio
from bot.adapters.slack.views.results import asked
from bot.adapters.slack.views.tickets import Ticket, decode
from bot.domain.access import ChannelId
from bot.domain.errors import UserError
from bot.domain.formats import FileFormat
from bot.domain.scopes import ScopeCatalog

FORM: Final = "form"
PLACE: Final = "place"
_MINE: Final = Option("mine", "My messages with the bot", "Nobody else sees it.")
_HERE: Final = Option("here", "This conversation", "Everybody here can download it.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the window was opened for."""

    channel: ChannelId
    """Where it was opened."""
    ticket: Ticket


def window(value: str, channel: ChannelId, *, catalog: ScopeCatalog, zone: str) -> Json:
    """The window for the question that a button carries.

    Raises:
        UserError: the value is not one that this version of the bot writes.
    """
    query = decode(value).query
    alias = catalog.alias_of(query.scope)
    options = [Option(each.value, words) for each, words in FORMATS.items()]
    whose = f"Audit log of {alias or query.scope.id}"
    limit = "All events that match" if query.limit is None else f"At most {query.limit:,} events"
    return form(
        "Export",
        context(whose, *asked(query, zone, None), limit),
        entry(FORM, "Format", radio(options, FileFormat.CSV.value), optional=False),
        entry(PLACE, "Where to", radio([_MINE, _HERE], _MINE.value), optional=False),
        callback=ids.EXPORT_WINDOW,
        submit="Export",
        metadata=json.dumps([channel, value], ensure_ascii=False),
    )


def wish(metadata: str) -> Wish:
    """What the window was opened for, from its metadata.

    Raises:
        UserError: the metadata is not what this version of the bot writes.
    """
    try:
        channel, value = json.loads(metadata)
        return Wish(ChannelId(str(channel)), decode(str(value)))
    except (TypeError, ValueError) as error:
        raise UserError(
            "This window is from another version of the bot.", advice="Please ask again with the command."
        ) from error


def is_for_here(place: str | None) -> bool:
    """Whether the file was wanted where the window was opened."""
    return place == _HERE.value
