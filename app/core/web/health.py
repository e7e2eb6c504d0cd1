"""Answers for whoever watches the processes: `/healthz` the process is up, `/readyz` it can do its work.
Figures are on a port of their own (`figures`).
"""

import logging
import shutil

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from app.core.access.permissions import PUBLIC, requires
from app.core.storage import schema
from app.core.web.files import instance_folder

log = logging.getLogger(__name__)
bp = Blueprint("health", __name__)

ROOM_TO_WRITE = 50 * 1024 * 1024  # bytes: two scans and what the database writes beside them


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
