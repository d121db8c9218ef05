"""What happens in Mondoo while the bot is struck: events that can be told apart, and who has to be told of each.

Each event has a serial in its message, which a digest shows once for the event, in whatever form; twins share it. What
has to be told to whom stands beside each deed, so the bot's own idea of categories and risks is not asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Flag, auto
from random import Random
from typing import Final

from bot.sandbox.mondoo import MondooCloud
from bot.sandbox.mondoo.events import Event, Identity

ORGANIZATION: Final = "//captain.api.mondoo.app/organizations/acme-platform"
SPACE: Final = "//captain.api.mondoo.app/spaces/acme-production"
SERIAL: Final = re.compile(r"chaos-\d{7}")
LATEST: Final = timedelta(seconds=90)
"""How late events come at the most: less than each read looks back."""


class Told(Flag):
    """Who is to be told."""

    NOBODY = 0
    DIGEST = auto()
    ALERT = auto()
    BOTH = DIGEST | ALERT


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that people do."""

    action: str
    message: str
    told: Told


OWNER_ADDED: Final = Deed("mondoo.captain.Captain.SetOrganizationMembership", "owner added", Told.BOTH)
VIEWER_ADDED: Final = Deed("mondoo.captain.Captain.SetOrganizationMembership", "viewer added", Told.DIGEST)
ACCOUNT_CREATED: Final = Deed("mondoo.agents.AgentManager.CreateServiceAccount", "created service account", Told.BOTH)
DEEDS: Final = {
    ORGANIZATION: (
        OWNER_ADDED,
        ACCOUNT_CREATED,
        VIEWER_ADDED,
        Deed("mondoo.captain.Captain.RemoveOrganizationMembership", "member removed", Told.DIGEST),
        Deed("mondoo.captain.Captain.CreateAPIToken", "created API token", Told.ALERT),
        Deed("mondoo.captain.Captain.Login", "user logged in", Told.NOBODY),
    ),
    SPACE: (
        ACCOUNT_CREATED,
        Deed("mondoo.agents.AgentManager.DeleteServiceAccount", "deleted service account", Told.DIGEST),
        Deed("mondoo.captain.Captain.SetSpaceMembership", "editor added", Told.DIGEST),
        Deed("mondoo.agents.AgentManager.RegisterAgent", "registered agent", Told.NOBODY),
        Deed("mondoo.future.Thing.DoNovel", "did something novel", Told.NOBODY),
    ),
}
_PEOPLE: Final = tuple(
    Identity(name, f"//captain.api.mondoo.app/users/{name.split()[0]}") for name in ("Ada Lind", "Bo Ek", "Cy Orr")
)


class History:
    """Lets things happen, from the moment since which the bot watches."""

    def __init__(self, mondoo: MondooCloud, draw: Random) -> None:
        self._mondoo = mondoo
        self._draw = draw
        self._serial = 0
        self._told: dict[str, Told] = {}
        self.since: datetime | None = None
        """The first second that is watched whole."""

    def begin(self) -> None:
        """Take it that the bot watches from now on."""
        self.since = self._mondoo.now.replace(microsecond=0) + timedelta(seconds=1)

    def happen(
        self,
        count: int = 1,
        *,
        mrn: str | None = None,
        deed: Deed | None = None,
        ago: timedelta = timedelta(0),
        twins: int = 1,
    ) -> None:
        """Let events arrive: so many, each as often as it has twins, all in one second so long ago."""
        assert self.since is not None
        at = max((self._mondoo.now - ago).replace(microsecond=0), self.since)
        self.arrive(count, at, mrn=mrn, deed=deed, twins=twins)

    def arrive(
        self, count: int, at: datetime, *, mrn: str | None = None, deed: Deed | None = None, twins: int = 1
    ) -> None:
        """Let events of any moment arrive."""
        where = mrn or self._draw.choice(tuple(DEEDS))
        self._mondoo.append(where, (event for each in self._events(count, where, deed, at) for event in [each] * twins))

    def anything(self) -> None:
        """Let something arrive: an event or several, on time or late, with a twin now and then."""
        assert self.since is not None
        count = self._draw.choice((1, 1, 1, 2, 5))
        latest = min(LATEST, max(self._mondoo.now - self.since, timedelta(0)))
        late = self._draw.choice((0, 0, 0, 0.05, 1)) * self._draw.random() * latest
        self.happen(count, ago=late, twins=self._draw.choice((1, 1, 1, 1, 2, 3)))

    def expected(self, who: Told) -> Counter[str]:
        """The serials of the events of which somebody has to be told, each as often as Mondoo holds it."""
        held = (event for mrn in DEEDS for event in self._mondoo.log(mrn))
        serials = (match[0] for event in held if (match := SERIAL.search(event.msg)))
        return Counter(serial for serial in serials if who in self._told[serial])

    @property
    def happened(self) -> int:
        """How many events Mondoo holds of all that happened here."""
        return sum(bool(SERIAL.search(event.msg)) for mrn in DEEDS for event in self._mondoo.log(mrn))

    def _events(self, count: int, mrn: str, deed: Deed | None, at: datetime) -> Iterator[Event]:
        for _ in range(count):
            self._serial += 1
            serial = f"chaos-{self._serial:07}"
            done = deed or self._draw.choice(DEEDS[mrn])
            self._told[serial] = done.told
            yield Event(
                identity=self._draw.choice(_PEOPLE),
                resource=f"//captain.api.mondoo.app/users/{self._draw.randrange(9)}",
                action=done.action,
                timestamp=at,
                msg=f"{done.message} ({serial})",
                ip="192.0.2.7",
                parent=mrn,
            )
