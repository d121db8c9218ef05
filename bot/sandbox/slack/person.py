"""What one person can do in the workspace, as if sitting before Slack's own client.

`cloud.person(user_id)` gives one. Each action builds the payload that Slack builds, delivers it to the
app over the live transport and waits for its acknowledgement; the `Outcome` tells what the person then sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.sandbox.slack.ids import ChannelId, Ts
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.people import User
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.views import View

Choice = str | Sequence[str] | None
"""What a person typed or picked: an option's value, an ISO date, HH:MM, epoch seconds as text, a text, an
id, several of them for multi-selects and checkboxes; None for a button, or for an input left empty."""

Inputs = Mapping[str, Mapping[str, Choice]]
"""What stands in a surface's inputs: block_id → action_id → choice. Those not named keep their initial value."""


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


class Person(Protocol):
    """A person before their client."""

    user: User

    async def type(self, channel: ChannelId, text: str, thread_ts: Ts | None = None) -> Outcome:
        """Sends what stands in the composer: a slash command if it starts with a slash, else a message."""

    async def click(
        self,
        where: Message | View,
        action_id: str,
        choice: Choice = None,
        *,
        block_id: str | None = None,
        inputs: Inputs | None = None,
    ) -> Outcome:
        """Presses a button or picks from a menu.

        Args:
            where: The message, modal or home tab that holds the element.
            action_id: The element.
            choice: What was picked; None for a button.
            block_id: Needed if several blocks hold an element with that action_id.
            inputs: What stands in the other inputs of the surface, for the payload's `state`.

        Raises:
            LookupError: There is no such element, or no such option, to click on.
        """

    async def suggest(self, where: Message | View, action_id: str, typed: str) -> list[Json]:
        """Types into an external select; gives the options that the app offers."""

    async def submit(self, view: View, inputs: Inputs | None = None) -> Outcome:
        """Presses a modal's submit button."""

    async def close(self, view: View, *, clear: bool = False) -> Outcome:
        """Closes a modal by its close button, or with `clear` the whole stack by the ✕."""

    async def open_home(self) -> Outcome:
        """Opens the app's home tab; what it shows is then in `workspace.views.home(user.id)`."""

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Outcome:
        """Picks a global shortcut, or one of a message's menu."""
