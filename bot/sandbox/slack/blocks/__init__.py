"""Block Kit: what Slack accepts, what it says to the rest, and what in it is active.

`check_message` and `check_view` give Slack's verdict; `active_content` lists what would ping or be clickable.
"""

from bot.sandbox.slack.blocks.active import Active, Activity, active_content
from bot.sandbox.slack.blocks.validator import Verdict, check_message, check_view, message_weight

__all__ = [
    "Active",
    "Activity",
    "Verdict",
    "active_content",
    "check_message",
    "check_view",
    "message_weight",
]
