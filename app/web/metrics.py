"""What `/metrics` says, in Prometheus' text format: requests by route, and how the work stands.

Labels are names of our own and numbers; no id, no address of a person or of a page that somebody typed is one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app import __version__
from app.jobs.figures import Figures

# Where web processes of one `serve` keep what each has counted, so that any of them can tell the sum; the library reads
# it when it is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
SECONDS = (0.025, 0.1, 0.25, 1, 5, 30)


class Requests:
    """The requests that were answered, by this process and by its siblings."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # when a route was asked for first would say when somebody was first there
        self._own = CollectorRegistry()
        self._count = Counter(
            "deskhand_http_requests",
            "Requests answered; 499 if the caller was gone before.",
            ("method", "route", "status"),
            registry=self._own,
        )
        self._seconds = Histogram(
            "deskhand_http_request_duration_seconds",
            "How long they took.",
            ("method", "route"),
            buckets=SECONDS,
            registry=self._own,
        )

    def count(self, method: str, route: str, status: int, *, seconds: float) -> None:
        """Count one; `route` is a path as we wrote it, with names instead of values."""
        method = method if method in METHODS else "other"
        self._count.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def told(self) -> bytes:
        """Return them as text."""
        if FOLDER not in os.environ:
            return generate_latest(self._own)
        of_all = CollectorRegistry()
        MultiProcessCollector(of_all)  # type: ignore[no-untyped-call]
        return generate_latest(of_all)


def told(figures: Figures | None) -> bytes:
    """Return how the work stands as text; None is a database that does not answer."""
    registry = CollectorRegistry()
    registry.register(_Standing(figures))
    return generate_latest(registry)


class _Standing(Collector):
    def __init__(self, figures: Figures | None) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Return what is known, each with its sentence."""
        yield InfoMetricFamily("deskhand", "The version that answers.", {"version": __version__})
        up = self._figures is not None
        yield GaugeMetricFamily("deskhand_database_up", "1 if the database answers, else 0.", float(up))
        if self._figures is not None:
            yield from _standing(self._figures)


def _standing(figures: Figures) -> Iterator[Metric]:
    late = GaugeMetricFamily(
        "deskhand_late", "Replies and letters that have been due for ten seconds and have not left.", labels=("outbox",)
    )
    oldest = GaugeMetricFamily(
        "deskhand_late_oldest_seconds", "For how long the oldest of them has been due.", labels=("outbox",)
    )
    for outbox, found in figures.late.items():
        late.add_metric((outbox,), found.count)
        oldest.add_metric((outbox,), found.by.total_seconds())
    jobs = GaugeMetricFamily("deskhand_jobs", "Jobs that have not ended.", labels=("queue", "status"))
    for queue_and_status, count in figures.jobs.items():
        jobs.add_metric(queue_and_status, count)
    yield from (late, oldest, jobs)
    yield GaugeMetricFamily("deskhand_workers", "Job workers heard of within 30 seconds.", figures.workers)
