"""What can be changed about the workspace while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum

import msgspec

from bot.sandbox.slack.shapes import Json


class Transport(StrEnum):
    """How payloads reach the app."""

    SOCKET = "socket"
    HTTP = "http"


@dataclass(slots=True)
class Settings:
    """The switches. Every default is how Slack behaves.

    Attributes:
        transport: Socket Mode, or signed HTTP requests.
        request_url: Where signed requests go; needed for HTTP.
        ack_deadline_s: How long the app may take to acknowledge.
        trigger_life_s: How long a trigger_id lives.
        rate_factor: How many times Slack's rates are allowed; 0 lifts them.
        is_commercial: The app is distributed commercially without Slack's review, and reads history
            once a minute, 15 messages at a time.
        refused_blocks: Kinds of block that this workspace refuses, though Slack knows them.
        refresh_after_s: How long a Socket Mode connection lives until Slack refreshes it; None: for ever.
        refresh_grace_s: How long after the notice a refreshed connection is closed.
        sends_hello: Whether a new connection is greeted.
        commands_replace: Whether an answer to a command replaces the first one if it asks to. The documentation says
            that it may, developers report that it does not; then it is posted as a new message.
        loses_acks: Whether acknowledgements over sockets are lost on their way.
        event_retry_delays_s: When unacknowledged events are sent again.
    """

    transport: Transport = Transport.SOCKET
    request_url: str | None = None
    ack_deadline_s: float = 3.0
    trigger_life_s: float = 3.0
    rate_factor: float = 1.0
    is_commercial: bool = False
    refused_blocks: list[str] = field(default_factory=list)
    refresh_after_s: float | None = None
    refresh_grace_s: float = 10.0
    sends_hello: bool = True
    commands_replace: bool = True
    loses_acks: bool = False
    event_retry_delays_s: list[float] = field(default_factory=lambda: [0.0, 60.0, 300.0])

    def as_json(self) -> Json:
        """Gives every setting by name."""
        return asdict(self)

    def change(self, changes: Mapping[str, object]) -> None:
        """Changes the named settings, all or none.

        Raises:
            ValueError: There is no such setting, or the value is not of its type.
        """
        known = {each.name for each in fields(self)}
        if unknown := changes.keys() - known:
            raise ValueError(f"no setting is called {', '.join(sorted(unknown))}")
        changed = msgspec.convert({**asdict(self), **changes}, Settings)
        for name in changes:
            setattr(self, name, getattr(changed, name))
