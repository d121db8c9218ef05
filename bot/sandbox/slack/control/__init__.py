"""The control port: for tests and pages of another process, to look at the workspace and to act in it.

Users and channels may be named by their ids or by their names. What is wrong with a request is told with
HTTP 400 or 404 and `{"error": "…"}`.

Reading (GET):
    /state                          people, groups, channels, commands, settings, sockets, newest numbers
    /messages?channel=…             what there is in a conversation; with `user`, what that person sees, else
                                    everything; with `thread`, the replies to that message; with `after`
                                    (a number of /state or of an earlier answer) and `timeout` in seconds, as
                                    soon as something changed there since
    /views?user=…                   the person's modals, the root first, and home tab; `after` and `timeout` too
    /changes?after=…&timeout=…      the feed of changes
    /ledger?after=…&timeout=…       what the app did, of one `kind` if given
    /posts?after=…&timeout=…        the messages that were accepted, with where they went, their metadata, blocks,
                                    attachments, and the names and words of their files; of one `channel` if given
    /files/{id}                     a file's bytes
    /faults, /settings              what is in force

Acting as a person (POST, JSON with `user`), answered with the outcome once the app acknowledged:
    /type        channel, text, thread_ts?
    /click       action_id, choice?, block_id?, filled?, and channel + ts or view
    /suggest     action_id, typed, block_id?, and channel + ts or view
    /submit      view?, filled?         (the topmost modal unless named)
    /close       view?, clear?
    /home
    /shortcut    callback_id, channel? + ts?

Steering (POST unless said otherwise):
    /settings    any of the settings
    /faults      a fault; DELETE clears them
    /clock       advance_s
    /channels    name, is_private?, has_bot?, members?
    /channels/{channel}/archive | unarchive | add-bot | remove-bot | share | unshare | restrict | unrestrict
    /sockets     act: drop | warning | refresh_requested | link_disabled
    /replay      headers?, body?: sends the last signed request again, as it was but for what is given
    /reset
"""

from bot.sandbox.slack.control.routes import Control

__all__ = ["Control"]
