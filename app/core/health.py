"""Answers for whoever watches the processes: `/healthz` the process is up, `/readyz` it can do its work."""

import logging

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from app.core import schema
from app.core.permissions import PUBLIC, requires

log = logging.getLogger(__name__)
bp = Blueprint("health", __name__)


@bp.get("/healthz")
@requires(PUBLIC)
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(status="ok")


@bp.get("/readyz")
@requires(PUBLIC)
def ready() -> tuple[Response, int]:
    """The database answers and its schema is the program's. The reason goes to the log in full."""
    try:
        problem = schema.problem()
    except SQLAlchemyError:
        log.exception("readiness: the database does not answer")
        return jsonify(status="unready", reason="数据库没有应答"), 503
    if problem:
        return jsonify(status="unready", reason=problem), 503
    return jsonify(status="ok"), 200
