"""Modals and home tabs: what they are, and which of them a person has in front of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.sandbox.slack.ids import TeamId, UserId, ViewId
from bot.sandbox.slack.shapes import Json

MAX_STACK = 3
"""A root and two pushes. Source: https://docs.slack.dev/surfaces/modals#view-stack"""


class Surface(StrEnum):
    """Where a view is shown."""

    MODAL = "modal"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class View:
    """A view as it stands now. `content` is what the app sent, block ids added; `hash` changes with it."""

    id: ViewId
    team_id: TeamId
    app_id: str
    bot_id: str
    user: UserId
    surface: Surface
    content: Json
    hash: str
    root_id: ViewId
    previous_id: ViewId | None = None

    @property
    def blocks(self) -> tuple[Json, ...]:
        """The blocks, each with a `block_id`."""
        return tuple(self.content["blocks"])

    @property
    def every_block(self) -> tuple[Json, ...]:
        """The same: unlike a message a view has no attachments."""
        return self.blocks

    @property
    def callback_id(self) -> str:
        """What the app calls it."""
        return str(self.content.get("callback_id", ""))

    @property
    def title(self) -> str:
        """The words in the modal's bar; empty for a home tab."""
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def external_id(self) -> str | None:
        """The name under which the app may update it, unique in the workspace."""
        return self.content.get("external_id") or None

    @property
    def notifies_on_close(self) -> bool:
        """Whether the app wants to hear when the person closes it."""
        return bool(self.content.get("notify_on_close"))

    def as_slack(self, state: Json | None = None) -> Json:
        """Gives the object of https://docs.slack.dev/reference/views with `state` as its input values."""
        view: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "type": self.surface.value,
            "blocks": list(self.blocks),
            "private_metadata": self.content.get("private_metadata", ""),
            "callback_id": self.callback_id,
            "state": {"values": state or {}},
            "hash": self.hash,
            "clear_on_close": bool(self.content.get("clear_on_close")),
            "notify_on_close": self.notifies_on_close,
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": self.app_id,
            "external_id": self.external_id or "",
            "app_installed_team_id": self.team_id,
            "bot_id": self.bot_id,
        }
        if self.surface is Surface.MODAL:
            view |= {
                "title": self.content.get("title"),
                "close": self.content.get("close"),
                "submit": self.content.get("submit"),
                "submit_disabled": bool(self.content.get("submit_disabled")),
            }
        return view


@dataclass(slots=True)
class Views:
    """Every open view: a stack of modals per person, root first, and one home tab."""

    _stacks: dict[UserId, list[View]] = field(default_factory=dict)
    _homes: dict[UserId, View] = field(default_factory=dict)

    def stack(self, user: UserId) -> tuple[View, ...]:
        """Gives the person's modals, the root first; empty if none is open."""
        return tuple(self._stacks.get(user, ()))

    def home(self, user: UserId) -> View | None:
        """Gives what the app last published to the person's home tab."""
        return self._homes.get(user)

    def find(self, view_id: str) -> View | None:
        """Gives the open modal or home tab with this id."""
        return next((view for view in self._all() if view.id == view_id), None)

    def find_external(self, external_id: str) -> View | None:
        """Gives the open modal or home tab with this external id."""
        return next((view for view in self._all() if view.external_id == external_id), None)

    def open(self, root: View) -> None:
        """Opens a modal; whatever stack the person had is gone, as in Slack's own client."""
        self._stacks[root.user] = [root]

    def push(self, view: View) -> None:
        """Puts a modal above the person's topmost one."""
        self._stacks[view.user].append(view)

    def publish(self, home: View) -> None:
        """Replaces the person's home tab."""
        self._homes[home.user] = home

    def replace(self, view: View) -> None:
        """Puts a view in the place of the one with its id."""
        if view.surface is Surface.HOME:
            self._homes[view.user] = view
            return
        stack = self._stacks[view.user]
        stack[[held.id for held in stack].index(view.id)] = view

    def pop(self, user: UserId) -> None:
        """Closes the topmost modal; the one below it is in front again."""
        self._stacks[user].pop()

    def clear(self, user: UserId) -> None:
        """Closes all of the person's modals."""
        self._stacks.pop(user, None)

    def _all(self) -> list[View]:
        return [*(view for stack in self._stacks.values() for view in stack), *self._homes.values()]
