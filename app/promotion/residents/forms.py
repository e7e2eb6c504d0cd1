"""Shape and labels of what is typed about resident teams."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired, InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import (
    ChoiceField,
    PersonField,
    VersionedForm,
    date_field,
    line_field,
    text_field,
)
from app.promotion.residents.enums import AssociationKind
from app.promotion.residents.models import TeamAssociation, TeamProfile, TeamRegion
from app.register.accounts.models import TeamMembership
from app.register.reference.queries import place_meant


class TeamProfileForm(VersionedForm):
    """What is kept of a team."""

    city = line_field(label_of(TeamProfile.city_code), 40, hint="只记到市，例如：苏州市", meaning=place_meant)
    opened_on = date_field(label_of(TeamProfile.opened_on), required="写上设立的那一天，例如 2025-03-01")
    closed_on = date_field(label_of(TeamProfile.closed_on), hint="还在就空着")
    zone = text_field(
        label_of(TeamRegion.region_code),
        2000,
        rows=3,
        hint="一行一个地方，或用顿号隔开：省、市、县区都行，例如：江苏省、宁波市",
    )
    tasks = text_field(label_of(TeamProfile.tasks), 2000, rows=4)
    equipment = text_field(
        label_of(TeamProfile.equipment), 2000, rows=4, hint="一行一样，例如：笔记本电脑 3 台"
    )


class TermForm(VersionedForm):
    """A term of a member, put right or ended."""

    starts_on = date_field(label_of(TeamMembership.starts_on), required="写上第一天，例如 2026-11-23")
    ends_on = date_field(label_of(TeamMembership.ends_on), hint="这一天还在组里；还没定就空着")
    is_head = BooleanField(label_of(TeamMembership.is_head))


class NewTermForm(TermForm):
    """The same with the person."""

    person = PersonField(
        label_of(TeamMembership.person_id), [DataRequired("选一个人")], choices=[("", "请选择")]
    )

    def offer(self, people: list[tuple[str, str]]) -> None:
        self.person.choices = [("", "请选择"), *people]


class AssociationForm(VersionedForm):
    """Since when a team keeps up with an association."""

    kind = ChoiceField(
        label_of(TeamAssociation.kind),
        [InputRequired("选类别")],
        choices=[("", "请选择"), *AssociationKind.choices()],
    )
    since = date_field(label_of(TeamAssociation.since), required="写上从哪天起联系的")
    until = date_field(label_of(TeamAssociation.until), hint="还在联系就空着")
    note = line_field(label_of(TeamAssociation.note), 200, hint="例如：每季度走访一次，会长是同乡")


class NewAssociationForm(AssociationForm):
    """The same with the organisation."""

    enterprise = line_field(
        label_of(TeamAssociation.enterprise_id),
        120,
        required="写商会、协会的全称；库里没有的，可以当场登记",
    )
    enterprise_id = HiddenField()
