from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack.composer import SlackComposer
from bot.domain.access import ChannelId
from bot.domain.deliveries import Attachment, Message, Parcel
from bot.domain.digests import Source
from bot.domain.mutes import MuteId
from bot.domain.query import Filters
from bot.domain.subscriptions import Mode, Standing, SubscriptionId
from bot.sandbox.slack.blocks.active import Active, Activity

from .pages import SCOPE
from .tidings import (
    AUDIT,
    CATALOG,
    LAB,
    NOW,
    ONCALL,
    OWNER,
    SINCE,
    UNTIL,
    active,
    broken,
    busy,
    complaints,
    digest,
    forms,
    health,
    stories,
    subscription,
    words_of,
)

COMPOSER = SlackComposer(CATALOG)
ALERT = subscription(mode=Mode.ALERT, filters=Filters(), mention=ONCALL)
BOTH = subscription(scopes=(SCOPE, LAB), mention=ONCALL)
LATE = tuple(replace(event, at=event.at - timedelta(hours=13)) for event in busy(1))
SOON = tuple(replace(event, at=NOW - timedelta(minutes=1)) for event in busy(3))

STATES: dict[str, Parcel] = {
    "one": COMPOSER.digest(digest(busy(1), looked_at=1)),
    "few-with-a-mention": COMPOSER.digest(digest(busy(3), subscription=subscription(mention=ONCALL))),
    "many": COMPOSER.digest(digest(busy(12))),
    "many-in-a-file": COMPOSER.digest(digest(busy(61))),
    "many-at-one-moment": COMPOSER.digest(digest(busy(8, hours=0.01), more=True)),
    "late": COMPOSER.digest(digest((*LATE, *busy(2)))),
    "unreadable-source": COMPOSER.digest(
        digest(busy(2), subscription=BOTH, sources=(Source(health(), 0, 340), Source(broken(), 0, 12)))
    ),
    "never-read-source": COMPOSER.digest(
        digest(busy(2), subscription=BOTH, until=SINCE, sources=(Source(broken(last_read=None, reason=""), 0, 0),))
    ),
    "muted-in-part": COMPOSER.digest(digest(busy(2), muted={MuteId(4): 3, MuteId(1): 1})),
    "muted-by-many-rules": COMPOSER.digest(digest(busy(2), muted={MuteId(n): n for n in range(1, 8)})),
    "stories": COMPOSER.digest(digest(busy(3), stories=stories(busy(3)))),
    "many-stories": COMPOSER.digest(digest(busy(12), stories=stories(busy(12)))),
    "alert-with-a-story": COMPOSER.digest(digest(SOON[:1], subscription=ALERT, stories=stories(SOON[:1]))),
    "alert": COMPOSER.digest(digest(SOON, subscription=ALERT)),
    "late-alert": COMPOSER.digest(digest(LATE, subscription=ALERT)),
    "many-alerts": COMPOSER.digest(digest(busy(12), subscription=ALERT)),
    "alerts-in-a-file": COMPOSER.digest(digest(busy(61), subscription=ALERT)),
    "quiet": COMPOSER.quiet(digest((), looked_at=0)),
    "quiet-but-for-others": COMPOSER.quiet(digest((), looked_at=28)),
    "quiet-but-for-what-is-muted": COMPOSER.quiet(digest((), looked_at=9, muted={MuteId(4): 3})),
    "quiet-but-unreadable": COMPOSER.quiet(digest((), sources=(Source(broken(SCOPE), 0, 0),))),
    "partly-forgotten": COMPOSER.digest(digest(busy(2), sources=(Source(health(), 0, 340, 312),))),
    "forgotten": COMPOSER.digest(digest((), looked_at=0, sources=(Source(health(), 0, 1, 1),))),
    "forgotten-and-muted": COMPOSER.digest(
        digest((), looked_at=3, muted={MuteId(4): 3}, sources=(Source(health(), 0, 340, 337),))
    ),
    "down": COMPOSER.down(broken(), AUDIT),
    "down-from-the-start": COMPOSER.down(broken(last_read=None, failures=1, reason=""), AUDIT),
    "recovered": COMPOSER.recovered(broken(last_read=UNTIL, failures=0, reason=""), AUDIT),
    "recovered-from-the-start": COMPOSER.recovered(health(gap_since=None, last_read=None), AUDIT),
    "stopped": COMPOSER.stopped(subscription(standing=Standing.STOPPED, reason="The channel is archived."), OWNER),
}
SOURCES = tuple(
    Source(broken(replace(LAB, id=f"lab-{n}"), reason="Mondoo's answer made no sense") if n % 2 else health(), 0, 9)
    for n in range(200)
)


@pytest.mark.parametrize("state", STATES)
def test_each_state_looks_as_agreed(state: str, snapshot: SnapshotAssertion) -> None:
    parts = [part.forms if isinstance(part, Message) else [part.name, part.title] for part in STATES[state].parts]
    assert [list(part) for part in parts] == snapshot


