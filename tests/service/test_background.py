"""The files that service managers read, word for word, and the commands that register them."""

from __future__ import annotations

import errno
import os
import plistlib
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from couloir.cli import service as service_command
from couloir.errors import (
    AccessDenied,
    CouloirError,
    DestinationDisk,
    DiskFull,
    NoSession,
    NoSupervisor,
    SupervisorFailed,
)
from couloir.service.background import (
    Spec,
    Supervisor,
    current_spec,
    launchd,
    recipe_for,
    run_program,
    systemd,
    windows,
)
from couloir.service.background.supervisor import Ran
from couloir.service.process import runtime
from couloir.service.process.settings import ServiceSettings

HOME = Path("/home/ansel adams")
STATE = HOME / "state & 100% <odd>"
SPEC = Spec(
    program=("/opt/py thon/python", "-m", "couloir", "serve", "--state-dir", str(STATE)),
    home=HOME,
    state_dir=STATE,
    user="HOST\\ansel",
    uid=501,
)

UNIT = """\
[Unit]
Description=Couloir, the service that the Lightroom plug-in talks to
StartLimitIntervalSec=60
StartLimitBurst=4

[Service]
Type=exec
ExecStart="/opt/py thon/python" -m couloir serve --state-dir "/home/ansel adams/state & 100%% <odd>"
WorkingDirectory=%h
Restart=on-failure
RestartSec=1
TimeoutStopSec=20
KillMode=mixed
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=%h -/media -/mnt -/run/media -/srv -/tmp -/var/tmp "-/home/ansel adams/state & 100%% <odd>"
RestrictAddressFamilies=AF_UNIX AF_INET
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
"""

PLIST = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>ExitTimeOut</key>
	<integer>20</integer>
	<key>KeepAlive</key>
	<dict>
		<key>SuccessfulExit</key>
		<false/>
	</dict>
	<key>Label</key>
	<string>org.couloir.service</string>
	<key>LowPriorityIO</key>
	<false/>
	<key>ProcessType</key>
	<string>Standard</string>
	<key>ProgramArguments</key>
	<array>
		<string>/opt/py thon/python</string>
		<string>-m</string>
		<string>couloir</string>
		<string>serve</string>
		<string>--state-dir</string>
		<string>/home/ansel adams/state &amp; 100% &lt;odd&gt;</string>
	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>StandardErrorPath</key>
	<string>/home/ansel adams/state &amp; 100% &lt;odd&gt;/logs/service.log</string>
	<key>StandardOutPath</key>
	<string>/home/ansel adams/state &amp; 100% &lt;odd&gt;/logs/service.log</string>
	<key>ThrottleInterval</key>
	<integer>10</integer>
	<key>Umask</key>
	<integer>63</integer>
	<key>WorkingDirectory</key>
	<string>/home/ansel adams</string>
</dict>
</plist>
"""

TASK = """\
<?xml version='1.0' encoding='utf-16'?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Couloir, the service that the Lightroom plug-in talks to</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>HOST\\ansel</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>HOST\\ansel</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>3</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>/opt/py thon/python</Command>
      <Arguments>-m couloir serve --state-dir "/home/ansel adams/state &amp; 100% &lt;odd&gt;"</Arguments>
      <WorkingDirectory>/home/ansel adams</WorkingDirectory>
    </Exec>
  </Actions>
