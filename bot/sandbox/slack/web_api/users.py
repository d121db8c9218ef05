"""The methods about users and user groups: https://docs.slack.dev/reference/methods?family=users."""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import GroupId
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.people import Role
from bot.sandbox.slack.rate_limits import Tier
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.web_api.arguments import Arguments
from bot.sandbox.slack.web_api.lookups import known_user
from bot.sandbox.slack.web_api.method import Method
from bot.sandbox.slack.web_api.paging import page_of

_MAX_PAGE: Final = 1000


def info(app: Installation, args: Arguments) -> Json:
    """Describes a user."""
    user = known_user(app, args.required("user"))
    return {"user": user.as_slack(app.clock.now(), with_email=_sees_email(app))}


def list_all(app: Installation, args: Arguments) -> Json:
    """Lists the users of the workspace, deactivated ones and bots too, strangers not."""
    own = [user for user in app.workspace.people.values() if user.role is not Role.STRANGER]
    page, cursor = page_of(own, args.text("cursor"), args.limit(_MAX_PAGE, _MAX_PAGE))
    now = app.clock.now()
    return {
        "members": [user.as_slack(now, with_email=_sees_email(app)) for user in page],
        "cache_ts": int(now.timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def list_groups(app: Installation, args: Arguments) -> Json:
    """Lists the user groups."""
    with_users = args.flag("include_users")
    return {"usergroups": [group.as_slack(with_users=with_users) for group in app.workspace.groups.values()]}


def list_group_users(app: Installation, args: Arguments) -> Json:
    """Lists the ids of a user group's members."""
    group = app.workspace.groups.get(GroupId(args.required("usergroup")))
    if group is None:
        raise RefusedError("no_such_subteam")
    return {"users": list(group.members)}


def _sees_email(app: Installation) -> bool:
    return "users:read.email" in app.manifest.scopes


METHODS: Final = {
    "users.info": Method(info, Tier.FOUR, ("users:read",)),
    "users.list": Method(list_all, Tier.TWO, ("users:read",)),
    "usergroups.list": Method(list_groups, Tier.TWO, ("usergroups:read",)),
    "usergroups.users.list": Method(list_group_users, Tier.TWO, ("usergroups:read",)),
}
