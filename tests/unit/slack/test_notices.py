from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack import ids
from bot.adapters.slack.views.help import guide
from bot.adapters.slack.views.limits import violations
from bot.adapters.slack.views.notices import Mark, interrupted, plainly, problem, still_reading, unexpected
from bot.adapters.slack.views.results import view
from bot.domain.commands import parse
from bot.domain.errors import (
    AccessDenied,
    BadCredentials,
    BadResponse,
    BotError,
    NotPermitted,
    RateLimited,
    SettingsError,
    Unavailable,
    UserError,
)
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.entrypoints.slack.errors import explain, outcome
from bot.sandbox.slack.blocks.active import active_content
from bot.sandbox.slack.blocks.validator import check_message

from .pages import PER_PAGE, FakePage, all_read, history

PROD = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
LAB = Scope(ScopeKind.SPACE, "lab", Region.EU)
ERRORS: dict[str, tuple[BotError, str]] = {
    "mistake": (UserError("There is no key “sicne”.", corrected="org=acme since=today"), "mistake"),
    "mistake-without-correction": (UserError("Slack does not know you in this workspace."), "mistake"),
    "denied": (AccessDenied("You may not see the audit log of organization acme here."), "denied"),
    "unavailable": (Unavailable("Mondoo answered 503."), "unavailable"),
    "rate-limited": (RateLimited("Mondoo answered 429."), "rate limited"),
    "bad-credentials": (BadCredentials("Mondoo does not accept the token."), "bad credentials"),
    "not-permitted": (NotPermitted("Mondoo does not let the token read this."), "not permitted"),
    "bad-response": (BadResponse("Mondoo's answer made no sense."), "bad response"),
    "settings": (SettingsError("A setting makes no sense."), "failed"),
}
CATALOGS = {
    "two": ScopeCatalog((PROD, LAB), (("prod", PROD),)),
    "many": ScopeCatalog(tuple(Scope(ScopeKind.SPACE, f"space-{n}") for n in range(30))),
    "open": ScopeCatalog(),
    "closed": ScopeCatalog(open=False),
}


@pytest.mark.parametrize("name", ERRORS)
def test_each_error_is_told_in_words_with_what_to_do(name: str, snapshot: SnapshotAssertion) -> None:
    error, logged = ERRORS[name]
    message = explain(error)
    assert message == snapshot
    assert outcome(error) == logged
    assert fine(message)


def test_the_unforeseen_is_told_with_a_reference(snapshot: SnapshotAssertion) -> None:
    assert unexpected("abc123") == snapshot


@pytest.mark.parametrize("command", ["org=acme since=today", None], ids=["command", "click"])
def test_an_interruption_is_told_with_what_to_do_again(command: str | None, snapshot: SnapshotAssertion) -> None:
    assert interrupted(command) == snapshot


@pytest.mark.parametrize("name", CATALOGS)
def test_help_offers_what_the_person_may_see(name: str, snapshot: SnapshotAssertion) -> None:
    message = guide(CATALOGS[name], topic=None)
    assert message == snapshot
    assert fine(message)


@pytest.mark.parametrize("topic", ["since", "category"])
def test_help_about_a_key_is_about_that_key(topic: str, snapshot: SnapshotAssertion) -> None:
    assert guide(CATALOGS["open"], topic=topic) == snapshot


TOPICS = [
    *("subscribe", "subscriptions", "pause", "resume", "unsubscribe", "status", "mode", "every", "at", "note"),
    *("mute", "mutes", "unmute", "export"),
]


@pytest.mark.parametrize("topic", TOPICS)
def test_help_about_subscriptions_is_about_them(topic: str, snapshot: SnapshotAssertion) -> None:
    assert guide(CATALOGS["two"], topic=topic) == snapshot


@pytest.mark.parametrize("name", CATALOGS)
@pytest.mark.parametrize("topic", [None, *TOPICS])
def test_every_command_that_help_offers_is_one(name: str, topic: str | None) -> None:
    known = CATALOGS[name]
    message = guide(known, topic=topic)
    assert fine(message)
    for line in copied(message):
        text = line.removeprefix(ids.COMMAND).strip()
        parse(text, now=datetime(2024, 5, 1, tzinfo=UTC), zone="UTC", catalog=known, visible=known.scopes)


def copied(piece: object) -> list[str]:
    """The lines that are there to be copied."""
    if isinstance(piece, list):
        return [line for item in piece for line in copied(item)]
    if not isinstance(piece, dict):
        return []
    if piece.get("type") == "rich_text_preformatted":
        return str(piece["elements"][0]["text"]).splitlines()
    return [line for held in piece.values() for line in copied(held)]


def test_help_about_searching_is_all_of_it() -> None:
    assert guide(CATALOGS["open"], topic="search") == guide(CATALOGS["open"], topic=None)


def test_a_page_can_be_told_without_any_form(snapshot: SnapshotAssertion) -> None:
    message = plainly(view(FakePage(history(2), all_read(2)), alias=None, zone="UTC", per_page=PER_PAGE))
    assert message == snapshot
    assert fine(message)


def test_the_longest_command_can_be_copied_whole() -> None:
    message = problem(Mark.MISTAKE, "No.", command="👍" * 1000 + "x" * 2000)
    assert fine(message)
    assert "x" * 2000 in str(message)


def test_even_the_longest_words_of_a_message_can_be_told_plainly() -> None:
    assert fine(plainly({"text": "x", "blocks": [{"text": "👍" * 20_000}]}))


@given(st.sampled_from(Mark), st.text(st.characters()), st.text(st.characters()), st.none() | st.text(st.characters()))
def test_no_words_make_an_invalid_or_active_notice(mark: Mark, words: str, advice: str, command: str | None) -> None:
    message = problem(mark, words, advice, command=command)
    assert fine(message)
    assert fine(plainly(message))


PIECES = st.dictionaries(
    st.sampled_from(["type", "text", "fallback", "elements"]), st.none() | st.text(st.characters())
)


@given(st.none() | st.text() | st.lists(PIECES | st.lists(PIECES) | st.text()))
def test_anything_at_all_can_be_told_plainly(blocks: object) -> None:
    assert fine(plainly({"text": "x", "blocks": blocks}))


def fine(message: dict[str, Any]) -> bool:
    assert violations(message) == []
    assert check_message(message["blocks"]).error is None
    return active_content(message["blocks"], message["text"]) == []


def test_whoever_waits_is_told_that_the_bot_is_still_at_it(snapshot: SnapshotAssertion) -> None:
    assert still_reading() == snapshot
    assert fine(still_reading())
    assert fine(still_reading(clicked=True))
