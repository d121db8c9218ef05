"""What holds of every command that anybody might type."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.arguments import Key
from bot.domain.commands import LONGEST, Command, Format, Search, render
from bot.domain.errors import UserError
from bot.domain.events import Category, Risk
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.questions import LARGEST_LIMIT
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
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
        *('"0 9 * * 1-5"', "0 9 30 2 *", "0 0 9 * * 1", "@dayly", "*/5 * * * *", "digest", "alrt", "weekly", "off"),
        *("C012AB3CD", "#ops", "S012AB3CD", "@oncall", "3", "#3", "3x", "-1", "99999999999"),
        *("all", "0", "10k", "asc", "up", "eu", "custom", "membership,tokn", "high,", "“a b”", "'", "@jane", "table"),
    ]
)
WORDS = st.one_of(
    st.tuples(KEYS, st.sampled_from(["=", " = ", "= ", " =", ":", " ", "=="]), VALUES).map("".join),
    VALUES,
    st.sampled_from(["search", "help", "serach", "export", "acme", "“", "=", ",token"]),
)
VERBS = st.sampled_from(["subscribe", "subscriptions", "pause", "resume", "unsubscribe", "status", "subscrbe"])
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


@st.composite
def questions(draw: st.DrawFn, scopes: st.SearchStrategy[Scope]) -> AuditQuery:
    since, until = draw(st.none() | PAST), draw(st.none() | ANY_TIME)
    if since is not None and until is not None and since >= until:
        since = None
    return AuditQuery(
        draw(scopes),
        Window(since and since.replace(microsecond=0), until and until.replace(microsecond=0) + timedelta(seconds=1)),
        Filters(
            actor=draw(TEXTS.filter(lambda text: not text.startswith("@"))),
            action=draw(TEXTS),
            resource=draw(TEXTS),
            text=draw(TEXTS),
            categories=draw(st.frozensets(st.sampled_from(Category))),
            risks=draw(st.frozensets(st.sampled_from(Risk))),
        ),
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
