"""The payloads that Slack sends when a person does something.

Source: https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel
from bot.sandbox.slack.ids import microseconds, ts_of
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.people import User
from bot.sandbox.slack.response_urls import Exchange
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.views import View


class Payloads:
    """Writes payloads about one person, with a new trigger_id and response_url each."""

    def __init__(self, app: Installation, user: User) -> None:
        self._app = app
        self._user = user

    def command(self, channel: Channel, command: str, text: str) -> tuple[Json, Exchange]:
        """Gives the payload of a slash command, and what its answers belong to."""
        exchange = Exchange(channel.id, self._user.id, self._app.clock.now())
        payload = {
            "token": self._app.credentials.verification_token,
            "team_id": self._user.team_id,
            "team_domain": cast.TEAM_DOMAIN,
            "channel_id": channel.id,
            "channel_name": channel.name_for_payload(),
            "user_id": self._user.id,
            "user_name": self._user.name,
            "command": command,
            "text": text,
            "api_app_id": cast.APP,
            "is_enterprise_install": "false",
            "response_url": self._response_url("commands", exchange),
            "trigger_id": self._app.triggers.issue(self._user.id),
        }
        return payload, exchange

    def click_in_message(self, message: Message, action: Json, values: Json) -> Json:
        """Gives the payload of an action in a message; an ephemeral message is not told in it."""
        payload = self._interaction("block_actions")
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.ephemeral_for is not None,
        }
        if message.thread_ts is not None:
            container["thread_ts"] = message.thread_ts
        holding = [number for number, one in enumerate(message.attachments, start=1) if _holds(one, action)]
        if holding:
            container |= {"type": "message_attachment", "attachment_id": holding[0], "is_app_unfurl": False}
        payload |= {
            "container": container,
            "channel": self._channel(message),
            "state": {"values": values},
            "response_url": self._response_url("actions", self._exchange(message)),
            "actions": [self._timed(action)],
        }
        if message.ephemeral_for is None:
            payload["message"] = self._app.transcript.message(message, with_metadata=True)
        return payload

    def click_in_view(self, view: View, action: Json, values: Json) -> Json:
        """Gives the payload of an action in a modal or home tab."""
        return self._interaction("block_actions") | {
            "container": {"type": "view", "view_id": view.id},
            "view": view.as_slack(values),
            "actions": [self._timed(action)],
        }

    def suggestion(self, where: Message | View, block: Json, element: Json, typed: str) -> Json:
        """Gives the payload with which Slack asks for the options of an external select."""
        payload = self._interaction("block_suggestion", is_trigger=False)
        if isinstance(where, View):
            payload |= {"container": {"type": "view", "view_id": where.id}, "view": where.as_slack()}
        else:
            payload |= {
                "container": {
                    "type": "message",
                    "message_ts": where.ts,
                    "channel_id": where.channel,
                    "is_ephemeral": where.ephemeral_for is not None,
                },
                "channel": self._channel(where),
            }
        return payload | {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": typed,
        }

    def submission(self, view: View, values: Json) -> Json:
        """Gives the payload of a modal's submission."""
        return self._interaction("view_submission") | {"view": view.as_slack(values), "response_urls": []}

    def closing(self, view: View, *, is_cleared: bool) -> Json:
        """Gives the payload that tells of a modal's closing."""
        return self._interaction("view_closed", is_trigger=False) | {
            "view": view.as_slack(),
            "is_cleared": is_cleared,
        }

    def global_shortcut(self, callback_id: str) -> Json:
        """Gives the payload of a global shortcut."""
        return self._interaction("shortcut") | {"callback_id": callback_id, "action_ts": self._now_ts()}

    def message_shortcut(self, callback_id: str, message: Message) -> Json:
        """Gives the payload of a message's shortcut."""
        return self._interaction("message_action") | {
            "callback_id": callback_id,
            "action_ts": self._now_ts(),
            "message_ts": message.ts,
            "channel": self._channel(message),
            "message": self._app.transcript.message(message, with_metadata=True),
            "response_url": self._response_url("app", self._exchange(message)),
        }

    def _interaction(self, kind: str, *, is_trigger: bool = True) -> Json:
        trigger = {"trigger_id": self._app.triggers.issue(self._user.id)} if is_trigger else {}
        return {
            "type": kind,
            "user": {
                "id": self._user.id,
                "username": self._user.name,
                "name": self._user.name,
                "team_id": self._user.team_id,
            },
            "api_app_id": cast.APP,
            "token": self._app.credentials.verification_token,
            "team": {"id": cast.TEAM, "domain": cast.TEAM_DOMAIN},
            "enterprise": None,
            "is_enterprise_install": False,
            **trigger,
        }

    def _channel(self, message: Message) -> Mapping[str, str]:
        channel = self._app.workspace.channels[message.channel]
        return {"id": channel.id, "name": channel.name_for_payload()}

    def _exchange(self, message: Message) -> Exchange:
        now = self._app.clock.now()
        return Exchange(message.channel, self._user.id, now, message.ts)

    def _response_url(self, family: str, exchange: Exchange) -> str:
        return self._app.base_url + self._app.response_urls.issue(family, exchange)

    def _timed(self, action: Json) -> Json:
        return {**action, "action_ts": self._now_ts()}

    def _now_ts(self) -> str:
        return ts_of(microseconds(self._app.clock.now()))


def _holds(attachment: Json, action: Json) -> bool:
    """Whether what was acted on stands in that attachment."""
    return any(block["block_id"] == action["block_id"] for block in attachment.get("blocks", ()))
