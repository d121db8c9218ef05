"""The way in from Slack: commands and clicks, over Socket Mode or signed HTTP."""
