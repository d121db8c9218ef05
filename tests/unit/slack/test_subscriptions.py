from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.forms import unadorned
from bot.adapters.slack.views.subscriptions import changed, listing, subscribed
from bot.domain.access import ChannelId, UserId
from bot.domain.query import Filters
from bot.domain.schedules import parse_schedule
from bot.domain.scopes import ScopeCatalog
from bot.domain.subscriptions import Mode, Origin, Standing, Subscription, SubscriptionId
from bot.sandbox.slack.blocks.active import Activity

from .pages import SCOPE
from .tidings import CATALOG, LAB, NOW, ONCALL, active, complaints, subscription, words_of

WEEKDAYS = parse_schedule("mon-fri 09:00", "Europe/Berlin")
ALL = (
    subscription(id=SubscriptionId(1), scopes=(SCOPE, LAB), origin=Origin.ENVIRONMENT, owner=None),
    subscription(id=SubscriptionId(2), origin=Origin.FILE, schedule=WEEKDAYS, owner=UserId("olivia")),
    subscription(id=SubscriptionId(3), mode=Mode.ALERT, mention=ONCALL, filters=Filters()),
    subscription(id=SubscriptionId(4), standing=Standing.PAUSED, reason="Paused by hand."),
    subscription(
        id=SubscriptionId(5),
        standing=Standing.STOPPED,
        reason="The channel is archived.",
        reassure_after=timedelta(days=7),
        channel=ChannelId("U0OLIVIAOWN"),
    ),
    subscription(id=SubscriptionId(6), standing=Standing.STOPPED),
)


def shown(subscriptions: tuple[Subscription, ...]) -> Json:
    return listing(subscriptions, catalog=CATALOG, zone="Europe/Berlin", now=NOW)


def fine(message: Json) -> bool:
    return complaints(message) == [] and {each.activity for each in active(message)} <= {
        Activity.CHANNEL,
        Activity.USER,
    }


@pytest.mark.parametrize("count", [0, 1, len(ALL)])
def test_each_list_looks_as_agreed(count: int, snapshot: SnapshotAssertion) -> None:
    assert shown(ALL[:count]) == snapshot
    assert fine(shown(ALL[:count]))


def test_a_new_subscription_is_confirmed(snapshot: SnapshotAssertion) -> None:
    messages = [subscribed(each, catalog=CATALOG, now=NOW) for each in ALL[:3]]
    assert messages == snapshot
    assert all(map(fine, messages))


def test_a_change_is_confirmed(snapshot: SnapshotAssertion) -> None:
    messages = [
        changed(ALL[3], "is paused", catalog=CATALOG, command="resume 4"),
        changed(ALL[0], "is gone", catalog=CATALOG),
    ]
    assert messages == snapshot
    assert all(map(fine, messages))


def test_of_a_thousand_as_many_are_shown_as_have_room() -> None:
    message = shown(tuple(replace(ALL[2], id=SubscriptionId(n)) for n in range(1, 1001)))
    assert fine(message)
    assert "1,000 subscriptions" in str(message)
    assert "and 980 more" in str(message)


def test_of_the_longest_fewer_are_shown() -> None:
    catalog = ScopeCatalog((SCOPE, LAB), (("👍" * 300, SCOPE), ("👎" * 300, LAB)))
    long = [
        subscription(
            id=SubscriptionId(n),
            scopes=(SCOPE, LAB) * 100,
            filters=Filters(actor="<!channel>" * 100),
            standing=Standing.STOPPED,
            reason="👍" * 900,
        )
        for n in range(1, 30)
    ]
    message = listing(long, catalog=catalog, zone="UTC", now=NOW)
    assert fine(message)
    assert " more" in " ".join(words_of(message["blocks"]))


def test_what_comes_next_is_told_of_what_is_at_work_alone() -> None:
    assert "next" in str(shown(ALL[:1]))
    assert "next" not in str(shown(ALL[3:5]))


def test_it_can_be_told_in_plain_text() -> None:
    message = unadorned(shown(ALL))
    assert fine(message)
    assert "The channel is archived." in str(message)
    assert "U0OLIVIAOWN" in str(message)


@given(st.text(st.characters()), st.text(st.characters()), st.text(st.characters(), min_size=1))
def test_no_words_make_an_invalid_or_active_list(words: str, reason: str, owner: str) -> None:
    odd = subscription(
        filters=Filters(actor=words, text=reason),
        standing=Standing.STOPPED,
        reason=reason,
        owner=UserId(f"?{owner}"),
        channel=ChannelId(f"?{words}"),
    )
    assert fine(shown((odd,)))
    assert fine(changed(odd, words, catalog=CATALOG))
    assert fine(subscribed(odd, catalog=CATALOG, now=NOW))
