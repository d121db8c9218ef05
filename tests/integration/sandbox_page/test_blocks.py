"""Block Kit as the page draws it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.page.blocks import blocks
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack import check_message
from bot.sandbox.slack.blocks.identity import with_ids
from bot.sandbox.slack.blocks.layout import IN_MESSAGE, IN_MODAL
from bot.sandbox.slack.ids import Mint

from .conftest import See
from .pieces import HOSTILE, Json, plain

SHOWCASE: list[Json] = json.loads((Path(__file__).parents[2] / "browser/blocks.json").read_text("utf-8"))


def test_the_showcase_holds_what_slack_accepts() -> None:
    assert check_message(SHOWCASE).error is None


@pytest.mark.parametrize("kind", sorted(IN_MESSAGE.keys() - {"input", "file", "video", "context_actions"}))
def test_every_kind_of_block_is_in_the_showcase_and_drawn(kind: str, reader: Reader, see: See) -> None:
    held = [block for block in SHOWCASE if block["type"] == kind]
    page = see(blocks(with_ids(held, Mint(1)), reader))
    assert page.all("div")[0]["data-testid"] == f"block-{kind}"
    assert "unknown" not in str(page.elements)


def test_a_block_that_is_not_drawn_says_its_kind_and_its_words(reader: Reader, see: See) -> None:
    video = {"type": "video", "title": plain("The week"), "alt_text": "A film", "video_url": "https://x.example"}
    assert see(blocks([video], reader)).text == "[video] The week A film"
    assert "video" in IN_MODAL


def test_hostile_words_in_any_field_stay_words(reader: Reader, see: See) -> None:
    def spoilt(piece: object, key: str = "") -> object:
        if isinstance(piece, list):
            return [spoilt(each, key) for each in piece]
        if isinstance(piece, dict):
            return {name: spoilt(each, name) for name, each in piece.items()}
        is_word = isinstance(piece, str) and key in {
            "text",
            "alt_text",
            "caption",
            "title",
            "fallback",
            "name",
            "label",
        }
        return HOSTILE if is_word else piece

    held: Any = spoilt(SHOWCASE)
    page = see(blocks(with_ids(held, Mint(1)), reader))
    assert not page.tags & {"script", "img"}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert page.text.count("<script>alert(1)</script>") > 40


def test_headings_have_their_levels(reader: Reader, see: See) -> None:
    levels = [{"type": "header", "text": plain("x"), "level": level} for level in (1, 2, 3, 4)]
    assert see(blocks([{"type": "header", "text": plain("x")}, *levels], reader)).tags >= {"h3", "h4", "h5", "h6"}


def test_a_date_in_rich_text_is_in_the_readers_zone(reader: Reader, see: See) -> None:
    date = {"type": "date", "timestamp": 1704067200, "format": "{date_num} {time}", "url": "https://x.example"}
    page = see(blocks([{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [date]}]}], reader))
    assert page.text == "2024-01-01 09:00"
    assert page.all("a")[0]["href"] == "https://x.example"


def test_lists_keep_their_numbers_and_their_depth(reader: Reader, see: See) -> None:
    entry = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    numbered = {"type": "rich_text_list", "style": "ordered", "indent": 2, "offset": 4, "elements": [entry]}
    shown = see(blocks([{"type": "rich_text", "elements": [numbered]}], reader)).all("ol")[0]
    assert (shown["start"], shown["class"]) == ("5", "list indent-2")


def test_a_data_table_shows_its_first_page_and_knows_what_to_sort_by(reader: Reader, see: See) -> None:
    table = next(block for block in SHOWCASE if block["type"] == "data_table")
    page = see(blocks([table], reader))
    rows = page.all("tr")[1:]
    assert [("hidden" in row) for row in rows] == [False] * 3 + [True] * 3
    assert "1–3 of 6" in page.text
    assert [cell["data-value"] for cell in page.all("td")[1::2]] == ["12", "3", "7", "100", "25", "1"]


@pytest.mark.parametrize("kind", ["bar", "line", "area"])
@pytest.mark.parametrize("values", [[0, 0], [-5, 5], [0.001, 1e9], [7, 7]])
def test_a_chart_fits_its_frame_whatever_its_values(kind: str, values: list[float], reader: Reader, see: See) -> None:
    data = [{"label": name, "value": value} for name, value in zip(("a", "b"), values, strict=True)]
    axes = {"categories": ["a", "b"], "x_label": "X", "y_label": "Y"}
    drawn = {"type": kind, "series": [{"name": "s", "data": data}], "axis_config": axes}
    page = see(blocks([{"type": "data_visualization", "title": "T", "chart": drawn}], reader))
    assert page.all("svg")[0]["aria-label"] == f"{kind} chart, T. s: a {values[0]:g}, b {values[1]:g}"
    for point in page.all("circle"):
        assert 0 <= float(point["cy"] or "nan") <= 240


def test_one_segment_makes_a_whole_pie(reader: Reader) -> None:
    pie = {"type": "pie", "segments": [{"label": "all", "value": 3}]}
    assert "all: 3 (100%)" in blocks([{"type": "data_visualization", "title": "T", "chart": pie}], reader)


def test_a_container_is_folded_if_it_says_so(reader: Reader, see: See) -> None:
    container = next(block for block in SHOWCASE if block["type"] == "container")
    assert "open" not in see(blocks([container], reader)).all("details")[0]
    assert "open" in see(blocks([{**container, "default_collapsed": False}], reader)).all("details")[0]
    assert not see(blocks([{**container, "is_collapsible": False}], reader)).all("details")


def test_a_title_may_be_rich_text(reader: Reader, see: See) -> None:
    title = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "T"}]}],
    }
    container = {"type": "container", "rich_text_title": title, "child_blocks": [{"type": "divider"}]}
    assert see(blocks([container], reader)).text == "T"


def test_a_picture_is_named_and_not_fetched(reader: Reader, see: See) -> None:
    picture = {"type": "image", "image_url": "https://x.example/p.png", "alt_text": "A week"}
    file = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A file"}
    section = {"type": "section", "text": plain("x"), "accessory": picture}
    page = see(blocks([picture, file, section], reader))
    assert "img" not in page.tags
    assert [frame.get("title") for frame in page.all("span")] == [
        "not loaded: https://x.example/p.png",
        "not loaded: F1",
        "not loaded: https://x.example/p.png",
    ]


@pytest.mark.parametrize(
    ("unicode", "shown"), [("1f44d-1f3fb", "👍🏻"), ("nonsense", ":made_up:"), ("ffffffffff", ":made_up:")]
)
def test_an_emoji_may_bring_its_characters_along(unicode: str, shown: str, reader: Reader, see: See) -> None:
    emoji = {"type": "emoji", "name": "made_up", "unicode": unicode}
    held = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [emoji]}]}]
    assert see(blocks(held, reader)).text == shown
