"""Whether Slack would take a chart.

Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.adapters.slack.text import has_unseen, width
from bot.adapters.slack.views.blocks import Json

_TITLE: Final = 50
_LABEL: Final = 20
_POINTS: Final = 20
_SERIES: Final = 12
_SEGMENTS: Final = 12


def chart(block: Json, at: str) -> Iterator[str]:
    """Complaints about a chart: a pie, or series over common categories; the bot draws no other."""
    if not _is_label(block.get("title"), _TITLE):
        yield f"{at}/title is not of 1 to {_TITLE} characters"
    drawn = block.get("chart")
    if not isinstance(drawn, dict) or drawn.get("type") not in {"bar", "line", "pie"}:
        yield f"{at} is neither of bars nor of lines nor a pie"
    elif drawn["type"] == "pie":
        yield from _pie(drawn, at)
    else:
        yield from _series(drawn, at)


def _pie(drawn: Json, at: str) -> Iterator[str]:
    segments = _list(drawn.get("segments"))
    if not _are_labels([each.get("label") for each in segments], _SEGMENTS):
        yield f"{at} has not 1 to {_SEGMENTS} segments of different labels"
    if not all(_is_count(each.get("value")) and each["value"] for each in segments):
        yield f"{at} has segments of nothing"


def _series(drawn: Json, at: str) -> Iterator[str]:
    axis = drawn.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if not _are_labels(categories, _POINTS):
        yield f"{at} has not 1 to {_POINTS} different categories of 1 to {_LABEL} characters"
    series = _list(drawn.get("series"))
    if not _are_labels([each.get("name") for each in series], _SERIES):
        yield f"{at} has not 1 to {_SERIES} series of different names"
    for index, each in enumerate(series):
        points = _list(each.get("data"))
        if [point.get("label") for point in points] != categories:
            yield f"{at}/series/{index} is not of the categories"
        if not all(_is_count(point.get("value")) for point in points):
            yield f"{at}/series/{index} has points that are no counts"


def _list(held: object) -> list[Json]:
    """The objects that a list holds; nothing where one of them is none."""
    return held if isinstance(held, list) and all(isinstance(each, dict) for each in held) else []


def _are_labels(labels: object, most: int) -> bool:
    if not isinstance(labels, list) or not all(_is_label(label, _LABEL) for label in labels):
        return False
    return 1 <= len(labels) <= most and len(set(labels)) == len(labels)


def _is_label(label: object, most: int) -> bool:
    return isinstance(label, str) and 1 <= width(label) <= most and not has_unseen(label)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
