"""Slack on your own machine: a workspace behind Slack's own protocols, limits and error codes."""
