"""A scope of a region, with its log and with what goes on happening in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from random import Random
from typing import Any

from bot.sandbox.mondoo.cast import cast_of
from bot.sandbox.mondoo.documented import SCOPE as DOCUMENTED
from bot.sandbox.mondoo.documented import documented_log
from bot.sandbox.mondoo.events import Event, rfc3339
from bot.sandbox.mondoo.history import Storyteller
from bot.sandbox.mondoo.log import Log
from bot.sandbox.mondoo.plans import Beginning, Plan
from bot.sandbox.mondoo.scopes import Scope

_HISTORY = timedelta(days=182)
_LATELY = timedelta(hours=8)
_RECENT = 15  # events that happened lately, so that the last day is not empty on a Sunday either


class Tenant:
    """A scope with its log. The history is made up when somebody first looks at it."""

    def __init__(self, scope: Scope, plan: Plan, beginning: Beginning) -> None:
        self.scope = scope
        self._plan = plan
        self._beginning = beginning

    @cached_property
    def log(self) -> Log:
        """The scope's log."""
        if self.scope == DOCUMENTED:
            return documented_log()
        now, length = self._beginning.now, self._plan.lengths[self.scope]
        log = Log(count(self._rng.randrange(10_000, 900_000), 7))
        log.append(self._story.past(length - _RECENT, now - _HISTORY, now - _LATELY))
        log.append(self._story.past(_RECENT, now - _LATELY, now))
        return log

    def happen(self, how_many: int, at: datetime, msg: str | None = None) -> list[Event]:
        """Lets so many plausible events happen at one moment, only such as say `msg` if given, and gives them.

        Raises:
            LookupError: Nothing in this scope says that.
        """
        log = self.log  # its history is told before what happens now
        events = list(self._story.now(how_many, at, msg))
        log.append(events)
        return events

    def as_json(self) -> dict[str, Any]:
        """Gives the scope, the length of its log and the time of its newest event."""
        newest = rfc3339(self.log.at(len(self.log) - 1).timestamp)
        return self.scope.as_json() | {"events": len(self.log), "newest": newest}

    @cached_property
    def _rng(self) -> Random:
        return Random(f"{self._beginning.seed}/{self.scope.mrn}")  # noqa: S311 — a story, not a secret

    @cached_property
    def _story(self) -> Storyteller:
        # An organization and its spaces have one cast, whoever asks first.
        rng = Random(f"{self._beginning.seed}/{self.scope.organization}")  # noqa: S311 — a story, not a secret
        cast = cast_of(self.scope.organization, rng, french=self._plan.french)
        spaces = tuple(space.id for space in self._plan.spaces(self.scope))
        return Storyteller(self.scope, spaces, cast, self._rng)
