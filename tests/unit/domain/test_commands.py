"""What commands mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.domain.commands import render
from bot.domain.events import Category, Risk
from bot.domain.formats import Format
from bot.domain.intents import Command, Help, Search
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.verbs import may_read

Ask = Callable[..., Command]
ACME = Scope(ScopeKind.ORGANIZATION, "acme-org-1")
PROD = Scope(ScopeKind.SPACE, "prod-space-1", Region.EU)
ELSE = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")


def search(command: Command) -> AuditQuery:
    assert isinstance(command, Search)
    return command.query


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_first_command_of_the_readme_asks_for_a_log_since_a_day(ask: Ask) -> None:
    assert ask("org=mondoo-organization-1 since=2024-05-01") == Search(
        AuditQuery(ELSE, Window(utc("2024-04-30T22:00"))), "Europe/Berlin"
    )


def test_every_key_has_its_place_in_the_question(ask: Ask) -> None:
    text = (
        "search SPACE=prod since=2024-05-01 until=today actor=jane action=Create resource=//x text='owner added' "
        "category=service_account,Token risk=High limit=50 order=asc"
    )
    assert search(ask(text)) == AuditQuery(
        PROD,
        Window(utc("2024-04-30T22:00"), utc("2024-05-14T22:00")),
        Filters(
            actor="jane",
            action="Create",
            resource="//x",
            text="owner added",
            categories=frozenset({Category.SERVICE_ACCOUNT, Category.TOKEN}),
            risks=frozenset({Risk.HIGH}),
        ),
        Order.OLDEST_FIRST,
        50,
    )


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("org=acme-org-1", ACME),
        ("org=acme", ACME),
        ("org=ACME", ACME),
        ("scope=acme", ACME),
        ("scope=org:acme-org-1", ACME),
        ("org=org:acme-org-1", ACME),
        ("org=//captain.api.mondoo.app/organizations/acme-org-1", ACME),
        ("scope=//captain.api.mondoo.app/organizations/acme-org-1", ACME),
        ("space=prod", PROD),
        ("space=prod-space-1", PROD),
        ("scope=SPACE:prod-space-1", PROD),
        ("space=prod region=eu", PROD),
        ("space=prod-space-1 region=us", Scope(ScopeKind.SPACE, "prod-space-1")),
        ("org=twin-org region=eu", Scope(ScopeKind.ORGANIZATION, "twin-org", Region.EU)),
        ("org=shadow", Scope(ScopeKind.ORGANIZATION, "shadow")),
        ("scope=shadow", PROD),
        ("space=shadow", PROD),
        ("org=elsewhere region=EU", Scope(ScopeKind.ORGANIZATION, "elsewhere", Region.EU)),
        ("space=elsewhere", Scope(ScopeKind.SPACE, "elsewhere")),
    ],
)
def test_a_scope_is_named_by_id_alias_or_mrn(ask: Ask, text: str, scope: Scope) -> None:
    assert search(ask(text)).scope == scope


def test_of_twins_the_one_is_meant_that_the_person_may_see(ask: Ask) -> None:
    eu = Scope(ScopeKind.ORGANIZATION, "twin-org", Region.EU)
    assert search(ask("org=twin-org", visible=[ACME, eu])).scope == eu


def test_a_scope_that_is_not_configured_is_in_the_default_region(ask: Ask) -> None:
    catalog = ScopeCatalog(default_region=Region.CUSTOM)
    assert search(ask("org=x", catalog=catalog)).scope.region is Region.CUSTOM
    assert search(ask("org=x region=custom", catalog=catalog)).scope.region is Region.CUSTOM
    assert search(ask("org=x region=us", catalog=catalog)).scope.region is Region.US


@pytest.mark.parametrize(
    "text",
    [
        "org=acme since=24h text=“owner added”",
        "  since=24h\ttext='owner added'   org=acme ",
        "Org = acme since= 24h text =«owner added»",
        'search org=acme text="owner added" last=24h',
        'SEARCH ORG=acme TEXT="owner added" SINCE=24h',
        "org=\u200bacme since=24h text=‘owner added’",
    ],
)
def test_however_it_is_typed_a_command_means_the_same(ask: Ask, text: str) -> None:
    assert search(ask(text)) == AuditQuery(ACME, Window(utc("2024-05-14T12:30:15")), Filters(text="owner added"))


@pytest.mark.parametrize(
    ("text", "limit"),
    [("", None), ("limit=1", 1), ("limit=0007", 7), ("limit=1000000", 1_000_000), ("limit=ALL", None)],
)
def test_a_limit_is_a_number_or_all(ask: Ask, text: str, limit: int | None) -> None:
    assert search(ask(f"org=acme {text}")).limit == limit


def test_a_surface_has_its_own_default_limit(ask: Ask) -> None:
    assert search(ask("org=acme", default_limit=100)).limit == 100
    assert search(ask("org=acme limit=all", default_limit=100)).limit is None


@pytest.mark.parametrize(
    ("word", "order"),
    [
        ("desc", Order.NEWEST_FIRST),
        ("newest", Order.NEWEST_FIRST),
        ("'Newest First'", Order.NEWEST_FIRST),
        ("asc", Order.OLDEST_FIRST),
        ("oldest", Order.OLDEST_FIRST),
        ("ascending", Order.OLDEST_FIRST),
    ],
)
def test_an_order_has_synonyms(ask: Ask, word: str, order: Order) -> None:
    assert search(ask(f"org=acme order={word}")).order is order


@pytest.mark.parametrize("form", list(Format))
def test_a_format_is_taken_where_there_is_one_to_choose(ask: Ask, form: Format) -> None:
    command = ask(f"org=acme format={form.value}", formats=Format)
    assert isinstance(command, Search)
    assert command.output is form


def test_a_window_can_end_in_the_future_and_before_a_length_of_time(ask: Ask) -> None:
    assert search(ask("org=acme until=2030-01-01")).window.until == utc("2029-12-31T23:00")
    assert search(ask("org=acme last=7d until=24h")).window == Window(
        utc("2024-05-08T12:30:15"), utc("2024-05-14T12:30:16")
    )


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("help", None),
        ("HELP", None),
        ("?", None),
        ("--help", None),
        ("help since", "since"),
        ("help Search", "search"),
        ("help me please", None),
        ("help subscribe", "subscribe"),
        ("help Every", "every"),
        ("help export", "export"),
    ],
)
def test_help_is_about_a_verb_or_a_key_or_about_everything(ask: Ask, text: str, topic: str | None) -> None:
    assert ask(text) == Help(topic)


def test_a_zone_that_nobody_knows_is_utc_and_the_search_says_so(ask: Ask) -> None:
    command = ask("org=acme since=2024-05-01", zone="Mars/Base")
    assert isinstance(command, Search)
    assert command.zone == "UTC"
    assert command.query.window.since == utc("2024-05-01T00:00")


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("scope=acme last=24h", "org=Acme since=2024-05-14T14:30:15+02:00"),
        ("space=prod since=yesterday until=today", "space=prod since=2024-05-14 until=2024-05-15"),
        ("org=twin-org region=us", "org=twin-org region=us"),
        ("scope=org:prod", "scope=org:prod region=us"),
        ("org=acme risk=medium,high category=token,agent", "org=Acme category=agent,token risk=high,medium"),
        ("org=acme text='a \"b\" c' order=newest", 'org=Acme text="a \\"b\\" c"'),
        ("org=acme limit=5 order=oldest", "org=Acme limit=5 order=asc"),
    ],
)
def test_a_query_is_rendered_as_the_shortest_command(ask: Ask, catalog: ScopeCatalog, text: str, rendered: str) -> None:
    query = search(ask(text))
    assert render(query, zone="Europe/Berlin", catalog=catalog) == rendered
    assert search(ask(rendered)) == query


def test_all_is_rendered_where_it_is_not_the_default(catalog: ScopeCatalog) -> None:
    text = render(AuditQuery(ACME), zone="UTC", catalog=catalog, default_limit=100)
    assert text == "org=Acme limit=all"


@pytest.mark.parametrize("text", ["", "org=acme", "search org=acme", "SEARCH", "  export org=acme", "anything else"])
def test_what_is_no_other_verb_may_read_a_log(text: str) -> None:
    assert may_read(text)


@pytest.mark.parametrize("text", ["help", "Help search", " status", "mutes", "unsubscribe 3"])
def test_other_verbs_read_none(text: str) -> None:
    assert not may_read(text)
