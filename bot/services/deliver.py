"""Deliver what the outbox holds: each part once, whatever Slack, the network or this process do meanwhile.

A part is marked as being sent before it is sent. Whatever may have been sent is looked for in the channel's history
before it is sent again; where history cannot be read it is sent again with a word that it may be a repeat.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.access import Policy
from bot.domain.deliveries import Absent, Deferred, Delivery, Found, Locked, Look, Outcome, Refused, Sent, Unreachable
from bot.domain.errors import BadCredentials, UpstreamError
from bot.domain.settlements import Settlement, Timing, after_attempt, after_look
from bot.ports import Clock, Directory, Messenger, Outbox
from bot.waypoints import Waypoint, reached

_LATER = timedelta(seconds=15)
"""Until a channel is asked about again that Slack said nothing of."""


@dataclass(frozen=True, slots=True)
class Handled:
    """A part that was dealt with, and what became of it; not ``recorded`` where somebody else had taken it over."""

    delivery: Delivery
    settlement: Settlement
    recorded: bool


class Deliverer:
    """Takes parts from the outbox to Slack."""

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self,
        *,
        outbox: Outbox,
        messenger: Messenger,
        directory: Directory,
        policy: Policy,
        clock: Clock,
        timing: Timing | None = None,
    ) -> None:
        self._outbox = outbox
        self._messenger = messenger
        self._directory = directory
        self._policy = policy
        self._clock = clock
        self._timing = timing or Timing()
        self._locked = ""
        self._locked_at: datetime | None = None

    @property
    def locked(self) -> str:
        """Why nothing can be posted anywhere, as a sentence; empty where that is not so."""
        return self._locked

    async def deliver(self) -> Handled | None:
        """Deal with one part that may be dealt with now; None where there is none.

        Raises:
            StoreError: the store cannot be used.
        """
        if self._is_locked_for_now():
            return None
        began = self._clock.now()
        delivery = await self._outbox.claim(self._timing.lease)
        if delivery is None:
            return None
        if delivery.uncertain:
            look = await self._messenger.find(delivery)
            reached(Waypoint.LOOKED_UP)
            self._note_lock(look)
            settlement = after_look(delivery, look, self._timing)
        else:
            outcome = await self._attempt(delivery, began)
            self._note_lock(outcome)
            settlement = after_attempt(delivery, outcome, self._timing)
        ours = await self._outbox.settle(delivery, settlement)
        if ours and settlement.stop:
            reached(Waypoint.SUBSCRIPTION_PAUSED)
        return Handled(delivery, settlement, recorded=ours)

    async def _attempt(self, delivery: Delivery, began: datetime) -> Outcome:
        hindrance = await self._hindrance(delivery)
        if hindrance is not None:
            return hindrance
        reached(Waypoint.PLACE_CHECKED)
        if not timedelta(0) <= self._clock.now() - began < self._timing.lease / 2:
            # This process was held up: what it posts now, somebody else could look for too early.
            return Deferred(timedelta(0), "held up before it was sent")
        outcome = await self._messenger.post(delivery)
        reached(Waypoint.PART_POSTED)
        return outcome

    async def _hindrance(self, delivery: Delivery) -> Outcome | None:
        """Why the events must not be shown in that channel now; None where they may be."""
        if not delivery.scopes or not delivery.channel.startswith(("C", "G")):
            return None
        try:
            place = await self._directory.place(delivery.channel)
        except BadCredentials as error:
            return Locked(str(error))
        except UpstreamError as error:
            return Deferred(_LATER, str(error))
        if all(delivery.channel in self._policy.rule(scope).channels for scope in delivery.scopes):
            return None
        if place.shared:
            return Unreachable("The channel is shared with another organization, and the settings do not list it.")
        return Unreachable(place.unseen) if place.unseen else None

    def _note_lock(self, found: Outcome | Look) -> None:
        """Note what an attempt tells of the token: that it is refused, that it is taken, or nothing."""
        match found:
            case Locked(reason):
                self._locked, self._locked_at = reason, self._clock.now()
            case Sent() | Refused() | Found() | Absent():
                self._locked, self._locked_at = "", None
            case _:
                pass

    def _is_locked_for_now(self) -> bool:
        if self._locked_at is None:
            return False
        return timedelta(0) <= self._clock.now() - self._locked_at < self._timing.while_locked
