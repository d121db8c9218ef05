"""The methods about files: https://docs.slack.dev/reference/methods?family=files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, NoReturn

from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel
from bot.sandbox.slack.content import MAX_POSTED_TEXT, ContentRules
from bot.sandbox.slack.errors import RefusedError, invalid_arguments
from bot.sandbox.slack.files import File
from bot.sandbox.slack.ids import FileId
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.rate_limits import Tier
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.web_api.arguments import Arguments
from bot.sandbox.slack.web_api.chat import thread_of
from bot.sandbox.slack.web_api.lookups import visible_channel
from bot.sandbox.slack.web_api.method import Method

MAX_SNIPPET_BYTES: Final = 1_000_000
MAX_CHANNELS: Final = 100
_MAX_ALT_TEXT: Final = 1000
_UPLOADED_FIELDS: Final = frozenset({"id", "title", "highlight_type"})


def get_upload_url(app: Installation, args: Arguments) -> Json:
    """Gives the URL to which the bytes of a new file go, and the file's id."""
    name, length = args.required("filename"), args.text("length")
    if not length.isdecimal() or int(length) == 0:
        raise RefusedError("missing_argument")
    if len(args.text("alt_txt")) > _MAX_ALT_TEXT:
        raise RefusedError("alt_txt_too_large")
    if "snippet_type" in args and int(length) > MAX_SNIPPET_BYTES:
        raise RefusedError("snippet_too_large")
    file = File(
        id=app.workspace.mint.file(),
        user=cast.BOT_USER,
        name=name,
        title=name,
        length=int(length),
        created=app.clock.now(),
        snippet_type=args.text("snippet_type") or None,
        alt_text=args.text("alt_txt") or None,
    )
    return {"upload_url": app.base_url + app.uploads.promise(file), "file_id": file.id}


def complete_upload(app: Installation, args: Arguments) -> Json:
    """Completes uploads, and shares them in channels with a message if any are named."""
    listed = _listed(args)
    files = [_uploaded(app, one) for one in listed]
    channels = _channels(app, args)
    sharing = tuple(channel.id for channel in channels)
    completed = [replace(file, is_complete=True, channels=sharing) for file in files]
    messages = [_message(app, args, channel, completed) for channel in channels]
    for file in completed:
        app.workspace.put_file(file)
    for message in messages:
        app.workspace.post(message, "files.completeUploadExternal")
    return {"files": [file.as_slack(app.base_url, cast.TEAM) for file in completed]}


def info(app: Installation, args: Arguments) -> Json:
    """Describes a file."""
    file = app.workspace.files.get(FileId(args.required("file")))
    if file is None or not file.is_complete:
        raise RefusedError("file_not_found")
    return {"file": file.as_slack(app.base_url, cast.TEAM), "comments": []}


def upload(_app: Installation, _args: Arguments) -> NoReturn:
    """Refuses: this method was retired in 2025."""
    raise RefusedError("method_deprecated")


def _listed(args: Arguments) -> list[Json]:
    args.required("files")
    listed: Any = args.structure("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise invalid_arguments("must provide an array [json-pointer:/files]")
    for index, one in enumerate(listed):
        if not isinstance(one, dict) or "id" not in one:
            raise invalid_arguments(f"missing required field: id [json-pointer:/files/{index}]")
        for name in one.keys() - _UPLOADED_FIELDS:
            raise invalid_arguments(f"invalid additional property: {name} [json-pointer:/files/{index}]")
    return listed


def _uploaded(app: Installation, one: Json) -> File:
    file = app.workspace.files.get(FileId(one["id"]))
    if file is None or file.content is None or file.is_complete:
        raise RefusedError("file_not_found")
    return replace(file, title=one.get("title") or file.name)


def _channels(app: Installation, args: Arguments) -> list[Channel]:
    names = [args.text("channel_id")] if "channel_id" in args else args.text("channels").split(",")
    names = [name for name in names if name]
    if len(names) > MAX_CHANNELS:
        raise RefusedError("channels_limit_exceeded")
    channels = [visible_channel(app, name) for name in names]
    for channel in channels:
        if cast.BOT_USER not in channel.members:
            raise RefusedError("not_in_channel")
        if channel.is_archived or channel.posting_restricted:
            raise RefusedError("posting_to_channel_denied")
    return channels


def _message(app: Installation, args: Arguments, channel: Channel, files: list[File]) -> Message:
    blocks = args.structure("blocks", "invalid_blocks")
    text = args.text("initial_comment")
    if text or blocks:
        rules = ContentRules(MAX_POSTED_TEXT, app.settings.refused_blocks)
        blocks = rules.accept(text, blocks, None, app.workspace.mint).blocks
    return Message(
        channel=channel.id,
        ts=app.workspace.timelines.next_ts(channel.id),
        user=cast.BOT_USER,
        text=text,
        blocks=blocks or (),
        thread_ts=thread_of(app, channel, args),
        bot_id=cast.BOT,
        app_id=cast.APP,
        files=tuple(file.id for file in files),
    )


METHODS: Final = {
    "files.getUploadURLExternal": Method(get_upload_url, Tier.FOUR, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, Tier.FOUR, ("files:write",)),
    "files.info": Method(info, Tier.FOUR, ("files:read",)),
    "files.upload": Method(upload, Tier.TWO, ("files:write",)),
}
