"""A digest's period as a chart, and the same in a line of text for where Slack takes no charts.

Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.adapters.slack.views.blocks import Json, rich, section, space, text
from bot.adapters.slack.views.entries import DOT, RISKS
from bot.adapters.slack.views.times import lasting, local
from bot.domain.digests import Digest
from bot.domain.events import AuditEvent, Risk
from bot.domain.zones import zone_or_utc

BUCKETS: Final = 20
"""The most points that Slack draws in a series."""
_HANDFUL: Final = 5
_MONDAY: Final = datetime(1970, 1, 5)  # noqa: DTZ001 — as clocks on a wall show it
_DAY: Final = timedelta(days=1)
_YEAR: Final = timedelta(days=364)
_WEEK: Final = timedelta(weeks=1)
_TICK: Final = timedelta(microseconds=1)
_STEPS: Final = (
    *(timedelta(minutes=count) for count in (1, 5, 10, 15, 30, 60, 120, 180, 360, 720)),
    *(timedelta(days=count) for count in (1, 2, 7, 14, 28, 91, 182, 364)),
)
_WHOLE: Final = (*(timedelta(hours=count) for count in (1, 2, 3)), *(step for step in _STEPS if step >= _DAY))
_HEIGHTS: Final = "▁▂▃▄▅▆▇█"
_NONE: Final = "·"


@dataclass(frozen=True, slots=True)
class Chart:
    """How many events of each risk there were in each step of a period, by the clocks of a zone."""

    begin: datetime
    """Of the first step, naive."""
    step: timedelta
    counts: Sequence[Counter[Risk]]
    """One for each step."""

    def drawn(self) -> Json:
        """The chart as a block; some workspaces do not take it."""
        labels = [self._label(number) for number in range(len(self.counts))]
        worst, *others = (risk for risk in Risk if any(count[risk] for count in self.counts))
        series = {f"{RISKS[worst][2]} risk": [count[worst] for count in self.counts]}
        if others:
            series["Lower risk"] = [count.total() - count[worst] for count in self.counts]
        return {
            "type": "data_visualization",
            "title": self._title(),
            "chart": {
                "type": "bar",
                "series": [
                    {
                        "name": name,
                        "data": [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)],
                    }
                    for name, values in series.items()
                ],
                "axis_config": {"categories": labels},
            },
        }

    def written(self) -> Json:
        """The chart as a line of text."""
        totals = [count.total() for count in self.counts]
        peak = max(totals)
        bars = "".join(_HEIGHTS[(total * 8 - 1) // peak] if total else _NONE for total in totals)
        most = f"most at {self._label(totals.index(peak))}: {peak:,}"
        return rich(
            section(
                text(self._title()),
                space("\n"),
                text(self._label(0)),
                space(),
                text(bars, code=True),
                space(),
                text(self._label(len(totals) - 1)),
                space(DOT),
                text(most),
            )
        )

    def _title(self) -> str:
        weeks, rest = divmod(self.step, _WEEK)
        if self.step == _DAY:
            return "Events a day"
        if rest or not weeks:
            return f"Events every {lasting(self.step)}"
        return "Events a week" if weeks == 1 else f"Events every {weeks:,} weeks"

    def _label(self, number: int) -> str:
        moment = self.begin + number * self.step
        if self.step > _YEAR:
            return f"{moment.day} {moment:%b} {moment.year}"
        if self.step >= _DAY:
            return f"{moment.day} {moment:%b %y}"
        return f"{moment:%H:%M}" if self._within_a_day() else f"{moment:%a} {moment.day} {moment:%H:%M}"

    def _within_a_day(self) -> bool:
        return self.begin.date() == (self.begin + (len(self.counts) - 1) * self.step).date()


def chart_of(digest: Digest) -> Chart | None:
    """The digest's period as a chart, without events that came late; None where it would show next to nothing."""
    events = [entry.event for entry in digest.entries if entry.event.at >= digest.since]
    if len(events) <= _HANDFUL:
        return None
    zone = zone_or_utc(digest.subscription.terms.zone)
    # Of several scopes, one may have been read further than the digest covers them all.
    end = max(digest.until - _TICK, *(event.at for event in events))
    begin, last = (local(moment, zone).replace(tzinfo=None) for moment in (digest.since, end))
    step = next((step for step in _STEPS if (last - _MONDAY) // step - (begin - _MONDAY) // step < BUCKETS), None)
    if step is None:
        return None
    first = (begin - _MONDAY) // step
    counts: list[Counter[Risk]] = [Counter() for _ in range((last - _MONDAY) // step - first + 1)]
    for event in events:
        counts[_number(event, step, digest) - first][event.risk] += 1
    if sum(map(bool, counts)) < 2:  # noqa: PLR2004 — one bar alone is no picture
        return None
    return Chart(_MONDAY + first * step, step, counts)


def chart_over(hours: Mapping[datetime, Counter[Risk]]) -> Chart | None:
    """Counts by the hour as a chart of days, or of hours where it is about a day or two; None where there are none."""
    if not hours:
        return None
    begin, last = min(hours), max(hours)
    step = next((step for step in _WHOLE if (last - _MONDAY) // step - (begin - _MONDAY) // step < BUCKETS), None)
    if step is None:
        step, start = (last - begin) // _DAY // (BUCKETS - 1) * _DAY + _DAY, begin
    else:
        start = _MONDAY + (begin - _MONDAY) // step * step
    counts: list[Counter[Risk]] = [Counter() for _ in range((last - start) // step + 1)]
    for hour, count in hours.items():
        counts[(hour - start) // step].update(count)
    return Chart(start, step, counts)


def _number(event: AuditEvent, step: timedelta, digest: Digest) -> int:
    shown = local(event.at, zone_or_utc(digest.subscription.terms.zone)).replace(tzinfo=None)
    return (shown - _MONDAY) // step
