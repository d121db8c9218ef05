from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.status import USES, view
from bot.domain.access import ChannelId, UserId
from bot.domain.deliveries import Backlog
from bot.domain.scopes import ScopeCatalog
from bot.domain.status import Status
from bot.domain.subscriptions import Standing, SubscriptionId
from bot.domain.uses import Surface, Use
from bot.sandbox.slack.blocks.active import Activity

from .pages import SCOPE
from .tidings import AUDIT, CATALOG, LAB, NOW, OWNER, UNTIL, active, broken, complaints, health, subscription, words_of

WELL = Status(NOW, (health(),), (subscription(),), ())
STOPPED = subscription(id=SubscriptionId(9), standing=Standing.STOPPED, reason="The channel is archived.")
STATES = {
    "well": WELL,
    "nothing-watched": Status(NOW, (), (), ()),
    "unreadable": replace(WELL, sources=(health(), broken(), health(replace(LAB, id="new"), last_read=None))),
    "unreadable-from-the-start": replace(WELL, sources=(broken(last_read=None, failures=1, reason=""),)),
    "waiting": replace(WELL, backlog=(Backlog(AUDIT, 2, 0, 1, UNTIL), Backlog(ChannelId("C0ONCALL000"), 4, 1, 0, NOW))),
    "stopped": replace(WELL, subscriptions=(subscription(), subscription(standing=Standing.PAUSED), STOPPED)),
    "locked": replace(WELL, locked="Slack does not accept the bot's token (token_revoked)."),
}


USED = (
    Use(OWNER, "search", Surface.COMMAND, str(SCOPE), AUDIT, UNTIL, 10, "answered"),
    Use(UserId("U0GUSTPEETR"), "details", Surface.CLICK, str(LAB), AUDIT, UNTIL, 0, "denied"),
    Use(OWNER, "home", Surface.HOME, "", ChannelId("D0OLIVIABOT"), UNTIL - timedelta(days=1), 1, "answered"),
    Use(OWNER, "export", Surface.EXPORT, str(SCOPE), ChannelId(""), UNTIL, 1_234_567, "partial"),
)
texts = st.text(max_size=300) | st.sampled_from(["<!channel>", "\u202e" * 9, "שלום " * 60, "😀" * 300, "x" * 5000, ""])


def shown(status: Status, uses: Sequence[Use] | None = None) -> Json:
    return view(status, catalog=CATALOG, zone="Europe/Berlin", uses=uses)


def fine(message: Json) -> bool:
    allowed = {Activity.CHANNEL, Activity.USER}
    return complaints(message) == [] and {each.activity for each in active(message)} <= allowed


@pytest.mark.parametrize("count", [0, len(USED)])
def test_who_used_the_bot_for_what_looks_as_agreed(count: int, snapshot: SnapshotAssertion) -> None:
    assert shown(WELL, USED[:count]) == snapshot
    assert fine(shown(WELL, USED[:count]))


@given(texts, texts, texts, st.integers(0), st.sampled_from(Surface))
def test_no_use_makes_an_invalid_or_active_status(
    who: str, what: str, scope: str, count: int, surface: Surface
) -> None:
    odd = Use(UserId(f"?{who}"), what, surface, scope, ChannelId(who), UNTIL, count, what)
    message = shown(WELL, [odd] * 50)
    assert fine(message)
    assert str(message).count("by " + surface.value) <= USES


@pytest.mark.parametrize("state", STATES)
def test_each_state_looks_as_agreed(state: str, snapshot: SnapshotAssertion) -> None:
    assert shown(STATES[state]) == snapshot
    assert fine(shown(STATES[state]))


def test_what_cannot_be_read_comes_first() -> None:
    words = " ".join(words_of(shown(STATES["unreadable"])["blocks"]))
    assert words.index("lab") < words.index("new") < words.index("prod")


def test_all_is_well_only_where_it_is() -> None:
    assert [state for state, status in STATES.items() if "All is well" in str(shown(status))] == ["well"]


@pytest.mark.parametrize("failing", [0, 1000])
def test_a_thousand_logs_are_told_within_the_limits(failing: int) -> None:
    long = "👍" * 500
    logs = [replace(LAB, id=f"lab-{n}") for n in range(1000)]
    status = Status(
        NOW,
        [broken(each, reason=long) if n < failing else health(each) for n, each in enumerate(logs)],
        [replace(STOPPED, reason=long)] * 1000,
        [Backlog(ChannelId(f"C0{n}"), 1_000_000, 1_000, 1_000, UNTIL - timedelta(days=n)) for n in range(1000)],
        locked=long,
    )
    message = view(
        status, catalog=ScopeCatalog((), tuple((f"{n}{long}", each) for n, each in enumerate(logs))), zone="UTC"
    )
    assert fine(message)
    words = " ".join(words_of(message["blocks"]))
    assert f"and 988 more, {'988 of which cannot be read' if failing else 'all well'}" in words
    assert "and 992 more channels" in words
    assert "and 992 more" in words


@given(st.text(st.characters()))
def test_no_words_make_an_invalid_or_active_status(words: str) -> None:
    status = Status(
        NOW,
        (broken(SCOPE, reason=words),),
        (replace(STOPPED, reason=words),),
        (Backlog(ChannelId(f"?{words}"), 1, 1, 1, UNTIL),),
        locked=words,
    )
    assert fine(shown(status))
