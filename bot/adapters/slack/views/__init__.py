"""What people read in Slack: pure functions from the domain's values to plain Block Kit dictionaries."""
