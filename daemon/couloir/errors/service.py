"""Errors of the background service."""

from __future__ import annotations

from couloir.errors.base import CouloirError


class ServiceError(CouloirError):
    """The service cannot do this: {why}."""

    code = "service"
    exit_code = 50
    advice = "Run `couloir doctor`; it names the next step."


class CannotListen(ServiceError):
    """The service cannot listen on {address}: {why}."""

    code = "service.cannot-listen"
    exit_code = 51
    advice = "Allow Couloir to use 127.0.0.1 in the firewall or security program, or give another port with --port."


class StateTooNew(ServiceError):
    """{path} was written by a newer Couloir ({found}; this one knows {known})."""

    code = "service.state-too-new"
    exit_code = 52
    advice = "Install the newer Couloir again, or move that file away to start without its jobs."


class SupervisorFailed(ServiceError):
    """`{command}` failed: {why}."""

    code = "service.supervisor"
    exit_code = 53
    advice = "Run `couloir doctor`; until then `couloir serve` in a terminal does the same work."


class NoSupervisor(ServiceError):
    """This system ({system}) has no service manager that Couloir knows."""

    code = "service.no-supervisor"
    exit_code = 54
    advice = "Start `couloir serve` yourself, for example from your session's autostart folder."


class NoSession(ServiceError):
    """{manager} does not run in this session, so no background service can be installed; nothing was written."""

    code = "service.no-session"
    exit_code = 56
    advice = "Run `couloir serve` in a terminal and leave it open while Lightroom works."
