"""Who has a log: organizations and the spaces in them, with their MRNs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CAPTAIN = "//captain.api.mondoo.app"
AGENTS = "//agents.api.mondoo.app"


class Kind(StrEnum):
    """What a scope is; an organization's log tracks members, a space's log management tasks."""

    ORGANIZATION = "organization"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class Scope:
    """An organization or a space; `organization` is the id of the organization that it is or is in."""

    kind: Kind
    id: str
    name: str
    organization: str

    @property
    def mrn(self) -> str:
        """What `resourceMrn` must be to read this scope's log."""
        return f"{CAPTAIN}/{self.kind}s/{self.id}"

    def as_json(self) -> dict[str, str]:
        """Gives the scope for the control port."""
        return {"kind": self.kind, "id": self.id, "name": self.name, "mrn": self.mrn}


def organization(org_id: str, name: str) -> Scope:
    """Gives an organization."""
    return Scope(Kind.ORGANIZATION, org_id, name, org_id)


def space(space_id: str, name: str, *, of: str) -> Scope:
    """Gives a space of the organization with the id `of`."""
    return Scope(Kind.SPACE, space_id, name, of)


def scope_of(mrn: str) -> Scope:
    """Reads an MRN; a space's organization is not told by it, so the space stands for it.

    Raises:
        ValueError: It is the MRN of no organization and no space.
    """
    for kind in Kind:
        prefix = f"{CAPTAIN}/{kind}s/"
        scope_id = mrn.removeprefix(prefix)
        if mrn.startswith(prefix) and scope_id and "/" not in scope_id:
            return Scope(kind, scope_id, scope_id, scope_id)
    raise ValueError(f"no MRN of an organization or a space: {mrn!r}")
