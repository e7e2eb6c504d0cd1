"""Answers for whoever watches the processes: `/healthz` the process is up, `/readyz` it can do its work,
`/metrics` figures for machines, to this machine only."""

import logging
import shutil
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from app.core import reindexing, relay, schema
from app.core.address import UNKNOWN, came_by_proxy, client_address
from app.core.clock import age_of, now
from app.core.errors import NotFound
from app.core.files import instance_folder
from app.core.jobs import counts_by_state
from app.core.permissions import PUBLIC, requires
from app.core.searching import SearchUnavailable, reader

log = logging.getLogger(__name__)
bp = Blueprint("health", __name__)

JOB_DAYS = 7
ROOM_TO_WRITE = 50 * 1024 * 1024  # bytes: two scans and what the database writes beside them
_Figure = tuple[str, str, float]  # name, labels, value


@bp.get("/healthz")
@requires(PUBLIC)
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(status="ok")


@bp.get("/readyz")
@requires(PUBLIC)
def ready() -> tuple[Response, int]:
    """The database answers and its schema is the program's. The reason goes to the log in full. On a full
    disk it stays ready, since reading goes on, and says so.
    """
    try:
        problem = schema.problem()
    except SQLAlchemyError:
        log.exception("readiness: the database does not answer")
        return jsonify(status="unready", reason="数据库没有应答"), 503
    if problem:
        return jsonify(status="unready", reason=problem), 503
    free = shutil.disk_usage(instance_folder(".")).free
    if free < ROOM_TO_WRITE:
        return jsonify(status="full", reason=f"磁盘只剩 {free / (1 << 20):.0f} MB，存不进新内容"), 200
    return jsonify(status="ok"), 200


@bp.get("/metrics")
@requires(PUBLIC)
def metrics() -> Response:
    """Prometheus's text form. Whoever asks through a proxy or from elsewhere finds nothing here."""
    if not _asked_from_this_machine():
        raise NotFound()
    lines: list[str] = []
    for name, labels, value in _figures():
        lines.append(f"zhaoshang_{name}{{{labels}}} {value:g}" if labels else f"zhaoshang_{name} {value:g}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _asked_from_this_machine() -> bool:
    """A proxy on this machine speaks for others, and says so."""
    asking = client_address()
    return not came_by_proxy() and asking != UNKNOWN and ip_address(asking).is_loopback


def _figures() -> Iterator[_Figure]:
    for state, count in relay.waiting_count().items():
        yield "outbox_entries", f'state="{state}"', count
    yield "outbox_oldest_seconds", "", relay.waited(relay.oldest_waiting()).total_seconds()
    yield from _search_figures()
    yield from _check_figures()
    for job_state, count in counts_by_state(now() - timedelta(days=JOB_DAYS)).items():
        yield "jobs_of_seven_days", f'state="{job_state.value}"', count


def _search_figures() -> Iterator[_Figure]:
    try:
        documents = reader().size()
    except SearchUnavailable as error:
        log.warning("metrics: the search engine does not answer: %s", error)
        yield "search_up", "", 0
        return
    yield "search_up", "", 1
    yield "search_documents", "", documents


def _check_figures() -> Iterator[_Figure]:
    last = reindexing.last_check()
    if last is None:
        return
    yield "search_check_age_seconds", "", age_of(last.at).total_seconds()
    for name, count in last.counts.items():
        yield "search_check_documents", f'kind="{name}"', count
    yield "search_check_documents", 'kind="repaired"', last.repaired
