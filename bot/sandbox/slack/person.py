"""What one person can do in the workspace, as if sitting before Slack's own client.

`cloud.person(user_id)` gives one. Each action builds the payload that Slack builds, delivers it to the
app over the live transport and waits for its acknowledgement; the `Outcome` tells what the person then sees.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.sandbox.slack import cast, inputs
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.delivery import Delivery, DeliveryKind, Receipt
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.forms import apply_answer, client_complaints
from bot.sandbox.slack.ids import ChannelId, Ts, UserId
from bot.sandbox.slack.inputs import Choice, Inputs
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.outcome import Outcome, error_of
from bot.sandbox.slack.payloads import Payloads
from bot.sandbox.slack.people import Role, User
from bot.sandbox.slack.response_urls import Exchange
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.typed_text import escaped
from bot.sandbox.slack.views import View

_ABOUT_SLASHES: Final = (
    'In Slack, all messages that start with the "/" character are interpreted as commands. If you are trying '
    'to send a message and not run a command, try preceding the "/" with an empty space.'
)
_NOT_HEARING: Final = Outcome(
    ok=False,
    error="messages_tab_disabled",
    notice="Sending messages to this app has been turned off.",
)
_NOT_INTERACTIVE: Final = Outcome(
    ok=False,
    error="interactivity_disabled",
    notice="This app is not configured to handle interactive responses.",
)


class Person:
    """A person before their client."""

    def __init__(self, app: Installation, user: UserId) -> None:
        self._app = app
        self._id = user
        self._events = Events(app)
        self._payloads = Payloads(app, self.user)
        self._offered: list[Json] = []

    @property
    def user(self) -> User:
        """Who it is."""
        return self._app.workspace.people[self._id]

    async def type(self, channel: ChannelId, text: str, thread_ts: Ts | None = None) -> Outcome:
        """Sends what stands in the composer: a slash command if it starts with a slash, else a message.

        Raises:
            LookupError: There is no composer: the person is not in that conversation, it is archived, or
                only admins may post there.
        """
        place = self._app.workspace.channels[channel]
        if not self._has_composer(place):
            raise LookupError(f"{self.user.name} cannot write in {place.name or place.id}")
        if place.kind is Kind.DIRECT and not self._app.manifest.hears_messages:
            return _NOT_HEARING
        if not text.startswith("/"):
            return self._say(channel, text, thread_ts)
        command, *rest = text.split(maxsplit=1)
        known = self._app.manifest.commands.get(command)
        if known is None or "commands" not in self._app.manifest.scopes:
            words = f"`{command}` is not a valid command. {_ABOUT_SLASHES}"
            return self._slackbot(channel, "invalid_command", words)
        if thread_ts is not None:
            words = f"{command} is not supported in threads. Sorry!"
            return self._slackbot(channel, "not_supported_in_threads", words)
        typed = rest[0].strip() if rest else ""
        sent = escaped(typed, self._app.workspace) if known.should_escape else typed
        payload, exchange = self._payloads.command(place, command, sent)
        delivery = Delivery(DeliveryKind.SLASH_COMMANDS, payload, accepts_answer=True)
        receipt = await self._app.courier.deliver(delivery)
        error = error_of(receipt) or self._show_answer(exchange, receipt)
        if error is not None:
            told = self._slackbot(channel, error, f'{command} failed with the error "{error}"')
            return replace(told, took=receipt.took)
        return Outcome(ok=True, took=receipt.took)

    async def click(
        self,
        where: Message | View,
        action_id: str,
        choice: Choice = None,
        *,
        block_id: str | None = None,
        filled: Inputs | None = None,
    ) -> Outcome:
        """Presses a button or picks from a menu.

        Args:
            where: The message, modal or home tab that holds the element, as it was seen.
            action_id: The element.
            choice: What was picked; None for a button.
            block_id: Needed if several blocks hold an element with that action_id.
            filled: What stands in the other inputs of the surface, for the payload's `state`.

        Raises:
            LookupError: There is no such element, or no such option, to click on.
        """
        where = self._as_it_stands(where)
        block, element = inputs.find_element(where.every_block, action_id, block_id)
        action = inputs.action(block, element, choice, self._offered)
        if not self._app.manifest.is_interactive:
            return _NOT_INTERACTIVE
        values = inputs.state(where.every_block, filled or {}, self._offered)
        if inputs.has_state(element):
            values[block["block_id"]][action_id] |= inputs.value(element, choice, self._offered)
        if isinstance(where, View):
            payload = self._payloads.click_in_view(where, action, values)
        else:
            payload = self._payloads.click_in_message(where, action, values)
        return Outcome.of(await self._interact(payload))

    async def suggest(
        self, where: Message | View, action_id: str, typed: str, *, block_id: str | None = None
    ) -> list[Json]:
        """Types into an external select, and gives the options that the app offers; none if it fails."""
        where = self._as_it_stands(where)
        block, element = inputs.find_element(where.blocks, action_id, block_id)
        payload = self._payloads.suggestion(where, block, element, typed)
        answer = (await self._interact(payload, accepts_answer=True)).answer
        offered = answer if isinstance(answer, dict) else {}
        groups = offered.get("option_groups") or [offered]
        self._offered = [option for group in groups for option in group.get("options", ())]
        return self._offered

    async def submit(self, view: View, filled: Inputs | None = None) -> Outcome:
        """Presses the submit button of the topmost modal.

        Raises:
            LookupError: The modal is no longer open, or has no such inputs.
        """
        view = self._topmost(view)
        values = inputs.state(view.blocks, filled or {}, self._offered)
        if complaints := client_complaints(view.blocks, values):
            return Outcome(ok=False, input_errors=complaints)
        payload = self._payloads.submission(view, values)
        receipt = await self._interact(payload, accepts_answer=True)
        outcome = Outcome.of(receipt)
        if not outcome.ok:
            return outcome
        current = self._app.workspace.views.find(view.id)
        if current is None:
            return outcome
        return apply_answer(self._app.view_stack, current, receipt.answer, outcome)

    async def close(self, view: View, *, clear: bool = False) -> Outcome:
        """Closes the topmost modal by its close button, or with `clear` the whole stack by the ✕.

        Raises:
            LookupError: The modal is no longer open.
        """
        view = self._topmost(view)
        is_clearing = clear or bool(view.content.get("clear_on_close"))
        self._app.view_stack.close(view, clear=is_clearing)
        if not view.notifies_on_close:
            return Outcome(ok=True)
        return Outcome.of(await self._interact(self._payloads.closing(view, is_cleared=is_clearing)))

    async def open_home(self) -> Outcome:
        """Opens the app's home tab; what the app publishes is then in `workspace.views.home(user.id)`."""
        if not self._app.manifest.has_home:
            return Outcome(ok=False, error="not_enabled", notice="This app has no Home tab.")
        channel = self._app.workspace.open_direct_channel(self._id)
        self._events.opened_home(self._id, channel.id)
        return Outcome(ok=True)

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Outcome:
        """Picks a global shortcut, or one of a message's menu.

        Raises:
            LookupError: The app has registered no such shortcut.
        """
        known = self._app.manifest.shortcuts.get(callback_id)
        if known is None or known.is_global != (message is None):
            raise LookupError(f"there is no such shortcut: {callback_id!r}")
        if message is None:
            payload = self._payloads.global_shortcut(callback_id)
        else:
            payload = self._payloads.message_shortcut(callback_id, message)
        return Outcome.of(await self._interact(payload))

    def _has_composer(self, place: Channel) -> bool:
        may_post = not place.posting_restricted or self.user.role in {Role.OWNER, Role.ADMIN}
        return self._id in place.members and may_post and not place.is_archived and self.user.is_active

    def _say(self, channel: ChannelId, text: str, thread_ts: Ts | None) -> Outcome:
        ts = self._app.workspace.timelines.next_ts(channel)
        written = escaped(text, self._app.workspace)
        message = Message(channel, ts, self._id, written, thread_ts=thread_ts)
        self._app.workspace.post(message, "person")
        self._events.said(message)
        return Outcome(ok=True, message=message)

    def _slackbot(self, channel: ChannelId, error: str, words: str) -> Outcome:
        ts = self._app.workspace.timelines.next_ts(channel)
        told = Message(channel, ts, cast.SLACKBOT, words, ephemeral_for=self._id)
        self._app.workspace.post(told, "slackbot")
        return Outcome(ok=False, error=error, notice=words)

    def _show_answer(self, exchange: Exchange, receipt: Receipt) -> str | None:
        body = {"text": receipt.answer} if isinstance(receipt.answer, str) else receipt.answer
        if not body:
            return None
        try:
            self._app.response_urls.answer(exchange, body)
        except RefusedError as refusal:
            return refusal.error
        return None

    async def _interact(self, payload: Json, *, accepts_answer: bool = False) -> Receipt:
        return await self._app.courier.deliver(Delivery(DeliveryKind.INTERACTIVE, payload, accepts_answer))

    def _as_it_stands(self, where: Message | View) -> Message | View:
        if isinstance(where, View):
            view = self._app.workspace.views.find(where.id)
            if view is None or view.user != self._id:
                raise LookupError(f"{self.user.name} has no open view {where.id}")
            return view
        message = self._app.workspace.timelines.get(where.channel, where.ts)
        if message is None or not message.is_visible_to(self._id):
            raise LookupError(f"{self.user.name} sees no message {where.ts}")
        return message

    def _topmost(self, view: View) -> View:
        stack = self._app.workspace.views.stack(self._id)
        if not stack or stack[-1].id != view.id:
            raise LookupError(f"{view.id} is not the modal in front of {self.user.name}")
        return stack[-1]
