"""Mondoo and Slack on your own machine: real protocols, own data, and a page to look at."""
