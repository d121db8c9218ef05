from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack import ids
from bot.adapters.slack.views.focuses import decode, encode, of_message
from bot.adapters.slack.views.references import reference
from bot.adapters.slack.views.timeline import SHOWN, view
from bot.domain.coverage import Coverage
from bot.domain.errors import UserError
from bot.domain.events import AuditEvent
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.timelines import LONGEST, Focus, Glimpse, Timeline, focus_on
from bot.domain.traces import trace_of

from .pages import SCOPE, owner, service_account, unknown
from .test_results import HOSTILE
from .tidings import CATALOG, LAB, complaints, words_of

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
texts = st.text(max_size=400) | st.sampled_from(["<!channel>", "\u202e" * 9, "שלום " * 60, "😀" * 300, "x" * 5000, ""])


def glimpse(scope: Scope, *events: AuditEvent, focus: Focus | None = None, **changes: Any) -> Glimpse:  # noqa: ANN401 — any field
    focus = focus or focus_on(NOON)
    before = replace(Coverage(focus.before, pages=1, exhausted=True), **changes)
    after = None if focus.after is None else replace(before, window=focus.after)
    return Glimpse(scope, [replace(each, scope=scope) for each in events], before, after)


def line(*glimpses: Glimpse, focus: Focus | None = None, at: datetime = NOON + timedelta(days=1)) -> Timeline:
    return Timeline(focus or focus_on(NOON), glimpses, at)


ABOUT = owner(NOON)
FAILED: dict[str, Any] = {
    "pages": 0,
    "exhausted": False,
    "stopped": "Mondoo answered 503",
    "advice": "Try again in a minute.",
}
MANY = [service_account(NOON + n * 20 * SECOND) for n in range(-60, 61)]
STATES = {
    "an-event": line(
        glimpse(SCOPE, service_account(NOON - MINUTE), ABOUT),
        glimpse(LAB, unknown(NOON + 2 * MINUTE)),
        focus=focus_on(NOON, trace_of(ABOUT)),
    ),
    "a-moment": line(glimpse(SCOPE, owner(NOON - MINUTE), owner(NOON + MINUTE)), glimpse(LAB)),
    "a-moment-after-all": line(glimpse(SCOPE, owner(NOON - MINUTE))),
    "over-midnight": line(
        glimpse(SCOPE, owner(NOON.replace(hour=21, minute=50)), owner(NOON.replace(hour=22, minute=10))),
        focus=focus_on(NOON.replace(hour=22)),
    ),
    "nothing": line(glimpse(SCOPE), glimpse(LAB)),
    "many": line(glimpse(SCOPE, *MANY), glimpse(LAB, limited=True, exhausted=False)),
    "elsewhere": line(glimpse(SCOPE), focus=focus_on(NOON).moved(timedelta(hours=2))),
    "still-to-come": line(glimpse(SCOPE, owner(NOON)), at=NOON + MINUTE),
    "one-unread": line(glimpse(SCOPE, owner(NOON)), glimpse(LAB, **FAILED)),
    "nothing-known": line(replace(glimpse(SCOPE, **FAILED), after=None)),
    "hostile": line(glimpse(SCOPE, *[replace(HOSTILE, at=NOON + n * SECOND) for n in range(30)])),
    "many-unread": line(
        glimpse(SCOPE, owner(NOON)),
        *(glimpse(Scope(ScopeKind.SPACE, f"space-{n}", Region.EU), **FAILED) for n in range(40)),
    ),
}


def shown(timeline: Timeline) -> dict[str, Any]:
    return view(timeline, catalog=CATALOG, zone="Europe/Berlin")


def buttons(message: dict[str, Any]) -> dict[str, Focus]:
    (row,) = [block for block in message["blocks"] if block["type"] == "actions"]
    return {each["text"]["text"]: decode(each["value"]) for each in row["elements"]}


@pytest.mark.parametrize("state", STATES)
def test_each_state_looks_as_agreed(state: str, snapshot: SnapshotAssertion) -> None:
    assert shown(STATES[state]) == snapshot


