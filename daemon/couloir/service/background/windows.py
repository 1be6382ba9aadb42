"""Windows: a task that runs at logon, without administrator rights (Task Scheduler schema 1.2).

A Windows service would need those rights, and would run outside the user's session, where Lightroom is not.
"""

from __future__ import annotations

import io
import subprocess
import xml.etree.ElementTree as ET  # only builds XML here, parses none
from typing import Final

from couloir.service.background.spec import Recipe, Spec

TASK: Final = "Couloir"
NAMESPACE: Final = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_SCHTASKS: Final = "schtasks.exe"


def recipe(spec: Spec) -> Recipe:
    """The task; its file lies beside the service's state and is read only when the task is created."""
    path = spec.state_dir / "couloir-task.xml"
    return Recipe(
        manager="Task Scheduler",
        path=path,
        content=_task(spec),
        start=(
            (_SCHTASKS, "/Create", "/TN", TASK, "/XML", str(path), "/F"),
            (_SCHTASKS, "/Run", "/TN", TASK),
        ),
        stop=((_SCHTASKS, "/End", "/TN", TASK), (_SCHTASKS, "/Delete", "/TN", TASK, "/F")),
        restart=((_SCHTASKS, "/End", "/TN", TASK), (_SCHTASKS, "/Run", "/TN", TASK)),
        # Its output is in the user's language, so only its exit code is used.
        probe=(_SCHTASKS, "/Query", "/TN", TASK),
    )


def _task(spec: Spec) -> bytes:
    """The document in UTF-16, as schtasks exports it; the order of the elements is the schema's."""
    task = ET.Element("Task", {"version": "1.2", "xmlns": NAMESPACE})
    _add(task, "RegistrationInfo", {"Description": "Couloir, the service that the Lightroom plug-in talks to"})
    _add(_add(task, "Triggers"), "LogonTrigger", {"Enabled": "true", "UserId": spec.user})
    principal = _add(_add(task, "Principals"), "Principal")
    principal.set("id", "Author")
    for name, text in (("UserId", spec.user), ("LogonType", "InteractiveToken"), ("RunLevel", "LeastPrivilege")):
        ET.SubElement(principal, name).text = text
    settings = _add(
        task,
        "Settings",
        {
            "MultipleInstancesPolicy": "IgnoreNew",
            "DisallowStartIfOnBatteries": "false",
            "StopIfGoingOnBatteries": "false",
            "AllowHardTerminate": "true",
            "StartWhenAvailable": "true",
            "RunOnlyIfNetworkAvailable": "false",
            "AllowStartOnDemand": "true",
            "Enabled": "true",
            "Hidden": "false",
            "RunOnlyIfIdle": "false",
            "WakeToRun": "false",
            "ExecutionTimeLimit": "PT0S",
            "Priority": "7",
        },
    )
    _add(settings, "RestartOnFailure", {"Interval": "PT1M", "Count": "3"})
    actions = _add(task, "Actions")
    actions.set("Context", "Author")
    program, *arguments = spec.program
    _add(
        actions,
        "Exec",
        {
            "Command": program,
            "Arguments": subprocess.list2cmdline(arguments),
            "WorkingDirectory": str(spec.home),
        },
    )
    ET.indent(task)
    content = io.BytesIO()
    ET.ElementTree(task).write(content, encoding="utf-16", xml_declaration=True)
    return content.getvalue()


def _add(parent: ET.Element, name: str, texts: dict[str, str] | None = None) -> ET.Element:
    element = ET.SubElement(parent, name)
    for child, text in (texts or {}).items():
        ET.SubElement(element, child).text = text
    return element
