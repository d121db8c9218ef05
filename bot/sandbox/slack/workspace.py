"""The workspace in memory: who is in it, what was said, what is open, and a feed of what changes.

A page in the same process reads it directly:

    workspace = cloud.workspace
    for channel in workspace.sidebar(user_id):
        for message in workspace.messages(channel.id, user_id):  # with that person's ephemeral ones
            replies = workspace.thread(channel.id, message.ts, user_id)
    modals, home = workspace.views.stack(user_id), workspace.views.home(user_id)
    async for change in workspace.changes.follow():
        ...

What a person *does* goes through `person.Person`, since it is delivered to the app over the wire.
"""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack import cast
from bot.sandbox.slack.changes import ChangeKind, Changes
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.clock import Clock
from bot.sandbox.slack.files import File
from bot.sandbox.slack.ids import ChannelId, FileId, GroupId, Mint, Ts, UserId, microseconds
from bot.sandbox.slack.ledger import EntryKind, Ledger
from bot.sandbox.slack.messages import Message, Timelines
from bot.sandbox.slack.people import User, UserGroup
from bot.sandbox.slack.views import View, Views


class Workspace:
    """Everything that Slack would know about one workspace with one app installed.

    Attributes:
        people: By id, the owner first, bots last.
        groups: By id.
        channels: By id, in the order of a sidebar; direct messages last.
        files: By id, promised ones too.
        views: Open modals and home tabs.
        changes: The feed to subscribe to; it survives a reset, and tells of it.
        ledger: What the app did, append-only.
    """

    def __init__(self, clock: Clock, seed: int) -> None:
        self.clock = clock
        self.changes = Changes()
        self.mint = Mint(seed)
        self._fill()

    def reset(self) -> None:
        """Forgets all that happened and starts as on the first day; an id that was given is never given again."""
        self._fill()
        self.changes.tell(ChangeKind.RESET)

    def _fill(self) -> None:
        self.people: dict[UserId, User] = {user.id: user for user in cast.people()}
        self.groups: dict[GroupId, UserGroup] = {group.id: group for group in cast.groups()}
        self.channels: dict[ChannelId, Channel] = {channel.id: channel for channel in cast.channels()}
        self.files: dict[FileId, File] = {}
        self.timelines = Timelines(lambda: microseconds(self.clock.now()))
        self.views = Views()
        self.ledger = Ledger(self.clock)

    # -- reading -------------------------------------------------------------------------------------

    def sidebar(self, user: UserId) -> list[Channel]:
        """Gives the conversations that `user` can open: their own, and public ones unless a guest."""
        sees_public = not self.people[user].is_guest
        return [
            channel
            for channel in self.channels.values()
            if user in channel.members or (sees_public and channel.kind is Kind.PUBLIC)
        ]

    def channel_named(self, name: str) -> Channel | None:
        """Gives the channel called `name`, without the #."""
        return next((channel for channel in self.channels.values() if channel.name == name), None)

    def person_named(self, name: str) -> User | None:
        """Gives the user with the handle `name`, without the @."""
        return next((user for user in self.people.values() if user.name == name), None)

    def direct_channel(self, user: UserId) -> Channel | None:
        """Gives the direct messages of `user` with the bot, if they were ever opened."""
        return next(
            (
                channel
                for channel in self.channels.values()
                if channel.kind is Kind.DIRECT and set(channel.members) == {user, cast.BOT_USER}
            ),
            None,
        )

    def messages(self, channel: ChannelId, user: UserId) -> list[Message]:
        """Gives what `user` sees in a conversation, oldest first: no replies but those also sent to it."""
        return [
            message
            for message in self.timelines.all(channel)
            if message.is_visible_to(user) and (not message.is_reply or message.is_broadcast)
        ]

    def thread(self, channel: ChannelId, root: Ts, user: UserId) -> list[Message]:
        """Gives the replies below a message that `user` sees, oldest first."""
        return [message for message in self.timelines.replies(channel, root) if message.is_visible_to(user)]

    # -- writing: what the Web API, the response URLs and the people do to it --------------------------

    def open_direct_channel(self, user: UserId) -> Channel:
        """Gives the direct messages of `user` with the bot, opening them if need be."""
        channel = self.direct_channel(user)
        if channel is None:
            channel = Channel(self.mint.channel("D"), cast.TEAM, "", Kind.DIRECT, (user, cast.BOT_USER))
            self.put_channel(channel)
        return channel

    def put_channel(self, channel: Channel) -> None:
        """Adds a conversation, or replaces the one with its id."""
        self.channels[channel.id] = channel
        self.changes.tell(ChangeKind.CHANNEL_CHANGED, channel=channel.id)

    def post(self, message: Message, via: str) -> Message:
        """Adds a message, whose `ts` came from `timelines.next_ts`; `via` says how it came, for the ledger."""
        self.timelines.add(message)
        self._record(EntryKind.POST, message, via)
        self._tell(ChangeKind.MESSAGE_POSTED, message)
        return message

    def edit(self, message: Message, via: str) -> Message:
        """Puts the edited message in the place of the one with its timestamp."""
        self.timelines.put(message)
        self._record(EntryKind.EDIT, message, via)
        self._tell(ChangeKind.MESSAGE_EDITED, message)
        return message

    def delete(self, message: Message, via: str) -> None:
        """Takes a message out of everyone's sight; `timelines.get` still gives it, marked."""
        self.timelines.put(replace(message, is_deleted=True))
        self._record(EntryKind.DELETION, message, via)
        self._tell(ChangeKind.MESSAGE_DELETED, message)

    def tell_view(self, kind: ChangeKind, view: View) -> None:
        """Tells the feed what became of a view."""
        self.changes.tell(kind, user=view.user, view=view.id)

    def put_file(self, file: File) -> None:
        """Adds a file, or replaces the one with its id."""
        self.files[file.id] = file
        if file.is_complete:
            self.changes.tell(ChangeKind.FILE_SHARED)

    def _record(self, kind: EntryKind, message: Message, via: str) -> None:
        self.ledger.record(
            kind,
            via=via,
            channel=message.channel,
            ts=message.ts,
            thread_ts=message.thread_ts,
            user=message.user,
            ephemeral_for=message.ephemeral_for,
            text=message.text,
            blocks=list(message.blocks),
            attachments=list(message.attachments),
            metadata=message.metadata,
            files=list(message.files),
        )

    def _tell(self, kind: ChangeKind, message: Message) -> None:
        self.changes.tell(kind, channel=message.channel, ts=message.ts, user=message.ephemeral_for)
