"""What a button carries that looks around a moment: compact, versioned, and read without trust.

Source: https://docs.slack.dev/reference/block-kit/block-elements/button-element
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.adapters.slack.views.references import dereference, reference
from bot.domain.errors import UserError
from bot.domain.timelines import Focus, focus_on
from bot.domain.traces import Trace

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FORM: Final = re.compile(
    r"l1;(?P<moment>-?[0-9]{1,12});(?P<centre>-?[0-9]{1,12});(?P<radius>[0-9]{1,6});(?P<reference>.*)"
)


def encode(focus: Focus) -> str:
    """The focus as a button's value, of 350 characters at most."""
    about = "" if focus.trace is None else reference(focus.trace)
    return f"l1;{_seconds(focus.moment)};{_seconds(focus.centre)};{focus.radius // timedelta(seconds=1)};{about}"


def decode(value: str) -> Focus:
    """The focus that a button's value carries; one on the event where it is a mere reference to one.

    Raises:
        UserError: the value is not one that this version of the bot writes.
    """
    parts = _FORM.fullmatch(value)
    if parts is None:
        trace = dereference(value)
        return focus_on(trace.at, trace)
    about = parts["reference"]
    trace_or_none: Trace | None = dereference(about) if about else None
    try:
        moment, centre = (_EPOCH + timedelta(seconds=int(parts[name])) for name in ("moment", "centre"))
        return Focus(moment, centre, timedelta(seconds=int(parts["radius"])), trace_or_none)
    except (ValueError, OverflowError) as error:
        raise UserError(
            "This message is from another version of the bot, and its buttons no longer work.",
            advice="Please look around the event anew.",
        ) from error


def of_message(message: object) -> Focus:
    """Where to look because of a message, as Slack sends it: at the event it is about, or else when it was posted.

    Raises:
        UserError: it does not say when that was.
    """
    ts = message.get("ts") if isinstance(message, dict) else None
    for value in _values(message):
        try:
            return decode(value)
        except UserError:
            continue
    try:
        return focus_on(datetime.fromtimestamp(int(float(str(ts))), UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise UserError("Slack did not say when this message was posted.") from error


def _values(piece: object) -> Iterator[str]:
    """All that a message's blocks carry for clicks."""
    if isinstance(piece, list):
        for item in piece:
            yield from _values(item)
    elif isinstance(piece, dict):
        for name in ("value", "block_id"):
            if isinstance(held := piece.get(name), str):
                yield held
        for held in piece.values():
            yield from _values(held)


def _seconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(seconds=1)
