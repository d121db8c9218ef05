"""Which events mute rules leave out, and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.access import UserId
from bot.domain.events import AuditEvent
from bot.domain.mutes import Mute, MuteId, MuteTerms, muted_by
from bot.domain.scopes import Region, Scope, ScopeKind

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ACME = Scope(ScopeKind.ORGANIZATION, "acme")
EVENT = AuditEvent(
    scope=ACME,
    at=NOON,
    timestamp="2026-03-01T12:00:00Z",
    action="mondoo.captain.Captain.CreateServiceAccount",
    actor_name="Ada Lovelace",
    actor_mrn="//users/ada",
    resource="//spaces/prod/serviceaccounts/7",
    message="service account created",
    parent="//spaces/prod",
)


def mute(terms: MuteTerms, number: int = 1) -> Mute:
    return Mute(MuteId(number), terms, UserId("U0ADA"), NOON)


@pytest.mark.parametrize(
    "terms",
    [
        MuteTerms("why", actor="ada"),
        MuteTerms("why", actor="//USERS/ada"),
        MuteTerms("why", action="createserviceaccount"),
        MuteTerms("why", resource="spaces/prod"),
        MuteTerms("why", actor="love", action="Captain", resource="serviceaccounts"),
        MuteTerms("why", actor="ada", scope=ACME),
        MuteTerms("why", actor="ada", until=NOON + MINUTE),
    ],
)
def test_an_event_is_muted_where_all_that_is_given_is_found_in_it(terms: MuteTerms) -> None:
    assert mute(terms).matches(EVENT, NOON)


@pytest.mark.parametrize(
    "terms",
    [
        MuteTerms("why", actor="bob"),
        MuteTerms("why", actor="ada", action="Delete"),
        MuteTerms("why", actor="ada", resource="spaces/test"),
        MuteTerms("why", actor="ada", scope=replace(ACME, region=Region.EU)),
        MuteTerms("why", actor="ada", until=NOON),
        MuteTerms("why", actor="ada", until=NOON - MINUTE),
    ],
)
def test_an_event_is_told_where_something_is_not_found_or_the_end_has_come(terms: MuteTerms) -> None:
    assert not mute(terms).matches(EVENT, NOON)


@pytest.mark.parametrize(
    "make",
    [
        lambda: MuteTerms("why"),
        lambda: MuteTerms("why", scope=ACME),
        lambda: MuteTerms("", actor="ada"),
        lambda: MuteTerms("why", actor="ada", until=NOON.replace(tzinfo=None)),
    ],
)
def test_a_rule_says_what_it_mutes_why_and_until_when_exactly(make: Callable[[], MuteTerms]) -> None:
    with pytest.raises(ValueError, match="a mute rule"):
        make()


def test_the_first_rule_that_mutes_an_event_is_the_one_to_name() -> None:
    actors = ("bob", "ada", "love")
    rules = [mute(MuteTerms("why", actor=actor), number) for number, actor in enumerate(actors, 1)]
    assert muted_by(EVENT, rules, NOON) == 2
    assert muted_by(EVENT, rules[:1], NOON) is None
    assert muted_by(EVENT, [], NOON) is None
