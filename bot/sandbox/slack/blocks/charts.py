"""Charts.

Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack.blocks.composition import ID
from bot.sandbox.slack.blocks.schema import Array, Number, Object, Report, String, Tagged
from bot.sandbox.slack.shapes import Json

_LABEL: Final = String(20)
_SERIES: Final = Object({"name": _LABEL, "data": Array(Object({"label": _LABEL, "value": Number()}), 20)})


def _positive(segment: Json, at: str, report: Report) -> None:
    if segment["value"] <= 0:
        report.add("must be greater than 0", f"{at}/value")


def _series_fit_axis(chart: Json, at: str, report: Report) -> None:
    names = [series["name"] for series in chart["series"]]
    if len(set(names)) != len(names):
        report.add("series names must be unique", f"{at}/series")
    categories = chart["axis_config"]["categories"]
    for index, series in enumerate(chart["series"]):
        labels = [point["label"] for point in series["data"]]
        if sorted(labels) != sorted(categories):
            report.add("data labels must match the axis categories", f"{at}/series/{index}/data")


_XY: Final = Object(
    {
        "series": Array(_SERIES, 12),
        "axis_config": Object({"categories": Array(_LABEL, 20)}, {"x_label": String(50), "y_label": String(50)}),
    },
    {},
    (_series_fit_axis,),
)
_PIE: Final = Object({"segments": Array(Object({"label": _LABEL, "value": Number()}, {}, (_positive,)), 12)})

DATA_VISUALIZATION: Final = Object(
    {"title": String(50), "chart": Tagged({"pie": _PIE, "bar": _XY, "line": _XY, "area": _XY})},
    {"block_id": ID},
)
