"""Messages and conversations as the page lists them."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox.page.panes.timeline import Item, thread, timeline
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack import Workspace, cast
from bot.sandbox.slack.manifest import Shortcut
from bot.sandbox.slack.messages import Message

from .conftest import NOON, Post, See


def listed(workspace: Workspace, reader: Reader, **more: int) -> list[Item]:
    return list(timeline(workspace.messages(cast.SECURITY_AUDIT, reader.user.id), reader, **more))  # type: ignore[arg-type]


def test_each_day_of_the_readers_zone_begins_with_its_name(
    workspace: Workspace, reader: Reader, post: Post, see: See
) -> None:
    post("before midnight in Tokyo", at=NOON - timedelta(hours=22))
    post("after it", at=NOON - timedelta(hours=20))
    post("today", at=NOON)
    shown = [see(item.markup).text for item in listed(workspace, reader) if item.key.startswith("day-")]
    assert shown == ["Yesterday", "Today"]


def test_messages_of_one_person_within_five_minutes_share_a_face(
    workspace: Workspace, reader: Reader, post: Post
) -> None:
    moments = [(cast.OWNER, 0), (cast.OWNER, 4), (cast.OWNER, 10), (cast.ADMIN, 11), (cast.ADMIN, 12)]
    for user, minutes in moments:
        post("x", user=user, at=NOON + timedelta(minutes=minutes))
    compact = ["compact" in item.markup for item in listed(workspace, reader)[1:]]
    assert compact == [False, True, False, False, True]


def test_an_ephemeral_message_is_seen_by_one_person_and_marked(
    workspace: Workspace, reader: Reader, post: Post, see: See
) -> None:
    post("for you", ephemeral_for=cast.MEMBER)
    mine = listed(workspace, reader)[-1].markup
    assert "Only visible to you" in see(mine).text
    assert "Dismiss message" in see(mine).text
    assert "Reply in thread" not in see(mine).text
    assert listed(workspace, Reader(workspace, workspace.people[cast.ADMIN])) == []


def test_only_the_newest_are_listed_until_more_are_asked_for(
    workspace: Workspace, reader: Reader, post: Post, see: See
) -> None:
    for minute in range(5):
        post(f"message {minute}", at=NOON + timedelta(minutes=minute))
    items = listed(workspace, reader, shown=2)
    assert see(items[0].markup).text == "Show earlier messages"
    assert len(items) == len(["earlier", "day", "message 3", "message 4"])


def test_an_app_is_called_one_and_an_edit_is_told(workspace: Workspace, reader: Reader, post: Post, see: See) -> None:
    message = post("now")
    workspace.edit(Message(message.channel, message.ts, message.user, "then", edited_ts=message.ts), "test")
    page = see(listed(workspace, reader)[-1].markup)
    assert "APP" in page.text
    assert "then(edited)" in page.text
    assert page.all("article")[0]["aria-label"] == "Mondoo Audit at 21:00"


def test_text_that_is_no_mrkdwn_is_shown_as_it_is(workspace: Workspace, reader: Reader, post: Post, see: See) -> None:
    post("*so*\n<b>", is_mrkdwn=False)
    page = see(listed(workspace, reader)[-1].markup)
    assert "*so*\n<b>" in page.text


def test_replies_are_counted_below_their_root_and_listed_in_its_thread(
    workspace: Workspace, reader: Reader, post: Post, see: See
) -> None:
    root = post("root")
    for minute in (1, 2):
        post(f"reply {minute}", at=NOON + timedelta(minutes=minute), thread_ts=root.ts)
    shown = listed(workspace, reader)
    assert len(shown) == len(["day", "root"])
    assert "2 repliesLast reply today at 21:02" in see(shown[-1].markup).text
    replies = workspace.thread(root.channel, root.ts, reader.user.id)
    texts = [see(item.markup).text for item in thread(root, replies, reader)]
    assert ["root" in texts[0], texts[1], "reply 1" in texts[2], "reply 2" in texts[3]] == [
        True,
        "2 replies",
        True,
        True,
    ]


def test_legacy_attachments_show_their_title_and_text(
    workspace: Workspace, reader: Reader, post: Post, see: See
) -> None:
    post("x", attachments=({"title": "T", "text": "*bold*"}, {"blocks": [{"type": "divider"}]}))
    page = see(listed(workspace, reader)[-1].markup)
    assert "Tbold" in page.text
    assert "hr" in page.tags


def test_an_attachment_has_a_bar_of_its_colour(workspace: Workspace, reader: Reader, post: Post, see: See) -> None:
    colors = ("danger", "#E01E5A", "abc", "red;position:fixed", None)
    post("x", attachments=tuple({"text": "y", "color": color} for color in colors))
    page = see(listed(workspace, reader)[-1].markup)
    bars = [each.get("style") for each in page.all("div") if each.get("data-testid") == "attachment"]
    assert bars == [
        "border-left-color: #e01e5a",
        "border-left-color: #E01E5A",
        "border-left-color: #abc",
        None,
        None,
    ]


def test_shortcuts_stand_in_the_menu_of_a_message(workspace: Workspace, reader: Reader, post: Post, see: See) -> None:
    post("x")
    messages = workspace.messages(cast.SECURITY_AUDIT, reader.user.id)
    shortcut = Shortcut("around", "Search around this", is_global=False)
    page = see(list(timeline(messages, reader, shortcuts=[shortcut]))[-1].markup)
    assert [entry.get("data-callback") for entry in page.all("button")] == [None, "around", None]
