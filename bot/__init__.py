"""Ask Mondoo's audit log from Slack, and know how complete each answer is."""
