"""Pieces of Block Kit, valid unless they are given something else."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """Gives a plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """Gives a mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def section(**more: object) -> Json:
    """Gives a section with a text unless it is given one."""
    return {"type": "section", **({} if "fields" in more else {"text": mrkdwn("x")}), **more}


def accessory(kind: str, **more: object) -> Json:
    """Gives a section with an accessory."""
    return section(accessory={"type": kind, "action_id": "a", **more})


def button(**more: object) -> Json:
    """Gives a button."""
    return {"type": "button", "text": plain("x"), **more}


def actions(*elements: Json, **more: object) -> Json:
    """Gives an actions block."""
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str = "v", text: str = "t", **more: object) -> Json:
    """Gives an option."""
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    """Gives so many options."""
    return [option(f"{number}") for number in range(count)]


def confirm(title: int = 1, text: int = 1, yes: int = 1, no: int = 1) -> Json:
    """Gives a confirmation dialog with texts of these lengths."""
    return {
        "title": plain("x" * title),
        "text": plain("x" * text),
        "confirm": plain("x" * yes),
        "deny": plain("x" * no),
    }


def rich(*elements: Json) -> Json:
    """Gives a rich_text block with one section."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def cell(text: str = "x") -> Json:
    """Gives a table's cell."""
    return {"type": "raw_text", "text": text}


def table(rows: int = 1, columns: int = 1, **more: object) -> Json:
    """Gives a table."""
    return {"type": "table", "rows": [[cell()] * columns] * rows, **more}


def data_table(rows: int = 2, columns: int = 1, **more: object) -> Json:
    """Gives a data table."""
    return {"type": "data_table", "caption": "c", "rows": [[cell()] * columns] * rows, **more}


def container(children: int = 1, **more: object) -> Json:
    """Gives a container."""
    return {"type": "container", "title": plain("t"), "child_blocks": [{"type": "divider"}] * children, **more}


def pie(segments: int = 1, title: int = 1, label: int = 1, value: float = 1) -> Json:
    """Gives a pie chart."""
    return {
        "type": "data_visualization",
        "title": "x" * title,
        "chart": {"type": "pie", "segments": [{"label": "x" * label, "value": value}] * segments},
    }


def bars(series: int = 1, points: int = 1, name: int = 3, axis: int = 1) -> Json:
    """Gives a bar chart."""
    categories = [f"c{number}" for number in range(points)]
    return {
        "type": "data_visualization",
        "title": "t",
        "chart": {
            "type": "bar",
            "series": [
                {"name": f"{number}".rjust(name, "x"), "data": [{"label": one, "value": 1} for one in categories]}
                for number in range(series)
            ],
            "axis_config": {"categories": categories, "x_label": "x" * axis, "y_label": "y"},
        },
    }


def image(**more: object) -> Json:
    """Gives an image block."""
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x", **more}


def field(element: Json, **more: object) -> Json:
    """Gives an input block."""
    return {"type": "input", "label": plain("x"), "element": {"action_id": "a", **element}, **more}


def url(length: int) -> str:
    """Gives an address of that length."""
    return "https://example.com/".ljust(length, "x")


def listed(**more: object) -> Json:
    """Gives a rich text list."""
    held = [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]
    return {"type": "rich_text_list", "style": "bullet", "elements": held, **more}


def video(**more: object) -> Json:
    """Gives a video block."""
    return {
        "type": "video",
        "alt_text": "x",
        "title": plain("x"),
        "thumbnail_url": "https://example.com/t.png",
        "video_url": "https://example.com/v",
        **more,
    }


def modal(**more: object) -> Json:
    """Gives a modal."""
    return {"type": "modal", "title": plain("x"), "blocks": [], **more}
