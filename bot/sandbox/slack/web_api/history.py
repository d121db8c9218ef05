"""Reading messages back.

Sources: https://docs.slack.dev/reference/methods/conversations.history,
https://docs.slack.dev/reference/methods/conversations.replies
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from bot.sandbox.slack.errors import RateLimitedError, RefusedError
from bot.sandbox.slack.ids import micros_of, ts_of
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.messages import Message, is_within
from bot.sandbox.slack.rate_limits import Tier
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.web_api import paging
from bot.sandbox.slack.web_api.arguments import Arguments
from bot.sandbox.slack.web_api.lookups import member_channel
from bot.sandbox.slack.web_api.method import Method

_MAX_PAGE: Final = 999
_COMMERCIAL_PAGE: Final = 15


def history(app: Installation, args: Arguments) -> Json:
    """Gives the messages of a conversation, newest first, without replies that stand in threads only."""
    channel = member_channel(app, args.required("channel"), "history")
    limit = _limit(app, args, "conversations.history")
    before = paging.decode("next_ts", args.text("cursor"))
    found = [
        message
        for message in app.workspace.timelines.newest(channel.id)
        if _stands(message, args)
        and (not message.is_reply or message.is_broadcast)
        and (not before or micros_of(message.ts) < int(before))
    ]
    page = found[:limit]
    has_more = len(found) > limit
    cursor = paging.encode("next_ts", str(micros_of(page[-1].ts))) if has_more else ""
    return {
        **_shown(app, args, page),
        "has_more": has_more,
        "pin_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


def replies(app: Installation, args: Arguments) -> Json:
    """Gives a thread: its root, then the replies, oldest first."""
    channel = member_channel(app, args.required("channel"), "history")
    limit = _limit(app, args, "conversations.replies")
    root = app.workspace.timelines.get(channel.id, args.required("ts"))
    if root is None or root.is_deleted or root.ephemeral_for is not None:
        raise RefusedError("thread_not_found")
    if root.is_reply and root.thread_ts is not None:
        return _shown(app, args, [root]) | {"has_more": False}
    after = int(paging.decode("next_ts", args.text("cursor")) or 0)
    found = [
        message
        for message in app.workspace.timelines.replies(channel.id, root.ts)
        if _stands(message, args) and micros_of(message.ts) > after
    ]
    page = [root, *islice(found, limit)]
    has_more = len(found) > limit
    cursor = paging.encode("next_ts", str(micros_of(page[-1].ts))) if has_more else ""
    return {
        **_shown(app, args, page),
        "has_more": has_more,
        "response_metadata": {"next_cursor": cursor},
    }


def _stands(message: Message, args: Arguments) -> bool:
    return (
        not message.is_deleted
        and message.ephemeral_for is None
        and is_within(message.ts, _bound(args, "oldest"), _bound(args, "latest"), inclusive=args.flag("inclusive"))
    )


def _bound(args: Arguments, name: str) -> str | None:
    text = args.text(name)
    if text in {"", "0", "now"}:
        return None
    try:
        return ts_of(micros_of(text))
    except ValueError as error:
        raise RefusedError(f"invalid_ts_{name}") from error


def _limit(app: Installation, args: Arguments, method: str) -> int:
    if not app.settings.is_commercial:
        return args.limit(100, _MAX_PAGE)
    wait_s = app.rate_limits.take(method, Tier.HISTORY_OF_COMMERCIAL_APPS, app.settings.rate_factor)
    if wait_s is not None:
        raise RateLimitedError(wait_s)
    return min(args.limit(_COMMERCIAL_PAGE, _MAX_PAGE), _COMMERCIAL_PAGE)


def _shown(app: Installation, args: Arguments, messages: Iterable[Message]) -> Json:
    with_metadata = args.flag("include_all_metadata")
    return {"messages": [app.transcript.message(message, with_metadata=with_metadata) for message in messages]}


METHODS: Final = {
    "conversations.history": Method(history, Tier.THREE),
    "conversations.replies": Method(replies, Tier.THREE),
}
