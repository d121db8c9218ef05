"""Plausible events, drawn from a seed: a working week's rhythm, bursts, ties, twins, and every action at least once."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from bot.sandbox.mondoo.cast import Cast, cast_of, ksuid
from bot.sandbox.mondoo.deeds import DEEDS, POLICIES, ROLES, Deed
from bot.sandbox.mondoo.events import Event, Identity
from bot.sandbox.mondoo.scopes import Scope, scope_of

_HOUR = timedelta(hours=1)
_SATURDAY = 5
_TWIN = 1 / 300  # of the events happen twice, alike in every field
_UNSAID = 0.1  # of the events come without an address, or without a parent
_IPV6 = 0.15
_KNOWN_IDS = 3000  # that resources are drawn from: real ones come back, and a million events share their strings


class WorkingHours:
    """Turns a share of all the work done in a period into the time by which it is done (UTC, whole seconds)."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self._since = since.astimezone(UTC)
        self._until = until.astimezone(UTC)
        self._done = [0.0]
        for hour in range(max(1, math.ceil((until - since) / _HOUR))):
            self._done.append(self._done[-1] + _intensity(self._since + hour * _HOUR))

    def at(self, share: float) -> datetime:
        """Gives the time by which `share` (0 to 1) of the work is done."""
        work = share * self._done[-1]
        hour = max(1, bisect_left(self._done, work))
        into = (work - self._done[hour - 1]) / (self._done[hour] - self._done[hour - 1])
        moment = self._since + (hour - 1 + into) * _HOUR
        return min(moment, self._until).replace(microsecond=0)


def _intensity(moment: datetime) -> float:
    if moment.weekday() >= _SATURDAY:
        return 0.08
    return 1.0 + math.cos((moment.hour - 13) / 12 * math.pi) * 0.92


class _Blanks:
    """What can fill the blanks of a resource; looking one up draws."""

    def __init__(self, rng: Random, choices: dict[str, Sequence[str]]) -> None:
        self._rng = rng
        self._choices = choices

    def __getitem__(self, name: str) -> str:
        return self._rng.choice(self._choices[name])


class Storyteller:
    """Draws what happens in one scope.

    Args:
        scope: Whose log it is.
        spaces: The ids of the organization's spaces, for events that are about one.
        cast: Who acts.
        rng: Where chance comes from; the same state tells the same story.
        deeds: What can happen, if not everything that a scope of this kind knows.
    """

    def __init__(
        self,
        scope: Scope,
        spaces: tuple[str, ...],
        cast: Cast,
        rng: Random,
        deeds: tuple[Deed, ...] | None = None,
    ) -> None:
        self._mrn = scope.mrn
        self._cast = cast
        self._rng = rng
        self._deeds = deeds or DEEDS[scope.kind]
        self._weights = [deed.weight for deed in self._deeds]
        self._mean_chapter = sum(deed.weight * (1 + deed.burst) / 2 for deed in self._deeds) / sum(self._weights)
        self._blanks = _Blanks(
            rng,
            {
                "scope": (f"{scope.kind}s/{scope.id}",),
                "organization": (scope.organization,),
                "space": spaces or (scope.id,),
                "user": [person.mrn.rpartition("/")[2] for person in cast.people],
                "id": [ksuid(rng) for _ in range(_KNOWN_IDS)],
                "role": ROLES,
                "policy": POLICIES,
            },
        )
        self._addresses = [self._address() for _ in range(60)]
        self._strings: dict[str, str] = {}

    def past(self, count: int, since: datetime, until: datetime) -> Iterator[Event]:
        """Tells `count` events in order of time, none before `since`, none after `until`."""
        hours = WorkingHours(since, until)
        unseen = list(self._deeds)
        self._rng.shuffle(unseen)
        told, share, at = 0, 0.0, since.astimezone(UTC).replace(microsecond=0)
        while told < count:
            chapters = max(1.0, (count - told) / self._mean_chapter)
            # The least of `chapters` uniform draws above `share`: sorted draws, without having them all at once.
            share += (1 - share) * (1 - self._rng.random() ** (1 / chapters))
            deed = unseen.pop() if self._rng.random() * chapters < len(unseen) else self._deed()
            for event in self.chapter(deed, max(at, hours.at(share)), until):
                at = event.timestamp
                yield event
                told += 1
                if told == count:
                    return

    def now(self, count: int, at: datetime, msg: str | None = None) -> Iterator[Event]:
        """Tells `count` events that all happen at one moment, only such as say `msg` if it is given.

        Raises:
            LookupError: Nothing here says that.
        """
        told = 0
        only = None if msg is None else self._saying(msg)
        while told < count:
            for event in self.chapter(only or self._deed(), at, at):
                yield event
                told += 1
                if told == count:
                    return

    def chapter(self, deed: Deed, at: datetime, until: datetime) -> Iterator[Event]:
        """Tells one deed, as often as it comes at once, from `at` on and never after `until`."""
        identity = self._cast.machine(self._rng) if deed.by_machine else self._cast.person(self._rng)
        address = None if self._rng.random() < _UNSAID else self._rng.choice(self._addresses)
        for _ in range(self._rng.randint(1, deed.burst)):
            event = self._event(deed, identity, min(at, until), address)
            yield event
            if self._rng.random() < _TWIN:
                yield event
            at += timedelta(seconds=self._rng.choice((0, 0, 1, 2, 7)))

    def _saying(self, msg: str) -> Deed:
        for deed in self._deeds:
            if msg in deed.messages:
                return replace(deed, messages=(msg,))
        raise LookupError(f"nothing of {self._mrn!r} says {msg!r}")

    def _deed(self) -> Deed:
        return self._rng.choices(self._deeds, self._weights)[0]

    def _event(self, deed: Deed, identity: Identity, at: datetime, address: str | None) -> Event:
        resource = deed.resource.format_map(self._blanks)
        return Event(
            identity=identity,
            resource=self._strings.setdefault(resource, resource),
            action=deed.action,
            timestamp=at,
            msg=self._rng.choice(deed.messages),
            ip=address,
            parent=None if self._rng.random() < _UNSAID else self._mrn,
        )

    def _address(self) -> str:
        if self._rng.random() < _IPV6:
            return f"2001:db8:{self._rng.randrange(65536):x}::{self._rng.randrange(1, 65536):x}"
        network = self._rng.choice(("192.0.2", "198.51.100", "203.0.113"))
        return f"{network}.{self._rng.randrange(1, 255)}"


def generate(mrn: str, count: int, *, since: datetime, until: datetime, seed: int = 1) -> Iterator[Event]:
    """Draws any number of events for a scope, in order of time, one at a time.

    Args:
        mrn: The organization's or space's MRN.
        count: How many events.
        since: None is earlier.
        until: None is later.
        seed: The same arguments give the same events.

    Raises:
        ValueError: The MRN is none of an organization or a space.
    """
    scope = scope_of(mrn)
    rng = Random(f"{seed}/{mrn}")  # noqa: S311 — a story, not a secret
    return Storyteller(scope, (), cast_of(scope.organization, rng), rng).past(count, since, until)
