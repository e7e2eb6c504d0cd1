"""The state of the running system, for the administrator."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.permissions import requires
from app.core.web.pages import done
from app.office.operations import queries, services
from app.register.accounts.enums import Permission

bp = Blueprint("operations", __name__)


@bp.get("/operations")
@requires(Permission.SYSTEM_WATCH)
def index() -> str:
    """运行状况."""
    return render_template("operations/index.html", state=queries.state())


@bp.post("/operations/resend")
@requires(Permission.SYSTEM_WATCH)
def resend() -> Response:
    """Puts what was given up back into the queue."""
    count = services.send_parked_again()
    words = f"{count} 条已重新排队，几秒后再看" if count else "没有搁置的记录，不用重新发送"
    return done(url_for("operations.index"), words)
