"""The parts of the window, each a pure function to markup."""
