"""Who sees a lead: confidentiality and the people named on it."""

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.web import pages
from app.promotion.leads import policy, queries, services
from app.promotion.leads.forms import AccessForm
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import Answer, bp
from app.promotion.leads.views.changing import after_loss_of_sight, for_change, form_page
from app.promotion.leads.views.typed import named_members, people_by_public_id
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P


@bp.get("/leads/<public_id>/access")
@requires(P.LEADS_WRITE)
def access(public_id: str) -> Answer:
    """Confidentiality and the people named on the lead."""
    lead = for_change(public_id, policy.may_name)
    return form_page(lead, _opened_access(lead), f"谁能看到：{lead.name}")


def _opened_access(lead: Lead) -> AccessForm:
    members = queries.members_of(lead)
    form = AccessForm(
        formdata=None,
        confidential=lead.confidential,
        members=[person.public_id for person in members],
        version=lead.version,
    )
    form.offer(accounts.people_to_choose(*members, may=P.LEADS_READ))
    return form


@bp.post("/leads/<public_id>/access")
@requires(P.LEADS_WRITE)
def save_access(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_name)
    members = queries.members_of(lead)
    form = AccessForm()
    form.offer(accounts.people_to_choose(*members, may=P.LEADS_READ))

    def act() -> None:
        people = people_by_public_id(*members)
        services.set_confidential(
            lead,
            form.confidential.data,
            named_members(form.members.data, people),
            version=form.seen,
        )

    if not saved(form, act, lambda: _opened_access(lead)):
        return form_page(lead, form, f"谁能看到：{lead.name}", 422)
    return pages.done(after_loss_of_sight(lead), "已保存")
