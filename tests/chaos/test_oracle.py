"""The oracle itself: it finds what is lost, what is repeated and what should not be there, and nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.adapters.slack.messenger import REPEAT
from bot.sandbox.slack import cast
from bot.sandbox.slack.clock import Clock, utc_now
from bot.sandbox.slack.files import File
from bot.sandbox.slack.ids import Ts
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.workspace import Workspace

from .history import SERIAL
from .oracle import Posting, judge, postings, refusals

pytestmark = pytest.mark.chaos

ONE, TWO, THREE = "chaos-0000001", "chaos-0000002", "chaos-0000003"
WANTED = {cast.ONCALL: Counter({ONE: 1, TWO: 2})}


def posting(part: str, *serials: str, labelled: bool = False) -> Posting:
    return Posting(cast.ONCALL, part, Counter(serials), labelled)


def test_a_world_in_which_all_is_told_once_is_in_order() -> None:
    verdict = judge(WANTED, [posting("a", ONE, TWO), posting("a.1"), posting("b", TWO)])
    assert not verdict.complaints
    assert (verdict.events, verdict.posted, verdict.parcels) == (3, 3, 2)


@pytest.mark.parametrize(
    ("posted", "complaint"),
    [
        ([posting("a", ONE, TWO)], f"{cast.ONCALL} lacks {TWO}, 1 ×"),
        ([posting("a", ONE, TWO, TWO, TWO)], f"{cast.ONCALL} repeats {TWO}, 1 ×"),
        ([posting("a", ONE, TWO, TWO), posting("b", ONE)], f"{cast.ONCALL} repeats {ONE}, 1 ×"),
        ([posting("a", ONE, TWO, TWO, THREE)], f"{cast.ONCALL} shows what it should not, {THREE}, 1 ×"),
        ([posting("a", ONE, TWO, TWO), posting("a", ONE, TWO, TWO)], "a was posted twice, and does not say so"),
        (
            [posting("a", ONE, TWO, TWO, labelled=True)],
            "a says that it may be a repeat, though nothing hindered a look",
        ),
    ],
    ids=["a loss", "a twin too many", "a repeat", "a stranger", "a message posted twice", "a needless label"],
)
def test_it_complains_of(posted: list[Posting], complaint: str) -> None:
    assert judge(WANTED, posted).complaints == [complaint]


def test_a_repeat_that_says_so_is_in_order_where_nobody_could_look() -> None:
    posted = [posting("a", ONE, TWO, TWO), posting("a", ONE, TWO, TWO, labelled=True)]
    verdict = judge(WANTED, posted, may_label=True)
    assert not verdict.complaints
    assert verdict.labelled == 1


def test_events_are_counted_where_people_read_them() -> None:
    workspace = Workspace(Clock(utc_now), 1)
    whole = {"type": "rich_text", "elements": [{"type": "text", "text": f"owner added ({ONE})"}]}
    said = {"type": "context", "elements": [{"type": "plain_text", "text": REPEAT}]}
    metadata = {"event_type": "mondoo_audit_digest", "event_payload": {"id": "a"}}
    workspace.post(
        _message("1.000001", ONE, blocks=(said, whole), attachments=({"blocks": [whole]},), metadata=metadata), ""
    )
    file = File(workspace.mint.file(), cast.BOT_USER, "b.csv", "", 0, utc_now(), content=f"{TWO}\n{TWO}".encode())
    workspace.put_file(file)
    workspace.post(_message("1.000002", "", files=(file.id,)), "")
    workspace.post(_message("1.000003", f"an answer about {THREE}"), "")
    assert list(postings(workspace)) == [
        Posting(cast.ONCALL, "a", Counter({ONE: 2}), labelled=True),
        Posting(cast.ONCALL, "b.csv", Counter({TWO: 2})),
    ]


def test_a_refused_message_is_a_complaint_unless_it_came_too_soon() -> None:
    workspace = Workspace(Clock(utc_now), 1)
    for error in (None, "ratelimited", "is_archived", "invalid_blocks"):
        workspace.ledger.record(EntryKind.API_ANSWER, of=1, method="chat.postMessage", error=error)
    assert refusals(workspace, allowed={"is_archived"}) == ["chat.postMessage: invalid_blocks"]


def test_a_serial_is_told_from_the_ids_of_mondoo() -> None:
    assert not SERIAL.search("//captain.api.mondoo.app/users/26OR1GOGsqmfjXOOO8joxgJDdtM")


def _message(ts: str, text: str, **parts: object) -> Message:
    return Message(cast.ONCALL, Ts(ts), cast.BOT_USER, text, bot_id=cast.BOT, **parts)  # type: ignore[arg-type]
