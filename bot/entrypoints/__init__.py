"""How the world reaches the bot."""
