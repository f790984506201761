"""The command line. Nothing heavy is imported before a command needs it."""

from coopeval.cli.door import main

__all__ = ["main"]
