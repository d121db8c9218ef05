"""What a composer makes of typed text before it is sent.

Sources: https://docs.slack.dev/interactivity/implementing-slash-commands#creating_commands,
https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from typing import Final

from bot.sandbox.slack.channels import Kind
from bot.sandbox.slack.workspace import Workspace

_MENTION: Final = re.compile(r"(?<![\w@#])([@#])([\w.-]+)")
_URL: Final = re.compile(r"https?://[^\s<>|]+")


def escaped(text: str, workspace: Workspace) -> str:
    """Gives the text with &, < and > escaped, and users, channels, groups and addresses in angle brackets.

    Users become `<@U…|name>`, public channels `<#C…|name>`, private ones `<#C…|>`, user groups
    `<!subteam^S…|@handle>`.
    """
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = _URL.sub(lambda found: f"<{found[0]}>", plain)
    return _MENTION.sub(lambda found: _resolved(found, workspace), linked)


def _resolved(found: re.Match[str], workspace: Workspace) -> str:
    sign, name = found.groups()
    if sign == "#":
        channel = workspace.channel_named(name)
        if channel is None:
            return found[0]
        return f"<#{channel.id}|{channel.name if channel.kind is Kind.PUBLIC else ''}>"
    if name in {"channel", "here", "everyone"}:
        return f"<!{name}>"
    user = workspace.person_named(name)
    if user is not None:
        return f"<@{user.id}|{user.name}>"
    group = next((group for group in workspace.groups.values() if group.handle == name), None)
    return found[0] if group is None else f"<!subteam^{group.id}|@{group.handle}>"
