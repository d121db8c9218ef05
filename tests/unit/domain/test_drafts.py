"""What a search form begins with, and what it asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import parse
from bot.domain.drafts import Draft, Field, Mistakes, Span, remembered, settle
from bot.domain.events import Category, Risk
from bot.domain.intents import Search
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind

from .conftest import NOW, ZONE

ACME = Scope(ScopeKind.ORGANIZATION, "acme-org-1")
PROD = Scope(ScopeKind.SPACE, "prod-space-1", Region.EU)
TENTH = datetime(2024, 5, 10, 8, tzinfo=UTC)
FILTERS = Filters(actor="jane", text="a b", categories=frozenset({Category.TOKEN}), risks=frozenset({Risk.HIGH}))
WHOLE_NOW = NOW.replace(microsecond=0)


def asked(draft: Draft, *, now: datetime = NOW) -> AuditQuery:
    return settle(draft, now=now, zone=ZONE)


def wrong(draft: Draft) -> dict[Field, str]:
    with pytest.raises(Mistakes) as raised:
        asked(draft)
    return dict(raised.value.by_field)


@pytest.mark.parametrize(
    ("span", "window"),
    [
        (Span.HOUR, Window(WHOLE_NOW - timedelta(hours=1))),
        (Span.DAY, Window(WHOLE_NOW - timedelta(days=1))),
        (Span.WEEK, Window(WHOLE_NOW - timedelta(days=7))),
        (Span.MONTH, Window(WHOLE_NOW - timedelta(days=30))),
        (Span.EVER, Window()),
    ],
)
def test_a_span_is_a_window_before_now(span: Span, window: Window) -> None:
    assert asked(Draft(ACME, span=span)).window == window


@pytest.mark.parametrize(
    ("since", "until"), [(TENTH, TENTH + timedelta(days=1)), (TENTH, None), (None, TENTH + timedelta(days=1))]
)
def test_moments_chosen_bound_the_window_on_either_side_or_both(since: datetime | None, until: datetime | None) -> None:
    assert asked(Draft(ACME, span=Span.BETWEEN, since=since, until=until)).window == Window(since, until)


def test_moments_left_from_another_span_mean_nothing() -> None:
    assert asked(Draft(ACME, since=TENTH, until=TENTH)).window == Window(WHOLE_NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("other", "scope"),
    [
        ("mondoo-1", Scope(ScopeKind.ORGANIZATION, "mondoo-1", Region.EU)),
        (" mondoo-1\u202e ", Scope(ScopeKind.ORGANIZATION, "mondoo-1", Region.EU)),
        ("space:mondoo-1", Scope(ScopeKind.SPACE, "mondoo-1", Region.EU)),
        ("//captain.api.mondoo.app/spaces/mondoo-1", Scope(ScopeKind.SPACE, "mondoo-1", Region.EU)),
    ],
)
def test_another_scope_is_named_by_an_id_or_by_what_says_its_kind(other: str, scope: Scope) -> None:
    assert asked(Draft(other=other, region=Region.EU)).scope == scope


def test_a_private_instance_is_a_region_too() -> None:
    draft = Draft(other="x", kind=ScopeKind.SPACE, region=Region.CUSTOM)
    assert asked(draft).scope == Scope(ScopeKind.SPACE, "x", Region.CUSTOM)


def test_what_is_typed_is_tidied_and_the_rest_taken_as_it_is() -> None:
    filters = replace(FILTERS, actor=" jane\u200b", action="\n", resource="<a & b>")
    query = asked(Draft(ACME, filters=filters, order=Order.OLDEST_FIRST))
    assert query.filters == replace(FILTERS, resource="<a & b>")
    assert query.order is Order.OLDEST_FIRST


@pytest.mark.parametrize(
    ("draft", "mistakes"),
    [
        (Draft(), {Field.SCOPE: "Say whose log to read."}),
        (Draft(names_other=True, other=" "), {Field.OTHER: "Say whose log to read."}),
        (
            Draft(other="not an id"),
            {
                Field.OTHER: "“not an id” is not the ID of an organization: one has letters, digits, “.”, “_” and “-”, "
                "as in mondoo-organization-1."
            },
        ),
        (Draft(ACME, span=Span.BETWEEN), {Field.SPAN: "Choose when it begins, when it ends, or both."}),
        (
            Draft(ACME, span=Span.BETWEEN, since=TENTH, until=TENTH - timedelta(hours=1)),
            {
                Field.UNTIL: "The window ends before it begins: exchange “2024-05-10T09:00:00+02:00” and "
                "“2024-05-10T10:00:00+02:00”."
            },
        ),
        (
            Draft(ACME, span=Span.BETWEEN, since=TENTH, until=TENTH),
            {Field.UNTIL: "The window is empty, because the moment in “until” is not in it: let it end later."},
        ),
        (
            Draft(ACME, span=Span.BETWEEN, since=NOW + timedelta(days=3), until=TENTH),
            {
                Field.SINCE: "“2024-05-18T14:30:15.500000+02:00” is in the future, of which there is no log: "
                "let “since” be earlier."
            },
        ),
        (
            Draft(ACME, filters=Filters(actor="@jane")),
            {
                Field.ACTOR: "Mondoo does not know people by their Slack names: write the actor's name instead of "
                "“@jane”."
            },
        ),
    ],
)
def test_each_mistake_stands_beside_its_field_in_the_grammars_words(draft: Draft, mistakes: dict[Field, str]) -> None:
    assert wrong(draft) == mistakes


def test_all_mistakes_are_told_at_once() -> None:
    draft = Draft(other="?", span=Span.BETWEEN, filters=Filters(actor="@U123"))
    assert wrong(draft).keys() == {Field.OTHER, Field.SPAN, Field.ACTOR}


def test_a_draft_offered_no_scope_names_it_by_its_id() -> None:
    assert Draft(PROD).naming() == Draft(None, PROD.id, PROD.kind, PROD.region, names_other=True)
    assert Draft(other="x").naming() == Draft(other="x", names_other=True)


def test_a_span_stays_one_and_other_windows_are_chosen_moments() -> None:
    assert Draft.of(AuditQuery(PROD, Window(WHOLE_NOW - timedelta(days=7))), NOW).span is Span.WEEK
    assert Draft.of(AuditQuery(PROD), NOW).span is Span.EVER
    draft = Draft.of(AuditQuery(PROD, Window(TENTH), FILTERS, Order.OLDEST_FIRST, limit=5), NOW)
    assert draft == Draft(
        PROD,
        kind=PROD.kind,
        region=PROD.region,
        span=Span.BETWEEN,
        since=TENTH,
        filters=FILTERS,
        order=Order.OLDEST_FIRST,
    )


CATALOG = ScopeCatalog((ACME, PROD), (("prod", PROD),), open=False)
MOMENTS = st.datetimes(datetime(2001, 9, 10), datetime(2024, 5, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 — naive by its contract
    lambda moment: moment.replace(microsecond=0)
)
WORDS = st.text(max_size=30).filter(lambda words: not words.lstrip().startswith("@"))


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    since, until = sorted(draw(st.lists(MOMENTS, min_size=2, max_size=2, unique=True)))
    return Draft(
        draw(st.sampled_from([ACME, PROD])),
        span=draw(st.sampled_from(Span)),
        since=since,
        until=until,
        filters=Filters(
            actor=draw(st.sampled_from(["", "jane", "“x” \\"])),
            action=draw(WORDS),
            text=draw(WORDS),
            categories=draw(st.frozensets(st.sampled_from(Category))),
            risks=draw(st.frozensets(st.sampled_from(Risk))),
        ),
        order=draw(st.sampled_from(Order)),
    )


@given(drafts())
def test_what_is_remembered_begins_with_the_same_question_the_next_day(draft: Draft) -> None:
    query, tomorrow = asked(draft), NOW + timedelta(days=1)
    text = remembered(draft, query, zone=ZONE, catalog=CATALOG)
    again = parse(text, now=tomorrow, zone=ZONE, catalog=CATALOG, visible=CATALOG.scopes)
    assert isinstance(again, Search)
    begun = Draft.of(again.query, tomorrow)
    assert begun.span is draft.span
    assert asked(begun, now=NOW) == query