@pytest.mark.parametrize("state", STATES)
def test_slack_would_take_each_state(state: str) -> None:
    assert complaints(shown(STATES[state])) == []


@given(
    st.lists(st.builds(replace, st.just(owner(NOON)), actor_name=texts, action=texts, resource=texts, message=texts)),
    st.booleans(),
)
def test_slack_would_take_it_whatever_happened(events: list[AuditEvent], down: bool) -> None:  # noqa: FBT001 — hypothesis's
    log = glimpse(SCOPE, *events)
    others = [glimpse(LAB, **{**FAILED, "stopped": "x" * 3000})] if down else []
    assert complaints(shown(line(log, *others, focus=focus_on(NOON, trace_of(ABOUT))))) == []


def test_what_could_not_be_read_is_told_and_never_called_silence() -> None:
    words = " ".join(words_of(shown(STATES["one-unread"])["blocks"]))
    assert "Could not read the log of lab (EU): Mondoo answered 503." in words
    unknown_ = " ".join(words_of(shown(STATES["nothing-known"])["blocks"]))
    assert "Nothing happened" not in unknown_
    assert "Nothing is known" in unknown_


def test_of_many_the_nearest_are_shown_and_the_way_to_the_others_misses_none() -> None:
    timeline = STATES["many"]
    message = shown(timeline)
    assert sum("CreateServiceAccount" in " ".join(words_of(block)) for block in message["blocks"]) == SHOWN
    first, last = timeline.nearest(SHOWN)[0], timeline.nearest(SHOWN)[-1]
    ways = buttons(message)
    assert first.at in ways["Earlier"].before
    assert last.at in ways["Later"].window


def test_the_ways_on_are_of_time() -> None:
    ways = buttons(shown(STATES["a-moment"]))
    assert list(ways) == ["Earlier", "Later", "±10 min", "±2 h"]
    assert ways["Earlier"].centre == NOON - timedelta(hours=1)
    assert ways["±10 min"].radius == 10 * MINUTE
    assert "±30 min" in buttons(shown(STATES["elsewhere"]))


def test_nobody_looks_into_the_future() -> None:
    assert list(buttons(shown(STATES["still-to-come"]))) == ["Earlier", "±10 min", "±2 h", "Look again"]


seconds = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))


@given(seconds, seconds, st.integers(1, LONGEST // SECOND), st.booleans())
def test_a_button_carries_where_to_look(moment: datetime, centre: datetime, radius: int, about: bool) -> None:  # noqa: FBT001 — hypothesis's
    focus = Focus(moment, centre, radius * SECOND, trace_of(ABOUT) if about else None)
    value = encode(focus)
    assert decode(value) == focus
    assert len(value) <= 350


@pytest.mark.parametrize(
    "value", ["", "l1;1;1;0;", "l2;1;1;1;", "l1;999999999999;1;60;", "l1;1;1;60;e1:org:us:x:1:zz:0", "x" * 3000]
)
def test_what_a_button_of_another_version_carries_is_refused(value: str) -> None:
    with pytest.raises(UserError, match="another version"):
        decode(value)


def test_a_message_with_an_event_is_about_that_event() -> None:
    trace = trace_of(ABOUT)
    value = {"type": "button", "action_id": f"{ids.EVENT_MENU}.lens", "value": reference(trace)}
    message = {"ts": "1.2", "blocks": [{"type": "actions", "block_id": "abc", "elements": [value]}]}
    assert of_message(message) == focus_on(NOON, trace)


def test_any_other_message_is_about_its_moment() -> None:
    assert of_message({"ts": "1714996800.123", "text": "hm"}) == focus_on(NOON)


@pytest.mark.parametrize("message", [None, {}, {"ts": "soon"}, {"ts": "9" * 30}])
def test_a_message_without_a_moment_is_refused(message: object) -> None:
    with pytest.raises(UserError, match="did not say when"):
        of_message(message)


def test_a_log_without_an_alias_is_told_by_its_id() -> None:
    words = " ".join(words_of(view(STATES["an-event"], catalog=ScopeCatalog(), zone="UTC")["blocks"]))
    assert "space lab-1 (EU)" in words
