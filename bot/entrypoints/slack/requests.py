"""What somebody asks of the bot in Slack, and what they are answered."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.adapters.slack.views.blocks import Json
from bot.domain.access import ChannelId, UserId
from bot.domain.deliveries import MessageTs
from bot.domain.uses import Surface
from bot.entrypoints.slack.acknowledgements import Acknowledgement


@dataclass(slots=True)
class Request:
    """Who asks for what, and where the answer goes; ``verb`` and ``scope`` are for the log, once they are known."""

    user: UserId
    channel: ChannelId
    """Where the answer is shown: the conversation that the policy is asked about."""
    response_url: str | None = field(repr=False)
    """By which the answer gets there; None to post it, for everybody there to see, as in direct messages."""
    command: str | None
    """The text of the command, to be asked again; None for the click of a button."""
    verb: str
    scope: str = ""
    acknowledgement: Acknowledgement | None = None
    """What the answer takes the place of; None where it does not."""
    tells: bool = False
    """Whether the work itself tells the person how far it has come."""
    keeps: bool = False
    """Whether the message that the request comes from stays as it is, whatever the answer."""
    surface: Surface = Surface.CLICK
    """What somebody did to ask, for the record of uses."""
    thread: MessageTs | None = None
    """The message below which it was asked; None where that was not in a thread."""
    posted_to: ChannelId | None = None
    """Where the answer is posted that no ``response_url`` takes, if not in the channel."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A message for the person, and one or two words for the log."""

    message: Json | None
    """None where the work has shown all there is, in a window."""
    outcome: str
    replaces: bool = True
    """Whether it takes the place of the message that the request is about."""
    others: tuple[Json, ...] = ()
    """The same in other forms, for where Slack does not take the first, the richest first."""
    public: bool = False
    """Whether everybody in the conversation sees it; it takes nothing's place then."""
    shown: int = 0
    """How many events it shows, for the record of uses."""
