"""What commands about mute rules mean, and what is said of those that make no sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import UserError
from bot.domain.intents import Command, ListMutes, MuteEvents, Unmute
from bot.domain.mutes import MuteId, MuteTerms
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind

Ask = Callable[..., Command]
ACME = Scope(ScopeKind.ORGANIZATION, "acme-org-1")
PROD = Scope(ScopeKind.SPACE, "prod-space-1", Region.EU)


def test_a_rule_mutes_events_of_every_scope_until_it_is_lifted(ask: Ask) -> None:
    assert ask("mute actor=jane reason=holidays") == MuteEvents(MuteTerms("holidays", actor="jane"))


def test_every_key_has_its_place_in_the_rule(ask: Ask, now: datetime) -> None:
    text = 'mute action=Create resource=//x actor=ci for=7d reason="rollout of agents" space=prod'
    until = now.replace(microsecond=0) + timedelta(days=7)
    assert ask(text) == MuteEvents(MuteTerms("rollout of agents", "ci", "Create", "//x", PROD, until))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("for=24h", "2024-05-16T12:30:15Z"),
        ("until=2024-05-16", "2024-05-15T22:00:00Z"),
        ("until=2024-05-16T10:00Z", "2024-05-16T10:00:00Z"),
        ("until='2024-06-01 09:00 America/New_York'", "2024-06-01T13:00:00Z"),
    ],
)
def test_the_end_is_a_moment_or_so_long_from_now(ask: Ask, text: str, end: str) -> None:
    command = ask(f"mute actor=jane reason=x {text}")
    assert isinstance(command, MuteEvents)
    assert command.terms.until == datetime.fromisoformat(end)


def test_rules_are_listed_and_lifted_by_number(ask: Ask) -> None:
    assert ask("mutes") == ListMutes()
    assert ask("unmute 3") == ask("unmute #3") == Unmute(MuteId(3))


@pytest.mark.parametrize(
    ("text", "words", "corrected"),
    [
        ("mute", "Say which events to mute", "help mute"),
        ("mute org=acme reason=x", "Say which events to mute", "help mute"),
        ("mute actor=jane", "Say why", 'mute actor=jane reason="say why"'),
        ("mute actor=@jane reason=x", "Slack names", "mute actor=jane reason=x"),
        ("mute actor=jane why=x", "no key “why”: the nearest is “reason”", "mute actor=jane reason=x"),
        ("mute actor=jane reason=too many", "spaces in it", 'mute actor=jane reason="too many"'),
        ("mute actor=jane reason=x for=7 days", "spaces in it", "mute actor=jane reason=x for=7d"),
        ("mute actor=jane reason=x for=long", "not a length of time", "mute actor=jane reason=x for=24h"),
        ("mute actor=jane reason=x for=1d until=2024-06-01", "keep one", "mute actor=jane reason=x for=1d"),
        ("mute actor=jane reason=x until=7d", "write “for=7d”", "mute actor=jane reason=x for=7d"),
        ("mute actor=jane until=yesterday reason=x", "“yesterday” is past", "mute actor=jane reason=x for=7d"),
        ("mute actor=jane reason=x until=now", "“now” is past", "mute actor=jane reason=x for=7d"),
        ("mute actor=jane reason=x until=soon", "“soon”", "mute actor=jane reason=x for=7d"),
        ("mute actor=jane reason=x region=eu", "Say whose log", "mute org=Acme actor=jane reason=x"),
        ("mute actor=jane reason=x risk=low", "“risk” is a key of “search”", "mute actor=jane reason=x"),
        ("org=acme reason=x", "“reason” is a key of “mute” alone", "org=acme"),
        ("mtue actor=jane reason=x", "nearest is “mute”", "mute actor=jane reason=x"),
        ("mutes all", "stands alone", "mutes"),
        ("unmute", "The number of the mute rule is missing: write one alone, as in “unmute 3”", "mutes"),
        ("unmute rule 12", "not the number of a mute rule", "unmute 12"),
    ],
)
def test_a_mistake_is_told_in_one_sentence_and_corrected(ask: Ask, text: str, words: str, corrected: str) -> None:
    with pytest.raises(UserError) as caught:
        ask(text)
    assert words in str(caught.value)
    assert caught.value.corrected == corrected
    ask(corrected)


@pytest.mark.parametrize("text", ["mute actor=jane reason=x", "mutes", "unmute 3"])
def test_nothing_is_muted_from_a_terminal(ask: Ask, text: str) -> None:
    with pytest.raises(UserError, match="works in Slack"):
        ask(text, formats=())


def test_whoever_may_see_no_scope_can_still_ask(ask: Ask) -> None:
    assert ask("mutes", catalog=ScopeCatalog(open=False), visible=()) == ListMutes()
