"""trigger_ids: proof that a person just did something, good for opening one modal within seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import UserId
from bot.sandbox.slack.workspace import Workspace


@dataclass(slots=True)
class _Trigger:
    user: UserId
    issued: datetime
    is_exchanged: bool = False


class Triggers:
    """The trigger_ids given out."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user: UserId) -> str:
        """Gives a new trigger_id for something that `user` did."""
        mint = self._workspace.mint
        trigger_id = f"{mint.decimal(13)}.{mint.decimal(12)}.{mint.hexadecimal(32)}"
        self._issued[trigger_id] = _Trigger(user, self._workspace.clock.now())
        return trigger_id

    def holder(self, trigger_id: str, life: timedelta) -> UserId:
        """Gives who caused a trigger_id that may still be exchanged.

        Raises:
            RefusedError: `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`.
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise RefusedError("invalid_trigger_id")
        if trigger.is_exchanged:
            raise RefusedError("exchanged_trigger_id")
        if self._workspace.clock.now() - trigger.issued > life:
            raise RefusedError("expired_trigger_id")
        return trigger.user

    def clear(self) -> None:
        """Forgets every trigger_id."""
        self._issued.clear()

    def exchange(self, trigger_id: str) -> None:
        """Uses a trigger_id up."""
        self._issued[trigger_id].is_exchanged = True
