"""Couloir as a background service of the user's session: launchd, systemd or Windows' Task Scheduler.

Each system's module is a pure function `recipe(spec) -> Recipe`: a file, and the commands that make the system read it.
`Supervisor` carries out a recipe; only it touches the disk and runs programs.
"""

from __future__ import annotations

from couloir.service.background.recipe import current_spec, recipe_for
from couloir.service.background.spec import Recipe, Spec
from couloir.service.background.supervisor import Run, Status, Supervisor, run_program

__all__ = ["Recipe", "Run", "Spec", "Status", "Supervisor", "current_spec", "recipe_for", "run_program"]
