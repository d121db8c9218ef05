"""How Mondoo and Slack can be made to misbehave from the page, and what is wrong with them at present."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import msgspec

from bot.sandbox.mondoo import Fault as MondooFault
from bot.sandbox.mondoo import MondooCloud, effects
from bot.sandbox.mondoo.effects import Effect
from bot.sandbox.slack.faults import Fault as SlackFault
from bot.sandbox.slack.faults import FaultKind
from bot.sandbox.slack.faults import Faults as SlackFaults


@dataclass(frozen=True, slots=True)
class Mood:
    """A way to misbehave; `words` say it as a sentence about the one who does: "answers 503"."""

    key: str
    words: str


class Party(Protocol):
    """Mondoo or Slack, whose behaviour can be changed."""

    name: str

    @property
    def moods(self) -> tuple[Mood, ...]:
        """The ways in which it can misbehave."""

    def misbehave(self, key: str, *, times: int | None, duration: timedelta | None) -> None:
        """Misbehaves in one way, in place of any other.

        Args:
            key: Which of the moods.
            times: For so many requests; None for all.
            duration: For so long; None for ever.

        Raises:
            LookupError: There is no such mood.
        """

    def behave(self) -> None:
        """Goes back to normal."""

    def troubles(self) -> list[str]:
        """Gives what is wrong at present in words, whoever made it so; empty if nothing is."""


@dataclass(slots=True)
class _Recovery:
    """Goes back to normal after a while, unless something else was set in the meantime."""

    timer: asyncio.TimerHandle | None = None

    def after(self, duration: timedelta | None, party: Party) -> None:
        """Starts the while anew, or forgets it."""
        if self.timer is not None:
            self.timer.cancel()
        loop = asyncio.get_running_loop()
        self.timer = loop.call_later(duration.total_seconds(), party.behave) if duration is not None else None

    def words(self) -> str:
        """Gives how long it is until then."""
        if self.timer is None or self.timer.cancelled():
            return ""
        left_s = self.timer.when() - asyncio.get_running_loop().time()
        return f", {max(0, round(left_s))} s more"


def _times(left: int | None) -> str:
    return "" if left is None else f", {left} more time{'' if left == 1 else 's'}"


@dataclass(slots=True)
class MondooParty:
    """Mondoo's moods."""

    cloud: MondooCloud
    name: str = "Mondoo"
    _recovery: _Recovery = field(default_factory=_Recovery)

    @property
    def moods(self) -> tuple[Mood, ...]:
        """What Mondoo can do instead of answering."""
        return tuple(mood for mood, _ in _MONDOO)

    def misbehave(self, key: str, *, times: int | None, duration: timedelta | None) -> None:
        """See `Party`."""
        effect = next((effect for mood, effect in _MONDOO if mood.key == key), None)
        if effect is None:
            raise LookupError(f"Mondoo has no mood {key!r}")
        self.cloud.faults.clear()
        self.cloud.inject(MondooFault(effect, times=times))
        self._recovery.after(duration, self)

    def behave(self) -> None:
        """See `Party`."""
        self.cloud.faults.clear()
        self._recovery.after(None, self)

    def troubles(self) -> list[str]:
        """See `Party`."""
        return [
            _words(laid["effect"]) + _times(laid["times"]) + self._recovery.words()
            for laid in self.cloud.faults.as_json()
        ]


@dataclass(slots=True)
class SlackParty:
    """Slack's moods."""

    faults: SlackFaults
    name: str = "Slack"
    _recovery: _Recovery = field(default_factory=_Recovery)

    @property
    def moods(self) -> tuple[Mood, ...]:
        """What Slack can do to the app's calls."""
        return tuple(mood for mood, _ in _SLACK)

    def misbehave(self, key: str, *, times: int | None, duration: timedelta | None) -> None:
        """See `Party`."""
        plan = next((plan for mood, plan in _SLACK if mood.key == key), None)
        if plan is None:
            raise LookupError(f"Slack has no mood {key!r}")
        self.faults.clear()
        for method in plan.methods:
            self.faults.add(
                SlackFault(
                    method,
                    plan.kind,
                    is_accepted=plan.is_accepted,
                    times=times,
                    seconds=plan.seconds,
                    error=plan.error,
                )
            )
        self._recovery.after(duration, self)

    def behave(self) -> None:
        """See `Party`."""
        self.faults.clear()
        self._recovery.after(None, self)

    def troubles(self) -> list[str]:
        """See `Party`."""
        words = {(plan.kind, plan.is_accepted): mood.words for mood, plan in _SLACK}
        active = [fault for fault in self.faults.planned() if not fault.is_spent()]
        told = {
            (fault.kind, fault.is_accepted): (None if fault.times is None else fault.times - fault.hits)
            for fault in active
        }
        return [words.get(way, way[0].value) + _times(left) + self._recovery.words() for way, left in told.items()]


POSTING = ("chat.postMessage", "files.completeUploadExternal")
"""The methods whose effect everybody sees."""


@dataclass(frozen=True, slots=True)
class _Plan:
    kind: FaultKind
    is_accepted: bool = False
    seconds: float = 1.0
    error: str = ""
    methods: tuple[str, ...] = ("*",)


_MONDOO: tuple[tuple[Mood, Effect], ...] = (
    (Mood("unavailable", "answers 503"), effects.Status(503)),
    (Mood("limited", "answers 429, try again in 5 s"), effects.Status(429, retry_after_s=5)),
    (Mood("refusing", "refuses the token"), effects.Status(401)),
    (Mood("slow", "takes 4 s"), effects.Latency(4.0)),
    (Mood("garbage", "answers with a proxy's web page"), effects.Garbage("html")),
    (Mood("cut", "breaks off in mid-answer"), effects.Cut()),
    (Mood("errors", "answers with a GraphQL error"), effects.Errors()),
    (Mood("down", "is down"), effects.Reset()),
)
_SLACK: tuple[tuple[Mood, _Plan], ...] = (
    (Mood("limited", "answers 429, try again in 5 s"), _Plan(FaultKind.RATE_LIMITED, seconds=5.0)),
    (Mood("unavailable", "answers 503"), _Plan(FaultKind.STATUS)),
    (Mood("swallow", "posts, but the answer is lost"), _Plan(FaultKind.RESET, is_accepted=True)),
    (Mood("doubtful", "posts, but answers 503"), _Plan(FaultKind.STATUS, is_accepted=True)),
    (Mood("slow", "takes 3 s"), _Plan(FaultKind.DELAY, seconds=3.0)),
    (Mood("late", "posts 15 s after it was asked to"), _Plan(FaultKind.LATE, seconds=15.0, methods=POSTING)),
    (Mood("revoked", "does not accept the bot's token"), _Plan(FaultKind.ERROR, error="token_revoked")),
)


def _words(laid: dict[str, Any]) -> str:
    """Gives an effect, as the control port shows it, in words."""
    return next((mood.words for mood, effect in _MONDOO if msgspec.to_builtins(effect) == laid), str(laid["kind"]))
