"""Waypoints: the moments between two effects at which a crash tells whether anything is lost or done twice.

In production nobody listens, and passing one costs a comparison. A test that ends the process at each of them, and a
simulation that does so thousands of times a minute, install a listener.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Waypoint(Enum):
    """Every such moment, in the order in which an event passes them on its way from Mondoo to Slack."""

    SCOPE_CLAIMED = "a scope is claimed, nothing of it is read"
    PAGE_READ = "a page of a log is read, its events are compared with nothing yet"
    EVENTS_COMPARED = "the new events of a page are told from the known"
    EVENTS_STAGED = "new events are stored out of sight, the reading goes on"
    TWINS_VERIFIED = "a second look has confirmed events that are equal to others"
    LAST_PAGE_READ = "all is read, nothing is committed"
    COLLECT_BEGUN = "the collecting transaction is begun"
    EVENTS_WRITTEN = "events are written, the watermark is where it was"
    WATERMARK_MOVED = "the watermark is moved, the transaction is open"
    COLLECT_COMMITTED = "events, watermark and run record are committed"
    FAILURE_RECORDED = "a failed reading is recorded"
    SLOT_DUE = "a slot is due, its events are not looked up"
    DIGEST_COMPOSED = "a digest is composed, nothing of it is stored"
    DIGEST_BEGUN = "the digest's transaction is begun"
    DIGEST_WRITTEN = "digest and parts are written, the cursor is where it was"
    CURSOR_MOVED = "the cursor is moved, the transaction is open"
    DIGEST_COMMITTED = "digest, parts and cursor are committed"
    NOTICE_FILED = "a notice about a scope's health is filed"
    PART_CLAIMED = "a part is marked as being sent, nothing is sent"
    PLACE_CHECKED = "the channel may be posted to, nothing is sent"
    FILE_UPLOADED = "a file's bytes are with Slack, it is shared nowhere"
    PART_POSTED = "Slack has taken the part, nobody has noted it"
    PART_SETTLED = "it is noted what became of the part"
    LOOKED_UP = "history was searched for an uncertain part, nothing is noted"
    SUBSCRIPTION_PAUSED = "a subscription is paused, its owner is not told"
    SUBSCRIPTION_SAVED = "a subscription is saved, nobody has said so"
    EVENTS_PRUNED = "old events are deleted, more are left"
    STORE_MIGRATED = "the database has its tables, nothing has started"


Listener = Callable[[Waypoint], None]
_listeners: list[Listener] = []


def reached(waypoint: Waypoint) -> None:
    """Tell whoever listens that this moment is reached. What a listener raises is raised here."""
    for listener in _listeners:
        listener(waypoint)


def listen(listener: Listener) -> Callable[[], None]:
    """Have a listener told of every waypoint from now on; call what this returns to stop that."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)
