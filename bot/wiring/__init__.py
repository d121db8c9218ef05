"""The composition root: where what the settings say becomes a bot."""
