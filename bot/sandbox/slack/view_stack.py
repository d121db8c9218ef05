"""What apps and people do to modals and home tabs.

Source: https://docs.slack.dev/surfaces/modals
"""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack import cast
from bot.sandbox.slack.blocks import check_view
from bot.sandbox.slack.blocks.identity import with_ids
from bot.sandbox.slack.changes import ChangeKind
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import UserId
from bot.sandbox.slack.settings import Settings
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.views import MAX_STACK, Surface, View
from bot.sandbox.slack.workspace import Workspace


class ViewStack:
    """Opens, pushes, updates, publishes and closes views; every content is judged first."""

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        self._workspace = workspace
        self._settings = settings

    def open(self, user: UserId, content: object) -> View:
        """Opens a modal as the root of a new stack.

        Raises:
            RefusedError: What is wrong with the view.
        """
        view = self._new(user, self._accepted(content, Surface.MODAL), None)
        self._workspace.views.open(view)
        self._workspace.tell_view(ChangeKind.VIEW_OPENED, view)
        return view

    def push(self, user: UserId, content: object) -> View:
        """Puts a modal above the person's topmost one.

        Raises:
            RefusedError: `not_found` without a stack, `push_limit_reached` above the third, or what is
                wrong with the view.
        """
        stack = self._workspace.views.stack(user)
        if not stack:
            raise RefusedError("not_found")
        if len(stack) >= MAX_STACK:
            raise RefusedError("push_limit_reached")
        view = self._new(user, self._accepted(content, Surface.MODAL), stack[-1])
        self._workspace.views.push(view)
        self._workspace.tell_view(ChangeKind.VIEW_OPENED, view)
        return view

    def update(self, view: View, content: object, expected_hash: str = "") -> View:
        """Replaces the content of an open view.

        Raises:
            RefusedError: `hash_conflict`, or what is wrong with the view.
        """
        if expected_hash and expected_hash != view.hash:
            raise RefusedError("hash_conflict")
        accepted = self._accepted(content, view.surface, but=view)
        updated = replace(view, content=accepted, hash=self._hash())
        self._workspace.views.replace(updated)
        self._workspace.tell_view(ChangeKind.VIEW_UPDATED, updated)
        return updated

    def publish(self, user: UserId, content: object, expected_hash: str = "") -> View:
        """Replaces a person's home tab.

        Raises:
            RefusedError: `hash_conflict`, or what is wrong with the view.
        """
        home = self._workspace.views.home(user)
        if expected_hash and (home is None or expected_hash != home.hash):
            raise RefusedError("hash_conflict")
        accepted = self._accepted(content, Surface.HOME, but=home)
        view = self._new(user, accepted, None)
        if home is not None:
            view = replace(view, id=home.id, root_id=home.id)
        self._workspace.views.publish(view)
        self._workspace.tell_view(ChangeKind.HOME_PUBLISHED, view)
        return view

    def close(self, view: View, *, clear: bool = False) -> None:
        """Closes a person's topmost modal, or with `clear` all of them."""
        if clear or len(self._workspace.views.stack(view.user)) <= 1:
            self._workspace.views.clear(view.user)
        else:
            self._workspace.views.pop(view.user)
        self._workspace.tell_view(ChangeKind.VIEW_CLOSED, view)

    def _accepted(self, content: object, surface: Surface, but: View | None = None) -> Json:
        verdict = check_view(content, refused=self._settings.refused_blocks)
        if verdict.error is not None or not isinstance(content, dict):
            raise RefusedError(verdict.error or "invalid_arguments", verdict.as_slack())
        if content["type"] != surface.value:
            raise RefusedError("invalid_arguments")
        external_id = content.get("external_id")
        taken = self._workspace.views.find_external(external_id) if external_id else None
        if taken is not None and (but is None or taken.id != but.id):
            raise RefusedError("duplicate_external_id")
        return {**content, "blocks": list(with_ids(content["blocks"], self._workspace.mint))}

    def _new(self, user: UserId, content: Json, below: View | None) -> View:
        view_id = self._workspace.mint.view()
        return View(
            id=view_id,
            team_id=cast.TEAM,
            app_id=cast.APP,
            bot_id=cast.BOT,
            user=user,
            surface=Surface(content["type"]),
            content=content,
            hash=self._hash(),
            root_id=below.root_id if below is not None else view_id,
            previous_id=below.id if below is not None else None,
        )

    def _hash(self) -> str:
        seconds = int(self._workspace.clock.now().timestamp())
        return f"{seconds}.{self._workspace.mint.secret(8)}"
