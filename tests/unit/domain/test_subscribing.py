"""What commands about subscriptions mean, what is said of those that make no sense, and how they are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from bot.domain.access import ChannelId, GroupId
from bot.domain.commands import render_subscription
from bot.domain.errors import UserError
from bot.domain.events import Category, Risk
from bot.domain.intents import Command, ListSubscriptions, Pause, Resume, ShowStatus, Subscribe, Unsubscribe
from bot.domain.query import Filters
from bot.domain.schedules import Calendar, Interval, Schedule
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.subscriptions import ALERT_FILTERS, DIGEST_FILTERS, Mode, SubscriptionId, Terms
from bot.domain.typed import unescape_slack

Ask = Callable[..., Command]
ACME = Scope(ScopeKind.ORGANIZATION, "acme-org-1")
PROD = Scope(ScopeKind.SPACE, "prod-space-1", Region.EU)
QUARTERLY = Interval(timedelta(minutes=15))
WORKDAYS = frozenset(range(5))


def subscription(command: Command) -> Subscribe:
    assert isinstance(command, Subscribe)
    return command


def test_a_digest_needs_nothing_but_a_scope(ask: Ask) -> None:
    assert ask("subscribe org=acme") == Subscribe(ACME, Mode.DIGEST, DIGEST_FILTERS, QUARTERLY, "Europe/Berlin")


def test_an_alert_is_of_high_risk_where_nobody_says(ask: Ask) -> None:
    assert ask("subscribe org=acme mode=alert") == Subscribe(ACME, Mode.ALERT, ALERT_FILTERS, None, "Europe/Berlin")


def test_every_key_has_its_place_in_the_subscription(ask: Ask) -> None:
    text = (
        "subscribe space=prod at=17:30,09:00 days=mon-fri tz=america/new_york mode=digest channel=C012AB3CD "
        "mention=S012AB3CD note=7d actor=jane action=Create resource=//x category=token risk=high text='owner added'"
    )
    assert ask(text) == Subscribe(
        PROD,
        Mode.DIGEST,
        Filters("jane", "Create", "//x", "owner added", frozenset({Category.TOKEN}), frozenset({Risk.HIGH})),
        Calendar((time(9), time(17, 30)), "America/New_York", weekdays=WORKDAYS),
        "America/New_York",
        ChannelId("C012AB3CD"),
        GroupId("S012AB3CD"),
        timedelta(days=7),
    )


@pytest.mark.parametrize(
    ("text", "schedule"),
    [
        ("every=15m", QUARTERLY),
        ("every=1d12h", Interval(timedelta(hours=36))),
        ("every=5s", Interval(timedelta(seconds=5))),
        ("at=9:00", Calendar((time(9),), "Europe/Berlin")),
        ("at=09:00 tz=UTC", Calendar((time(9),), "UTC")),
        ('at="17:00, 09:00"', Calendar((time(9), time(17)), "Europe/Berlin")),
        ("at=09:00 days=mon,wed,fri", Calendar((time(9),), "Europe/Berlin", weekdays=frozenset({0, 2, 4}))),
        ("days=weekends at=09:00", Calendar((time(9),), "Europe/Berlin", weekdays=frozenset({5, 6}))),
        ("cron='0 9 * * 1-5'", Calendar((time(9),), "Europe/Berlin", weekdays=WORKDAYS)),
        ("cron=@daily tz=Asia/Tokyo", Calendar((time(0),), "Asia/Tokyo")),
    ],
)
def test_a_digest_comes_when_the_command_says(ask: Ask, text: str, schedule: Schedule) -> None:
    assert subscription(ask(f"subscribe org=acme {text}")).schedule == schedule


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("category=all", Filters()),
        ("category=ALL risk=medium", Filters(risks=frozenset({Risk.MEDIUM}))),
        ("mode=alert risk=all", Filters()),
        ("mode=alert actor=jane", Filters(actor="jane")),
    ],
)
def test_a_filter_of_ones_own_takes_the_place_of_the_usual_ones(ask: Ask, text: str, filters: Filters) -> None:
    assert subscription(ask(f"subscribe org=acme {text}")).filters == filters


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", None),
        ("note=off", None),
        ("note=never", None),
        ("note=Weekly", timedelta(days=7)),
        ("note=daily", timedelta(days=1)),
        ("note=36h", timedelta(hours=36)),
    ],
)
def test_a_note_that_nothing_happened_comes_where_it_is_wanted(ask: Ask, text: str, after: timedelta | None) -> None:
    assert subscription(ask(f"subscribe org=acme {text}")).reassure_after == after


@pytest.mark.parametrize(
    ("text", "channel", "mention"),
    [
        ("channel=<#C012AB3CD|ops> mention=<!subteam^S012AB3CD|@oncall>", "C012AB3CD", "S012AB3CD"),
        ("Channel = <#C012AB3CD|> mention = <!subteam^S012AB3CD>", "C012AB3CD", "S012AB3CD"),
        ('channel="<#G012AB3CD|ops>"', "G012AB3CD", None),
        ("channel=D012AB3CD mention=S012AB3CD", "D012AB3CD", "S012AB3CD"),
    ],
)
def test_a_channel_and_a_group_are_known_by_what_slack_sends(
    ask: Ask, text: str, channel: str, mention: str | None
) -> None:
    found = subscription(ask(unescape_slack(f"subscribe org=acme {text}")))
    assert (found.channel, found.mention) == (channel, mention)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("subscriptions", ListSubscriptions()),
        ("STATUS", ShowStatus()),
        ("pause 3", Pause(SubscriptionId(3))),
        ("Resume #12", Resume(SubscriptionId(12))),
        ("unsubscribe 999999999", Unsubscribe(SubscriptionId(999_999_999))),
    ],
)
def test_a_subscription_is_called_by_its_number(ask: Ask, text: str, command: Command) -> None:
    assert ask(text) == command


@pytest.mark.parametrize(
    ("text", "words", "corrected"),
    [
        ("subscribe", "Say whose log to read", "subscribe org=Acme"),
        ("subscribe every=15m", "Say whose log to read", "subscribe org=Acme every=15m"),
        ("subscribe acme every 15m", "“acme” has no key: write org=Acme", "subscribe org=Acme every=15m"),
        ("subscribe org=acme space=prod", "one log, but org and space are given", "subscribe org=acme"),
        ("subscribe org=acme since=24h", "“since” is a key of “search”, not of “subscribe”", "subscribe org=acme"),
        ("subscribe org=acme format=csv", "“format” is a key of “export”", "subscribe org=acme"),
        ("org=acme every=15m", "“every” is a key of “subscribe” alone: leave it out", "org=acme"),
        ("subscribe org=acme interval=1h", "the nearest is “every”", "subscribe org=acme every=1h"),
        ("subscribe org=acme timezone=UTC", "the nearest is “tz”", "subscribe org=acme tz=UTC"),
        ("subscrbe org=acme every=3s", "the nearest is “subscribe”", "subscribe org=acme every=5s"),
        ("subscribe org=acme every=3s", "“3s” is too often: write 5s or longer", "subscribe org=acme every=5s"),
        ("subscribe org=acme every=5 minutes", "“every” has spaces in it", "subscribe org=acme every=5m"),
        ("subscribe org=acme every=often", "is not a length of time", "subscribe org=acme every=24h"),
        ("subscribe org=acme at=9am", "“9am” is not a time of the day", "subscribe org=acme at=09:00"),
        ("subscribe org=acme at=09:00, 17:00", "a space between them", "subscribe org=acme at=09:00,17:00"),
        ("subscribe org=acme at=09:00 at=17:00", "“at” is given twice", "subscribe org=acme at=09:00,17:00"),
        (
            "subscribe org=acme at=09:00 days=mon-fry",
            "is no day of the week",
            "subscribe org=acme at=09:00 days=mon-fri",
        ),
        ("subscribe org=acme days=mon-fri", "“days” says nothing", "subscribe org=acme days=mon-fri at=09:00"),
        ("subscribe org=acme days=mon every=1h", "not with “every”", "subscribe org=acme every=1h"),
        (
            "subscribe org=acme cron=@daily days=mon at=09:00",
            "“cron” and “at” each say when",
            "subscribe org=acme cron=@daily",
        ),
        (
            "subscribe org=acme at=09:00 UTC",
            "“at” has spaces in it",
            "subscribe org=acme at=09:00 tz=UTC",
        ),
        (
            "subscribe org=acme at='09:00 europe/berlin'",
            "The time zone has a key of its own: write “tz=Europe/Berlin”",
            "subscribe org=acme at=09:00 tz=Europe/Berlin",
        ),
        (
            "subscribe org=acme cron=0 9 * * 1-5 UTC",
            "“cron” has spaces in it",
            'subscribe org=acme cron="0 9 * * 1-5" tz=UTC',
        ),
        (
            "subscribe org=acme cron='0 9 30 2 *'",
            "“0 9 30 2 *” never comes",
            'subscribe org=acme cron="0 9 1 2 *"',
        ),
        ("subscribe org=acme tz=Berlin", "There is no time zone “Berlin”", "subscribe org=acme tz=Europe/Berlin"),
        ("subscribe org=acme mode=alrt", "the nearest is “alert”", "subscribe org=acme mode=alert"),
        (
            "subscribe org=acme mode=alert at=09:00 days=mon",
            "An alert comes as soon as something happens: leave out “at” and “days”",
            "subscribe org=acme mode=alert",
        ),
        ("subscribe org=acme channel=#ops", "“#ops” is not a channel's ID: pick the channel", "subscribe org=acme"),
        ("subscribe org=acme channel=general", "write an ID such as C012AB3CD", "subscribe org=acme"),
        ("subscribe org=acme mention=@here", "“@here” is not a user group's ID", "subscribe org=acme"),
        ("subscribe org=acme note=sometimes", "is not a length of time", "subscribe org=acme note=24h"),
        ("pause", "The number of the subscription is missing: write one alone, as in “pause 3”", "subscriptions"),
        ("unsubscribe all", "“all” is not the number of a subscription", "subscriptions"),
        ("resume 0", "“0” is not the number", "subscriptions"),
        ("pause 3 4", "“3 4” is not the number", "pause 3"),
        ("resume number=12", "“number=12” is not the number", "resume 12"),
        ("unsubscribe 12345678901", "is not the number", "unsubscribe 123456789"),
        ("status please", "“status” stands alone: leave out what follows it", "status"),
        ("subscriptions org=acme", "“subscriptions” stands alone", "subscriptions"),
        ("unpause 3", "no command “unpause”: the nearest is “pause”", "pause 3"),
    ],
)
def test_a_command_that_makes_no_sense_is_corrected(ask: Ask, text: str, words: str, corrected: str) -> None:
    with pytest.raises(UserError) as caught:
        ask(text)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")
    assert caught.value.corrected == corrected
    ask(corrected)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("subscribe org=acme every=15m", "subscribe org=Acme tz=Europe/Berlin channel=C012AB3CD"),
        (
            "subscribe org=acme category=all every=90m mention=S012AB3CD note=weekly",
            "subscribe org=Acme category=all every=1h30m tz=Europe/Berlin channel=C012AB3CD mention=S012AB3CD note=1w",
        ),
        (
            "subscribe org=acme mode=alert category=token,agent",
            "subscribe org=Acme category=agent,token mode=alert tz=Europe/Berlin channel=C012AB3CD",
        ),
        (
            "subscribe org=acme at=17:00,09:00 days=weekdays tz=UTC",
            "subscribe org=Acme at=09:00,17:00 days=mon-fri tz=UTC channel=C012AB3CD",
        ),
        ("subscribe org=acme cron=@daily", "subscribe org=Acme at=00:00 tz=Europe/Berlin channel=C012AB3CD"),
        (
            "subscribe org=acme cron='0 9 1 * *'",
            'subscribe org=Acme cron="0 9 1 * *" tz=Europe/Berlin channel=C012AB3CD',
        ),
    ],
)
def test_terms_are_written_as_the_shortest_command(ask: Ask, catalog: ScopeCatalog, text: str, written: str) -> None:
    terms = terms_of(subscription(ask(text)))
    assert render_subscription(terms, catalog=catalog, visible=()) == written
    assert terms_of(subscription(ask(written))) == terms


def test_terms_of_several_scopes_are_a_command_each(catalog: ScopeCatalog) -> None:
    terms = Terms((ACME, PROD), ChannelId("C012AB3CD"), Mode.ALERT, ALERT_FILTERS)
    assert render_subscription(terms, catalog=catalog, visible=()).splitlines() == [
        "subscribe org=Acme mode=alert tz=UTC channel=C012AB3CD",
        "subscribe space=prod mode=alert tz=UTC channel=C012AB3CD",
    ]


def terms_of(command: Subscribe) -> Terms:
    return Terms(
        (command.scope,),
        command.channel or ChannelId("C012AB3CD"),
        command.mode,
        command.filters,
        command.zone,
        command.schedule,
        command.mention,
        command.reassure_after,
    )


@pytest.mark.parametrize("given", ["every=5m", "at=09:00 days=mon", "note=7d", "cron=@daily note=weekly"])
def test_an_alert_has_no_time_of_its_own(ask: Ask, given: str) -> None:
    with pytest.raises(UserError, match="An alert comes as soon as something happens") as refused:
        ask(f"subscribe org=acme mode=alert {given}")
    assert refused.value.corrected == "subscribe org=acme mode=alert"
