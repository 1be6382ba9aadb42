"""The program of a bundle. With -m it runs a module of Couloir, as Python would: its workers start that way."""

from __future__ import annotations

import multiprocessing
import runpy
import sys


def main() -> None:
    multiprocessing.freeze_support()
    if sys.argv[1:2] == ["-m"] and sys.argv[2:] and sys.argv[2].partition(".")[0] == "couloir":
        module = sys.argv[2]
        del sys.argv[1:3]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    from couloir.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
