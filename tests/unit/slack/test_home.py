from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack.views import subscription_window as terms_window
from bot.adapters.slack.views.home import closed, failing, view
from bot.adapters.slack.views.window_limits import home_violations, window_violations
from bot.domain.access import ChannelId, GroupId
from bot.domain.digests import Entry
from bot.domain.errors import UserError
from bot.domain.events import AuditEvent, Category, Risk
from bot.domain.overviews import Overview
from bot.domain.query import Filters
from bot.domain.schedules import Interval
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.subscriptions import DIGEST_FILTERS, Mode, Origin, Standing, Subscription, SubscriptionId, Terms
from bot.sandbox.slack.blocks.validator import check_view

from .pages import SCOPE, owner, service_account
from .test_results import HOSTILE
from .tidings import CATALOG, LAB, NOW, SINCE, broken, health, subscription, words_of

DIRECT = ChannelId("D0OLIVIABOT")
CLOSED = ScopeCatalog((SCOPE, LAB), CATALOG.aliases, open=False)
texts = st.text(max_size=300) | st.sampled_from(["<!channel>", "\u202e" * 9, "שלום " * 60, "😀" * 300, "x" * 5000, ""])


def overview(*events: AuditEvent, **changes: Any) -> Overview:  # noqa: ANN401 — any field
    mine = subscription()
    base = Overview(
        at=NOW,
        scopes=[SCOPE, LAB],
        health={SCOPE: health()},
        risky=[Entry(n, event, NOW) for n, event in enumerate(events, start=1)],
        more=False,
        subscriptions=[mine],
        managed={mine.id},
        subscribable=[SCOPE],
    )
    return replace(base, **changes)


