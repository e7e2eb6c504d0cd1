"""Who sees a lead."""

from wtforms.validators import Optional

from app.core.values.labels import label_of
from app.core.web.forms import Flag, PeopleField, VersionedForm
from app.promotion.leads.forms.choices import Choices
from app.promotion.leads.models import Lead, LeadMember

SEEN_BY = "只有负责人、登记人和下面点名的人能看到这条线索"


class AccessForm(VersionedForm):
    confidential = Flag(label_of(Lead.confidential), yes="保密", no="不保密", description=SEEN_BY)
    members = PeopleField(label_of(LeadMember.person_id), [Optional()])

    def offer(self, people: Choices) -> None:
        self.members.choices = people
