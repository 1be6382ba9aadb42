"""`couloir inspect --audit` tells what is read, left aside and unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from couloir.cli.inspect import command


@pytest.mark.sample
def test_the_audit_of_the_real_library_has_an_empty_unknown_list(real_library: Path) -> None:
    result = CliRunner().invoke(command, [str(real_library), "--audit", "--json"])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["unknown"] == []
    assert {"kind": "column", "where": "RKVersion", "name": "mainRating"} in told["parsed"]
    assert all(entry["why"] for entry in told["skipped"])


@pytest.mark.sample
def test_the_audit_gives_each_reason_to_people(real_library: Path) -> None:
    result = CliRunner().invoke(command, [str(real_library), "--audit"])
    assert result.exit_code == 0
    assert "unknown  0" in result.stdout
    assert "table RKStatistic, in Properties.apdb: computed by Aperture from columns that are read" in result.stdout


@pytest.mark.sample
def test_a_library_can_be_inspected_from_its_property_lists_alone(real_library: Path) -> None:
    result = CliRunner().invoke(command, [str(real_library), "--rebuild-from-plists", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["counts"]["versions"] == 30


@pytest.mark.sample
def test_the_audit_tells_where_database_and_property_lists_disagree(real_library: Path) -> None:
    result = CliRunner().invoke(command, [str(real_library), "--audit", "--json"])
    told = json.loads(result.stdout)["disagreements"]
    assert {entry["code"] for entry in told} == {"sources.disagree"}
    assert all("in_trash" in entry["message"] for entry in told)
