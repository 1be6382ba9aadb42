"""Errors of the processes and computers that work for a command."""

from __future__ import annotations

from couloir.errors.base import CouloirError


class WorkersError(CouloirError):
    """The workers cannot do this: {why}."""

    code = "workers"
    exit_code = 110
    advice = "Run the command again on this computer alone, without --scheduler."


class WorkerEnded(WorkersError):
    """A worker process ended before its answer ({why}). What was finished is kept."""

    code = "workers.ended"
    exit_code = 111
    advice = "Run the command again: it continues. Where memory is short, give fewer --workers."


class ClusterMissing(WorkersError):
    """The package distributed, needed to use a Dask cluster, cannot be used ({why}). {remedy}"""

    code = "workers.package"
    exit_code = 112
    advice = "Without it, --workers uses the cores of this computer."


class ClusterSilent(WorkersError):
    """The Dask scheduler at {address} does not answer: {why}."""

    code = "workers.silent"
    exit_code = 113
    advice = "Start it (`dask scheduler`), check the address (tcp://host:8786), or leave --scheduler out."


class ClusterUnfit(WorkersError):
    """The Dask cluster at {address} cannot be used: {why}."""

    code = "workers.unfit"
    exit_code = 114
    advice = "Start its workers (`dask worker`) in an environment with this version of Couloir, and try again."
