"""The methods about modals and home tabs: https://docs.slack.dev/reference/methods?family=views."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from bot.sandbox.slack.errors import RefusedError, invalid_arguments
from bot.sandbox.slack.ids import UserId
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.rate_limits import Tier
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.views import View
from bot.sandbox.slack.web_api.arguments import Arguments
from bot.sandbox.slack.web_api.lookups import known_user
from bot.sandbox.slack.web_api.method import Method


def open_view(app: Installation, args: Arguments) -> Json:
    """Opens a modal in exchange for a trigger_id."""
    user = _holder(app, args)
    view = app.view_stack.open(user, _content(args))
    app.triggers.exchange(args.text("trigger_id"))
    return _shown(view)


def push(app: Installation, args: Arguments) -> Json:
    """Puts a modal on top of the person's stack in exchange for a trigger_id."""
    user = _holder(app, args)
    view = app.view_stack.push(user, _content(args))
    app.triggers.exchange(args.text("trigger_id"))
    return _shown(view)


def update(app: Installation, args: Arguments) -> Json:
    """Replaces the content of an open view, named by its id or its external_id."""
    views = app.workspace.views
    if "view_id" in args:
        view = views.find(args.text("view_id"))
    elif "external_id" in args:
        view = views.find_external(args.text("external_id"))
    else:
        raise invalid_arguments("missing required field: view_id")
    if view is None:
        raise RefusedError("not_found")
    return _shown(app.view_stack.update(view, _content(args), args.text("hash")))


def publish(app: Installation, args: Arguments) -> Json:
    """Replaces a person's home tab."""
    if not app.manifest.has_home:
        raise RefusedError("not_enabled")
    user = known_user(app, args.required("user_id"))
    return _shown(app.view_stack.publish(user.id, _content(args), args.text("hash")))


def _holder(app: Installation, args: Arguments) -> UserId:
    life = timedelta(seconds=app.settings.trigger_life_s)
    return app.triggers.holder(args.required("trigger_id"), life)


def _content(args: Arguments) -> Any:  # noqa: ANN401 — whatever JSON the app sent, judged later
    args.required("view")
    return args.structure("view", "invalid_arguments")


def _shown(view: View) -> Json:
    return {"view": view.as_slack()}


METHODS: Final = {
    "views.open": Method(open_view, Tier.FOUR),
    "views.push": Method(push, Tier.FOUR),
    "views.update": Method(update, Tier.FOUR),
    "views.publish": Method(publish, Tier.FOUR),
}
