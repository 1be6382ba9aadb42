"""What `couloir learn look` finds in a data set, as one document and as text."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from couloir.aperture.library import Library
from couloir.cli.numbers import change, number, share, significant
from couloir.color.spaces import srgb_encode
from couloir.derive.features import extract_many
from couloir.derive.residual.store import models_folder
from couloir.engines.pixels import encode_jpeg, load_pixels
from couloir.errors import BadImage
from couloir.learn import candidate, dataset, watching
from couloir.learn.dataset import Pairs
from couloir.learn.network import Ensemble
from couloir.learn.reading import photos_of
from couloir.learn.real_data import Record, record_of

_PICTURE_SIZE = 320


def explore(folders: Sequence[Path], library: Path | None, most: int, pictures: Path | None) -> dict[str, Any]:
    """Anomalies, coverage and, with a library, drift and the photos that would teach most."""
    shards = [shard for folder in folders for shard in sorted(folder.glob("*.npz"))]
    parts = [dataset.read(shard) for shard in shards]
    pairs = Pairs.join(parts) if parts else dataset.read_all(folders[0])  # which says that there is none
    model = _model()
    places = _places(shards, parts)
    anomalies = watching.anomalies(pairs, model)
    regions = watching.coverage(pairs)
    found: dict[str, Any] = {
        "pairs": len(pairs),
        "anomalies": [{**asdict(each), "photo": places.get(each.row, ("", ""))[0]} for each in anomalies],
        "coverage": [asdict(region) for region in regions],
        "holes": [asdict(region) for region in watching.holes(regions)],
    }
    if library is not None and model is not None:
        found.update(_of_library(library, pairs, model, most))
    if pictures is not None:
        _page(pictures, found["anomalies"][:most], places)
    return found


def describe(found: Mapping[str, Any], most: int) -> list[str]:
    """The findings as lines of text."""
    anomalies, holes = found["anomalies"], found["holes"]
    lines = [f"{number(found['pairs'])} pairs, {number(len(anomalies))} anomalies, {len(holes)} regions too empty."]
    lines += [f"  pair {each['row']} ({each['photo'] or each['kind']}): {each['reason']}" for each in anomalies[:most]]
    for region in holes[:most]:
        span = f"{significant(region['low'], 4)} to {significant(region['high'], 4)}"
        lines.append(f"  {region['feature']} from {span}: only {region['pairs']} pairs")
    if "drift" in found:
        drift = found["drift"]
        judgement = "unlike the training data: trust only measured differences" if drift["foreign"] else "within it"
        lines.append(
            f"The library's {number(drift['photos'])} photos are {judgement} ({share(drift['unusual'])} unusual)."
        )
        lines += [f"  {name}: {change(shift, 2)} deviations" for name, shift in drift["features"].items()]
        lines.append("Adjusting these versions in Lightroom would teach the model most:")
        lines += [
            f"  {each['version']} (members differ by {number(each['doubt'], 1)} units)" for each in found["helpful"]
        ]
    return lines


def _model() -> Ensemble | None:
    """The model in use, if it is a trained one."""
    folder = models_folder()
    ensemble = candidate.ensemble_of(folder)
    return ensemble if candidate.is_trained(folder) else None


def _places(shards: Sequence[Path], parts: Sequence[Pairs]) -> dict[int, tuple[str, str]]:
    """(version, preview) of each row of real pairs that this computer made."""
    found: dict[int, tuple[str, str]] = {}
    first = 0
    for shard, part in zip(shards, parts, strict=True):
        record: Record | None = record_of(shard)
        if record is not None:
            rows = zip(record.versions, record.previews, strict=True)
            found.update({first + row: place for row, place in enumerate(rows)})
        first += len(part)
    return found


def _of_library(path: Path, pairs: Pairs, model: Ensemble, most: int) -> dict[str, Any]:
    with Library.open(path, {}) as library:
        photos = photos_of(library)
    features = extract_many(photos)
    # Statistics of the pictures are unknown here, so they must not count as unusual.
    drift = watching.drift(features, model, without_pictures=True)
    helpful = watching.most_helpful(pairs, features, model, most)
    return {
        "drift": {**asdict(drift), "foreign": drift.foreign},
        "helpful": [
            {"version": photos[row][0].name, "uuid": photos[row][0].uuid, "doubt": doubt} for row, doubt in helpful
        ],
    }


def _page(folder: Path, anomalies: Sequence[Mapping[str, Any]], places: Mapping[int, tuple[str, str]]) -> None:
    """Write anomalies.html: each with its reason and, for real pairs, Aperture's preview."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for each in anomalies:
        version, preview = places.get(int(each["row"]), ("", ""))
        picture = _picture(Path(preview)) if preview else "<p>simulated: no picture is kept</p>"
        told = f"<h2>{html.escape(version or 'pair ' + str(each['row']))}</h2><p>{html.escape(str(each['reason']))}</p>"
        rows.append(f"<section>{told}{picture}</section>")
    body = "".join(rows) or "<p>No anomalies.</p>"
    page = (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Anomalies</title><h1>Anomalies</h1>{body}</html>"
    )
    (folder / "anomalies.html").write_text(page, encoding="utf-8")


def _picture(file: Path) -> str:
    try:
        linear = load_pixels(file, _PICTURE_SIZE, orient=True)
    except BadImage as error:
        return f"<p>{html.escape(error.message)}</p>"
    data = base64.b64encode(encode_jpeg(np.asarray(srgb_encode(linear)))).decode()
    return f"<img alt='preview' src='data:image/jpeg;base64,{data}'>"
