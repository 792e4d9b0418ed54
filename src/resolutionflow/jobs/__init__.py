"""Background jobs on the same database: enqueued with their cause, run at least once, safe to run twice."""

from resolutionflow.jobs.registry import JobArgs, JobContext, enqueue, job

__all__ = ["JobArgs", "JobContext", "enqueue", "job"]
