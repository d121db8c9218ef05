"""What an operator can set: read from the environment and a TOML file, checked as a whole, and described.

The environment stands above the TOML file that ``CONFIG_FILE`` names. A ``.env`` in the working directory is read only
when somebody names it (``--env-file .env``): a folder that one happens to work in must not be able to point the
token in the environment at an address of its own.
"""

from __future__ import annotations

from bot.settings.loading import load
from bot.settings.reference import settings_table
from bot.settings.values import (
    Account,
    DigestSettings,
    ScopeSettings,
    Settings,
    SlackSettings,
    SubscriptionSettings,
)

__all__ = [
    "Account",
    "DigestSettings",
    "ScopeSettings",
    "Settings",
    "SlackSettings",
    "SubscriptionSettings",
    "load",
    "settings_table",
]
