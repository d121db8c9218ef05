from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot.adapters.slack.views import blocks
from bot.adapters.slack.views.inputs import Option, at_once, boxes, entry, form, many, menu, moment, radio, typing
from bot.adapters.slack.views.window_limits import window_violations
from bot.sandbox.slack.blocks import check_view

TWO = [Option("a", "A"), Option("b", "B", "second")]
GOOD: dict[str, Any] = form(
    "Title",
    at_once(entry("menu", "Menu", menu(TWO, "a"), hint="Choose one.", optional=False)),
    entry("many", "Many", many(TWO, {"b"}, "All")),
    entry("boxes", "Boxes", boxes(TWO, {"a", "b"})),
    entry("radio", "Radio", radio(TWO, "a")),
    entry("line", "Line", typing("words", example="as in")),
    entry("moment", "Moment", moment(None)),
    blocks.context("Words"),
    callback="callback",
    submit="Go",
    metadata="x",
)
Window = dict[str, Any]


def field(window: Window, place: int) -> dict[str, Any]:
    found: dict[str, Any] = window["blocks"][place]
    return found


def test_a_good_window_has_none() -> None:
    assert window_violations(GOOD) == []
    assert check_view(GOOD).complaints == ()


BREAKS: dict[str, tuple[Callable[[Window], object], str]] = {
    "home": (lambda w: w.update(type="home"), "no modal window"),
    "unknown": (lambda w: w.update(external_id="x"), "unknown fields ['external_id']"),
    "title": (lambda w: w["title"].update(text="x" * 25), "title/text is not of 1 to 24"),
    "untitled": (lambda w: w.pop("title"), "title is not an object"),
    "submit": (lambda w: w["submit"].update(text="x" * 25), "submit/text is not of 1 to 24"),
    "metadata": (lambda w: w.update(private_metadata="x" * 3001), "private_metadata has more than 3000"),
    "callback": (lambda w: w.update(callback_id=""), "callback_id is not of 1 to 255"),
    "no submit": (lambda w: w.pop("submit"), "nothing to submit them with"),
    "no blocks": (lambda w: w.pop("blocks"), "blocks is not a list of 1 to 100"),
    "many blocks": (lambda w: w.update(blocks=[blocks.context("x")] * 101), "blocks is not a list of 1 to 100"),
    "image": (lambda w: w["blocks"].append({"type": "image"}), "is a image"),
    "nothing": (lambda w: w["blocks"].append(None), "blocks/7 is not an object"),
    "twins": (lambda w: field(w, 0).update(block_id="many"), "two blocks have one block_id"),
    "input": (lambda w: field(w, 0).update(extra=1), "unknown fields ['extra']"),
    "label": (lambda w: field(w, 0)["label"].update(text="x" * 2001), "label/text is not of 1 to 2000"),
    "hint": (lambda w: field(w, 0)["hint"].update(text="x" * 2001), "hint/text is not of 1 to 2000"),
    "element": (lambda w: field(w, 0).update(element=None), "blocks/0/element is not an object"),
    "action": (lambda w: field(w, 0)["element"].update(action_id=""), "action_id is not of 1 to 255"),
    "placeholder": (lambda w: field(w, 0)["element"]["placeholder"].update(text="x" * 151), "placeholder/text"),
    "options": (lambda w: field(w, 0)["element"].update(options=[TWO[0].drawn()] * 101), "a list of 1 to 100"),
    "boxes": (lambda w: field(w, 2)["element"].update(options=[TWO[0].drawn()] * 11), "a list of 1 to 10"),
    "option": (lambda w: field(w, 0)["element"]["options"].__setitem__(0, {"text": 1}), "options/0 is no option"),
    "value": (lambda w: field(w, 0)["element"]["options"][0].update(value="x" * 76), "value is not of 1 to 75"),
    "words": (lambda w: field(w, 0)["element"]["options"][0]["text"].update(text="x" * 76), "text/text is not of 1"),
    "same": (lambda w: field(w, 0)["element"]["options"][0].update(value="b"), "two options of one value"),
    "initial": (lambda w: field(w, 0)["element"]["initial_option"].update(value="c"), "none of its options"),
    "initials": (lambda w: field(w, 1)["element"].update(initial_options=[]), "none of its options"),
    "typed": (lambda w: field(w, 4)["element"].update(initial_value="x" * 2001), "initial_value is not of 1 to 2000"),
    "length": (lambda w: field(w, 4)["element"].update(max_length=3001), "max_length is not from 1 to 3000"),
    "moment": (lambda w: field(w, 5)["element"].update(initial_date_time=1), "cannot be picked"),
}


@pytest.mark.parametrize(("spoil", "words"), BREAKS.values(), ids=BREAKS)
def test_what_slack_would_refuse_is_told(spoil: Callable[[Window], object], words: str) -> None:
    window = deepcopy(GOOD)
    spoil(window)
    assert any(words in complaint for complaint in window_violations(window)), window_violations(window)
