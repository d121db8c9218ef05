"""Whose log a command asks for, and what to write instead where it does not say."""

from __future__ import annotations

import re
from typing import NoReturn

from bot.domain.addresses import Address, AddressBook, kind_of
from bot.domain.arguments import SCOPE_KEYS, Arguments, Key
from bot.domain.errors import UserError
from bot.domain.scopes import Region, Scope, ScopeKind, is_scope_id
from bot.domain.typed import Word
from bot.domain.wording import listed, nearest, shown

_OFFERED = 5
_IN_PATH = re.compile(r"/(?P<kind>organization|space)s?/(?P<id>[^/?#\s]+)")
_PLACEHOLDERS = {ScopeKind.ORGANIZATION: {Key.ORG: "ORGANIZATION-ID"}, ScopeKind.SPACE: {Key.SPACE: "SPACE-ID"}}


def find_scope(arguments: Arguments, book: AddressBook) -> Scope:
    """The scope that the arguments name; whether the person may see it is not asked.

    Raises:
        UserError: they name none, several, or one that the settings do not give.
    """
    keys = [key for key in arguments.values if key in SCOPE_KEYS]
    if not keys:
        raise UserError(f"Say whose log to read: {_offers(book)}.", corrected=_about(arguments, _first(book)))
    if len(keys) > 1:
        raise UserError(
            f"A command is about one log, but {listed([str(key) for key in keys])} are given: keep one of them.",
            corrected=str(arguments.without(*keys[1:])),
        )
    region = _region(arguments, book)
    return book.resolve(keys[0], arguments.values[keys[0]], region) or _fail(arguments, keys[0], region, book)


def _region(arguments: Arguments, book: AddressBook) -> Region | None:
    typed = arguments.values.get(Key.REGION)
    if typed is None:
        return None
    in_use = {book.catalog.default_region, *(scope.region for scope in book.catalog.scopes)}
    regions = {region.value: region for region in Region if region is not Region.CUSTOM or region in in_use}
    if typed.casefold() in regions:
        region = regions[typed.casefold()]
        if book.catalog.open and region not in {*book.catalog.regions, *in_use}:
            raise UserError(
                "The bot's Mondoo has a URL of its own (MONDOO_API_URL), which serves one region: leave “region” out.",
                corrected=str(arguments.without(Key.REGION)),
            )
        return region
    likely = typed.casefold()[:2]  # europe, us-east-1
    raise UserError(
        f"There is no region {shown(typed)}: there are {listed(list(regions))}.",
        corrected=str(arguments.with_value(Key.REGION, likely) if likely in regions else arguments.without(Key.REGION)),
    )


def _fail(arguments: Arguments, key: Key, region: Region | None, book: AddressBook) -> NoReturn:
    typed = arguments.values[key]
    meaning = book.meaning(key, typed)
    elsewhere = book.configured(meaning) if meaning.alias_of is None else [meaning.alias_of]
    if meaning.kind is None:
        words = f"{shown(typed)} names no scope: write an alias, an MRN, org:ID or space:ID."
    elif meaning.kind is not (wanted := kind_of(key, meaning.kind)):
        renamed = shown(str(Word(typed, Key.SCOPE.value)))
        raise UserError(
            f"{shown(typed)} is {meaning.kind.indefinite}, not {wanted.indefinite}: write {renamed}.",
            corrected=str(arguments.renamed(key, Key.SCOPE)),
        )
    elif elsewhere and region is None:
        regions = [scope.region.value for scope in elsewhere]
        raise UserError(
            f"{shown(typed)} is in the regions {listed(regions)}: say which one you mean with “region=”.",
            corrected=str(arguments.with_value(Key.REGION, regions[0])),
        )
    elif elsewhere:
        raise UserError(
            f"{shown(typed)} is not in that region: leave out “region=”.", corrected=str(arguments.without(Key.REGION))
        )
    elif is_scope_id(meaning.id):
        words = f"{shown(typed)} is not among the scopes to read here: {_offers(book)}."
    else:
        words = (
            f"{shown(typed)} is not the ID of {meaning.kind.indefinite}: "
            f"one has letters, digits, “.”, “_” and “-”, as in mondoo-{meaning.kind.word}-1."
        )
    raise UserError(words, corrected=_about(arguments, _likely(key, typed, book)))


def _about(arguments: Arguments, address: Address) -> str:
    return str(arguments.about(address)) if address else ""


def _likely(key: Key, typed: str, book: AddressBook) -> Address:
    """How to name the scope that a value most likely means."""
    if match := _IN_PATH.search(typed):
        return {Key.ORG if match["kind"] == "organization" else Key.SPACE: match["id"]}
    visible = set(book.visible)
    names = {scope.id: scope for scope in book.visible}
    names |= {alias: scope for alias, scope in book.catalog.aliases if scope in visible}
    if near := nearest(typed, names):
        return book.address(names[near])
    if key is Key.SCOPE and book.catalog.open and is_scope_id(typed):
        return {Key.ORG: typed}
    return _first(book, kind_of(key, ScopeKind.ORGANIZATION))


def _first(book: AddressBook, kind: ScopeKind | None = None) -> Address:
    """How to name the first visible scope, one of that kind if there is one; a placeholder or nothing without any."""
    offered = sorted(_offered(book), key=lambda scope: scope.kind is not kind)
    if offered:
        return book.address(offered[0])
    return _PLACEHOLDERS[kind or ScopeKind.ORGANIZATION] if book.catalog.open else {}


def _offered(book: AddressBook) -> list[Scope]:
    """The visible scopes, those with an alias first."""
    aliased = {scope for _, scope in book.catalog.aliases}
    return sorted(book.visible, key=lambda scope: scope not in aliased)


def _offers(book: AddressBook) -> str:
    """The visible scopes as a clause."""
    offered = _offered(book)
    offers = [str(Arguments(values=book.address(scope))) for scope in offered[: _OFFERED + 1]]
    if len(offered) > len(offers):
        return f"{', '.join(offers[:_OFFERED])} or one of {len(offered) - _OFFERED} others"
    if offers:
        return listed(offers, "or")
    return "org=ORGANIZATION-ID or space=SPACE-ID" if book.catalog.open else "there is none that you may see"
