"""Uses of the bot: who asked it for what, when, and how much it showed them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.access import ChannelId, UserId
from bot.domain.scopes import Region, Scope, ScopeKind, is_scope_id

_SCOPE = re.compile(r"(?P<kind>\w+) (?P<id>\S+) \((?P<region>.+)\)")


class Surface(Enum):
    """What somebody did to ask. The value is the word that is kept and shown."""

    COMMAND = "command"
    CLICK = "click"
    SUBMISSION = "submission"
    SHORTCUT = "shortcut"
    HOME = "home"
    EXPORT = "export"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Use:
    """One request, as it ended.

    Raises:
        ValueError: its moment is not aware and in UTC, or fewer than no events were shown.
    """

    user: UserId
    verb: str
    """What was asked for, as the log calls it: ``search``, ``page``, ``mute``."""
    surface: Surface
    scope: str
    """The scope in words, as ``str(scope)`` gives it; empty where the request was about none."""
    channel: ChannelId
    """Where it was asked; empty where that is no conversation."""
    at: datetime
    """When it was asked."""
    shown: int
    """How many events the answer showed."""
    outcome: str
    """One or two words: ``answered``, ``denied``, ``failed``."""

    @property
    def about(self) -> Scope | None:
        """The scope that it was about; None where it was about none."""
        match = _SCOPE.fullmatch(self.scope)
        kinds = {kind.word: kind for kind in ScopeKind}
        regions = {region.title: region for region in Region}
        if (
            match is None
            or match["kind"] not in kinds
            or match["region"] not in regions
            or not is_scope_id(match["id"])
        ):
            return None
        return Scope(kinds[match["kind"]], match["id"], regions[match["region"]])

    def __post_init__(self) -> None:
        if self.at.utcoffset() != timedelta(0):
            raise ValueError("a use's moment is an aware datetime in UTC")
        if self.shown < 0:
            raise ValueError("an answer shows no event or some")
