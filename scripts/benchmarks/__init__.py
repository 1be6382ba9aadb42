"""One module for each benchmark of scripts/bench.py."""
