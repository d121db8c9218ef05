"""Which subscriptions the settings come to, and of which scopes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.domain.access import ChannelId, GroupId, Rule, UserId
from bot.domain.errors import SettingsError
from bot.domain.schedules import Interval
from bot.domain.scopes import Region, Scope, ScopeKind
from bot.domain.subscriptions import ALERT_FILTERS, DIGEST_FILTERS, Draft, Mode, Origin, Terms
from bot.settings import Account, ScopeSettings, Settings, SubscriptionSettings
from bot.settings.digests import pipeline
from bot.settings.variables import LogSection, MondooSection, PipelineSection
from bot.wiring.scopes import scopes
from bot.wiring.subscriptions import drafts

PROD = Scope(ScopeKind.ORGANIZATION, "prod", Region.EU)
LAB = Scope(ScopeKind.SPACE, "lab")
LAB_IN_EUROPE = Scope(ScopeKind.SPACE, "lab", Region.EU)
CONFIGURED = (PROD, LAB, LAB_IN_EUROPE)
QUARTERLY = Interval(timedelta(minutes=15))


class StandingClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2024, 5, 6, tzinfo=UTC)


def digest(*references: str, place: str = "CONFIG_FILE: subscription 1") -> SubscriptionSettings:
    return SubscriptionSettings(
        key="file:owners",
        name=place,
        origin=Origin.FILE,
        scopes=references,
        channel=ChannelId("C01"),
        mode=Mode.DIGEST,
        filters=DIGEST_FILTERS,
        schedule=QUARTERLY,
        zone="Europe/Berlin",
        mention=GroupId("S01"),
        owner=UserId("U01"),
        reassure_after=timedelta(weeks=1),
    )


def planned(*subscriptions: SubscriptionSettings, open_to_others: bool = True) -> tuple[Draft, ...]:
    """The drafts where organization prod is in Europe, and a space named lab in either region."""
    configured = tuple(
        ScopeSettings(
            scope.kind,
            scope.id,
            (f"{scope.id}-{scope.region.value}",),
            Account("CONFIG_FILE: scope", SecretStr("own"), region=scope.region),
            None,
        )
        for scope in CONFIGURED
    )
    settings = Settings(
        MondooSection.defaults(),
        Account("MONDOO_API_TOKEN", SecretStr("t") if open_to_others else None),
        configured,
        Rule(),
        LogSection.defaults(),
        None,
        pipeline(PipelineSection.defaults(), subscriptions),
    )
    return drafts(settings, scopes(settings, StandingClock()))


def scopes_of(*references: str) -> tuple[Scope, ...]:
    (draft,) = planned(digest(*references))
    return draft.terms.scopes


def test_a_subscription_keeps_all_that_the_settings_say_of_it() -> None:
    assert planned(digest("prod-eu")) == (
        Draft(
            key="file:owners",
            origin=Origin.FILE,
            terms=Terms(
                scopes=(PROD,),
                channel=ChannelId("C01"),
                mode=Mode.DIGEST,
                filters=DIGEST_FILTERS,
                zone="Europe/Berlin",
                schedule=QUARTERLY,
                mention=GroupId("S01"),
                reassure_after=timedelta(weeks=1),
            ),
            owner=UserId("U01"),
        ),
    )


def test_a_configured_scope_is_named_by_alias_or_id_and_keeps_its_region() -> None:
    assert scopes_of("PROD-eu", "org:prod", "lab-us", PROD.mrn) == (PROD, LAB)


def test_any_other_scope_is_in_the_default_region() -> None:
    assert scopes_of("space:other") == (Scope(ScopeKind.SPACE, "other"),)


def test_no_scope_at_all_means_every_one_that_is_configured() -> None:
    assert scopes_of() == CONFIGURED


def test_an_alert_is_planned_without_a_schedule() -> None:
    alert = SubscriptionSettings(
        "file:alert",
        "CONFIG_FILE: subscription 2",
        Origin.FILE,
        ("prod-eu",),
        ChannelId("C02"),
        Mode.ALERT,
        ALERT_FILTERS,
        schedule=None,
        zone="UTC",
        mention=None,
        owner=None,
        reassure_after=None,
    )
    first, second = planned(digest("prod-eu"), alert)
    assert (first.key, second.key) == ("file:owners", "file:alert")
    assert (second.terms.mode, second.terms.schedule) == (Mode.ALERT, None)


def test_every_scope_that_cannot_be_read_is_told_with_its_place() -> None:
    with pytest.raises(SettingsError) as caught:
        planned(digest("space:lab", "prod-eu"), digest("nobody", "org:other", place="DIGEST"), open_to_others=False)
    assert str(caught.value).splitlines() == [
        "CONFIG_FILE: subscription 1: “space:lab” is in the regions us and eu: give each an alias, and write that.",
        "DIGEST: “nobody” is not among the scopes of CONFIG_FILE, and there are no credentials for any other.",
        "DIGEST: “org:other” is not among the scopes of CONFIG_FILE, and there are no credentials for any other.",
    ]
