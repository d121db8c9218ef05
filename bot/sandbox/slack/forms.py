"""Submitting a modal: what the client checks by itself, and what the app's answer does.

Source: https://docs.slack.dev/surfaces/modals#submit
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.inputs import is_empty
from bot.sandbox.slack.outcome import TROUBLE, Outcome
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.view_stack import ViewStack
from bot.sandbox.slack.views import View

_REQUIRED: Final = "Please complete this required field."


def client_complaints(blocks: Sequence[Json], values: Json) -> dict[str, str]:
    """Gives what Slack's client says below inputs before it sends anything, by block_id."""
    complaints = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        told = values[block["block_id"]][element["action_id"]]
        words = _complaint(block, element, told)
        if words is not None:
            complaints[block["block_id"]] = words
    return complaints


def _complaint(block: Json, element: Json, told: Json) -> str | None:
    if is_empty(told):
        return None if block.get("optional") else _REQUIRED
    text = told.get("value")
    if not isinstance(text, str):
        return None
    if len(text) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    if len(text) > element.get("max_length", len(text)):
        return f"Must be at most {element['max_length']} characters."
    return None


def apply_answer(views: ViewStack, view: View, answer: object, acknowledged: Outcome) -> Outcome:
    """Does what the app answered to a submission, and gives what the person sees of it.

    No answer closes the modal. Errors leave it open with words below its inputs. An answer that Slack
    does not understand, or a view that it refuses, leaves it open with a general notice.
    """
    action = answer.get("response_action") if isinstance(answer, dict) else None
    try:
        match answer, action:
            case None, _:
                views.close(view)
            case _, "clear":
                views.close(view, clear=True)
            case {"view": content}, "update":
                views.update(view, content)
            case {"view": content}, "push":
                views.push(view.user, content)
            case {"errors": dict(errors)}, "errors" if errors and errors.keys() <= _inputs_of(view):
                return replace(acknowledged, input_errors=errors)
            case _:
                return replace(acknowledged, ok=False, error="invalid_response_action", notice=TROUBLE)
    except RefusedError as refusal:
        return replace(acknowledged, ok=False, error=refusal.error, notice=TROUBLE)
    return acknowledged


def _inputs_of(view: View) -> set[str]:
    return {block["block_id"] for block in view.blocks if block["type"] == "input"}
