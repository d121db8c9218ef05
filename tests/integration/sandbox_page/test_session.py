"""What a tab shows as its person moves about, and how the panes show it."""

from __future__ import annotations

import pytest

from bot.sandbox.page import deeds
from bot.sandbox.page.panes.conversation import composer, heading
from bot.sandbox.page.panes.sidebar import sidebar
from bot.sandbox.page.panes.topbar import topbar
from bot.sandbox.page.session import Pane, Session
from bot.sandbox.slack import cast
from bot.sandbox.slack.ids import ChannelId, UserId
from bot.sandbox.slack.manifest import Manifest

from .conftest import See

MANIFEST = Manifest.load(
    {
        "display_information": {"name": "Mondoo Audit"},
        "features": {
            "app_home": {"home_tab_enabled": True},
            "shortcuts": [{"name": "Search Mondoo", "type": "global", "callback_id": "search"}],
            "slash_commands": [{"command": "/mondoo-audit", "description": "Search", "usage_hint": "org=ID"}],
        },
    }
)


def test_whoever_acts_stays_in_the_conversation_if_they_see_it(session: Session) -> None:
    session.act_as(cast.ADMIN)
    assert session.channel == cast.SECURITY_AUDIT


def test_whoever_does_not_see_it_lands_in_one_of_their_own(session: Session) -> None:
    session.act_as(cast.SINGLE_CHANNEL_GUEST)
    assert session.channel == cast.ONCALL


def test_nobody_acts_as_someone_who_does_not_exist(session: Session) -> None:
    session.act_as(UserId("U0NOBODY"))
    assert session.user == cast.OWNER


def test_the_apps_messages_are_each_persons_own(session: Session) -> None:
    session.open(cast.OWNER_DM, home=True)
    session.act_as(cast.MEMBER)
    assert session.is_app
    assert session.is_home
    assert session.channel != cast.OWNER_DM


def test_moving_closes_a_thread_but_not_what_is_behind_the_scenes(session: Session) -> None:
    for pane, kept in ((Pane.THREAD, Pane.NOTHING), (Pane.SCENES, Pane.SCENES)):
        session.pane = pane
        session.open(cast.GENERAL)
        assert session.pane is kept


def test_a_conversation_that_one_does_not_see_is_not_opened(session: Session) -> None:
    session.act_as(cast.MEMBER)
    session.open(cast.PRIVATE_WITHOUT_BOT)
    assert session.channel == cast.GENERAL


def test_the_sidebar_says_what_kind_each_conversation_is(session: Session, see: See) -> None:
    names = [button["aria-label"] for button in see(sidebar(session)).all("button")]
    assert names == [
        "general, public",
        "security-audit, public",
        "oncall, public",
        "random, public",
        "announcements, public",
        "incidents, private",
        "leadership, private",
        "old-audit, public, archived",
        "acme-partner, public, shared with another organization",
        "Mondoo Audit, app",
    ]


def test_the_open_conversation_is_marked(session: Session, see: See) -> None:
    marked = [button["data-id"] for button in see(sidebar(session)).all("button") if button.get("aria-current")]
    assert marked == [cast.SECURITY_AUDIT]


@pytest.mark.parametrize(
    ("user", "channel", "words"),
    [
        (cast.OWNER, cast.ARCHIVED, "an archived channel"),
        (cast.DEACTIVATED, cast.GENERAL, "deactivated"),
        (cast.DEACTIVATED, cast.RANDOM, "deactivated"),
        (cast.ADMIN, cast.RANDOM, ""),
    ],
)
def test_where_one_cannot_write_the_composer_says_why(
    session: Session, see: See, user: UserId, channel: ChannelId, words: str
) -> None:
    session.act_as(user)
    session.open(channel)
    page = see(composer(session, MANIFEST))
    assert words in page.text
    assert bool(words) != bool(page.all("textarea"))


def test_a_public_channel_can_be_joined(session: Session, see: See) -> None:
    workspace = session.workspace
    workspace.put_channel(workspace.channels[cast.RANDOM].without_member(cast.OWNER))
    session.open(cast.RANDOM)
    assert "Join channel" in see(composer(session, MANIFEST)).text


def test_a_channel_without_the_app_says_so(session: Session, see: See) -> None:
    session.open(cast.RANDOM)
    assert "Mondoo Audit is not in this channel" in see(heading(session, MANIFEST)).text


def test_commands_are_offered_in_conversations_and_not_in_threads(session: Session, see: See) -> None:
    offered = see(composer(session, MANIFEST)).all("form")[0]["data-commands"]
    assert offered == '[{"name": "/mondoo-audit", "description": "Search", "usage": "org=ID"}]'
    thread = session.workspace.timelines.next_ts(session.channel)
    assert see(composer(session, MANIFEST, thread=thread)).all("form")[0]["data-commands"] == "[]"


def test_global_shortcuts_stand_beside_the_composer(session: Session, see: See) -> None:
    offered = [entry for entry in see(composer(session, MANIFEST)).all("button") if "data-callback" in entry]
    assert [(entry["data-do"], entry["data-callback"]) for entry in offered] == [("shortcut", "search")]


def test_the_acting_person_is_shown_with_role_and_zone(session: Session, see: See) -> None:
    page = see(topbar(session, [], is_connected=True))
    assert "Olivia Bergowner · Europe/Berlin" in page.text
    assert "Mei Tanakamember · Asia/Tokyo · 21:00" in page.text
    assert "No bot is connected" in see(topbar(session, [], is_connected=False)).text


def test_a_deed_is_read_as_the_browser_tells_it() -> None:
    told = {"do": "act", "surface": "C1/1.0", "block": "b", "action": "a", "choice": ["x"], "inputs": {}, "ticket": 1}
    assert deeds.deed(told) == deeds.Act("C1/1.0", "b", "a", 1, ["x"], {})
    assert deeds.deed({"do": "open", "id": "C1", "key": "ignored"}) == deeds.Open("C1")


@pytest.mark.parametrize("told", [{}, {"do": "evil"}, {"do": "open"}, {"do": "open", "id": 5}, None, "open"])
def test_what_is_no_deed_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match=r"Expected|Invalid|missing"):
        deeds.deed(told)
