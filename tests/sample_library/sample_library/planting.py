"""What anomalies have in common: which photo one suits, and how it is planted on a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sample_library.rows import Bundle, Row

NOWHERE = "0000nowhere%nowhere000"

Effect = tuple[str, str, str]  # kind, uuid, detail


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One kind of damage. `plant` gets the photo and the uuid of an earlier version."""

    text: str
    suits: Callable[[Bundle], bool]
    plant: Callable[[Bundle, str], Effect]
    needs_earlier: bool = False


def ordinary(bundle: Bundle) -> bool:
    """A managed single photo outside the trash whose name and stack play no part elsewhere."""
    plan = bundle.plan
    special = (
        plan.volume or plan.other or plan.in_trash or plan.stack or plan.role.twin or plan.role.odd_name is not None
    )
    return not special and not plan.role.hidden and not plan.role.trash and len(plan.versions) == 2


def plain(bundle: Bundle) -> bool:
    return ordinary(bundle) and not bundle.bricks[0]


def edited(bundle: Bundle) -> bool:
    return ordinary(bundle) and bundle.previews[0] == "draw" and bundle.plan.versions[0].edited


def exposed(bundle: Bundle) -> bool:
    """Edited so that its preview without the edit would look different."""
    bricks = [b for b in bundle.plan.versions[0].bricks if b.identifier == "RKExposureOperation" and b.enabled]
    return edited(bundle) and any(brick.inputs["inputEV"] for brick in bricks)


def cropped(bundle: Bundle) -> bool:
    bricks = bundle.plan.versions[0].bricks
    return ordinary(bundle) and [brick.identifier for brick in bricks] == ["RKCropOperation"] and bricks[0].enabled


def on_version(change: Callable[[Bundle, Row], str]) -> Callable[[Bundle, str], Effect]:
    def plant(bundle: Bundle, _version: str) -> Effect:
        uuid = bundle.plan.versions[0].uuid
        return "version", uuid, change(bundle, bundle.versions[0])

    return plant


def on_master(change: Callable[[Bundle, Row], str]) -> Callable[[Bundle, str], Effect]:
    def plant(bundle: Bundle, _version: str) -> Effect:
        return "master", bundle.plan.used.uuid, change(bundle, bundle.masters[0])

    return plant


def setting(column: str, value: object) -> Callable[[Bundle, Row], str]:
    def change(_bundle: Bundle, row: Row) -> str:
        row[column] = value
        return f"{column} is {value!r}"

    return change
