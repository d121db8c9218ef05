"""The subscriptions that the settings name, with the scopes that they mean."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.addresses import AddressBook
from bot.domain.arguments import Key
from bot.domain.errors import SettingsError
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Draft, Terms
from bot.domain.wording import shown
from bot.settings import Settings, SubscriptionSettings
from bot.wiring.scopes import Scopes


def drafts(settings: Settings, known: Scopes) -> tuple[Draft, ...]:
    """The subscriptions of the settings in their order, the environment's first.

    Raises:
        SettingsError: one names a scope that is in several regions, or that the bot has no credentials for; it has a
            line for each.
    """
    found: list[Draft] = []
    problems: list[str] = []
    for each in settings.digests.subscriptions:
        scopes: list[Scope] = []
        for resolved in _scopes(each, known):
            if isinstance(resolved, Scope):
                scopes.append(resolved)
            else:
                problems.append(f"{each.name}: {resolved}")
        if scopes:
            found.append(Draft(each.key, each.origin, _terms(each, scopes), each.owner))
    if problems:
        raise SettingsError("\n".join(problems))
    return tuple(found)


def _terms(each: SubscriptionSettings, scopes: list[Scope]) -> Terms:
    return Terms(
        scopes=tuple(dict.fromkeys(scopes)),
        channel=each.channel,
        mode=each.mode,
        filters=each.filters,
        zone=each.zone,
        schedule=each.schedule,
        mention=each.mention,
        reassure_after=each.reassure_after,
    )


def _scopes(each: SubscriptionSettings, known: Scopes) -> Iterator[Scope | str]:
    """The scopes, and sentences for those that cannot be read."""
    book = AddressBook(known.catalog)
    if not each.scopes:
        yield from known.catalog.scopes
    for reference in each.scopes:
        scope = book.resolve(Key.SCOPE, reference, None)
        yield _unresolved(reference, book) if scope is None else scope


def _unresolved(reference: str, book: AddressBook) -> str:
    regions = [scope.region.value for scope in book.configured(book.meaning(Key.SCOPE, reference))]
    if regions:
        return f"{shown(reference)} is in the regions {' and '.join(regions)}: give each an alias, and write that."
    return f"{shown(reference)} is not among the scopes of CONFIG_FILE, and there are no credentials for any other."
