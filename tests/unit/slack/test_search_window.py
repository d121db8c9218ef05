"""The search window as it is drawn, and as it is read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack.views import notices
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.search_state import METADATA_LIMIT, REACHABLE, Origin, beside, decode, encode, read
from bot.adapters.slack.views.search_window import (
    ANOTHER,
    Offer,
    loading,
    name,
    refused,
    sent,
    token,
    view,
    write_place,
)
from bot.adapters.slack.views.window_limits import window_violations
from bot.domain.access import ChannelId
from bot.domain.drafts import Draft, Field, Span
from bot.domain.errors import UserError
from bot.domain.events import Category, Risk
from bot.domain.query import Filters, Order
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.sandbox.slack.blocks import check_view
from bot.sandbox.slack.inputs import state

PROD = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
TEST = Scope(ScopeKind.SPACE, "mondoo-space-1", Region.EU)
OWN = Scope(ScopeKind.SPACE, "mine", Region.CUSTOM)
CATALOG = ScopeCatalog((TEST, PROD), (("prod", PROD),))
CLOSED = replace(CATALOG, open=False)
NOON = datetime(2024, 5, 15, 12, tzinfo=UTC)
FULL = Draft(
    PROD,
    span=Span.BETWEEN,
    since=NOON - timedelta(days=7),
    until=NOON,
    filters=Filters("jane", "Create", "space", "owner <added>", frozenset({Category.TOKEN}), frozenset({Risk.HIGH})),
    order=Order.OLDEST_FIRST,
)
ORIGIN = Origin(NOON, "Europe/Berlin", ChannelId("C0GENERAL00"), "https://hooks.slack.com/commands/T1/2/x")
STATES: Mapping[str, Json] = {
    "loading": loading(),
    "first": view(Draft(PROD), Offer(CLOSED), "x"),
    "full": view(FULL, Offer(CATALOG), "x"),
    "another": view(Draft(names_other=True), Offer(CATALOG, direct=True), "x"),
    "none-configured": view(Draft(), Offer(ScopeCatalog()), "x"),
    "not-offered": view(Draft(TEST), Offer(replace(CATALOG, scopes=(PROD,))), "x"),
    "taken-away": view(Draft(TEST), Offer(replace(CLOSED, scopes=(PROD,))), "x"),
    "refused": refused(notices.problem(notices.Mark.REFUSED, "You may not.", "Ask an owner.")),
    "sent": sent("prod"),
}


def values(drawn: Json) -> object:
    """What Slack tells of a window that nobody has touched."""
    blocks: Any = drawn["blocks"]
    return state(blocks, {}, [])


def fields(drawn: Json) -> dict[str, Any]:
    """The fields of a window, by name."""
    blocks: Any = drawn["blocks"]
    return {block["block_id"]: block for block in blocks if block["type"] == "input"}


@pytest.mark.parametrize("drawn", STATES.values(), ids=STATES)
def test_each_state_looks_as_agreed(drawn: Json, snapshot: SnapshotAssertion) -> None:
    assert window_violations(drawn) == []
    assert check_view(drawn).complaints == ()
    assert drawn == snapshot


@pytest.mark.parametrize(("span", "count"), [(Span.DAY, 0), (Span.EVER, 0), (Span.BETWEEN, 2)])
def test_moments_are_asked_for_only_where_they_mean_something(span: Span, count: int) -> None:
    drawn = fields(view(replace(FULL, span=span), Offer(CATALOG), ""))
    assert len({name(Field.SINCE), name(Field.UNTIL)} & drawn.keys()) == count


def test_a_private_instance_is_offered_only_where_there_is_one() -> None:
    assert Offer(CATALOG).regions == [Region.US, Region.EU]
    assert Offer(ScopeCatalog((OWN,), open=False, default_region=Region.CUSTOM)).regions == [Region.CUSTOM]
    assert Region.CUSTOM in Offer(ScopeCatalog((OWN,))).regions


@pytest.mark.parametrize(("count", "opened"), [(99, True), (100, False), (250, False), (250, True)])
def test_a_menu_holds_a_hundred_and_what_does_not_fit_is_named_by_its_id(count: int, opened: bool) -> None:  # noqa: FBT001 — a parameter
    scopes = tuple(Scope(ScopeKind.SPACE, f"space-{number}") for number in range(count))
    drawn = view(Draft(scopes[0]), Offer(ScopeCatalog(scopes, open=opened)), "")
    options = fields(drawn)[name(Field.SCOPE)]["element"]["options"]
    assert len(options) == 100
    assert options[-1]["value"] == ANOTHER
    assert check_view(drawn).complaints == ()


def test_a_scope_beyond_the_menu_is_named_by_its_id() -> None:
    scopes = tuple(Scope(ScopeKind.SPACE, f"space-{number}") for number in range(150))
    drawn = fields(view(Draft.naming(Draft(scopes[-1])), Offer(ScopeCatalog(scopes, open=False)), ""))
    assert drawn[name(Field.OTHER)]["element"]["initial_value"] == "space-149"


TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "<!channel> <@U0OLIVIAOWN> <https://evil.example|x> &amp; *b* `c` :fire:",
        "\u202emoc.live\u202c \u200b\u0000\ud800",
        "مرحبا بالعالم " * 30,
        "\N{FAMILY}\N{EMOJI MODIFIER FITZPATRICK TYPE-6}" * 1500,
        "x" * 10_000,
        "",
    ]
)
MOMENTS = st.none() | st.datetimes(datetime(1970, 1, 2), datetime(2999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 — naive by its contract
IDS = st.sampled_from(["a", "mondoo-organization-1", "x" * 128, "y" * 100 + ".z"])
SCOPES = st.builds(Scope, st.sampled_from(ScopeKind), IDS, st.sampled_from(Region))
CATEGORIES = st.frozensets(st.sampled_from(Category))
RISKS = st.frozensets(st.sampled_from(Risk))
DRAFTS = st.builds(
    Draft,
    scope=st.none() | SCOPES,
    other=TEXTS,
    kind=st.sampled_from(ScopeKind),
    region=st.sampled_from(Region),
    names_other=st.booleans(),
    span=st.sampled_from(Span),
    since=MOMENTS,
    until=MOMENTS,
    filters=st.builds(
        Filters,
        TEXTS,
        TEXTS,
        TEXTS,
        TEXTS,
        st.frozensets(st.sampled_from(Category)),
        st.frozensets(st.sampled_from(Risk)),
    ),
    order=st.sampled_from(Order),
)


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    scopes = tuple(draw(st.lists(SCOPES, max_size=5, unique=True)))
    aliases = tuple((draw(TEXTS), scope) for scope in scopes[:2])
    region = draw(st.sampled_from(Region))
    return Offer(ScopeCatalog(scopes, aliases, region, open=draw(st.booleans())), direct=draw(st.booleans()))


@given(DRAFTS, offers())
def test_any_window_is_one_that_slack_takes(draft: Draft, offer: Offer) -> None:
    drawn = view(draft, offer, encode(ORIGIN))
    assert window_violations(drawn) == []
    assert check_view(drawn).complaints == ()


WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=40)
SECONDS = st.datetimes(datetime(2001, 9, 10), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 — likewise
    lambda moment: moment.replace(microsecond=0)
)


@given(
    st.sampled_from([PROD, TEST]),
    st.sampled_from(Span),
    st.none() | SECONDS,
    st.builds(Filters, WORDS, WORDS, WORDS, WORDS, st.frozensets(st.sampled_from(Category))),
    st.sampled_from(Order),
)
def test_what_is_drawn_is_read_back(
    scope: Scope, span: Span, since: datetime | None, filters: Filters, order: Order
) -> None:
    draft = Draft(scope, span=span, since=since if span is Span.BETWEEN else None, filters=filters, order=order)
    assert read(values(view(draft, Offer(CATALOG), "")), CATALOG.scopes) == draft


def test_another_scope_is_read_back_too() -> None:
    draft = Draft(other="x-1", kind=ScopeKind.SPACE, region=Region.EU, names_other=True)
    assert read(values(view(draft, Offer(CATALOG), "")), CATALOG.scopes) == draft
    only = view(replace(draft, names_other=False), Offer(ScopeCatalog()), "")
    assert read(values(only), ()) == draft


def told(field: Field, held: object) -> dict[str, dict[str, object]]:
    return {name(field): {name(field): held}}


@pytest.mark.parametrize(
    ("state_", "draft"),
    [
        ({}, Draft()),
        (told(Field.ACTOR, {"type": "plain_text_input", "value": None}), Draft()),
        (told(Field.SCOPE, {"selected_option": {"value": token(PROD)}}), Draft(PROD)),
        (told(Field.SCOPE, {"selected_option": {"value": "gone"}}), Draft()),
        (told(Field.SCOPE, {"selected_option": {"value": ANOTHER}}), Draft(names_other=True)),
        (
            told(Field.SCOPE, {"selected_option": {"value": token(PROD)}})
            | told(Field.WHERE, {"selected_option": {"value": write_place(ScopeKind.SPACE, Region.EU)}}),
            Draft(PROD, kind=ScopeKind.SPACE, region=Region.EU),
        ),
        (told(Field.UNTIL, {"selected_date_time": 1_700_000_000}), Draft(until=datetime.fromtimestamp(1.7e9, UTC))),
        (
            told(Field.RISK, {"selected_options": [{"value": "low"}]}),
            Draft(filters=Filters(risks=frozenset({Risk.LOW}))),
        ),
    ],
)
def test_what_stands_in_the_fields_makes_a_draft(state_: object, draft: Draft) -> None:
    assert read(state_, CATALOG.scopes) == draft


@pytest.mark.parametrize(
    "state_",
    [
        None,
        [],
        {name(Field.ACTOR): "jane"},
        told(Field.ACTOR, {"value": 5}),
        told(Field.SPAN, {"selected_option": {"value": "9y"}}),
        told(Field.SPAN, {"selected_option": {}}),
        told(Field.RISK, {"selected_options": {"value": "high"}}),
        told(Field.RISK, {"selected_options": [{"value": "enormous"}]}),
        told(Field.WHERE, {"selected_option": {"value": "galaxy"}}),
        told(Field.SINCE, {"selected_date_time": "noon"}),
        told(Field.SINCE, {"selected_date_time": 10**30}),
        told(Field.ORDER, {"selected_option": {"value": "random"}}),
    ],
)
def test_fields_of_another_version_are_refused(state_: object) -> None:
    with pytest.raises(UserError, match="another version"):
        read(state_, ())


@pytest.mark.parametrize(
    "origin",
    [ORIGIN, replace(ORIGIN, replaces=True), Origin(NOON, "UTC"), replace(ORIGIN, response_url="https://a/?a=1&b=<2>")],
)
def test_where_a_window_was_opened_comes_back(origin: Origin) -> None:
    written = encode(origin)
    assert decode(written) == origin
    assert not set("&<>") & set(written)


def test_a_way_back_that_does_not_fit_is_left_out() -> None:
    written = encode(replace(ORIGIN, response_url="https://hooks.slack.com/" + "x" * METADATA_LIMIT, zone="z" * 5000))
    assert len(written) <= METADATA_LIMIT
    assert decode(written).response_url is None


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "C0GENERAL00",
        "[]",
        '{"v":2}',
        '{"v":1}',
        json.dumps({**json.loads(encode(ORIGIN)), "opened": "noon"}),
        json.dumps({**json.loads(encode(ORIGIN)), "opened": True}),
        json.dumps({**json.loads(encode(ORIGIN)), "opened": 10**30}),
        json.dumps({**json.loads(encode(ORIGIN)), "zone": None}),
        json.dumps({**json.loads(encode(ORIGIN)), "url": 5}),
    ],
)
def test_a_window_of_another_version_is_refused(metadata: str) -> None:
    with pytest.raises(UserError, match="This window is from another version"):
        decode(metadata)


@pytest.mark.parametrize(
    ("origin", "after", "reachable"),
    [
        (ORIGIN, timedelta(0), True),
        (ORIGIN, REACHABLE, False),
        (replace(ORIGIN, response_url=None), timedelta(0), False),
        (replace(ORIGIN, channel=None), timedelta(0), False),
    ],
)
def test_an_answer_gets_back_for_half_an_hour_by_the_way_it_came(
    origin: Origin,
    after: timedelta,
    reachable: bool,  # noqa: FBT001 — a parameter
) -> None:
    assert origin.reachable(NOON + after) is reachable


def test_the_way_back_is_in_no_repr() -> None:
    assert "hooks" not in repr(ORIGIN)


@pytest.mark.parametrize(
    ("there", "where"),
    [([Field.OTHER, Field.SCOPE], Field.OTHER), ([Field.SCOPE, Field.SPAN], Field.SCOPE), ([Field.SPAN], Field.SPAN)],
)
def test_a_mistake_stands_beside_a_field_that_is_there(there: list[Field], where: Field) -> None:
    held: dict[str, object] = {name(field): {} for field in there}
    assert beside({Field.OTHER: "No " + "x" * 1000}, held).keys() == {name(where)}
    assert all(len(words) <= 300 for words in beside({Field.OTHER: "No " + "x" * 1000}, held).values())
