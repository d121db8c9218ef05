"""What came of something that a person did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.sandbox.slack.delivery import Fate, Receipt
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.shapes import Json

TROUBLE: Final = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action.

    Attributes:
        ok: Whether the app acknowledged it (or, for plain messages, whether it was posted).
        error: Slack's code: `operation_timeout`, `dispatch_failed`, `invalid_command`, …
        notice: The words that the person's client shows; None when it shows nothing of its own.
            A failed command's words are also an ephemeral message of Slackbot in the channel.
        input_errors: For a submitted modal, block_id → words below that input.
        took: Until the acknowledgement.
        message: For plain messages, the message posted.
    """

    ok: bool
    error: str | None = None
    notice: str | None = None
    input_errors: Mapping[str, str] = field(default_factory=dict)
    took: timedelta = timedelta()
    message: Message | None = None

    @classmethod
    def of(cls, receipt: Receipt) -> Outcome:
        """Gives what a person sees of a delivery for which nothing but an acknowledgement is expected."""
        error = error_of(receipt)
        return cls(ok=error is None, error=error, notice=None if error is None else TROUBLE, took=receipt.took)

    def as_json(self) -> Json:
        """Gives the outcome for the control port."""
        return {
            "ok": self.ok,
            "error": self.error,
            "notice": self.notice,
            "input_errors": dict(self.input_errors),
            "took_ms": round(self.took / timedelta(milliseconds=1), 1),
            "ts": None if self.message is None else self.message.ts,
        }


def error_of(receipt: Receipt) -> str | None:
    """Gives Slack's code for how a delivery failed, None if it did not."""
    match receipt.fate:
        case Fate.ACKED:
            return None
        case Fate.TIMED_OUT:
            return "operation_timeout"
        case Fate.FAILED:
            return "dispatch_failed"
