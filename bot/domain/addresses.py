"""Scopes as people name them in a command.

``org=`` and ``space=`` take an ID, an alias or an MRN; ``scope=`` takes an alias, an MRN, ``org:ID`` or ``space:ID``.
A configured scope keeps its own region, any other has the default one, and ``region=`` says it outright.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.arguments import SCOPE_KEYS, Key
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind, is_scope_id, scope_from_mrn

Address = Mapping[Key, str]
"""The arguments that name a scope."""

_KEYS = {ScopeKind.ORGANIZATION: Key.ORG, ScopeKind.SPACE: Key.SPACE}
_KINDS = {key: kind for kind, key in _KEYS.items()}
_PREFIXED = re.compile(r"(?P<kind>org|space):(?P<id>.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the value of a scope's key names, as far as it does."""

    kind: ScopeKind | None
    id: str
    alias_of: Scope | None = None


@dataclass(frozen=True, slots=True)
class AddressBook:
    """The scopes that can be named, and the ones among them to offer: those that the person may see."""

    catalog: ScopeCatalog
    visible: Sequence[Scope] = ()

    def resolve(self, key: Key, value: str, region: Region | None) -> Scope | None:
        """The scope that an argument names, in a region or wherever it is; None where it names none, or several.

        Whether the person may see it is not asked, but of several they mean the one that they may see.
        """
        meaning = self.meaning(key, value)
        if meaning.kind is None or meaning.kind is not kind_of(key, meaning.kind):
            return None
        if meaning.alias_of is not None:
            return meaning.alias_of if region in {None, meaning.alias_of.region} else None
        found = [scope for scope in self.configured(meaning) if region in {None, scope.region}]
        if len(found) > 1:
            found = [scope for scope in found if scope in self.visible] or found
        if found or not is_scope_id(meaning.id):
            return found[0] if len(found) == 1 else None
        scope = Scope(meaning.kind, meaning.id, region or self.catalog.default_region)
        return scope if scope in self.catalog else None

    def meaning(self, key: Key, value: str) -> Meaning:
        """What an argument names: the ID of a configured scope before an alias, and both before any other ID."""
        if match := _PREFIXED.fullmatch(value):
            return Meaning(ScopeKind(match["kind"].lower()), match["id"])
        if scope := scope_from_mrn(value, self.catalog.default_region):
            return Meaning(scope.kind, scope.id)
        plain = Meaning(_KINDS.get(key), value)
        if not self.configured(plain):
            aliased = [scope for alias, scope in self.catalog.aliases if alias.casefold() == value.casefold()]
            if aliased:
                likely = min(aliased, key=lambda scope: scope.kind is not plain.kind)
                return Meaning(likely.kind, likely.id, likely)
        return plain

    def configured(self, meaning: Meaning) -> Sequence[Scope]:
        """The configured scopes of that kind and ID, in whatever region."""
        return [scope for scope in self.catalog.scopes if (scope.kind, scope.id) == (meaning.kind, meaning.id)]

    def address(self, scope: Scope) -> Address:
        """The shortest arguments that name the scope."""
        key, region = _KEYS[scope.kind], scope.region.value
        longest = {Key.SCOPE: f"{scope.kind.value}:{scope.id}", Key.REGION: region}
        spellings: list[Address] = [{key: scope.id}, {key: scope.id, Key.REGION: region}, longest]
        if alias := self.catalog.alias_of(scope):
            spellings.insert(0, {key: alias})
        return next((spelling for spelling in spellings if self._names(spelling, scope)), longest)

    def recognise(self, word: str) -> Address | None:
        """The arguments that name the scope which a word alone means; None where it means no visible one."""
        found = (self.resolve(key, word, None) for key in (Key.SCOPE, Key.ORG, Key.SPACE))
        return next((self.address(scope) for scope in found if scope is not None and scope in self.visible), None)

    def _names(self, address: Address, scope: Scope) -> bool:
        region = Region(address[Key.REGION]) if Key.REGION in address else None
        return any(self.resolve(key, address[key], region) == scope for key in SCOPE_KEYS if key in address)


def kind_of(key: Key, otherwise: ScopeKind) -> ScopeKind:
    """The kind of scope that a key names; the other one for ``scope=``, which names both kinds."""
    return _KINDS.get(key, otherwise)
