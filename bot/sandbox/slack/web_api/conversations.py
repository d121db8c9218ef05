"""The methods about conversations: https://docs.slack.dev/reference/methods?family=conversations."""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import UserId
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.rate_limits import Tier
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.web_api.arguments import Arguments
from bot.sandbox.slack.web_api.lookups import known_user, readable_channel, visible_channel
from bot.sandbox.slack.web_api.method import Method, require_scope
from bot.sandbox.slack.web_api.paging import page_of

_MAX_PAGE: Final = 999
_KINDS_ASKED_FOR: Final = frozenset({*(kind.value for kind in Kind), "mpim"})


def info(app: Installation, args: Arguments) -> Json:
    """Describes a conversation."""
    channel = readable_channel(app, args.required("channel"), "read")
    return {"channel": channel.as_slack(cast.BOT_USER, with_count=args.flag("include_num_members"))}


def list_all(app: Installation, args: Arguments) -> Json:
    """Lists the conversations of the asked kinds that the bot can see."""
    return _listed(app, args, app.workspace.sidebar(cast.BOT_USER))


def list_of_user(app: Installation, args: Arguments) -> Json:
    """Lists the conversations that a user is in and the bot can see; by default the bot's own."""
    user = known_user(app, args.text("user")).id if "user" in args else cast.BOT_USER
    seen = app.workspace.sidebar(cast.BOT_USER)
    return _listed(app, args, [channel for channel in seen if user in channel.members])


def members(app: Installation, args: Arguments) -> Json:
    """Lists the ids of a conversation's members."""
    channel = readable_channel(app, args.required("channel"), "read")
    found, cursor = page_of(channel.members, args.text("cursor"), args.limit(100, _MAX_PAGE))
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def open_direct(app: Installation, args: Arguments) -> Json:
    """Opens the direct messages with one user."""
    if "channel" in args:
        channel = visible_channel(app, args.text("channel"))
        if channel.kind is not Kind.DIRECT:
            raise RefusedError("method_not_supported_for_channel_type")
        return _opened(channel, args, is_known=True)
    if "users" not in args:
        raise RefusedError("users_list_not_supplied")
    names = [name.strip() for name in args.text("users").split(",")]
    if len(names) > 1:
        require_scope(app, "mpim:write")
        raise RefusedError("method_not_supported_for_channel_type")
    user = known_user(app, names[0])
    if not user.is_active:
        raise RefusedError("user_disabled")
    is_known = app.workspace.direct_channel(user.id) is not None
    return _opened(app.workspace.open_direct_channel(user.id), args, is_known=is_known)


def _opened(channel: Channel, args: Arguments, *, is_known: bool) -> Json:
    shown: Json = {"id": channel.id}
    if args.flag("return_im"):
        shown = channel.as_slack(cast.BOT_USER) | {"is_open": True}
    noted: Json = {"no_op": True, "already_open": True} if is_known else {}
    return {"channel": shown, **noted}


def _listed(app: Installation, args: Arguments, seen: list[Channel]) -> Json:
    kinds = {name.strip() for name in (args.text("types") or Kind.PUBLIC.value).split(",")}
    if not kinds <= _KINDS_ASKED_FOR:
        raise RefusedError("invalid_types")
    for kind in kinds:
        require_scope(app, f"{'mpim' if kind == 'mpim' else Kind(kind).scope_family}:read")
    found = [
        channel
        for channel in seen
        if channel.kind.value in kinds and not (channel.is_archived and args.flag("exclude_archived"))
    ]
    page, cursor = page_of(found, args.text("cursor"), args.limit(100, _MAX_PAGE))
    viewer = UserId(cast.BOT_USER)
    return {
        "channels": [channel.as_slack(viewer, with_count=True) for channel in page],
        "response_metadata": {"next_cursor": cursor},
    }


METHODS: Final = {
    "conversations.info": Method(info, Tier.THREE),
    "conversations.list": Method(list_all, Tier.TWO),
    "conversations.members": Method(members, Tier.FOUR),
    "conversations.open": Method(open_direct, Tier.THREE, ("im:write", "mpim:write")),
    "users.conversations": Method(list_of_user, Tier.THREE),
}
