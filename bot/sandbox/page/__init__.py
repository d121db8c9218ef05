"""The page: Slack's workspace as the people in it see it, and what can be made to happen behind the scenes.

`blocks`, `mrkdwn` and `panes` are pure: from the workspace and a reader to markup. `desk` is one open tab, `app` the
NiceGUI application that carries markup to the browser and events back. Nothing but `app`, `desk` and `region` knows
NiceGUI.
"""
