"""The list of chains, what may be done to many, and the examples for a county that has none."""

from flask import url_for
from werkzeug.wrappers import Response

from app.core.access.permissions import requires
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.core.web import pages
from app.core.web.forms import BaseForm
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.chains import services
from app.register.chains.listing import CHAINS
from app.register.chains.views.blueprint import bp
from app.register.tags.views import on_many


def _examples() -> dict[str, object]:
    return {"examples": BaseForm(formdata=None).ready()}


serve(bp, CHAINS, "chains/index.html", beside=_examples)
serve_acts(bp, CHAINS, on_many("chain", P.CHAINS_WRITE), *services.ARCHIVING.acts)


@bp.post("/chains/examples")
@requires(P.CHAINS_WRITE)
@once
def load_examples() -> Response:
    """载入示例产业链."""
    loaded = services.load_examples()
    told = f"已载入 {len(loaded)} 条示例产业链，都可以改" if loaded else "示例都已经有了，没有变化"
    return pages.done(url_for("chains.index"), told)
