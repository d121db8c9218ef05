"""What names an event on a message: enough to find it again in its log, in so few characters that menus can carry it.

Mondoo's events have no identity, so a reference is the log, the second, a hash of the event, and which of its twins.
It is the ``block_id`` of what stands beside the event, since a menu's options hold too little.

Sources: https://docs.slack.dev/reference/block-kit/blocks (255 characters),
https://docs.slack.dev/reference/block-kit/composition-objects/option-object (75 are safe)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.errors import UserError
from bot.domain.events import AuditEvent
from bot.domain.scopes import Region, Scope, ScopeKind
from bot.domain.traces import Trace, traces

_FORM: Final = re.compile(
    r"e1:(?P<kind>[a-z]+):(?P<region>[a-z]+):(?P<id>[^:]+):"
    r"(?P<second>-?[0-9]{1,12}):(?P<hash>[0-9a-f]{32}):(?P<twin>[0-9]{1,6})"
)


def reference(trace: Trace) -> str:
    """The trace in 255 characters at most, different for different ones."""
    scope = trace.scope
    return f"e1:{scope.kind.value}:{scope.region.value}:{scope.id}:{trace.second}:{trace.hash}:{trace.twin}"


def references(events: Sequence[AuditEvent]) -> list[str]:
    """A reference for each of the events, all of them different."""
    return [reference(trace) for trace in traces(events)]


def dereference(text: str) -> Trace:
    """The trace that a reference is of.

    Raises:
        UserError: the text is not one that this version of the bot writes.
    """
    parts = _FORM.fullmatch(text)
    try:
        match = {} if parts is None else parts.groupdict()
        scope = Scope(ScopeKind(match["kind"]), match["id"], Region(match["region"]))
        return Trace(scope, int(match["second"]), match["hash"], int(match["twin"]))
    except (KeyError, ValueError) as error:
        raise UserError(
            "This message is from another version of the bot, and its menus no longer work.",
            advice="Please ask again with the command.",
        ) from error
