"""Processes of the bot that begin in a fraction of a second: each is a fork of one in which everything is imported.

What a fork runs, its arguments, its environment, its streams and its end are those of ``python -m bot``; only the time
that imports take is saved. A few tests start ``python -m bot`` itself, to see that it does.
"""

from .process import Fork, Forks, open_forks

__all__ = ["Fork", "Forks", "open_forks"]
