"""Many events in a few lines: by category, then by actor, what is riskiest first, with counts and in plain words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.adapters.slack.views.blocks import Json, bullets, emoji, rich, section, space, text
from bot.adapters.slack.views.entries import RISKS
from bot.domain.events import AuditEvent, Category, Risk
from bot.domain.narration import label, narrate

CATEGORIES: Final = {
    Category.MEMBERSHIP: "Membership",
    Category.SERVICE_ACCOUNT: "Service accounts",
    Category.AGENT: "Agents",
    Category.TOKEN: "Tokens",
    Category.SPACE: "Spaces and organizations",
    Category.POLICY: "Policies",
    Category.INTEGRATION: "Integrations",
    Category.SESSION: "Sessions",
    Category.OTHER: "Other",
}
_RANKS: Final = {risk: rank for rank, risk in enumerate(Risk)}
_LINES: Final = 20
"""Of actors, in all categories."""
_MOST_ACTORS: Final = 5
_DEEDS: Final = 3


@dataclass(frozen=True, slots=True)
class _Group:
    """Events that belong together, in their order."""

    title: str
    events: Sequence[AuditEvent]

    @property
    def risk(self) -> Risk:
        return min((event.risk for event in self.events), key=_RANKS.__getitem__)

    @property
    def rank(self) -> tuple[int, int, str]:
        """What sorts groups: the riskiest first, then the greatest."""
        return _RANKS[self.risk], -len(self.events), self.title


def risks(events: Sequence[AuditEvent]) -> list[tuple[Risk, int]]:
    """How many events there are of each risk, the highest first; those of which there are none are left out."""
    counts = Counter(event.risk for event in events)
    return [(risk, counts[risk]) for risk in Risk if counts[risk]]


def summary(events: Sequence[AuditEvent]) -> list[Json]:
    """The events by category, then by actor: at most about 6,000 characters, however many there are."""
    by_category: dict[Category, list[AuditEvent]] = defaultdict(list)
    for event in events:
        by_category[event.category].append(event)
    groups = sorted((_Group(CATEGORIES[each], of) for each, of in by_category.items()), key=lambda group: group.rank)
    most = max(2, min(_MOST_ACTORS, _LINES // len(groups)))
    return [rich(*_category(group, most)) for group in groups]


def _category(group: _Group, most: int) -> list[Json]:
    by_actor: dict[tuple[str, str], list[AuditEvent]] = defaultdict(list)
    for event in group.events:
        by_actor[narrate(event).actor, event.actor_mrn].append(event)
    namesakes = Counter(name for name, _ in by_actor)
    actors = [
        _Group(f"{name} ({label(mrn)})" if namesakes[name] > 1 else name, of) for (name, mrn), of in by_actor.items()
    ]
    actors.sort(key=lambda actor: actor.rank)
    lines = [_actor(actor) for actor in actors[:most]]
    if rest := actors[most:]:
        count = sum(len(actor.events) for actor in rest)
        others = "one other" if len(rest) == 1 else f"{len(rest):,} others"
        lines.append(section(text(f"{others}: {count:,} event{'' if count == 1 else 's'}")))
    title = section(text(group.title, bold=True), space(), text(f"{len(group.events):,}"))
    return [title, bullets(*lines)]


def _actor(actor: _Group) -> Json:
    mark, character, _ = RISKS[actor.risk]
    return section(
        emoji(mark, character),
        space(" "),
        text(actor.title, 80, bold=True),
        space(),
        text(_deeds(actor.events), 160),
    )


def _deeds(events: Sequence[AuditEvent]) -> str:
    """What somebody did, the riskiest first; a single deed with what it was done to."""
    if len(events) == 1:
        return narrate(events[0]).deed
    by_deed: dict[str, list[AuditEvent]] = defaultdict(list)
    for event in events:
        by_deed[narrate(replace(event, resource="")).deed].append(event)
    deeds = sorted((_Group(deed, of) for deed, of in by_deed.items()), key=lambda deed: deed.rank)
    words = [f"{deed.title} ×{len(deed.events):,}" if len(deed.events) > 1 else deed.title for deed in deeds[:_DEEDS]]
    if rest := deeds[_DEEDS:]:
        words.append(f"{sum(len(deed.events) for deed in rest):,} more")
    return ", ".join(words)