def drawn(known: Overview, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 — any argument of the view's
    return view(known, **{"catalog": CLOSED, "zone": "Europe/Berlin", "channel": DIRECT, **changes})


MANY = [Scope(ScopeKind.SPACE, f"space-{n}", Region.EU) for n in range(200)]
PAUSED = subscription(standing=Standing.PAUSED, reason="Paused by hand.", id=SubscriptionId(4))
FROM_FILE = subscription(origin=Origin.FILE, id=SubscriptionId(5), owner=None)
STATES: dict[str, dict[str, Any]] = {
    "usual": drawn(overview(owner(SINCE), service_account(SINCE - timedelta(hours=1)))),
    "nothing-risky": drawn(overview()),
    "unreadable": drawn(overview(health={SCOPE: health(), LAB: broken()})),
    "never-read": drawn(overview(health={SCOPE: health(last_read=None, watermark=None)})),
    "watched-since-today": drawn(overview(health={SCOPE: health(watched_since=SINCE)})),
    "unwatched": drawn(overview(health={}, subscriptions=[], managed=())),
    "only-seeing": drawn(overview(managed=(), subscribable=[])),
    "standings": drawn(overview(subscriptions=[subscription(), PAUSED, FROM_FILE], managed={3, 4, 5})),
    "told": drawn(overview(), notice=("There is no subscription 3 that you may see here.", "")),
    "no-logs": drawn(overview(scopes=[], health={}, subscriptions=[], managed=(), subscribable=[]), catalog=CATALOG),
    "many": drawn(
        overview(
            *[owner(SINCE)] * 10,
            scopes=MANY,
            health={scope: broken(scope) for scope in MANY},
            more=True,
            subscriptions=[subscription(id=SubscriptionId(n), scopes=tuple(MANY)) for n in range(1, 60)],
            managed=range(100),
        ),
        catalog=ScopeCatalog(tuple(MANY), open=False),
    ),
    "hostile": drawn(overview(*[HOSTILE] * 10)),
    "closed": closed("Guests may see audit logs only where the settings name them by ID.", "Ask an owner.", DIRECT),
    "failing": failing("Slack answered 503.", "It usually passes: try again in a minute.", DIRECT),
}


def complaints(content: dict[str, Any]) -> list[str]:
    """What Slack, or the bot's own guard, would have against an App Home or a window."""
    guard = home_violations if content["type"] == "home" else window_violations
    verdict = check_view(content)
    return [*guard(content), *([str(verdict)] if verdict.error else [])]


@pytest.mark.parametrize("state", STATES)
def test_each_state_looks_as_agreed(state: str, snapshot: SnapshotAssertion) -> None:
    assert STATES[state] == snapshot


@pytest.mark.parametrize("state", STATES)
def test_slack_would_take_each_state(state: str) -> None:
    assert complaints(STATES[state]) == []


@given(
    st.lists(
        st.builds(replace, st.just(owner(SINCE)), actor_name=texts, action=texts, resource=texts, message=texts),
        max_size=10,
    ),
    texts,
)
def test_slack_would_take_it_whatever_happened(events: Sequence[AuditEvent], reason: str) -> None:
    ill = subscription(standing=Standing.STOPPED, reason=reason)
    known = overview(*events, health={SCOPE: broken(SCOPE, reason=reason)}, subscriptions=[ill], managed={ill.id})
    assert complaints(drawn(known, notice=(reason or "x", reason))) == []


def test_the_worst_log_comes_first() -> None:
    words = " ".join(words_of(STATES["unreadable"]["blocks"]))
    assert words.index("lab") < words.index("prod")
    assert "Mondoo answered 503" in words


def test_what_could_not_be_read_is_never_called_nothing() -> None:
    assert "as far as the logs could be read" in " ".join(words_of(STATES["never-read"]["blocks"]))


SAMPLE: dict[str, Subscription | None] = {
    "new": None,
    "digest": subscription(),
    "alert": subscription(mode=Mode.ALERT, filters=Filters(actor="x" * 4000, risks=frozenset({Risk.HIGH}))),
    "with-a-mention": subscription(mention=GroupId("S0ONCALLGRP"), reassure_after=timedelta(hours=5)),
}


def opened(name: str, scopes: Sequence[Scope] = (SCOPE, LAB)) -> dict[str, Any]:
    return terms_window.window(SAMPLE[name], scopes, catalog=CATALOG, channel=DIRECT)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_window_of_a_subscription_looks_as_agreed(name: str, snapshot: SnapshotAssertion) -> None:
    assert opened(name) == snapshot
    assert complaints(opened(name)) == []


@given(texts, texts, texts.filter(bool), st.sampled_from(Mode))
def test_the_window_of_a_subscription_can_be_drawn_whatever_it_is_about(
    actor: str, resource: str, alias: str, mode: Mode
) -> None:
    odd = subscription(mode=mode, filters=Filters(actor=actor, action=resource, resource=resource, text=actor))
    catalog = ScopeCatalog((SCOPE, LAB), ((alias, SCOPE), (actor, LAB)))
    assert complaints(terms_window.window(odd, (SCOPE, LAB), catalog=catalog, channel=DIRECT)) == []


def test_hundreds_of_logs_have_room_in_a_window() -> None:
    assert complaints(opened("new", [replace(each, id=f"{each.id}-{'x' * 90}") for each in MANY])) == []


def values_of(window: dict[str, Any], **changes: object) -> dict[str, Any]:
    """What Slack sends for a window in which nothing, or this, was changed."""
    names = {"initial_value": "value", "initial_option": "selected_option", "initial_options": "selected_options"}
    names["initial_conversation"] = "selected_conversation"
    values: dict[str, Any] = {}
    for block in window["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            held = {told: element[name] for name, told in names.items() if name in element}
            values[block["block_id"]] = {block["block_id"]: changes.get(block["block_id"], held)}
    return values


@pytest.mark.parametrize("name", ["digest", "with-a-mention"])
def test_what_is_not_changed_stays_as_it_is(name: str) -> None:
    old = SAMPLE[name]
    assert old is not None
    window = opened(name)
    assert terms_window.read(window["private_metadata"], values_of(window), old.terms, "UTC") == old.terms
    asked = terms_window.errand(window["private_metadata"])
    assert (asked.channel, asked.number, asked.version) == (DIRECT, old.id, old.version)


def test_a_new_one_begins_with_what_is_usual() -> None:
    window = opened("new")
    values = values_of(window, channel={"selected_conversation": "C0SECAUDIT0"})
    assert terms_window.read(window["private_metadata"], values, None, "Asia/Tokyo") == Terms(
        (SCOPE,), ChannelId("C0SECAUDIT0"), Mode.DIGEST, DIGEST_FILTERS, "Asia/Tokyo", Interval(timedelta(minutes=15))
    )


def test_an_alert_needs_no_times() -> None:
    window = opened("alert")
    read = terms_window.read(window["private_metadata"], values_of(window), None, "UTC")
    assert (read.mode, read.schedule, read.filters.risks) == (Mode.ALERT, None, frozenset({Risk.HIGH}))


def test_all_that_is_wrong_is_told_beside_its_field() -> None:
    window = opened("new")
    values = values_of(window, scopes={"selected_options": []}, when={"value": None})
    with pytest.raises(terms_window.Mistakes) as refusal:
        terms_window.read(window["private_metadata"], values, None, "UTC")
    assert refusal.value.by_field.keys() == {"scopes", "channel", "when"}


@pytest.mark.parametrize(
    "metadata",
    ["", "{}", "[]", '{"v":2,"channel":"D1","id":null,"version":0}', '{"v":1,"id":"x","channel":"","version":0}'],
)
def test_a_window_of_another_version_is_refused(metadata: str) -> None:
    with pytest.raises(UserError, match="another version"):
        terms_window.errand(metadata)


def test_logs_that_a_window_names_wrongly_are_refused() -> None:
    with pytest.raises(UserError, match="another version"):
        terms_window.read('{"v":1,"channel":"D1","id":null,"version":0,"scopes":[["x"]]}', {}, None, "UTC")


def test_every_category_can_be_chosen() -> None:
    (block,) = [each for each in opened("new")["blocks"] if each.get("block_id") == "categories"]
    assert [option["value"] for option in block["element"]["options"]] == [each.value for each in Category]
