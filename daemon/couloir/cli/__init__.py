"""The command line: one command, one file."""

from couloir.cli.main import main

__all__ = ["main"]
