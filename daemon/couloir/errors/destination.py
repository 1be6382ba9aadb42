"""Errors of the folder that a migration writes to, and of its ledger."""

from __future__ import annotations

from couloir.errors.base import CouloirError


class DestinationError(CouloirError):
    """The destination {path} cannot be used: {why}."""

    code = "destination"
    exit_code = 20
    advice = "Correct the cause that is named, or choose another folder with --to."


class DestinationInUse(DestinationError):
    """Another migration is writing to {path}."""

    code = "destination.in-use"
    exit_code = 21
    advice = "Wait until it has finished, or stop it; then run the command again to continue."


class DestinationOfOtherCatalog(DestinationError):
    """The migration in {path} belongs to another Lightroom catalog, {catalog}."""

    code = "destination.other-catalog"
    exit_code = 26
    advice = "Choose another folder for this catalog, or open that catalog in Lightroom and continue there."


class DestinationDisk(DestinationError):
    """The disk that holds {path} reported an error: {why}."""

    code = "destination.disk"
    exit_code = 27
    advice = "Check that the disk is connected and healthy; then run the same command again to continue."


class LedgerDamaged(DestinationError):
    """The ledger {path} cannot be used: {why}."""

    code = "destination.ledger"
    exit_code = 28
    advice = (
        "Run `couloir migrate` again with the same library and folder: it restores the last complete state from the "
        "ledger's own backup. If there is none, restore the .couloir folder from your own backup."
    )


class LedgerNewer(DestinationError):
    """The ledger {path} was written by a newer Couloir: {why}."""

    code = "destination.newer"
    exit_code = 29
    advice = "Update Couloir, then run the same command again."


class DestinationForeign(DestinationError):
    """{path} already holds a migration of another library ({library})."""

    code = "destination.foreign"
    exit_code = 22
    advice = "Choose an empty folder with --to, one for each library."


class NotAMigration(DestinationError):
    """{path} holds no Couloir ledger."""

    code = "destination.no-ledger"
    exit_code = 23
    advice = "Give the folder that `couloir migrate --to` wrote."


class DiskFull(DestinationError):
    """The disk that holds {path} is full: {why}."""

    code = "destination.disk-full"
    exit_code = 24
    advice = "Free some space and run the same command again; it continues where it stopped."


class AccessDenied(DestinationError):
    """The operating system does not allow access to {path}."""

    code = "access-denied"
    exit_code = 25
    advice = (
        "Check the folder's permissions; on macOS grant Full Disk Access to the terminal in System Settings > Privacy."
    )


class VerificationFailed(CouloirError):
    """{problems} of {checked} items in {path} differ from the ledger."""

    code = "verification"
    exit_code = 40
    advice = (
        "Keep every file that is named: one that has changed may hold later work. Run `couloir migrate` again to write "
        "files that are missing or cut short anew. Move a damaged file to another folder, keep it there, run `couloir "
        "migrate` again, and compare the two."
    )


class NotAllThere(CouloirError):
    """{failed} of the library are not in {path}; all that is there agrees with the ledger."""

    code = "verification.not-all"
    exit_code = 42
    advice = "`couloir report` names each with its reason and what can be done; then run `couloir migrate` again."


class NotAll(CouloirError):
    """{failed} in {path} failed; everything else was done."""

    code = "not-all"
    exit_code = 41
    advice = "Each one is named with its reason, and what can be done about it, in the report."