@pytest.mark.parametrize("state", STATES)
def test_slack_would_take_every_form_of_each_state(state: str) -> None:
    assert [complaints(form) for form in forms(STATES[state])] == [[] for _ in forms(STATES[state])]


@pytest.mark.parametrize("state", STATES)
def test_the_last_form_is_of_text_alone(state: str) -> None:
    for part in STATES[state].parts:
        kinds = {block["type"] for block in part.forms[-1]["blocks"]} if isinstance(part, Message) else set()  # type: ignore[attr-defined]
        assert kinds <= {"section"}


def test_a_group_is_called_in_every_form_of_the_first_message_alone() -> None:
    for state in ("few-with-a-mention", "alert", "many-alerts", "alerts-in-a-file"):
        first, *others = STATES[state].parts
        assert isinstance(first, Message)
        assert [active(dict(form)) for form in first.forms] == [[Active(Activity.GROUP, ONCALL)]] * len(first.forms)
        rest = [form for part in others if isinstance(part, Message) for form in part.forms]
        assert [active(dict(form)) for form in rest] == [[]] * len(rest)


def test_a_group_that_is_none_is_told_in_words() -> None:
    parcel = COMPOSER.digest(digest(busy(1), subscription=subscription(mention="<!channel>")))
    assert [active(form) for form in forms(parcel)] == [[], []]


def test_one_event_is_whole_in_the_message_itself() -> None:
    (message,) = STATES["one"].parts
    assert isinstance(message, Message)
    for form in message.forms:
        assert "mondoo.agents.AgentManager.CreateServiceAccount" in " ".join(words_of(form["blocks"]))


def test_every_form_says_how_much_is_known() -> None:
    for form in STATES["many"].parts[0].forms:  # type: ignore[union-attr]
        words = " ".join(words_of(form["blocks"]))
        assert "12 of 40 new entries match" in words
        assert "From Fri 22 Mar 2024 09:00 until Fri 22 Mar 2024 21:00 (Europe/Berlin)" in words
        assert "12 new events in prod" in words
        assert "8 high" in words


def test_a_source_that_could_not_be_read_is_named_in_every_form() -> None:
    for form in forms(STATES["unreadable-source"]):
        words = " ".join(words_of(form["blocks"]))
        assert "The log of lab cannot be read since Fri 22 Mar 2024 19:00 (Europe/Berlin)" in words
        assert "tried 5 times: Mondoo answered 503" in words


def test_quiet_never_calls_a_source_healthy_that_is_not() -> None:
    for form in forms(STATES["quiet-but-unreadable"]):
        words = f"{form['text']} {' '.join(words_of(form['blocks']))}"
        assert "healthy" not in words
        assert "cannot be read" in words


def test_each_late_event_is_marked() -> None:
    for state, count in (("late", 1), ("late-alert", 1), ("one", 0), ("alert", 0)):
        for form in forms(STATES[state]):
            assert " ".join(words_of([form["blocks"], form.get("attachments")])).count("late · ") <= count
            assert ("came late" in " ".join(words_of(form["blocks"]))) is bool(count)


def test_late_events_are_marked_in_a_file() -> None:
    _, file = COMPOSER.digest(digest((*LATE, *busy(60)))).parts
    assert isinstance(file, Attachment)
    headings, first, second, *_ = file.content.splitlines()
    assert headings.endswith(",scope,late")
    assert first.endswith(",late")
    assert second.endswith(",")


def test_many_broken_sources_are_told_within_the_limits() -> None:
    parcel = COMPOSER.digest(digest(busy(400), sources=SOURCES, subscription=BOTH))
    assert [complaints(form) for form in forms(parcel)] == [[], [], []]
    assert "96 others neither." in str(parcel.parts[0])


def test_an_outage_has_one_id_while_it_lasts_and_another_one_the_next_time() -> None:
    first = COMPOSER.down(broken(failures=3, told=False, gap_since=None), AUDIT)
    assert first.id == COMPOSER.down(broken(failures=9, fence=99, reason="else"), AUDIT).id
    others = [
        COMPOSER.down(broken(last_read=UNTIL), AUDIT),
        COMPOSER.down(broken(SCOPE), AUDIT),
        COMPOSER.down(broken(), ChannelId("C0OTHER0000")),
        COMPOSER.recovered(broken(), AUDIT),
    ]
    assert len({first.id, *(other.id for other in others)}) == 5


def test_a_recovery_has_one_id_for_one_outage() -> None:
    first = COMPOSER.recovered(broken(last_read=UNTIL), AUDIT)
    assert first.id == COMPOSER.recovered(broken(last_read=NOW, entries=400), AUDIT).id
    assert first.id != COMPOSER.recovered(broken(gap_since=SINCE), AUDIT).id


def test_an_outage_before_the_first_read_has_an_id_too() -> None:
    parcels = [
        COMPOSER.down(broken(last_read=None, gap_since=None), AUDIT),
        COMPOSER.recovered(broken(last_read=UNTIL, gap_since=None), AUDIT),
    ]
    assert len({parcel.id for parcel in parcels}) == 2


