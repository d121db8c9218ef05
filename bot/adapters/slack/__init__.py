"""Slack, as the bot meets it: ids and texts, views, who and where people are, answers to their commands."""
