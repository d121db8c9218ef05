"""The digest of the environment and the subscriptions of the TOML file, as one kind of thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from platformdirs import user_data_path
from pydantic import SecretStr, ValidationError

from bot.domain.errors import UserError
from bot.domain.query import Filters
from bot.domain.schedules import Calendar, Schedule, parse_schedule
from bot.domain.scopes import ScopeKind
from bot.domain.subscriptions import ALERT_FILTERS, DIGEST_FILTERS, Mode, Origin
from bot.domain.wording import listed, nearest, shown
from bot.settings import problems
from bot.settings.digest_forms import alias_in
from bot.settings.file import SubscriptionTable
from bot.settings.values import DigestSettings, ScopeSettings, SubscriptionSettings
from bot.settings.variables import DigestSection, PipelineSection

FILTERS = frozenset({"categories", "risks", "actor", "action", "resource", "text"})
_EVERY_QUARTER = "15m"
_UTC = "UTC"
_SPARE = timedelta(days=1)
"""Clocks may be set back, and then a read begins earlier."""


def contradictions(section: PipelineSection) -> Iterator[str]:
    """What is wrong with variables that make sense one by one."""
    if section.collect_deep_scan < section.collect_overlap:
        yield "COLLECT_DEEP_SCAN must be as long as COLLECT_OVERLAP at the least."
    if section.collect_retention < section.collect_deep_scan + _SPARE:
        yield (
            "COLLECT_RETENTION must be a day longer than COLLECT_DEEP_SCAN at the least, or what is forgotten would be "
            "told again."
        )


def in_vain(given: Sequence[str]) -> Iterator[str]:
    """What is wrong where variables of the digest are set, all but the channel that would get it."""
    if given and "DIGEST_CHANNEL" not in given:
        verb = "is" if len(given) == 1 else "are"
        yield f"DIGEST_CHANNEL is not set, but {listed(given)} {verb}: write the ID of the channel to post to."


@dataclass(frozen=True, slots=True)
class Subscribing:
    """Makes subscriptions of what the settings say; what is wrong with them is added to ``problems``."""

    named: Sequence[ScopeSettings]
    """The scopes that the settings name."""
    problems: list[str]

    def from_environment(self, section: DigestSection) -> Iterator[SubscriptionSettings]:
        """The digest that ``DIGEST_CHANNEL`` and the variables beside it ask for, if they do."""
        if section.digest_channel is None:
            return
        schedule = self._schedule(section.digest_schedule, _UTC, "DIGEST_SCHEDULE")
        self._check_scopes(section.digest_scopes, "DIGEST_SCOPES")
        yield SubscriptionSettings(
            key=Origin.ENVIRONMENT.value,
            name="DIGEST_SCOPES",
            origin=Origin.ENVIRONMENT,
            scopes=section.digest_scopes,
            channel=section.digest_channel,
            mode=Mode.DIGEST,
            filters=Filters(categories=section.digest_categories),
            schedule=schedule,
            zone=_zone_of(schedule),
            mention=None,
            owner=section.digest_owner,
            reassure_after=section.digest_quiet_note,
        )

    def from_file(self, tables: Sequence[Mapping[str, Any]]) -> Iterator[SubscriptionSettings]:
        """The subscriptions that the TOML file names."""
        names: dict[str, int] = {}
        for number, values in enumerate(tables, start=1):
            try:
                table = SubscriptionTable(**values)
            except ValidationError as error:
                self.problems.extend(problems.of_table(SubscriptionTable, error, f"subscription {number}"))
                continue
            first = names.setdefault(table.name.casefold(), number)
            if first != number:
                self.problems.append(
                    f"CONFIG_FILE: subscriptions {first} and {number} have the same name, {table.name}."
                )
            yield self._subscription(table, f"subscription {number}")

    def _subscription(self, table: SubscriptionTable, which: str) -> SubscriptionSettings:
        schedule = self._own_schedule(table, which)
        return SubscriptionSettings(
            key=f"{Origin.FILE.value}:{table.name}",
            name=f"CONFIG_FILE: {which}",
            origin=Origin.FILE,
            scopes=self._own_scopes(table, which),
            channel=table.channel,
            mode=table.mode,
            filters=_filters(table),
            schedule=schedule,
            zone=table.timezone or _zone_of(schedule),
            mention=table.mention,
            owner=table.owner,
            reassure_after=table.quiet_note,
        )

    def _own_schedule(self, table: SubscriptionTable, which: str) -> Schedule | None:
        if table.mode is Mode.DIGEST:
            place = f"CONFIG_FILE: schedule of {which}"
            return self._schedule(table.schedule or _EVERY_QUARTER, table.timezone or _UTC, place)
        for key in ("schedule", "quiet_note"):
            if getattr(table, key) is not None:
                self.problems.append(
                    f'CONFIG_FILE: {which} is an alert, which comes at once: leave {key} out, or write mode = "digest".'
                )
        return None

    def _own_scopes(self, table: SubscriptionTable, which: str) -> tuple[str, ...]:
        given = [key for key in ("org", "space", "scopes") if getattr(table, key)]
        if len(given) > 1:
            self.problems.append(f"CONFIG_FILE: {which} has {listed(given)}: keep one of them.")
        single = [
            f"{kind.value}:{scope_id}"
            for kind, scope_id in ((ScopeKind.ORGANIZATION, table.org), (ScopeKind.SPACE, table.space))
            if scope_id is not None
        ]
        references = table.scopes or tuple(single)
        self._check_scopes(references, f"CONFIG_FILE: scopes of {which}")
        return references

    def _check_scopes(self, references: Sequence[str], place: str) -> None:
        if not references and not self.named:
            self.problems.append(f"{place} must be set, as no other setting names a scope: write org:ID or space:ID.")
        known = [alias for scope in self.named for alias in scope.aliases]
        for alias in filter(None, map(alias_in, references)):
            if alias.casefold() not in {each.casefold() for each in known}:
                near = nearest(alias, known)
                hint = f"did you mean {near}?" if near else "write an alias from CONFIG_FILE, org:ID or space:ID."
                self.problems.append(f"{place}: there is no alias {shown(alias)}: {hint}")

    def _schedule(self, text: str, zone: str, place: str) -> Schedule | None:
        try:
            return parse_schedule(text, zone)
        except UserError as error:
            self.problems.append(f"{place}: {error}")
            return None


def _zone_of(schedule: Schedule | None) -> str:
    return schedule.zone if isinstance(schedule, Calendar) else _UTC


def _filters(table: SubscriptionTable) -> Filters:
    """The filters that the table names, else those of its mode."""
    if not table.model_fields_set & FILTERS:
        return ALERT_FILTERS if table.mode is Mode.ALERT else DIGEST_FILTERS
    return Filters(table.actor, table.action, table.resource, table.text, table.categories, table.risks)


def pipeline(section: PipelineSection, subscriptions: Sequence[SubscriptionSettings]) -> DigestSettings:
    """How these subscriptions are served."""
    return DigestSettings(
        database_url=section.database_url or _in_the_data_directory(),
        poll_interval=section.poll_interval,
        overlap=section.collect_overlap,
        deep_scan=section.collect_deep_scan,
        backfill=section.collect_backfill,
        retention=section.collect_retention,
        failures_before_notice=section.failures_before_notice,
        slack_timeout=section.slack_timeout,
        subscriptions=tuple(subscriptions),
    )


def _in_the_data_directory() -> SecretStr:
    return SecretStr(f"sqlite:///{user_data_path('mondoo-audit-bot', appauthor=False) / 'digests.db'}")
