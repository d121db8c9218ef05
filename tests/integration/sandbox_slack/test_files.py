"""Uploading in three steps, and reading back."""

from __future__ import annotations

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import cast
from bot.sandbox.slack.ledger import EntryKind

from .harness import Running

CSV = b"time,actor\r\n2024-05-01,mei\r\n"


async def test_the_sdk_uploads_a_file_into_a_channel(
    slack: Running, bot: AsyncWebClient, http: httpx.AsyncClient
) -> None:
    answer = await bot.files_upload_v2(
        channel=cast.ONCALL, content=CSV, filename="audit.csv", title="Audit log", initial_comment="Here it is"
    )
    workspace = slack.cloud.workspace
    (message,) = workspace.messages(cast.ONCALL, cast.MEMBER)
    (file_id,) = message.files
    file = workspace.files[file_id]
    assert (message.text, file.content, file.title, file.channels) == ("Here it is", CSV, "Audit log", (cast.ONCALL,))
    (listed,) = (await bot.conversations_history(channel=cast.ONCALL))["messages"]
    assert [one["id"] for one in listed["files"]] == [file_id]
    told = (await bot.files_info(file=file_id))["file"]
    assert (told["name"], told["size"], told["mimetype"]) == ("audit.csv", len(CSV), "text/csv")
    assert answer["file"]["id"] == file_id
    url = told["url_private"]
    assert (await http.get(url)).status_code == 404
    token = {"Authorization": f"Bearer {slack.cloud.credentials.bot_token}"}
    assert (await http.get(url, headers=token)).content == CSV
    assert (await http.get(f"{slack.control}/files/{file_id}")).content == CSV
    (upload,) = workspace.ledger.entries(EntryKind.UPLOAD)
    assert upload.facts == {"file": file_id, "length": len(CSV), "is_accepted": True}


async def test_a_file_goes_into_a_thread(slack: Running, bot: AsyncWebClient) -> None:
    root = (await bot.chat_postMessage(channel=cast.ONCALL, text="digest"))["ts"]
    await bot.files_upload_v2(channel=cast.ONCALL, content=CSV, filename="a.csv", thread_ts=root)
    (reply,) = slack.cloud.workspace.thread(cast.ONCALL, root, cast.MEMBER)
    assert len(reply.files) == 1
    (told,) = (await bot.conversations_history(channel=cast.ONCALL))["messages"]
    assert told["reply_count"] == 1
    _, listed = (await bot.conversations_replies(channel=cast.ONCALL, ts=root))["messages"]
    assert [file["name"] for file in listed["files"]] == ["a.csv"]


async def test_a_file_may_come_as_a_multipart_form(
    slack: Running, bot: AsyncWebClient, http: httpx.AsyncClient
) -> None:
    promised = await bot.files_getUploadURLExternal(filename="a.csv", length=len(CSV))
    sent = await http.post(promised["upload_url"], files={"file": ("a.csv", CSV)})
    assert sent.text == f"OK - {len(CSV)}"
    assert slack.cloud.workspace.files[promised["file_id"]].content == CSV
    assert (await http.post(promised["upload_url"], files={"note": (None, "no file")})).status_code == 400


async def test_an_upload_must_have_the_promised_length(
    slack: Running, bot: AsyncWebClient, http: httpx.AsyncClient
) -> None:
    promised = await bot.files_getUploadURLExternal(filename="a.csv", length=5)
    assert (await http.post(promised["upload_url"], content=CSV)).status_code == 400
    assert (await http.post(f"{slack.url}/upload/v1/nowhere", content=CSV)).status_code == 400
    with pytest.raises(SlackApiError, match="file_not_found"):
        await bot.files_completeUploadExternal(files=[{"id": promised["file_id"], "title": "x"}])


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE00", "channel_not_found"),
        (cast.PRIVATE_WITHOUT_BOT, "channel_not_found"),
        (cast.RANDOM, "not_in_channel"),
        (cast.ARCHIVED, "posting_to_channel_denied"),
        (cast.ANNOUNCEMENTS, "posting_to_channel_denied"),
    ],
)
async def test_a_file_is_shared_only_where_the_bot_may_post(
    slack: Running, bot: AsyncWebClient, channel: str, error: str
) -> None:
    with pytest.raises(SlackApiError, match=error):
        await bot.files_upload_v2(channel=channel, content=CSV, filename="a.csv")
    assert slack.cloud.workspace.ledger.entries(EntryKind.POST) == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "a", "length": "0"}, "missing_argument"),
        ({"filename": "a", "length": "x"}, "missing_argument"),
        ({"length": "1"}, "invalid_arguments"),
        ({"filename": "a", "length": "1", "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ({"filename": "a", "length": "1000001", "snippet_type": "text"}, "snippet_too_large"),
    ],
)
async def test_an_upload_url_is_refused(bot: AsyncWebClient, arguments: dict[str, str], error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await bot.api_call("files.getUploadURLExternal", params=arguments)


@pytest.mark.parametrize(
    "files", ["[]", "{}", "{", '[{"title": "x"}]', '[{"id": "F0", "initial_comment": "x"}]', "[1]"]
)
async def test_a_completion_must_name_its_files_rightly(bot: AsyncWebClient, files: str) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await bot.api_call("files.completeUploadExternal", params={"files": files})


async def test_a_file_is_completed_once(bot: AsyncWebClient, http: httpx.AsyncClient) -> None:
    promised = await bot.files_getUploadURLExternal(filename="a.csv", length=len(CSV))
    await http.post(promised["upload_url"], content=CSV)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await bot.files_info(file=promised["file_id"])
    done = await bot.files_completeUploadExternal(files=[{"id": promised["file_id"]}])
    assert done["files"][0]["title"] == "a.csv"
    with pytest.raises(SlackApiError, match="file_not_found"):
        await bot.files_completeUploadExternal(files=[{"id": promised["file_id"]}])