def test_an_owner_is_told_once_for_a_stop_and_again_for_the_next() -> None:
    stopped = subscription(standing=Standing.STOPPED, reason="The channel is archived.")
    parcel = COMPOSER.stopped(stopped, OWNER)
    assert parcel.id == COMPOSER.stopped(stopped, OWNER).id
    assert parcel.id != COMPOSER.stopped(replace(stopped, version=5), OWNER).id
    assert parcel.channel == ChannelId(OWNER)


def test_notices_are_no_digests() -> None:
    notices = {"quiet", "quiet-but-for-others", "quiet-but-unreadable", "down", "down-from-the-start"} | {
        "quiet-but-for-what-is-muted",
        "forgotten",
        "forgotten-and-muted",
        "recovered",
        "recovered-from-the-start",
        "stopped",
    }
    assert {state for state, parcel in STATES.items() if not parcel.is_digest} == notices


def test_a_digest_goes_by_its_own_id_to_its_channel() -> None:
    given = digest(busy(1))
    parcel = COMPOSER.digest(given)
    assert (parcel.id, parcel.channel) == (given.id, AUDIT)


def test_a_digest_without_events_says_that_nothing_happened() -> None:
    assert COMPOSER.digest(digest(())) == COMPOSER.quiet(digest(()))


def test_entries_of_several_logs_say_whose_they_are() -> None:
    events = [replace(event, scope=LAB) for event in busy(1)]
    for form in forms(COMPOSER.digest(digest(events, subscription=BOTH))):
        assert "in lab" in " ".join(words_of(form["blocks"]))


def test_the_message_to_an_owner_holds_the_command_to_go_on() -> None:
    for form in forms(COMPOSER.stopped(subscription(id=SubscriptionId(12)), OWNER)):
        assert "/mondoo-audit resume 12" in " ".join(words_of(form["blocks"]))


def test_a_thread_is_in_the_order_of_events() -> None:
    given = digest(busy(12))
    backwards = replace(given, entries=given.entries[::-1])
    assert COMPOSER.digest(backwards).parts[1:] == COMPOSER.digest(given).parts[1:]


def test_namesakes_are_told_apart() -> None:
    events = [replace(event, actor_name="Jane Doe") for event in busy(12)]
    for form in COMPOSER.digest(digest(events)).parts[0].forms:  # type: ignore[union-attr]
        words = " ".join(words_of(form["blocks"]))
        assert "Jane Doe (user jane-doe)" in words
        assert "Jane Doe (user ci-deployer)" in words


@pytest.mark.parametrize(
    ("period", "title", "first"),
    [
        (timedelta(minutes=15), "Events every 1 min", "09:00"),
        (timedelta(hours=1), "Events every 5 min", "09:00"),
        (timedelta(days=1), "Events every 2 h", "Fri 22 08:00"),
        (timedelta(days=7), "Events every 12 h", "Fri 22 00:00"),
        (timedelta(days=30), "Events every 2 d", "22 Mar 24"),
        (timedelta(days=4000), "Events every 52 weeks", "30 Oct 23"),
    ],
)
def test_a_chart_has_steps_that_suit_its_period(period: timedelta, title: str, first: str) -> None:
    hours = period / timedelta(hours=1)
    message = COMPOSER.digest(digest(busy(40, hours=hours), until=SINCE + period)).parts[0]
    assert isinstance(message, Message)
    (drawn,) = (block for block in message.forms[0]["blocks"] if block["type"] == "data_visualization")  # type: ignore[attr-defined]
    assert drawn["title"] == title
    labels = drawn["chart"]["axis_config"]["categories"]
    assert labels[0] == first
    assert len(labels) <= 20
    values = [point["value"] for series in drawn["chart"]["series"] for point in series["data"]]
    assert sum(values) == 40


def test_events_at_one_moment_make_no_chart() -> None:
    assert len(STATES["many-at-one-moment"].parts[0].forms) == 2  # type: ignore[union-attr]


def test_many_deeds_of_one_person_are_summed_up() -> None:
    actions = ("CreateServiceAccount", "DeleteServiceAccounts", "UpdateServiceAccount", "DisableServiceAccount")
    events = [
        replace(event, actor_name="Jane Doe", actor_mrn="", action=f"mondoo.{actions[n % 4]}")
        for n, event in enumerate(busy(12))
    ]
    for form in COMPOSER.digest(digest(events)).parts[0].forms:  # type: ignore[union-attr]
        assert "created service account ×3" in " ".join(words_of(form["blocks"]))
        assert "3 more" in " ".join(words_of(form["blocks"]))


def test_a_single_deed_is_told_with_what_it_was_done_to() -> None:
    account = f"{SCOPE.mrn}/serviceaccounts/abc"
    last = replace(busy(1)[0], at=UNTIL - timedelta(minutes=1), actor_name="Zoe", actor_mrn="zoe", resource=account)
    for form in COMPOSER.digest(digest((*busy(12), last))).parts[0].forms:  # type: ignore[union-attr]
        words = " ".join(" ".join(words_of(form["blocks"])).split())
        assert words.count("Zoe created service account abc") == 1
