"""The ledger rows of a unit whose files were produced."""

from __future__ import annotations

from couloir.aperture.model import Damage, Version
from couloir.derive import Translation
from couloir.derive.painted.losses import loses_places
from couloir.migrate.ledger import reasons
from couloir.migrate.ledger.placements import hash_local
from couloir.migrate.ledger.reasons import Reason, State
from couloir.migrate.ledger.rows import Kind, Row
from couloir.migrate.packets import Packet
from couloir.migrate.plan import Placement, Unit
from couloir.migrate.produce import Files


def version_row(version: Version, state: State, reason: Reason, **detail: object) -> Row:
    """The version's row of the ledger."""
    detail |= {"number": version.number, "edited": version.has_enabled_adjustments}
    return Row(Kind.VERSION, version.uuid, version.name, state, reason, detail)


def version_state(unit: Unit, files: Files) -> tuple[State, Reason]:
    """The state and reason of the version whose file was produced."""
    if files.refused is not None:
        return State.FAILED, files.refused
    if unit.waits is not None:
        return State.WAITING, unit.waits
    if files.unsettled is not None:
        return files.unsettled.state, files.unsettled.reason
    if unit.doubt is not None and unit.doubt.damage is Damage.CUT:
        return State.DONE, reasons.written_from(unit.doubt)
    if unit.shares:
        return State.DONE, reasons.WRITTEN_TOGETHER
    return State.DONE, reasons.WRITTEN_BESIDE if unit.placement is Placement.BESIDE else reasons.WRITTEN


def master_reason(unit: Unit, files: Files) -> Reason:
    """The reason for the original's row."""
    if unit.doubt is not None and unit.doubt.damage is Damage.CUT:
        return reasons.damaged(unit.doubt)
    if unit.target is None:
        return reasons.STAYS
    if unit.version is None:
        return reasons.NO_VERSION
    if unit.with_settings:
        return reasons.CARRIED
    return reasons.CARRIED_BARE if files.unsettled or unit.waits else reasons.CARRIED_PAIR


def packet_detail(unit: Unit, packet: Packet, files: Files) -> dict[str, object]:
    """The details that a row keeps of its XMP: its place, its hash, and the translation in plain values."""
    detail: dict[str, object] = {"placement": str(unit.placement)}
    if unit.placement is Placement.SIDECAR and not (files.unsettled or unit.shares):
        detail |= {
            "sidecar": unit.sidecar.as_posix(),
            "sidecar_hash": files.sidecar_hash,
            "sidecar_size": files.sidecar_size,
        }
    if unit.placement is Placement.EMBEDDED and not (files.unsettled or files.refused or unit.shares):
        detail["embedded"] = True  # the handover replaces the row's reason, so this must be kept here
    if files.beside and not files.unsettled:
        detail["beside"] = [{"path": each.path, "size": each.size, "hash": each.digest} for each in files.beside]
    if packet.look is not None:
        detail |= {
            "fidelity": str(packet.look.fidelity),
            "anomalies": [anomaly.code for anomaly in packet.look.anomalies],
        }
    if isinstance(packet.look, Translation):
        detail |= {"settings": packet.look.settings.as_dict(), "expected_size": packet.look.expected_size}
        if packet.look.local:
            detail["painted"] = hash_local(packet.look.local)
        if packet.look.repairs:
            detail["retouched"] = True
        if unit.version is not None and loses_places(unit.version.operations, _fidelities(packet.look)):
            detail["lost_places"] = True
        detail |= {name: said for name in ("note", "model") if (said := getattr(packet.look, name))}
    return detail


def _fidelities(look: Translation) -> list[str]:
    return [str(outcome.fidelity) for outcome in look.operations]
