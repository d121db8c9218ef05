"""What comes back from the search window: what stands in its fields, and where it was opened.

A window outlives the process that drew it. Reading one checks everything, and trusts nothing that it did not check.

Source: https://docs.slack.dev/reference/views#state
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.adapters.slack.text import shown, width
from bot.adapters.slack.views.search_window import ANOTHER, name, token
from bot.domain.access import ChannelId
from bot.domain.drafts import Draft, Field, Span
from bot.domain.errors import UserError
from bot.domain.events import Category, Risk
from bot.domain.query import Filters, Order
from bot.domain.scopes import Region, Scope, ScopeKind

VERSION: Final = 1
METADATA_LIMIT: Final = 3000
_ERROR_LIMIT: Final = 300
REACHABLE: Final = timedelta(minutes=29)
"""For how long an answer can be taken to get to where the window was opened: a minute less than Slack says."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a window was opened, and so where its answer belongs."""

    opened: datetime
    zone: str
    """The person's IANA time zone then, for words alone."""
    channel: ChannelId | None = None
    """None where it was opened from no conversation."""
    response_url: str | None = field(default=None, repr=False)
    """Nobody has checked yet whether it is one of Slack's."""
    replaces: bool = False
    """Whether the answer takes the place of the message that the window was opened from."""

    def reachable(self, now: datetime) -> bool:
        """Whether an answer still gets there; where not, it goes to the person's direct messages."""
        return self.channel is not None and self.response_url is not None and now - self.opened < REACHABLE


def encode(origin: Origin) -> str:
    """The origin as a window's private metadata; without the way back, in case that does not fit."""
    fields = {
        "v": VERSION,
        "opened": int(origin.opened.timestamp()),
        "zone": origin.zone,
        "channel": origin.channel,
        "url": origin.response_url,
        "replaces": origin.replaces,
    }
    written = json.dumps(fields, separators=(",", ":"))
    for char in "&<>":  # Slack escapes these in some payloads and not in others
        written = written.replace(char, f"\\u{ord(char):04x}")
    if width(written) <= METADATA_LIMIT:
        return written
    return encode(replace(origin, zone=origin.zone[:100], channel=None, response_url=None))


def decode(metadata: str) -> Origin:
    """The origin that a window's private metadata tells.

    Raises:
        UserError: it is not what this version of the bot writes.
    """
    try:
        fields = json.loads(metadata)
        if fields["v"] != VERSION:
            raise ValueError("another version's window")
        channel, url = _maybe(fields["channel"]), _maybe(fields["url"])
        return Origin(
            opened=datetime.fromtimestamp(_whole(fields["opened"]), UTC),
            zone=_string(fields["zone"]),
            channel=None if channel is None else ChannelId(channel),
            response_url=url,
            replaces=fields["replaces"] is True,
        )
    except _NONSENSE as error:
        raise _outdated() from error


def read(values: object, scopes: Iterable[Scope]) -> Draft:
    """What stands in a window's fields, by its ``state.values``; a field that is not there is empty.

    Args:
        values: as Slack tells them.
        scopes: those that the menu may have offered. One that is none of them any more is as if none was chosen.

    Raises:
        UserError: these are not the values of fields that this version of the bot draws.
    """
    try:
        return _draft(_State(values), {token(scope): scope for scope in scopes})
    except _NONSENSE as error:
        raise _outdated() from error


def beside(mistakes: Mapping[Field, str], values: Mapping[str, object]) -> dict[str, str]:
    """What is wrong, by the fields of the window that it stands beside.

    The field for an ID may be missing yet, where it was just asked for: then it stands beside the menu that asks.
    """
    told: dict[str, str] = {}
    for place, words in mistakes.items():
        there = next((each for each in (place, Field.SCOPE) if name(each) in values), Field.SPAN)
        told[name(there)] = shown(words, _ERROR_LIMIT)
    return told


_NONSENSE: Final = (KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError)


class _State:
    """The values by field; each reading is of the one kind of element that the field has."""

    def __init__(self, values: object) -> None:
        self._values = _object(values)

    def typed(self, place: Field) -> str:
        return _maybe(self._told(place).get("value")) or ""

    def chosen(self, place: Field) -> str | None:
        option = self._told(place).get("selected_option")
        return None if option is None else _string(_object(option)["value"])

    def several(self, place: Field) -> list[str]:
        options = self._told(place).get("selected_options") or []
        if not isinstance(options, list):
            raise TypeError("not a list")
        return [_string(_object(option)["value"]) for option in options]

    def moment(self, place: Field) -> datetime | None:
        seconds = self._told(place).get("selected_date_time")
        return None if seconds is None else datetime.fromtimestamp(_whole(seconds), UTC)

    def _told(self, place: Field) -> Mapping[str, object]:
        return _object(_object(self._values.get(name(place), {})).get(name(place), {}))


def _draft(state: _State, by_token: Mapping[str, Scope]) -> Draft:
    chosen = state.chosen(Field.SCOPE)
    where = state.chosen(Field.WHERE)
    kind, _, region = (where or "org:us").partition(":")
    return Draft(
        scope=by_token.get(chosen or ""),
        other=state.typed(Field.OTHER),
        kind=ScopeKind(kind),
        region=Region(region),
        names_other=chosen == ANOTHER or (chosen is None and where is not None),
        span=Span(state.chosen(Field.SPAN) or Span.DAY.value),
        since=state.moment(Field.SINCE),
        until=state.moment(Field.UNTIL),
        filters=Filters(
            actor=state.typed(Field.ACTOR),
            action=state.typed(Field.ACTION),
            resource=state.typed(Field.RESOURCE),
            text=state.typed(Field.TEXT),
            categories=frozenset(map(Category, state.several(Field.CATEGORY))),
            risks=frozenset(map(Risk, state.several(Field.RISK))),
        ),
        order=Order(state.chosen(Field.ORDER) or Order.NEWEST_FIRST.value),
    )


def _outdated() -> UserError:
    return UserError("This window is from another version of the bot.", advice="Please close it and open it again.")


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError("not an object")
    return value


def _maybe(value: object) -> str | None:
    return None if value is None else _string(value)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value
