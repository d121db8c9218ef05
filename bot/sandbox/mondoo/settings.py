"""How the stand-in behaves where Mondoo's behaviour is unknown or may change; all of it can be set at run time."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec

NonNegative = Annotated[float, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Newcomer = Literal["ip", "parent", "identityFilter", "actionFilter"]


class CursorKind(StrEnum):
    """What a cursor is; the documentation shows ids, Mondoo's Splunk add-on says offsets."""

    ID = "id"
    """An event's own number: stays valid while the log grows."""
    OFFSET = "offset"
    """A place in this moment's list: the list shifts under it when events arrive."""


class TieOrder(StrEnum):
    """How events of the same moment follow each other; unknown in reality."""

    ARRIVAL = "arrival"
    """As they arrived, turned round with the order asked for."""
    REVERSED = "reversed"
    """Against the order asked for."""
    SHUFFLED = "shuffled"
    """Anew for each request: even two readings of one page differ."""


class TooMany(StrEnum):
    """What a `first` above the page limit gets."""

    CLAMP = "clamp"
    """A page of the limit's size."""
    ERROR = "error"
    """A GraphQL error."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be turned, with what `reset` returns to.

    Attributes:
        cursors: What a cursor is.
        ties: How events of one moment are ordered.
        too_many: What a `first` above `page_limit` gets.
        page_limit: The largest page; 100 by https://github.com/mondoohq/splunk-app.
        default_first: The size of a page when `first` is left out.
        unknown_names: Fields and arguments that this server has never heard of.
        invalid_query_status: HTTP status of a syntax or validation error; real servers vary.
        introspection: Whether the schema may be asked for.
        requests_per_minute: What one token may ask for, then 429 with Retry-After; None for no limit.
        latency_s: Seconds before each answer.
        jitter_s: Up to so many random seconds more.
    """

    cursors: CursorKind = CursorKind.ID
    ties: TieOrder = TieOrder.ARRIVAL
    too_many: TooMany = TooMany.CLAMP
    page_limit: Positive = 100
    default_first: Positive = 25
    unknown_names: frozenset[Newcomer] = frozenset()
    invalid_query_status: Literal[200, 400, 422] = 400
    introspection: bool = True
    requests_per_minute: Positive | None = 600
    latency_s: NonNegative = 0
    jitter_s: NonNegative = 0

    def changed(self, changes: dict[str, Any]) -> Settings:
        """Gives the settings with some of them changed, each checked.

        Raises:
            msgspec.ValidationError: A name is unknown, or a value is none that the setting can have.
        """
        return msgspec.convert(msgspec.to_builtins(self) | msgspec.to_builtins(changes), Settings)
