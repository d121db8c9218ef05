"""The window that mutes events like a certain one: filled in from the event, to be made wider or narrower."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import Json, context
from bot.adapters.slack.views.inputs import Option, entry, form, menu, radio, typing
from bot.adapters.slack.views.places import name_of
from bot.adapters.slack.views.references import dereference
from bot.domain.access import ChannelId
from bot.domain.errors import UserError
from bot.domain.events import AuditEvent, last_word
from bot.domain.mutes import MuteTerms
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.typed import tidy

TITLE: Final = "Mute events like this"


class _Field(Enum):
    ACTOR = "mute.actor"
    ACTION = "mute.action"
    RESOURCE = "mute.resource"
    WHERE = "mute.where"
    LASTING = "mute.lasting"
    REASON = "mute.reason"


REASON: Final = _Field.REASON.value
"""The field beside which stands what is wrong with none of them."""
_HERE, _EVERYWHERE = "here", "everywhere"
_FOR_EVER: Final = "ever"
_LASTING: Final = {
    "1": Option("1", "1 day"),
    "7": Option("7", "7 days"),
    "30": Option("30", "30 days"),
    _FOR_EVER: Option(_FOR_EVER, "Until somebody lifts it"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the window was opened, and from which event; it comes back with what was filled in."""

    channel: ChannelId
    reference: str

    def encode(self) -> str:
        """As the window's metadata."""
        return json.dumps([self.channel, self.reference])


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody has asked for: the rule, in the conversation that the window was opened from."""

    channel: ChannelId
    terms: MuteTerms


class Unfinished(Exception):
    """Something is still to be filled in: the words for it, by field."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__("something is still to be filled in")
        self.words = words


def view(event: AuditEvent, origin: Origin, *, catalog: ScopeCatalog) -> Json:
    """The window, with the event's actor and action filled in."""
    here = f"Only in {name_of(event.scope, catalog)}"
    places = [Option(_HERE, here), Option(_EVERYWHERE, "In every audit log")]
    return form(
        TITLE,
        context("Digests and alerts leave out events that have all of this in them, and say how many they were."),
        entry(_Field.ACTOR.value, "Actor", typing(event.actor_name or event.actor_mrn)),
        entry(_Field.ACTION.value, "Action", typing(last_word(event.action))),
        entry(_Field.RESOURCE.value, "Resource", typing(example=event.resource), hint="A part of it is enough."),
        entry(_Field.WHERE.value, "Where", radio(places, _HERE), optional=False),
        entry(_Field.LASTING.value, "For how long", menu(_LASTING.values(), "7"), optional=False),
        entry(_Field.REASON.value, "Reason", typing(example="For those who wonder what is missing"), optional=False),
        callback=ids.MUTE_WINDOW,
        submit="Mute",
        metadata=origin.encode(),
    )


def read(window: Mapping[str, object], now: datetime) -> Filled:
    """What was filled in.

    Raises:
        Unfinished: it is not said which events, or why.
        UserError: the window is another version's.
    """
    try:
        return _read(window, now)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            "This window is from another version of the bot.", advice="Please close it, and open it again."
        ) from error


def _read(window: Mapping[str, object], now: datetime) -> Filled:
    channel, reference = json.loads(str(window["private_metadata"]))
    typed = {field: tidy(_value(window, field)) for field in (_Field.ACTOR, _Field.ACTION, _Field.RESOURCE)}
    reason, lasting = tidy(_value(window, _Field.REASON)), _value(window, _Field.LASTING)
    scope: Scope | None = dereference(reference).scope
    if _value(window, _Field.WHERE) == _EVERYWHERE:
        scope = None
    missing: dict[str, str] = {}
    if not any(typed.values()):
        missing[_Field.ACTOR.value] = "Say which events: by actor, action or resource."
    if not reason:
        missing[_Field.REASON.value] = "Say why."
    if missing:
        raise Unfinished(missing)
    until = None if lasting == _FOR_EVER else now.replace(microsecond=0) + timedelta(days=int(_LASTING[lasting].value))
    terms = MuteTerms(
        reason=reason,
        actor=typed[_Field.ACTOR],
        action=typed[_Field.ACTION],
        resource=typed[_Field.RESOURCE],
        scope=scope,
        until=until,
    )
    return Filled(ChannelId(channel), terms)


def _value(window: Mapping[str, object], field: _Field) -> str:
    """What stands in a field; empty where nothing does."""
    state = window["state"]
    if not isinstance(state, Mapping):
        raise TypeError("a window's state is an object")
    held = state["values"][field.value][field.value]
    option = held.get("selected_option")
    return str(option["value"]) if option else str(held.get("value") or "")
