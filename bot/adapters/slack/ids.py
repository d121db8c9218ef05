"""The names that Slack and the bot know each other by; ``manifest.yml`` says the same."""

from __future__ import annotations

from typing import Final

COMMAND: Final = "/mondoo-audit"
"""The slash command."""

PAGE_OLDER: Final = "audit.page.older"
"""The button that shows events that happened earlier."""
PAGE_NEWER: Final = "audit.page.newer"
"""The button that shows events that happened later."""
PAGE_AGAIN: Final = "audit.page.again"
"""The button that reads the same page once more, after a failure or where reading has not come so far."""

EVENT_MENU: Final = "audit.event.menu"
"""The menu beside an event; the start of the names of buttons that lead the same ways."""

DIGEST_EVENT: Final = "mondoo_audit_digest"
"""The type of a digest's metadata, and of an alert's."""
NOTICE_EVENT: Final = "mondoo_audit_notice"
"""The type of the metadata of what else the bot posts by itself."""

SCOPES: Final = frozenset(
    {
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
        "usergroups:read",
        "users:read",
    }
)
"""What the bot's token has to be allowed."""
