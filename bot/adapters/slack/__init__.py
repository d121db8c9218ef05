"""Slack: people, places and messages."""
