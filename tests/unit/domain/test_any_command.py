"""What holds of every command that anybody might type."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.access import ChannelId, GroupId
from bot.domain.arguments import Key
from bot.domain.commands import LONGEST, render, render_subscription
from bot.domain.errors import UserError
from bot.domain.events import Category, Risk
from bot.domain.formats import Format
from bot.domain.intents import Command, Search, Subscribe
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.questions import LARGEST_LIMIT
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.slots import Calendar, Interval, is_grid
from bot.domain.subscriptions import ALERT_FILTERS, DIGEST_FILTERS, Mode, Terms
from bot.domain.typed import tidy

Ask = Callable[..., Command]

KEYS = st.sampled_from([key.value for key in Key]) | st.sampled_from(["sinse", "from", "foo", "ORG", "--limit", "@"])
VALUES = st.text(max_size=20) | st.sampled_from(
    [
        *(
            "acme",
            "prod",
            "shadow",
            "twin-org",
            "org:x",
            "space:prod",
            "//captain.api.mondoo.app/spaces/a",
            "a/spaces/b",
        ),
        *("24h", "0d", "3 days", "2024-05-01", "2024-02-30", "9999-12-31", "now", "16:00", '"10:00 Berlin"', "monday"),
        *("15m", "3s", "every day", "09:00,17:30", "9am", "09:00 Berlin", "mon-fri", "mon wed", "Europe/Berln"),
        *(
            '"0 9 * * 1-5"',
            "0 9 30 2 *",
            "0 0 9 * * 1",
            "@dayly",
            "*/5 * * * *",
            "digest",
            "alrt",
            "weekly",
            "off",
            "7 days",
            "tomorrow",
        ),
        *("C012AB3CD", "#ops", "S012AB3CD", "@oncall", "3", "#3", "3x", "-1", "99999999999"),
        *("all", "0", "10k", "asc", "up", "eu", "custom", "membership,tokn", "high,", "“a b”", "'", "@jane", "table"),
    ]
)
WORDS = st.one_of(
    st.tuples(KEYS, st.sampled_from(["=", " = ", "= ", " =", ":", " ", "=="]), VALUES).map("".join),
    VALUES,
    st.sampled_from(["search", "help", "serach", "export", "acme", "“", "=", ",token"]),
)
VERBS = st.sampled_from(
    ["subscribe", "subscriptions", "pause", "resume", "unsubscribe", "status", "subscrbe", "mute", "mutes"]
) | st.sampled_from(["unmute", "mute actor=jane reason=why", "mtue"])
COMMANDS = st.one_of(
    st.text(),
    st.lists(WORDS, max_size=8).map(" ".join),
    st.tuples(VERBS, st.lists(WORDS, max_size=8).map(" ".join)).map(" ".join),
)
SCOPES = st.builds(
    Scope,
    st.sampled_from(ScopeKind),
    st.sampled_from(["acme", "prod", "shadow", "x"]) | st.from_regex(r"[A-Za-z0-9]{1,27}", fullmatch=True),
    st.sampled_from([Region.US, Region.EU]),
)
ALIASES = st.sampled_from(["acme", "prod", "Shadow", "two words", "help", "org"])


@st.composite
def catalogs(draw: st.DrawFn) -> ScopeCatalog:
    scopes = draw(st.lists(SCOPES, max_size=6, unique=True))
    aliases = draw(st.lists(ALIASES, max_size=len(scopes), unique=True))
    return ScopeCatalog(
        tuple(scopes), tuple(zip(aliases, scopes, strict=False)), draw(st.sampled_from(Region)), draw(st.booleans())
    )


@given(COMMANDS, catalogs(), st.sampled_from([{}, {"formats": Format}]), st.data())
def test_a_command_is_understood_or_corrected_in_one_sentence(
    ask: Ask, text: str, catalog: ScopeCatalog, surface: dict[str, object], data: st.DataObject
) -> None:
    visible = data.draw(st.lists(st.sampled_from(catalog.scopes), unique=True)) if catalog.scopes else []
    try:
        ask(text, catalog=catalog, visible=visible, **surface)
    except UserError as error:
        assert str(error).endswith(".")  # noqa: PT017 — only what is raised is corrected
        assert len(str(error)) < 1000  # noqa: PT017 — likewise
        if error.corrected:
            ask(error.corrected, catalog=catalog, visible=visible, **surface)
        else:
            absent = "not part of this version" in str(error) or "works in Slack" in str(error)
            assert absent or len(text) > LONGEST or not (catalog.open or visible)


@given(st.text(alphabet="=\"'“” \\ao:", max_size=LONGEST))
def test_marks_and_signs_alone_never_confuse(ask: Ask, text: str) -> None:
    with suppress(UserError):
        ask(text)


@pytest.mark.parametrize(
    "text",
    [
        "subscribe at=" + "1," * 1900,
        "subscribe cron=" + "1," * 1900,
        "subscribe days=" + "x," * 1900,
        "pause " + "9" * 3900,
        *("a=1 " * 999, "a " * 1999, "'a " * 1333, "since=1 " * 499, '"\\' * 1999, "org=x:" * 600, "," * 3990),
    ],
)
def test_hostile_commands_of_full_length_are_corrected_too(ask: Ask, text: str) -> None:
    with pytest.raises(UserError) as caught:
        ask(text)
    if caught.value.corrected:
        ask(caught.value.corrected)


TEXTS = st.just("") | st.text(max_size=30).map(tidy)
PAST = st.datetimes(datetime(1970, 1, 3), datetime(2024, 5, 15, 12), timezones=st.just(UTC))  # noqa: DTZ001 — UTC is added
ANY_TIME = st.datetimes(datetime(1970, 1, 3), datetime(2999, 12, 29), timezones=st.just(UTC))  # noqa: DTZ001 — likewise
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Pacific/Apia", "Asia/Kathmandu"])


FILTERS = st.builds(
    Filters,
    actor=TEXTS.filter(lambda text: not text.startswith("@")),
    action=TEXTS,
    resource=TEXTS,
    text=TEXTS,
    categories=st.frozensets(st.sampled_from(Category)),
    risks=st.frozensets(st.sampled_from(Risk)),
)


@st.composite
def questions(draw: st.DrawFn, scopes: st.SearchStrategy[Scope]) -> AuditQuery:
    since, until = draw(st.none() | PAST), draw(st.none() | ANY_TIME)
    if since is not None and until is not None and since >= until:
        since = None
    return AuditQuery(
        draw(scopes),
        Window(since and since.replace(microsecond=0), until and until.replace(microsecond=0) + timedelta(seconds=1)),
        draw(FILTERS),
        draw(st.sampled_from(Order)),
        draw(st.none() | st.integers(1, LARGEST_LIMIT)),
    )


@given(catalogs(), st.data(), ZONES, st.none() | st.integers(1, 500))
def test_a_rendered_query_reads_back_as_itself(
    ask: Ask, catalog: ScopeCatalog, data: st.DataObject, zone: str, default_limit: int | None
) -> None:
    known = st.sampled_from(catalog.scopes) if catalog.scopes else st.nothing()
    query = data.draw(questions(known | SCOPES if catalog.open else known | st.nothing()))
    text = render(query, zone=zone, catalog=catalog, default_limit=default_limit)
    assert len(text) < LONGEST
    command = ask(text, catalog=catalog, visible=(), zone=zone, default_limit=default_limit)
    assert command == Search(query, zone)


DURATIONS = st.integers(5, 36_500 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
SOME_TIMES = st.sets(st.integers(0, 24 * 60 - 1), min_size=1, max_size=6).map(
    lambda minutes: tuple(time(minute // 60, minute % 60) for minute in sorted(minutes))
)
SOME_WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)
SOME_FILTERS = st.sampled_from([Filters(), DIGEST_FILTERS, ALERT_FILTERS]) | FILTERS


@st.composite
def terms(draw: st.DrawFn, scopes: st.SearchStrategy[Scope]) -> Terms:
    zone, mode = draw(ZONES), draw(st.sampled_from(Mode))
    calendars = st.one_of(
        st.builds(Calendar, SOME_TIMES, st.just(zone), weekdays=SOME_WEEKDAYS),
        st.builds(Calendar, SOME_TIMES.filter(is_grid), st.just(zone), st.frozensets(st.integers(1, 29), min_size=1)),
    )
    return Terms(
        tuple(draw(st.lists(scopes, min_size=1, max_size=3, unique=True))),
        draw(st.from_regex(r"[CDG][A-Z0-9]{8,10}", fullmatch=True).map(ChannelId)),
        mode,
        draw(SOME_FILTERS),
        zone,
        None if mode is Mode.ALERT else draw(st.builds(Interval, DURATIONS) | calendars),
        draw(st.none() | st.from_regex(r"S[A-Z0-9]{8,10}", fullmatch=True).map(GroupId)),
        None if mode is Mode.ALERT else draw(st.none() | DURATIONS),
    )


@given(catalogs().filter(lambda catalog: catalog.open or catalog.scopes), st.data(), ZONES)
def test_rendered_terms_read_back_as_themselves(
    ask: Ask, catalog: ScopeCatalog, data: st.DataObject, zone: str
) -> None:
    known = st.sampled_from(catalog.scopes) if catalog.scopes else st.nothing()
    wanted = data.draw(terms(known | SCOPES if catalog.open else known))
    lines = render_subscription(wanted, catalog=catalog, visible=()).split("\n")
    assert [ask(line, catalog=catalog, visible=(), zone=zone) for line in lines] == [
        Subscribe(
            scope=scope,
            mode=wanted.mode,
            filters=wanted.filters,
            schedule=wanted.schedule,
            zone=wanted.zone,
            channel=wanted.channel,
            mention=wanted.mention,
            reassure_after=wanted.reassure_after,
        )
        for scope in wanted.scopes
    ]
