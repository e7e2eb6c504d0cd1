"""Several companies join a campaign at once: from the list of targets, or of companies and candidates."""

from typing import Any

from flask import url_for

from app.core.access.auth import require_actor
from app.core.records.acts import Act
from app.core.values.errors import NotFound
from app.promotion.campaigns import policy, queries, services
from app.promotion.campaigns.forms import JoinForm
from app.promotion.targets.queries import get_target
from app.register.accounts.enums import Permission as P
from app.register.accounts.queries import get_person, people_to_choose
from app.register.chains.queries import get_node
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import get_enterprise


def _form(**given: Any) -> JoinForm:
    actor, form = require_actor(), JoinForm(**given)
    mine = [one for one in queries.open_campaigns(actor) if policy.may_change(actor, one)]
    form.campaign.choices = [("", "请选择"), *((one.public_id, one.name) for one in mine)]
    form.owner.choices = [("", "我自己"), *people_to_choose(signing_in=P.CAMPAIGNS_WRITE)]
    return form


def _join(company: Enterprise, form: Any) -> None:
    owner = get_person(form.owner.data) if form.owner.data else None
    services.add_company(queries.get_campaign(form.campaign.data), company, owner)


def _candidates(at: str) -> tuple[str, str] | None:
    try:
        node = get_node(at)
    except NotFound:
        return None
    return f"{node.name}的候选企业", url_for("targets.candidates", public_id=node.public_id)


def _act(**more: Any) -> Act:
    hint = "还不是目标企业的，同时列为目标企业；已经在里面的不会再加"
    return Act(name="campaign", verb="加入定向招商", right=P.CAMPAIGNS_WRITE, form=_form, hint=hint, **more)


JOIN_TARGETS = _act(on=lambda public_id, form: _join(get_target(public_id).enterprise, form))
JOIN_COMPANIES = _act(on=lambda public_id, form: _join(get_enterprise(public_id), form), begun_at=_candidates)
