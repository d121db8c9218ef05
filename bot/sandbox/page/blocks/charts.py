"""Charts, drawn as SVG: pie, bar, line and area.

Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.sandbox.page.markup import h, join
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.shapes import Json

_WIDTH, _HEIGHT = 560, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 10, 40
_TICKS = 4
_LETTER = 5.5  # as wide as a letter of a label is, more or less
_RADIUS = 92
_HALF = 0.5
_WHOLE = 0.9999  # of a circle: an arc that ends where it starts is none


def chart(block: Json, _reader: Reader) -> Markup:
    """Gives a chart below its title, with a legend; its words are also its text for screen readers."""
    held = block["chart"]
    if held["type"] == "pie":
        total = sum(segment["value"] for segment in held["segments"])
        drawn = _pie(held["segments"], total)
        legend = [f"{segment['label']} · {segment['value']:g}" for segment in held["segments"]]
        told = [_spoken(segment) for segment in held["segments"]]
    else:
        plot = _Plot.of(held)
        drawn = plot.drawn(held["type"])
        legend = [series["name"] for series in held["series"]]
        told = [
            f"{series['name']}: {', '.join(_spoken(point) for point in series['data'])}" for series in held["series"]
        ]
    picture = h(
        "svg",
        drawn,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=f"{held['type']} chart, {block['title']}. {'; '.join(told)}",
        class_=f"chart chart-{held['type']}",
    )
    return h("figure", h("figcaption", block["title"]), picture, _legend(legend))


def _legend(names: Sequence[str]) -> Markup:
    items = join(h("li", h("span", class_=f"swatch series-{index}"), name) for index, name in enumerate(names))
    return h("ul", items, class_="legend", aria_hidden="true")


def _spoken(point: Json) -> str:
    return f"{point['label']} {point['value']:g}"


def _pie(segments: Sequence[Json], total: float) -> Markup:
    x, y = _WIDTH / 2, _HEIGHT / 2
    slices, done = [], 0.0
    for index, segment in enumerate(segments):
        share = min(segment["value"] / total, _WHOLE)
        start, end = _on_circle(x, y, done), _on_circle(x, y, done + share)
        done += share
        path = f"M{x:g},{y:g} L{start} A{_RADIUS},{_RADIUS} 0 {1 if share > _HALF else 0} 1 {end} Z"
        title = h("title", f"{segment['label']}: {segment['value']:g} ({share:.0%})")
        slices.append(h("path", title, d=path, class_=f"fill series-{index}"))
    return join(slices)


def _on_circle(x: float, y: float, turns: float) -> str:
    angle = 2 * math.pi * turns - math.pi / 2
    return f"{x + _RADIUS * math.cos(angle):.1f},{y + _RADIUS * math.sin(angle):.1f}"


@dataclass(frozen=True, slots=True)
class _Plot:
    """A plane with categories along it and values up it."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, dict[str, float]], ...]
    low: float
    high: float
    x_label: str
    y_label: str

    @classmethod
    def of(cls, held: Json) -> _Plot:
        axes = held["axis_config"]
        series = tuple(
            (one["name"], {point["label"]: float(point["value"]) for point in one["data"]}) for one in held["series"]
        )
        values = [value for _, points in series for value in points.values()]
        low, high = min(0.0, *values), max(0.0, *values)
        high = high if high > low else 1.0
        step = _step((high - low) / _TICKS)
        return cls(
            tuple(axes["categories"]),
            series,
            math.floor(low / step) * step,
            math.ceil(high / step) * step,
            axes.get("x_label", ""),
            axes.get("y_label", ""),
        )

    def drawn(self, kind: str) -> Markup:
        if kind == "bar":
            return join([self._grid(), *self._bars()])
        return join([self._grid(), *self._lines(is_filled=kind == "area")])

    def x(self, index: float) -> float:
        return _LEFT + (index + 0.5) / len(self.categories) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _TOP + (self.high - value) / (self.high - self.low) * (_HEIGHT - _TOP - _BOTTOM)

    def _grid(self) -> Markup:
        step = _step((self.high - self.low) / _TICKS)
        ticks = [self.low + step * index for index in range(round((self.high - self.low) / step) + 1)]
        every = math.ceil(len(self.categories) / 10)
        room = (_WIDTH - _LEFT - _RIGHT) / len(self.categories)
        return join(
            [
                *(h("path", d=f"M{_LEFT},{self.y(tick):.1f} H{_WIDTH - _RIGHT}", class_="grid") for tick in ticks),
                *(_label(f"{tick:g}", _LEFT - 6, self.y(tick) + 4, "end") for tick in ticks),
                *(
                    _label(line, self.x(index), _HEIGHT - _BOTTOM + 14 + 11 * number, "middle")
                    for index, name in enumerate(self.categories)
                    if index % every == 0
                    for number, line in enumerate(_two_lines(name, int(room * every / _LETTER)))
                ),
                _label(self.x_label, (_LEFT + _WIDTH) / 2, _HEIGHT - 4, "middle"),
                _label(
                    self.y_label, 0, 0, "middle", transform=f"translate(10,{(_HEIGHT - _BOTTOM) / 2:g}) rotate(-90)"
                ),
            ]
        )

    def _bars(self) -> Iterable[Markup]:
        width = 0.7 * (_WIDTH - _LEFT - _RIGHT) / len(self.categories) / len(self.series)
        for number, (name, points) in enumerate(self.series):
            for index, category in enumerate(self.categories):
                value = points.get(category, 0.0)
                top, base = min(self.y(value), self.y(0)), max(self.y(value), self.y(0))
                left = self.x(index) + (number - len(self.series) / 2) * width
                path = f"M{left:.1f},{base:.1f} V{top:.1f} h{width:.1f} V{base:.1f} Z"
                yield h("path", h("title", f"{name}, {category}: {value:g}"), d=path, class_=f"fill series-{number}")

    def _lines(self, *, is_filled: bool) -> Iterable[Markup]:
        for number, (name, points) in enumerate(self.series):
            at = [(self.x(index), self.y(points.get(category, 0.0))) for index, category in enumerate(self.categories)]
            path = "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in at)
            if is_filled:
                closed = f"{path} L{at[-1][0]:.1f},{self.y(0):.1f} L{at[0][0]:.1f},{self.y(0):.1f} Z"
                yield h("path", d=closed, class_=f"area series-{number}")
            yield h("path", d=path, class_=f"line series-{number}")
            for (x, y), category in zip(at, self.categories, strict=True):
                title = h("title", f"{name}, {category}: {points.get(category, 0.0):g}")
                yield h("circle", title, cx=f"{x:.1f}", cy=f"{y:.1f}", r=3, class_=f"fill series-{number}")


def _label(words: str, x: float, y: float, anchor: str, transform: str | None = None) -> Markup | None:
    if not words:
        return None
    return h("text", words, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, transform=transform)


def _two_lines(name: str, letters: int) -> list[str]:
    """Gives a name on as many lines as there is room for, each cut off where it would run into the next one."""
    lines = [name] if len(name) <= letters else name.split(" ", 1)
    return [line if len(line) <= letters else f"{line[: max(1, letters - 1)]}…" for line in lines]


def _step(rough: float) -> float:
    """Gives the next 1, 2 or 5 times a power of ten."""
    if rough <= 0:
        return 1.0
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return float(magnitude * next(factor for factor in (1, 2, 5, 10) if factor * magnitude >= rough - 1e-12))
