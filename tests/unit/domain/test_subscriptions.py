"""What can be subscribed to."""

from __future__ import annotations

import pytest

from bot.domain.access import ChannelId
from bot.domain.events import Category, Risk
from bot.domain.query import Filters
from bot.domain.scopes import Scope, ScopeKind
from bot.domain.subscriptions import DIGEST_SCHEDULE, Mode, Terms, usual_filters

ACME = Scope(ScopeKind.ORGANIZATION, "acme")
CHANNEL = ChannelId("C1")


def test_a_digest_is_about_members_and_service_accounts_where_nobody_says() -> None:
    wanted = frozenset({Category.MEMBERSHIP, Category.SERVICE_ACCOUNT})
    assert usual_filters(Mode.DIGEST) == Filters(categories=wanted)


def test_an_alert_is_about_high_risks_where_nobody_says() -> None:
    assert usual_filters(Mode.ALERT) == Filters(risks=frozenset({Risk.HIGH}))


def test_a_subscription_is_to_one_scope_at_least() -> None:
    with pytest.raises(ValueError, match="one scope at least"):
        Terms((), CHANNEL, Mode.ALERT, Filters())


def test_a_digest_has_a_schedule_and_an_alert_has_none() -> None:
    assert Terms((ACME,), CHANNEL, Mode.DIGEST, Filters(), schedule=DIGEST_SCHEDULE).schedule == DIGEST_SCHEDULE
    assert Terms((ACME,), CHANNEL, Mode.ALERT, Filters()).schedule is None
    for mode, schedule in ((Mode.DIGEST, None), (Mode.ALERT, DIGEST_SCHEDULE)):
        with pytest.raises(ValueError, match="a digest has a schedule"):
            Terms((ACME,), CHANNEL, mode, Filters(), schedule=schedule)
