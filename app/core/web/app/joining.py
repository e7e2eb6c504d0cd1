"""All of this room is joined to the app."""

from functools import partial

from flask import Blueprint, Flask, Response
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.access import address
from app.core.access.permissions import SIGNED_IN, requires
from app.core.storage.db import Base
from app.core.values.labels import label_in
from app.core.web import assets, compression, files, health, measuring, unsaved
from app.core.web.app.checks import number_request, refuse_endless_address, take_only_forms
from app.core.web.app.headers import carry_headers
from app.core.web.app.refusals import answer_errors
from app.core.web.budgets import costs
from app.core.web.receiving import BoundedRequest, bound_body

csrf = CSRFProtect()
bp = Blueprint("files", __name__)


@bp.get("/files/<public_id>")
@requires(SIGNED_IN)
@costs(files.DOWNLOADS)
def download(public_id: str) -> Response:
    """A stored file, if its owner may be seen."""
    return files.answer(public_id)


def init_web(app: Flask) -> None:
    """Joins all of this room to the app."""
    measuring.init_app(app)
    app.before_request(number_request)
    address.init_app(app)
    app.before_request(refuse_endless_address)
    app.before_request(bound_body)
    app.before_request(take_only_forms)  # before CSRF, whose sentence would hide the real trouble
    csrf.init_app(app)
    unsaved.init_unsaved(app)
    app.register_blueprint(bp)
    app.register_blueprint(health.bp)
    assets.init_app(app)
    app.jinja_env.globals["label"] = partial(label_in, Base.metadata)
    compression.init_app(app)
    hops = app.config["PROXY_HOPS"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.request_class = BoundedRequest
    carry_headers(app)
    answer_errors(app)
