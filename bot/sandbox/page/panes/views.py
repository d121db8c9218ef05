"""Modals, the app's Home tab, and the dialog that shows a message as JSON."""

from __future__ import annotations

import json

from markupsafe import Markup

from bot.sandbox.page.blocks import blocks
from bot.sandbox.page.icons import icon
from bot.sandbox.page.markup import h
from bot.sandbox.page.panes.scenes import copy_button
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.views import View


def modal(view: View, reader: Reader) -> Markup:
    """Gives a modal as a dialog, to be opened by the page's script."""
    content = view.content
    has_submit = "submit" in content
    submit = _words(content, "submit", "Submit")
    return h(
        "dialog",
        h(
            "header",
            h("h2", view.title),
            h(
                "button",
                icon("close"),
                type="button",
                class_="button button-icon",
                aria_label="Close",
                data_leave="all",
            ),
        ),
        h(
            "form",
            h("div", blocks(view.blocks, reader), class_="modal-body"),
            h("div", class_="action-error", role="alert", data_action_error=True),
            h(
                "footer",
                h("button", _words(content, "close", "Cancel"), type="button", class_="button", data_leave="one"),
                h(
                    "button",
                    submit,
                    type="submit",
                    class_="button button-primary",
                    disabled=bool(content.get("submit_disabled")),
                    data_key="submit",
                )
                if has_submit
                else None,
            ),
            data_form="submit",
            novalidate=True,
        ),
        class_="modal",
        aria_label=view.title,
        data_modal=True,
        data_surface=f"view/{view.id}",
        data_testid="modal",
    )


def home(view: View | None, reader: Reader, app_name: str) -> Markup:
    """Gives the Home tab, or that there is none yet."""
    if view is None:
        return h("div", h("p", f"{app_name} has not published a Home tab for {reader.user.real_name}."), class_="empty")
    return h(
        "div",
        blocks(view.blocks, reader),
        h("div", class_="action-error", role="alert", data_action_error=True),
        class_="home",
        data_surface=f"view/{view.id}",
        data_testid="home",
    )


def raw(held: Json) -> Markup:
    """Gives a dialog with a message as Slack's API shows it."""
    words = json.dumps(held, indent=2, ensure_ascii=False)
    return h(
        "dialog",
        h(
            "header",
            h("h2", "This message as JSON"),
            copy_button(words),
            h(
                "button",
                icon("close"),
                type="button",
                class_="button button-icon",
                aria_label="Close",
                data_leave="raw",
            ),
        ),
        h("pre", words, tabindex=0, class_="modal-body"),
        class_="modal wide",
        aria_label="This message as JSON",
        data_modal=True,
        data_testid="raw",
    )


def _words(content: Json, name: str, default: str) -> str:
    return str((content.get(name) or {}).get("text", default))
