"""The log that Mondoo's documentation shows the beginning of, all 36 events of it.

Source: https://mondoo.com/docs/maintain/log. The newest two events and their cursors are verbatim; the other 34 are
made up, and the same whatever the sandbox's seed and time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, count
from random import Random

from bot.sandbox.mondoo.cast import Cast, cast_of
from bot.sandbox.mondoo.deeds import DEEDS
from bot.sandbox.mondoo.events import Event, Identity
from bot.sandbox.mondoo.history import Storyteller
from bot.sandbox.mondoo.log import Log
from bot.sandbox.mondoo.scopes import AGENTS, CAPTAIN, organization

SCOPE = organization("mondoo-organization-1", "Mondoo Organization 1")
TOTAL = 36

_JANE = Identity("Jane Doe", f"{CAPTAIN}/users/26OR1GOGsqmfjXOOO8joxgJDdtM")
_JOHN = Identity("John Smith", f"{CAPTAIN}/users/1zYNjiRERS59LsS8iCloxPxbxLo")
_SHOWN = (
    Event(
        identity=_JOHN,
        resource=f"{CAPTAIN}/users/2AdPauBAGEqnOjIFXx6AIyWrhxh",
        action="mondoo.captain.Captain.SetOrganizationMembership",
        timestamp=datetime(2024, 1, 30, 0, 1, 4, tzinfo=UTC),
        msg="owner added",
    ),
    Event(
        identity=_JANE,
        resource=f"{AGENTS}/organizations/mondoo-organization-1/serviceaccounts/2e3NzLkD73yQe7MTJZLw3",
        action="mondoo.agents.AgentManager.CreateServiceAccount",
        timestamp=datetime(2024, 3, 22, 17, 46, 3, tzinfo=UTC),
        msg="created service account",
    ),
)
_SHOWN_CURSORS = (143156, 172213)
_HAPPENED = (
    "InviteUser",
    "SetOrganizationMembership",
    "RemoveOrganizationMembership",
    "CreateServiceAccount",
    "DeleteServiceAccount",
)


def documented_log() -> Log:
    """Gives the documented log, anew."""
    rng = Random("documented")  # noqa: S311 — a story, not a secret
    log = Log(
        chain(sorted(rng.sample(range(20_000, 143_000), TOTAL - len(_SHOWN))), _SHOWN_CURSORS, count(172_250, 17))
    )
    log.append(_untold(rng))
    log.append(_SHOWN)
    return log


def _untold(rng: Random) -> Iterator[Event]:
    cast = Cast((_JANE, _JOHN, *cast_of(SCOPE.id, rng).people[:4]), (), ())
    deeds = tuple(deed for deed in DEEDS[SCOPE.kind] if deed.action.rpartition(".")[2] in _HAPPENED)
    story = Storyteller(SCOPE, (), cast, rng, deeds)
    return story.past(TOTAL - len(_SHOWN), datetime(2022, 6, 1, tzinfo=UTC), datetime(2024, 1, 29, tzinfo=UTC))
