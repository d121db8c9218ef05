"""Slack on your own machine: a workspace behind Slack's own protocols, limits and error codes.

Build a `SlackCloud`, mount its `routes()` at the root of a server and its `control_routes()` below a path of
their own, and start the app with its `environment`. `cast` names the people and channels.
"""

from bot.sandbox.slack.blocks import Active, Activity, active_content, check_message, check_view
from bot.sandbox.slack.cloud import UVICORN_OPTIONS, SlackCloud
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.person import Person
from bot.sandbox.slack.settings import Settings, Transport
from bot.sandbox.slack.workspace import Workspace

__all__ = [
    "UVICORN_OPTIONS",
    "Active",
    "Activity",
    "Outcome",
    "Person",
    "Settings",
    "SlackCloud",
    "Transport",
    "Workspace",
    "active_content",
    "check_message",
    "check_view",
]
