"""How many events there were: over time, and by actor or by action. As charts, or drawn in text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.adapters.slack import ids
from bot.adapters.slack.text import shown
from bot.adapters.slack.views.blocks import Json, context, header, message, rich, section, space, text, warning
from bot.adapters.slack.views.charts import chart_over
from bot.adapters.slack.views.entries import DOT
from bot.adapters.slack.views.results import asked
from bot.adapters.slack.views.rows import CHARTS, row
from bot.domain.coverage import Coverage
from bot.domain.query import AuditQuery
from bot.domain.tallies import By, Tally

_MOST: Final = 10
"""Of actors or actions; the others are counted together."""
_LABEL_LIMIT: Final = 20
_WIDEST: Final = 20


def forms(  # noqa: PLR0913 — what is shown, and for whom
    counted: Tally, coverage: Coverage, query: AuditQuery, by: By, *, alias: str | None, zone: str, back: int
) -> tuple[Json, ...]:
    """The message in two forms, the richer first; one alone where there is nothing to draw.

    Args:
        counted: the counts.
        coverage: how much of the answer they count.
        query: the question.
        by: what the second chart tells events apart by.
        alias: the scope's name in the settings, if it has one.
        zone: the reader's IANA time zone.
        back: the number of the list's page that the way back leads to.
    """
    ranks = _ranked(counted.by(by))
    over = chart_over(counted.hours)
    if over is None:
        return (_around([], coverage, query, by, alias, zone, back),)
    drawn = [over.drawn(), _drawn(ranks, by)]
    written = [over.written(), _written(ranks, by)]
    return tuple(_around(charts, coverage, query, by, alias, zone, back) for charts in (drawn, written))


def _around(  # noqa: PLR0913, PLR0917 — the parts of one message
    charts: Sequence[Json], coverage: Coverage, query: AuditQuery, by: By, alias: str | None, zone: str, back: int
) -> Json:
    name = alias or query.scope.id
    line = coverage.describe(1, coverage.matched)
    others = [(each.action, each.label) for each in CHARTS if each.by is not by]
    return message(
        f"Audit log of {name}, charts: {line}",
        header(f"Audit log of {name}{DOT}charts"),
        context(*asked(query, zone, alias)),
        *_cautions(coverage, name, any_events=bool(charts)),
        *charts,
        context(f"{line[:1].upper()}{line[1:]}"),
        *row(query, back, (ids.PAGE_LIST, "Back to the list"), *others),
    )


def _cautions(coverage: Coverage, name: str, *, any_events: bool) -> list[Json]:
    if coverage.failed:
        return [warning(f"Could not read the audit log of {name}: {coverage.stopped}.", coverage.advice)]
    if coverage.stopped:
        return [warning(f"These are not all events: {coverage.stopped}.", coverage.advice)]
    return [] if any_events else [rich(section(text("There are no events to count.")))]


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """The greatest by name, each name once and short, and last how many the others are together."""
    top = counts.most_common(_MOST if len(counts) <= _MOST else _MOST - 1)
    labels: dict[str, int] = {}
    for name, count in top:
        label, number = shown(name, _LABEL_LIMIT) or "—", 1
        while label in labels:
            number += 1
            label = f"{shown(name, _LABEL_LIMIT - 4) or '—'} {number}"
        labels[label] = count
    rest = counts.total() - sum(count for _, count in top)
    others = f"{len(counts) - len(top):,} others"
    return [*labels.items(), *([(others, rest)] if rest else [])]


def _title(by: By) -> str:
    return f"Events by {by.value}"


def _drawn(ranks: Sequence[tuple[str, int]], by: By) -> Json:
    """Actors as bars, to be compared; actions as parts of the whole."""
    points = [{"label": label, "value": count} for label, count in ranks]
    if by is By.ACTION:
        return {"type": "data_visualization", "title": _title(by), "chart": {"type": "pie", "segments": points}}
    return {
        "type": "data_visualization",
        "title": _title(by),
        "chart": {
            "type": "bar",
            "series": [{"name": "Events", "data": points}],
            "axis_config": {"categories": [label for label, _ in ranks]},
        },
    }


def _written(ranks: Sequence[tuple[str, int]], by: By) -> Json:
    peak = max(count for _, count in ranks)
    words: list[Json] = [text(_title(by), bold=True)]
    for label, count in ranks:
        bar = "█" * max(1, count * _WIDEST // peak)
        words += [space("\n"), text(bar, code=True), space(), text(f"{count:,}"), space(), text(label)]
    return rich(section(*words))
