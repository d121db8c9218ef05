"""What one open tab shows: as whom, which conversation, which pane beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.sandbox.page.reader import Reader
from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.ids import ChannelId, Ts, UserId
from bot.sandbox.slack.workspace import Workspace


class Pane(StrEnum):
    """What stands beside the conversation."""

    NOTHING = ""
    THREAD = "thread"
    SCENES = "scenes"


@dataclass(slots=True)
class Session:
    """The state of a tab.

    Attributes:
        user: Who acts.
        channel: Which conversation is open.
        is_home: Whether the app's Home tab is shown in place of its messages.
        pane: What stands beside it.
        thread: The root of the open thread.
        raw: The message whose JSON is shown.
        notice: What Slack's client would say below the composer.
        shown: How many of the newest messages are listed.
        dismissed: Ephemeral messages that the person closed.
    """

    workspace: Workspace
    user: UserId = cast.OWNER
    channel: ChannelId = cast.SECURITY_AUDIT
    is_home: bool = False
    pane: Pane = Pane.NOTHING
    thread: Ts | None = None
    raw: Ts | None = None
    notice: str | None = None
    shown: int = 100
    dismissed: set[Ts] = field(default_factory=set)

    @property
    def reader(self) -> Reader:
        """The acting person as a reader."""
        return Reader(self.workspace, self.workspace.people[self.user], self.channel)

    @property
    def conversation(self) -> Channel:
        """The open conversation."""
        return self.workspace.channels[self.channel]

    @property
    def is_app(self) -> bool:
        """Whether the open conversation is the direct messages with the app."""
        return self.conversation.kind is Kind.DIRECT and cast.BOT_USER in self.conversation.members

    @property
    def place(self) -> str:
        """What the address calls the open conversation."""
        return "app" if self.is_app else self.conversation.name

    def act_as(self, user: UserId) -> None:
        """Switches to another person, staying in the conversation if they see it."""
        if user not in self.workspace.people:
            return
        self.user = user
        self.is_home = self.is_home and self.is_app
        self.pane = self.pane if self.pane is Pane.SCENES else Pane.NOTHING
        self.thread = self.raw = self.notice = None
        if self.is_app:
            self.channel = self.workspace.open_direct_channel(user).id
        self.settle()

    def open(self, channel: ChannelId, *, home: bool = False) -> None:
        """Opens a conversation, if the person sees it."""
        self.channel = channel
        self.is_home = home
        self.pane = self.pane if self.pane is Pane.SCENES else Pane.NOTHING
        self.thread = self.raw = self.notice = None
        self.shown = 100
        self.settle()

    def settle(self) -> None:
        """Moves to a conversation that the person sees, if the open one is none of theirs."""
        seen = self.workspace.sidebar(self.user)
        if self.channel not in {channel.id for channel in seen}:
            self.is_home = False
            self.channel = seen[0].id if seen else self.workspace.open_direct_channel(self.user).id