</Task>"""

# The elements that Task Scheduler's schema 1.2 has in Settings; it refuses a task with any other.
TASK_SETTINGS = {
    *("AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries"),
    *("StopIfGoingOnBatteries", "AllowHardTerminate", "StartWhenAvailable", "NetworkProfileName"),
    *("RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden", "DeleteExpiredTaskAfter", "IdleSettings"),
    *("NetworkSettings", "RunOnlyIfIdle", "ExecutionTimeLimit", "Priority"),
}


def test_the_systemd_unit_word_for_word():
    recipe = systemd.recipe(SPEC)
    assert recipe.content.decode() == UNIT
    assert recipe.path == HOME / ".config/systemd/user/couloir.service"


@pytest.mark.tool("systemd-analyze")
def test_systemd_accepts_the_unit(tool, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    unit = tmp_path / "couloir.service"
    unit.write_bytes(systemd.recipe(current_spec(ServiceSettings(state_dir=tmp_path / "a b%c"))).content)
    verified = subprocess.run(
        [tool("systemd-analyze"), "verify", "--user", str(unit)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_launch_agent_word_for_word():
    recipe = launchd.recipe(SPEC)
    assert recipe.content.decode() == PLIST
    assert recipe.path == HOME / "Library/LaunchAgents/org.couloir.service.plist"
    assert plistlib.loads(recipe.content)["KeepAlive"] == {"SuccessfulExit": False}


def test_the_logon_task_word_for_word():
    recipe = windows.recipe(SPEC)
    assert recipe.content.decode("utf-16").replace("\r\n", "\n") == TASK


def test_the_logon_task_has_only_what_the_schema_knows_and_needs_no_administrator():
    task = ET.fromstring(windows.recipe(SPEC).content)
    names = {"t": windows.NAMESPACE}
    found = {element.tag.partition("}")[2] for element in task.find("t:Settings", names)}
    assert found <= TASK_SETTINGS
    assert task.findtext(".//t:RunLevel", None, names) == "LeastPrivilege"
    assert task.findtext(".//t:RestartOnFailure/t:Count", None, names) == "3"
    assert [element.tag.partition("}")[2] for element in task] == [
        *("RegistrationInfo", "Triggers", "Principals", "Settings", "Actions")
    ]


@pytest.mark.parametrize("platform", ["darwin", "linux", "win32"])
def test_each_system_has_its_recipe(platform):
    spec = current_spec(platform=platform)
    recipe = recipe_for(spec, platform)
    assert recipe.content
    assert Path(spec.program[0]).is_absolute()
    assert Path(spec.program[0]).name.startswith("pythonw" if platform == "win32" else "python")


def test_a_system_without_a_service_manager_is_told_what_to_do_instead():
    with pytest.raises(NoSupervisor, match="couloir serve"):
        recipe_for(SPEC, "sunos5")


class Recorder:
    """Stands in for the service manager: notes each command, answers with what the test says."""

    def __init__(self, **codes: int) -> None:
        self.commands: list[str] = []
        self.codes = codes

    def __call__(self, command) -> Ran:
        self.commands.append(" ".join(command))
        if command[-1] in ("show-environment", "gui/7"):  # the service manager itself runs
            return Ran(0, "")
        code = next((code for word, code in self.codes.items() if word in command or f"/{word}" in command), 0)
        return Ran(code, "what it said" if code else "")


@pytest.fixture
def spec(tmp_path):
    return Spec(program=("/usr/bin/python", "-m", "couloir"), home=tmp_path, state_dir=tmp_path / "s", user="me", uid=7)


MAKERS = pytest.mark.parametrize(
    "make", [systemd.recipe, launchd.recipe, windows.recipe], ids=["systemd", "mac", "win"]
)


@MAKERS
def test_install_writes_the_file_and_starts_the_service(spec, make):
    recipe, run = make(spec), Recorder()
    supervisor = Supervisor(spec, recipe, run)
    assert not supervisor.status().installed
    assert supervisor.install().read_bytes() == recipe.content
    assert run.commands == [" ".join(command) for command in (recipe.ready, *recipe.start) if command]
    status = supervisor.status()
    assert (status.installed, status.known, status.outdated, status.address) == (True, True, False, None)
    assert "restart" in status.next_step


@MAKERS
def test_install_again_stops_the_old_one_first(spec, make):
    recipe = make(spec)
    recipe.path.parent.mkdir(parents=True)
    recipe.path.write_text("of an older version")
    run = Recorder(print=113)
    supervisor = Supervisor(spec, recipe, run)
    assert supervisor.status().outdated
    run.commands.clear()
    supervisor.install()
    stops, starts = ([" ".join(command) for command in commands] for commands in (recipe.stop, recipe.start))
    del run.commands[: bool(recipe.ready)]
    assert run.commands[: len(stops)] == stops
    assert run.commands[-len(starts) :] == starts
    assert not supervisor.status().outdated


@MAKERS
def test_uninstall_leaves_nothing_but_the_state_and_purge_not_even_that(spec, make):
    recipe, run = make(spec), Recorder(print=113)
    supervisor = Supervisor(spec, recipe, run)
    supervisor.install()
    assert supervisor.uninstall() == [spec.state_dir]
    assert not recipe.path.exists()
    supervisor.install()
    assert supervisor.uninstall(purge=True) == []
    assert not spec.state_dir.exists()
    assert supervisor.uninstall() == []


REFUSALS = [(errno.EACCES, AccessDenied), (errno.EIO, DestinationDisk), (errno.ENOSPC, DiskFull)]


@pytest.mark.parametrize(("number", "expected"), REFUSALS, ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.parametrize("refused", ["prepare_folder", "write_private", "unlink", "rmtree"])
def test_what_the_disk_refuses_while_installing_and_removing_is_told_as_its_doing(
    spec, monkeypatch, refused, number, expected
):
    supervisor = Supervisor(spec, systemd.recipe(spec), Recorder())
    supervisor.install()
    owner = {"unlink": Path, "rmtree": shutil}.get(refused, runtime)

    def refuse(*_arguments, **_named):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(owner, refused, refuse)
    attempt = supervisor.install if owner is runtime else lambda: supervisor.uninstall(purge=True)
    with pytest.raises(CouloirError) as told:
        attempt()
    assert type(told.value) is expected
    monkeypatch.undo()
    supervisor.install()
    assert supervisor.uninstall(purge=True) == []


@pytest.mark.parametrize("make", [systemd.recipe, launchd.recipe], ids=["systemd", "mac"])
def test_without_a_session_nothing_is_written_and_one_sentence_says_so(spec, make):
    recipe = make(spec)
    supervisor = Supervisor(
        spec, recipe, lambda command: Ran(1, "Failed to connect to bus") if command == recipe.ready else Ran(0, "")
    )
    with pytest.raises(NoSession, match="couloir serve") as told:
        supervisor.install()
    assert "\n" not in str(told.value)
    assert recipe.manager in told.value.message
    assert not recipe.path.exists()
    assert not spec.state_dir.exists()


def test_a_service_manager_that_refuses_is_quoted(spec):
    supervisor = Supervisor(spec, systemd.recipe(spec), Recorder(enable=1))
    with pytest.raises(SupervisorFailed, match="what it said"):
        supervisor.install()


def test_restart_needs_an_installation(spec):
    run = Recorder()
    supervisor = Supervisor(spec, launchd.recipe(spec), run)
    with pytest.raises(SupervisorFailed, match="not installed"):
        supervisor.restart()
    supervisor.install()
    run.commands.clear()
    supervisor.restart()
    assert run.commands == ["/bin/launchctl kickstart -k gui/7/org.couloir.service"]


def test_status_says_where_the_service_listens(spec):
    supervisor = Supervisor(spec, systemd.recipe(spec), Recorder())
    supervisor.install()
    info = runtime.describe_self(4711, "token")
    runtime.publish(spec.state_dir / "daemon.json", info)
    status = supervisor.status()
    assert (status.address, status.pid, status.next_step) == ("http://127.0.0.1:4711", info.pid, "")


def test_a_program_that_is_missing_is_named():
    with pytest.raises(SupervisorFailed, match="no-such-program"):
        run_program(("no-such-program",))


def test_the_commands_of_the_command_line(spec, monkeypatch):
    supervisor = Supervisor(spec, systemd.recipe(spec), Recorder())
    monkeypatch.setattr(service_command, "_supervisor", lambda: supervisor)
    monkeypatch.setenv("COULOIR_STATE_DIR", str(spec.state_dir))

    def run(*arguments):
        return CliRunner().invoke(service_command.command, arguments, standalone_mode=False)

    assert run("status").return_value == 3
    assert "couloir.service" in run("install").output
    assert "There is no log yet" in run("logs").output
    (spec.state_dir / "logs" / "daemon.log").write_text("3\n4\n5\n")
    (spec.state_dir / "logs" / "daemon.log.1").write_text("1\n2\n")
    assert run("logs", "--lines", "4").output.split() == ["2", "3", "4", "5"]
    assert "Restarted" in run("restart").output
    runtime.publish(spec.state_dir / "daemon.json", runtime.describe_self(4711, "token"))
    found = run("status")
    assert found.return_value == 0
    assert "http://127.0.0.1:4711" in found.output
    assert "token" not in found.output
    assert "--purge" in run("uninstall").output
    assert run("uninstall", "--purge").output == "Removed.\n"
