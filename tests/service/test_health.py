"""Health names the next step for each problem."""

from __future__ import annotations

from importlib.util import find_spec

from couloir.service.http.wire import ModelStatus, Trouble
from couloir.service.routes import health


def test_a_healthy_service_has_no_troubles(client):
    found = client.get("/v1/health").json
    assert found["ok"]
    assert found["troubles"] == []
    assert not found["model"]["loaded"]
    assert found["disk_free"] > 0
    assert set(found["jobs"].values()) == {0}
    assert found["profiles"] == {"learnt": 0, "installed": 0}
    assert found["background"] is False
    assert found["reads_raw"] is (find_spec("rawpy") is not None)


def test_troubles_of_every_part_are_listed_with_what_to_do(start, monkeypatch):
    refused = Trouble(code="model.altered", message="The model was altered.", advice="Install it again.")
    outdated = Trouble(code="library.changed", message="The library changed.", advice="Plan the import again.")

    def attach(api, services):
        services.models.status = lambda: ModelStatus(
            loaded=True,
            name="residual",
            summary="The old one is still in use.",
            trained=True,
            feature_version=1,
            trouble=refused,
        )
        services.checks.append(lambda: [outdated])

    monkeypatch.setattr(health, "LOW_DISK", 2**63)
    found = start(attach).client.get("/v1/health").json
    assert not found["ok"]
    assert [trouble["code"] for trouble in found["troubles"]] == ["disk.low", "model.altered", "library.changed"]
    assert all(trouble["advice"] for trouble in found["troubles"])
    assert found["model"]["name"] == "residual"
