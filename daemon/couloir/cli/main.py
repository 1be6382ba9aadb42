"""The `couloir` command. Each subcommand lives in its own file and is loaded only when it is asked for.

Exit codes: 0 done, 1 an error without a code of its own, 2 wrong usage, 130 interrupted; every other one belongs to
an error class (docs/errors.md).
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import Any

import click

from couloir import __version__
from couloir.cli import interruption
from couloir.cli.numbers import tell
from couloir.cli.plain import say
from couloir.errors import CouloirError

# Loaded on demand, so that `couloir serve` does not wait for what only `migrate` needs.
COMMANDS = (
    "inspect",
    "derive",
    "migrate",
    "match",
    "verify",
    "report",
    "undo",
    "serve",
    "service",
    "plugin",
    "update",
    "doctor",
    "learn",
    "profile",
    "looks",
    "capture-one",
)

INTERRUPTED = 130  # 128 + SIGINT, as shells expect

# Read by numpy's OpenBLAS when it is loaded, and by other builds of BLAS that use OpenMP. Our matrices have some dozen
# columns: a second thread makes none of the work shorter, and waits for the next product with a core to itself.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


class CommandLine(click.Group):
    """Finds subcommands by name in `couloir.cli.<name>` (a hyphen as an underscore), each exporting `command`."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"couloir.cli.{name.replace('-', '_')}").command
        return command


@click.group(cls=CommandLine, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="couloir")
@click.option("--verbose", is_flag=True, expose_value=False, help="Show where in the code a fault of Couloir happened.")
def command_line() -> None:
    """Bring an Apple Aperture library into Lightroom Classic with its look."""


def main(arguments: list[str] | None = None, **extra: Any) -> None:
    """Runs the command line. An error is one line on stderr and its own exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # UTF-8 also where the system's code page is another (Windows, and LC_ALL=C): it cannot hold every name, and
        # programs that read --json expect it. A path need not be text in any encoding.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    for name in THREADS:
        os.environ.setdefault(name, "1")  # no module of ours that loads numpy is loaded yet
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with interruption.watching():
            code = command_line.main(given, prog_name="couloir", standalone_mode=False, **extra)
        sys.exit(code if isinstance(code, int) else 0)
    except CouloirError as error:
        say(f"couloir: {tell(str(error))} [{error.code}]", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _say_usage(error)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        say("couloir: stopped. Run the same command again to continue.", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:  # the last place that can turn a fault of ours into a line for a person
        if given[:1] == ["--verbose"]:
            raise
        told = f"{type(error).__name__}: {error}".split("\n", 1)[0]
        say(f"couloir: a fault in Couloir, not in your library ({told}). {CouloirError.advice}", err=True)
        sys.exit(CouloirError.exit_code)


def _say_usage(error: click.ClickException) -> None:
    """Like `click.ClickException.show`, but without control characters: an argument may be a name of a file."""
    context = getattr(error, "ctx", None)
    if context is not None:
        for line in context.get_usage().splitlines():
            say(line, err=True)
        say(f"Try '{context.command_path} {context.help_option_names[0]}' for help.", err=True)
    say(f"Error: {error.format_message()}", err=True)
