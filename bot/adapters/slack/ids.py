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

PAGE_LIST: Final = "audit.page.list"
"""The button that leads from a table or from charts back to the list."""
PAGE_ASK: Final = "audit.page.ask"
"""The button of a shared page that asks the same for whoever presses it."""
PAGE_SHARE: Final = "audit.page.share"
"""The button that shows a page to everybody in the channel."""
PAGE_TABLE: Final = "audit.page.table"
"""The button that shows events as a table."""
PAGE_CHARTS: Final = "audit.page.charts"
"""The start of the names of buttons that show how many events there were, by what."""
PAGE_EXPORT: Final = "audit.page.export"
"""The button that opens the window of an export."""
EXPORT_WINDOW: Final = "audit.export.window"
"""The window that asks for a format and a place."""

EVENT_MENU: Final = "audit.event.menu"
"""The menu beside an event; the start of the names of buttons that lead the same ways."""

SEARCH: Final = "audit.search"
"""The shortcut, and the button, that opens the search window; a button may bring a question to fill it in with."""
CHANGE_FILTERS: Final = "audit.filters"
"""The button that opens the search window for another answer in the place of this one."""
SEARCH_WINDOW: Final = "audit.search.window"
"""The search window."""

MUTE_WINDOW: Final = "audit.mute.window"
"""The window that mutes events like a certain one."""

LENS: Final = "audit.lens"
"""The shortcut of a message that looks around it; the start of the names of the time line's buttons."""
LENS_EARLIER: Final = "audit.lens.earlier"
LENS_LATER: Final = "audit.lens.later"
LENS_RADIUS: Final = "audit.lens.radius"
"""The start of the names of buttons that look at more time, or at less."""
LENS_AGAIN: Final = "audit.lens.again"

HOME_OPENED: Final = "app_home_opened"
"""The event of somebody who opens the App Home."""
HOME_AGAIN: Final = "audit.home.again"
"""The button that looks afresh at all that the App Home tells."""
HOME_SUBSCRIBE: Final = "audit.home.subscribe"
"""The button that opens the window of a new subscription."""
HOME_PAUSE: Final = "audit.home.pause"
HOME_RESUME: Final = "audit.home.resume"
HOME_EDIT: Final = "audit.home.edit"
HOME_UNSUBSCRIBE: Final = "audit.home.unsubscribe"
SUBSCRIPTION_WINDOW: Final = "audit.subscription.window"
"""The window with the terms of a subscription."""

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
