"""Messages, and the timeline of each conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.sandbox.slack.ids import ChannelId, FileId, Ts, UserId, micros_of, ts_of
from bot.sandbox.slack.shapes import Json


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now; an edit puts a new one in its place.

    `ephemeral_for` names the only person who sees it; such a message is in no history. `thread_ts` is the
    root's timestamp for replies, and for a root once it has replies. `blocks` are as the app sent them,
    with a `block_id` given to those that had none.
    """

    channel: ChannelId
    ts: Ts
    user: UserId
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: Ts | None = None
    bot_id: str | None = None
    app_id: str | None = None
    metadata: Json | None = None
    files: tuple[FileId, ...] = ()
    ephemeral_for: UserId | None = None
    edited_ts: Ts | None = None
    is_deleted: bool = False
    is_broadcast: bool = False
    is_mrkdwn: bool = True

    @property
    def every_block(self) -> tuple[Json, ...]:
        """Its blocks, and then those of its attachments."""
        return (*self.blocks, *(block for one in self.attachments for block in one.get("blocks", ())))

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def is_visible_to(self, user: UserId) -> bool:
        """Whether `user`, a member of the conversation, sees it."""
        return not self.is_deleted and self.ephemeral_for in {None, user}


class Timelines:
    """The messages of every conversation in order of their timestamps.

    Args:
        now_micros: The time in microseconds since 1970.
    """

    def __init__(self, now_micros: Callable[[], int]) -> None:
        self._now_micros = now_micros
        self._by_channel: dict[ChannelId, dict[Ts, Message]] = {}
        self._replies: dict[tuple[ChannelId, Ts], list[Ts]] = {}
        self._last: dict[ChannelId, int] = {}

    def next_ts(self, channel: ChannelId) -> Ts:
        """Gives a timestamp later than every earlier one of the conversation."""
        micros = max(self._now_micros(), self._last.get(channel, 0) + 1)
        self._last[channel] = micros
        return ts_of(micros)

    def add(self, message: Message) -> None:
        """Appends a message whose timestamp came from `next_ts`."""
        timeline = self._by_channel.setdefault(message.channel, {})
        timeline[message.ts] = message
        if message.thread_ts is not None and message.is_reply:
            self._replies.setdefault((message.channel, message.thread_ts), []).append(message.ts)
            root = timeline.get(message.thread_ts)
            if root is not None and root.thread_ts is None and message.ephemeral_for is None:
                timeline[root.ts] = replace(root, thread_ts=root.ts)

    def put(self, message: Message) -> None:
        """Puts an edited or deleted message in the place of the one with its timestamp."""
        self._by_channel[message.channel][message.ts] = message

    def get(self, channel: ChannelId, ts: str) -> Message | None:
        """Gives the message at `ts`, ephemeral and deleted ones too, or None."""
        return self._by_channel.get(channel, {}).get(Ts(ts))

    def all(self, channel: ChannelId) -> Iterator[Message]:
        """Gives every message there ever was in the conversation, oldest first."""
        return iter(self._by_channel.get(channel, {}).values())

    def newest(self, channel: ChannelId) -> Iterator[Message]:
        """Gives what `all` gives, newest first."""
        return reversed(self._by_channel.get(channel, {}).values())

    def replies(self, channel: ChannelId, root: Ts) -> list[Message]:
        """Gives the replies below `root`, oldest first, without deleted ones but with ephemeral ones."""
        timeline = self._by_channel.get(channel, {})
        found = (timeline[ts] for ts in self._replies.get((channel, root), ()))
        return [message for message in found if not message.is_deleted]


def is_within(ts: Ts, oldest: str | None, latest: str | None, *, inclusive: bool) -> bool:
    """Whether `ts` lies between the bounds of a history call; the bounds count only if `inclusive`.

    Raises:
        ValueError: A bound is not a timestamp.
    """
    at = micros_of(ts)
    after = oldest is None or (at >= micros_of(oldest) if inclusive else at > micros_of(oldest))
    before = latest is None or (at <= micros_of(latest) if inclusive else at < micros_of(latest))
    return after and before
