"""What the bot knows of the world: values and rules, no I/O, the standard library only."""
