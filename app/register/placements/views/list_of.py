"""The list of placements, and deciding on many."""

from typing import Any

from app.core.records.acts import Act
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.core.web.forms import BaseForm
from app.register.accounts.enums import Permission as P
from app.register.placements import queries, services
from app.register.placements.forms import RefuseManyForm
from app.register.placements.listing import PLACEMENTS
from app.register.placements.views.blueprint import bp


def _confirm(public_id: str, _form: Any) -> None:
    services.confirm_one(queries.get_placement(public_id))


def _refuse(public_id: str, form: Any) -> None:
    services.refuse_one(queries.get_placement(public_id), form.note.data or "")


_MEANWHILE = "别人已经判断过的不改，会列出来。"

serve(bp, PLACEMENTS, "placements/index.html")
serve_acts(
    bp,
    PLACEMENTS,
    Act(name="confirm", verb="确认", right=P.PLACEMENTS_DECIDE, form=BaseForm, on=_confirm, hint=_MEANWHILE),
    Act(
        name="refuse",
        verb="不是",
        right=P.PLACEMENTS_DECIDE,
        form=RefuseManyForm,
        on=_refuse,
        hint=f"{_MEANWHILE}否决了的不再建议，除非企业信息有大的变化。",
    ),
)
