"""How fast the bot is, and how much memory it takes: ``python -m benchmarks``."""
