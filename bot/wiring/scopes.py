"""Which scopes there are, whom to ask for each, and who may see it: what the settings come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot.adapters.mondoo.credentials import ApiToken, Credentials, service_account
from bot.adapters.mondoo.endpoints import QUERY_URLS, Endpoint, query_url, region_of
from bot.domain.access import Policy
from bot.domain.errors import SettingsError, UserError
from bot.domain.scopes import Region, Scope, ScopeCatalog
from bot.ports import Clock
from bot.settings import Account, ScopeSettings, Settings

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Home:
    """Where an account is at home: a region, and the URL to query there."""

    region: Region
    url: str

    @property
    def is_public(self) -> bool:
        """Whether it is one of Mondoo's own regions, which all may be sent the same token."""
        return QUERY_URLS.get(self.region) == self.url


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scopes that can be asked for."""

    catalog: ScopeCatalog
    policy: Policy
    endpoints: Mapping[Scope, Endpoint]
    """For each scope that the settings name."""
    home: Home
    credentials: Credentials | None
    """For every other scope."""

    def endpoint_of(self, scope: Scope) -> Endpoint:
        """Whom to ask for a scope, and as whom.

        Raises:
            UserError: there are no credentials for it.
        """
        if scope in self.endpoints:
            return self.endpoints[scope]
        if self.credentials is not None:
            if scope.region is self.home.region:
                return Endpoint(self.home.url, self.credentials)
            if self.home.is_public and scope.region in QUERY_URLS:
                return Endpoint(QUERY_URLS[scope.region], self.credentials)
        raise UserError(
            f"The bot has no credentials for {scope}.",
            advice="The operator can add them for this scope in the file that CONFIG_FILE names.",
        )


def scopes(settings: Settings, clock: Clock) -> Scopes:
    """The scopes that the settings come to.

    A token is sent only where it belongs: to its own URL, or within Mondoo's public regions. So a scope at a URL of its
    own needs credentials of its own.

    Raises:
        SettingsError: credentials make no sense, two scopes are the same, or one would get a token of elsewhere.
    """
    accounts = [settings.account, *(each.account for each in settings.scopes)]
    credentials, *own = _all(partial(_credentials, account, clock) for account in accounts)
    home = _home(settings.account, credentials, Home(Region.US, QUERY_URLS[Region.US]))
    named = list(zip(settings.scopes, own, strict=True))
    places = _all(partial(_home, each.account, its, home) for each, its in named)
    names: dict[Scope, ScopeSettings] = {}
    for each, place in zip(settings.scopes, places, strict=True):
        scope = Scope(each.kind, each.id, place.region)
        if scope in names:
            raise SettingsError(f"{each.account.name} is the same as another before it: {scope}.")
        names[scope] = each
    found = _all(
        partial(_endpoint, each, its, place, credentials, home)
        for (each, its), place in zip(named, places, strict=True)
    )
    endpoints = dict(zip(names, found, strict=True))
    return Scopes(
        catalog=ScopeCatalog(
            scopes=tuple(names),
            aliases=tuple((alias, scope) for scope, each in names.items() for alias in each.aliases),
            default_region=home.region,
            open=credentials is not None,
            regions=tuple(QUERY_URLS) if home.is_public else (home.region,),
        ),
        policy=Policy(settings.rule, {scope: each.rule for scope, each in names.items() if each.rule is not None}),
        endpoints=endpoints,
        home=home,
        credentials=credentials,
    )


def _all(attempts: Iterable[Callable[[], _Result]]) -> list[_Result]:
    """What each attempt comes to.

    Raises:
        SettingsError: some fail; it has a line for each.
    """
    results: list[_Result] = []
    problems: list[SettingsError] = []
    for attempt in attempts:
        try:
            results.append(attempt())
        except SettingsError as error:
            problems.append(error)
    if problems:
        advice = dict.fromkeys(error.advice for error in problems if error.advice)
        raise SettingsError("\n".join(map(str, problems)), advice=" ".join(advice))
    return results


def _endpoint(
    each: ScopeSettings, own: Credentials | None, place: Home, common: Credentials | None, home: Home
) -> Endpoint:
    if own is not None:
        return Endpoint(place.url, own)
    if common is None:
        raise SettingsError(f"{each.account.name} has no credentials.")
    if place != home and not (place.is_public and home.is_public):
        raise SettingsError(
            f"{each.account.name} is at another URL than the default credentials are for, so it needs its own: write "
            "token_env or service_account for it."
        )
    return Endpoint(place.url, common)


def _credentials(account: Account, clock: Clock) -> Credentials | None:
    try:
        if account.token is not None:
            return ApiToken(account.token.get_secret_value())
        if account.service_account is not None:
            return service_account(account.service_account.get_secret_value(), clock)
    except SettingsError as error:
        raise SettingsError(f"{account.name}: {error}.", advice=error.advice) from error
    return None


def _home(account: Account, credentials: Credentials | None, otherwise: Home) -> Home:
    """Where the account is at home: as it says itself, else as its credentials say, else where it is said of others."""
    if account.api_url is not None:
        return Home(account.region or region_of(account.api_url), account.api_url)
    if account.region is not None:
        return otherwise if otherwise.region is account.region else Home(account.region, QUERY_URLS[account.region])
    if credentials is not None and credentials.api_endpoint:
        region = region_of(credentials.api_endpoint)
        try:
            return Home(region, QUERY_URLS.get(region) or query_url(credentials.api_endpoint))
        except SettingsError as error:
            raise SettingsError(f"{account.name}, in its api_endpoint: {error}.", advice=error.advice) from error
    return otherwise
