"""Slack's Web API, as far as an app like this one needs it."""
