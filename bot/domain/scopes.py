"""Scopes: whose log is read, and where it lives.

An MRN has the shape ``//captain.api.mondoo.app/organizations/<ID>`` or ``…/spaces/<ID>``.
Source: https://mondoo.com/docs/maintain/log
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import NewType

Mrn = NewType("Mrn", str)

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?\Z")
_SCOPE_MRN = re.compile(r"//captain\.api\.mondoo\.app/(?P<collection>organizations|spaces)/(?P<id>[^/]+)\Z")


class Region(Enum):
    """A place where Mondoo keeps data; an account's data in one region is unknown in the others."""

    US = "us"
    EU = "eu"
    CUSTOM = "custom"
    """A private instance or a stand-in, reached by a URL of its own."""

    @property
    def title(self) -> str:
        """The region for people: ``US``, ``EU`` or ``own instance``."""
        return "own instance" if self is Region.CUSTOM else self.value.upper()


class ScopeKind(Enum):
    """The two kinds of audit log."""

    ORGANIZATION = "org"
    SPACE = "space"

    @property
    def word(self) -> str:
        """The kind as a noun: ``organization`` or ``space``."""
        return "organization" if self is ScopeKind.ORGANIZATION else "space"

    @property
    def indefinite(self) -> str:
        """The noun with its article: ``an organization`` or ``a space``."""
        return "an organization" if self is ScopeKind.ORGANIZATION else "a space"


@dataclass(frozen=True, slots=True)
class Scope:
    """One audit log: an organization's or a space's, in one region.

    Raises:
        ValueError: the ID is not one, so that nothing unchecked can ever become part of an MRN.
    """

    kind: ScopeKind
    id: str
    region: Region = Region.US

    def __post_init__(self) -> None:
        if not is_scope_id(self.id):
            raise ValueError(f"{self.id!r} is not the ID of {self.kind.indefinite}")

    @property
    def mrn(self) -> Mrn:
        """The scope's name for Mondoo's API."""
        return Mrn(f"//captain.api.mondoo.app/{self.kind.word}s/{self.id}")

    @property
    def argument(self) -> str:
        """The scope as a command's argument: ``org=ID``."""
        return f"{self.kind.value}={self.id}"

    def __str__(self) -> str:
        return f"{self.kind.word} {self.id} ({self.region.title})"


def is_scope_id(text: str) -> bool:
    """Whether the text can be the ID of an organization or a space: letters, digits, ``.``, ``_``, ``-``."""
    return _ID.match(text) is not None


def scope_from_mrn(mrn: str, region: Region) -> Scope | None:
    """The scope that an MRN names, or None where it names something else."""
    match = _SCOPE_MRN.match(mrn)
    if match is None or not is_scope_id(match["id"]):
        return None
    kind = ScopeKind.ORGANIZATION if match["collection"] == "organizations" else ScopeKind.SPACE
    return Scope(kind, match["id"], region)


@dataclass(frozen=True, slots=True)
class ScopeCatalog:
    """The scopes that the settings name, with their aliases, and the region of those they do not name."""

    scopes: tuple[Scope, ...] = ()
    aliases: tuple[tuple[str, Scope], ...] = ()
    default_region: Region = Region.US
    open: bool = True
    """Whether scopes that the settings do not name may be asked for: true where default credentials exist."""
    regions: tuple[Region, ...] = tuple(Region)
    """Where the default credentials reach: one region alone, if they are for a URL of its own."""

    def alias_of(self, scope: Scope) -> str | None:
        """The first alias of a scope; None where it has none."""
        return next((name for name, known in self.aliases if known == scope), None)

    def known_to(self, visible: Sequence[Scope]) -> ScopeCatalog:
        """The catalog as somebody may know it: what they may not see is to them as if nobody had configured it."""
        aliases = tuple((alias, scope) for alias, scope in self.aliases if scope in visible)
        return replace(self, scopes=tuple(visible), aliases=aliases)

    def __contains__(self, scope: Scope) -> bool:
        return self.open or scope in self.scopes
