"""The words of failures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.durations import BadTime
from bot.domain.errors import (
    AccessDenied,
    BadCredentials,
    BadResponse,
    BotError,
    NotPermitted,
    RateLimited,
    SettingsError,
    Unavailable,
    UpstreamError,
    UserError,
)


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        (UserError, BotError),
        (AccessDenied, UserError),
        (SettingsError, BotError),
        (UpstreamError, BotError),
        (Unavailable, UpstreamError),
        (RateLimited, Unavailable),
        (BadCredentials, UpstreamError),
        (NotPermitted, UpstreamError),
        (BadResponse, UpstreamError),
    ],
)
def test_every_error_belongs_to_one_tree(kind: type[BotError], family: type[BotError]) -> None:
    assert kind.__base__ is family
    assert str(kind("It failed.")) == "It failed."


@pytest.mark.parametrize("kind", [AccessDenied, Unavailable, RateLimited, BadCredentials, NotPermitted, BadResponse])
def test_an_error_advises_and_can_advise_otherwise(kind: type[BotError]) -> None:
    assert kind("It failed.").advice.endswith(".")
    assert kind("It failed.", advice="Wait.").advice == "Wait."
    assert kind("It failed.", advice="").advice == ""


@pytest.mark.parametrize("kind", [UpstreamError, Unavailable, RateLimited, BadCredentials, NotPermitted, BadResponse])
def test_a_failure_upstream_has_its_reason_in_a_few_words(kind: type[UpstreamError]) -> None:
    assert 1 <= len(kind.reason.split()) <= 2


def test_a_user_error_carries_what_to_write_instead() -> None:
    assert UserError("No.").corrected == ""
    assert UserError("No.", corrected="org=a").corrected == "org=a"
    assert BadTime("No.", suggestion="24h").suggestion == "24h"


def test_an_unavailable_service_says_when_to_come_back() -> None:
    assert Unavailable("No.").retry_after is None
    assert RateLimited("No.", retry_after=timedelta(seconds=30)).retry_after == timedelta(seconds=30)
