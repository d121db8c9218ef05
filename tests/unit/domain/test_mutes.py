"""Which events mute rules leave out, and until when."""

from __future__ import annotations

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


def mute(number: int = 1, **terms: object) -> Mute:
    return Mute(MuteId(number), MuteTerms(**{"reason": "rollout", **terms}), UserId("U0ADA"), NOON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "terms",
    [
        {"actor": "ada"},
        {"actor": "//USERS/ada"},
        {"action": "createserviceaccount"},
        {"resource": "spaces/prod"},
        {"actor": "love", "action": "Captain", "resource": "serviceaccounts"},
        {"actor": "ada", "scope": ACME},
        {"actor": "ada", "until": NOON + MINUTE},
    ],
)
def test_an_event_is_muted_where_all_that_is_given_is_found_in_it(terms: dict[str, object]) -> None:
    assert mute(**terms).matches(EVENT, NOON)


@pytest.mark.parametrize(
    "terms",
    [
        {"actor": "bob"},
        {"actor": "ada", "action": "Delete"},
        {"actor": "ada", "resource": "spaces/test"},
        {"actor": "ada", "scope": replace(ACME, region=Region.EU)},
        {"actor": "ada", "until": NOON},
        {"actor": "ada", "until": NOON - MINUTE},
    ],
)
def test_an_event_is_told_where_something_is_not_found_or_the_end_has_come(terms: dict[str, object]) -> None:
    assert not mute(**terms).matches(EVENT, NOON)


@pytest.mark.parametrize(
    "terms", [{}, {"scope": ACME}, {"actor": "ada", "reason": ""}, {"actor": "ada", "until": NOON.replace(tzinfo=None)}]
)
def test_a_rule_says_what_it_mutes_why_and_until_when_exactly(terms: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a mute rule"):
        mute(**terms)


def test_the_first_rule_that_mutes_an_event_is_the_one_to_name() -> None:
    rules = [mute(1, actor="bob"), mute(2, actor="ada"), mute(3, action="Create")]
    assert muted_by(EVENT, rules, NOON) == 2
    assert muted_by(EVENT, rules[:1], NOON) is None
    assert muted_by(EVENT, [], NOON) is None
