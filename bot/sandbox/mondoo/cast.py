"""Who acts in the made-up organizations: people, pleasant and hostile names alike, and machines."""

from __future__ import annotations

import string
from dataclasses import dataclass
from random import Random

from bot.sandbox.mondoo.events import Identity
from bot.sandbox.mondoo.scopes import AGENTS, CAPTAIN

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ID_LENGTH = 27  # of a KSUID, which is what the documentation's user ids look like

_INTERNATIONAL = (
    "Maya Okafor",
    "Tomás Herrera",
    "Priya Raman",
    "Lena Fischer",
    "Owen Gallagher",
    "Yuki Tanaka",
    "Sofia Lindqvist",
    "Daniel Adeyemi",
    "Hannah Weiss",
    "Rafael Costa",
    "Nadia Haddad",
    "Chen Wei",
    "Isabel Moreno",
    "Jonas Bakker",
    "Amara Nwosu",
    "Grace Kim",
    "Viktor Novák",
    "Leila Farahani",
    "Marcus Reed",
    "Ines Carvalho",
    "oncall@acme.example",
)
_FRENCH = (
    "Camille Laurent",
    "Hugo Lefèvre",
    "Élodie Garnier",
    "Mathieu Rousseau",
    "Chloé Moreau",
    "Antoine Dubois",
    "Noémie Fontaine",
    "Théo Marchand",
    "Inès Benali",
    "Léa Chevalier",
    "François-Xavier de La Tour d'Auvergne",
    "Zoë Åkesson",
)
# Names that people really choose, and names that somebody chose to harm whoever shows them.
_HOSTILE = (
    "<!channel> Ops",
    "*Bold* _Ital_ ~no~ `code`",
    "</b><script>alert(1)</script>",
    "Robert'); DROP TABLE events;--",
    '=HYPERLINK("http://evil.example","Invoice")',
    "Zoe \u202egnp.exe\u202c Right-to-Left",
    "שירה כהן",
    "🦊 Fox & <https://evil.example|Mondoo Support> 🚨",
    "Wolfeschlegelsteinhausenbergerdorff " * 12 + "Sr.",
)
_MACHINES = ("github-actions", "terraform-cloud", "mondoo-operator", "gitlab-runner", "argo-cd")


@dataclass(frozen=True, slots=True)
class Cast:
    """The identities of one organization; the hostile ones act seldom."""

    people: tuple[Identity, ...]
    hostile: tuple[Identity, ...]
    machines: tuple[Identity, ...]

    def person(self, rng: Random) -> Identity:
        """Picks somebody: the first of the cast act most, the hostile one time in forty."""
        if self.hostile and rng.random() < 1 / 40:
            return rng.choice(self.hostile)
        return self.people[int(len(self.people) * rng.random() ** 2)]

    def machine(self, rng: Random) -> Identity:
        """Picks a service account."""
        return rng.choice(self.machines)


def ksuid(rng: Random) -> str:
    """Draws an id as Mondoo's users and agents have."""
    return "2" + "".join(rng.choices(_ALPHABET, k=_ID_LENGTH - 1))


def cast_of(organization: str, rng: Random, *, french: bool = False) -> Cast:
    """Draws the cast of an organization."""

    def users(names: tuple[str, ...]) -> tuple[Identity, ...]:
        return tuple(Identity(name, f"{CAPTAIN}/users/{ksuid(rng)}") for name in names)

    accounts = f"{AGENTS}/organizations/{organization}/serviceaccounts"
    return Cast(
        users(_FRENCH if french else _INTERNATIONAL),
        users(_HOSTILE),
        tuple(Identity(name, f"{accounts}/{ksuid(rng)}") for name in _MACHINES),
    )
