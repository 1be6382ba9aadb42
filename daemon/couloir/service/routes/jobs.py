"""Shows, pauses, resumes and cancels jobs. Each resource starts its own jobs (`start_job`)."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from couloir.json_text import MAX_EXACT
from couloir.language.fields import Sentence, Telling
from couloir.service.http.api import Api
from couloir.service.http.problems import JobConflict, Problem, UnknownJob
from couloir.service.http.wire import Count, Incoming, JobId, Outgoing, Timestamp
from couloir.service.jobs.jobs import Submission
from couloir.service.jobs.journal import Job, State, Wanted
from couloir.service.services import Services

PAGE: Final = 500


class JobStarted(Outgoing, frozen=True, kw_only=True):
    """The job that does the requested work. `new` is false when the same key had started it before."""

    id: JobId
    state: State
    new: bool


class JobMessage(Outgoing, frozen=True, kw_only=True):
    """A message of a job; `seq` is its stable id within the job."""

    seq: Count
    time: Timestamp
    level: str
    code: str
    text: Sentence
    item: str


class JobSummary(Outgoing, frozen=True, kw_only=True):
    """A job without its messages. `wanted` says what it will do at its next safe point."""

    id: JobId
    kind: str
    state: State
    wanted: Wanted
    phase: str
    done: Count
    total: Count | None
    created: Timestamp
    updated: Timestamp


class JobView(JobSummary, frozen=True, kw_only=True):
    """A job's current state, with the messages after `since`.

    Ask next time with `since` = `seq`. `more` is true when this answer does not have all messages. `result` is the
    job's own answer once it is done, `problem` says why it failed.
    """

    seq: Count
    more: bool
    messages: list[JobMessage]
    result: Telling
    problem: Problem | None


class JobPage(Outgoing, frozen=True, kw_only=True):
    """Jobs, newest first. Ask for the next page with `before` = `next`, which is null when there are no more."""

    jobs: list[JobSummary]
    next: Count | None


class JobQuery(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`since` is the `seq` of the newest message that the client has."""

    since: Count = 0


class JobPageQuery(Incoming, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`before` is the `next` of the previous page."""

    before: Count = MAX_EXACT
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


def start_job(submitted: Submission) -> JobStarted:
    """The answer of a route that starts a job; such a route has status 202 and is idempotent."""
    return JobStarted(id=submitted.job.id, state=submitted.job.state, new=submitted.new)


def _facts(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in JobSummary.__struct_fields__}


def job_routes(api: Api, services: Services) -> None:
    """/v1/jobs"""
    jobs = services.jobs
    journal = jobs.journal

    def list_jobs(query: JobPageQuery) -> JobPage:
        found = journal.page(query.before, query.limit)
        following = found[-1].number if len(found) == query.limit else None
        return JobPage(jobs=[JobSummary(**_facts(job)) for job in found], next=following)

    def show_job(job_id: str, query: JobQuery) -> JobView:
        job = journal.job(job_id)
        messages = journal.messages(job, query.since, PAGE)
        last = messages[-1].seq if messages else max(query.since, job.seq)
        return JobView(
            **_facts(job),
            seq=last,
            more=last < job.seq,
            messages=[
                JobMessage(
                    seq=said.seq, time=said.time, level=said.level, code=said.code, text=said.text, item=said.item
                )
                for said in messages
            ],
            result=None if job.result is None else json.loads(job.result),
            problem=None if job.problem is None else msgspec.json.decode(job.problem, type=Problem),
        )

    def cancel_job(job_id: str) -> JobSummary:
        return JobSummary(**_facts(jobs.cancel(job_id)))

    def pause_job(job_id: str) -> JobSummary:
        return JobSummary(**_facts(jobs.pause(job_id)))

    def resume_job(job_id: str) -> JobSummary:
        return JobSummary(**_facts(jobs.resume(job_id)))

    one: dict[str, Any] = {"path_types": {"job_id": JobId}, "problems": (UnknownJob,)}
    steer: dict[str, Any] = {"path_types": {"job_id": JobId}, "problems": (UnknownJob, JobConflict)}
    api.get("/v1/jobs", list_jobs, "Jobs, newest first.", JobPage, query=JobPageQuery)
    api.get("/v1/jobs/<job_id>", show_job, "A job and its new messages.", JobView, query=JobQuery, **one)
    api.post("/v1/jobs/<job_id>/cancel", cancel_job, "Cancel a job for good.", JobSummary, **steer)
    api.post("/v1/jobs/<job_id>/pause", pause_job, "Pause a job at its next safe point.", JobSummary, **steer)
    api.post("/v1/jobs/<job_id>/resume", resume_job, "Resume a paused job.", JobSummary, **steer)
