"""What Slack's payloads say of who did what where."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.access import ChannelId, UserId
from bot.domain.deliveries import MessageTs
from bot.entrypoints.slack.requests import Request


def clicked(body: Mapping[str, object], *, verb: str) -> tuple[Request, str]:
    """The request that a click makes, in a message or in a window, and the trigger to open a window with.

    A window holds the conversation that it was opened from; what is answered to a click there goes to that person
    directly.

    Raises:
        KeyError, TypeError: the payload is not of a click.
    """
    user = UserId(identity(body["user"]))
    view = body.get("view")
    if isinstance(view, Mapping):
        channel = ChannelId(str(view.get("private_metadata") or user))
        request = Request(user, channel, None, None, verb, posted_to=ChannelId(user))
    else:
        request = Request(user, ChannelId(identity(body["channel"])), str(body["response_url"]), None, verb)
        request.thread = _thread(body)
    return request, str(body.get("trigger_id", ""))


def _thread(body: Mapping[str, object]) -> MessageTs | None:
    """The message below which the clicked one stands; unless it is named, Slack shows an answer outside of the thread.

    An ephemeral message is told by its container alone, and that of a shortcut by itself.
    """
    for part, own in (("container", "message_ts"), ("message", "ts")):
        told = body.get(part)
        root = told.get("thread_ts") if isinstance(told, Mapping) else None
        if isinstance(told, Mapping) and isinstance(root, str) and root != told.get(own):
            return MessageTs(root)
    return None


def identity(reference: object) -> str:
    """The ID in a payload's reference to a user or a channel."""
    if not isinstance(reference, Mapping):
        raise TypeError("a payload refers to users and channels by objects")
    return str(reference["id"])
