"""Shape and labels of what is typed about resident teams."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired, InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    PersonField,
    Radios,
    VersionedForm,
    date_field,
    line_field,
    text_field,
)
from app.promotion.residents.enums import AssociationKind, DutyKind
from app.promotion.residents.models import DutyCheck, DutyEntry, TeamAssociation, TeamProfile, TeamRegion
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


class DutyForm(BaseForm):
    """What some days of a member were."""

    person = ChoiceField(label_of(DutyEntry.person_id), [InputRequired("选一位队员")])
    kind = Radios(
        label_of(DutyEntry.kind), [InputRequired("选在岗、出差、请假或轮休")], choices=DutyKind.choices()
    )
    first = date_field("第一天", required="写上第一天")
    last = date_field("最后一天", hint="只记一天就空着；记几天的，中间的休息日不算")
    city = line_field(
        label_of(DutyEntry.city_code), 40, hint="可以不填；只记到市，过一段时间自动抹去", meaning=place_meant
    )
    note = line_field(label_of(DutyEntry.note), 120)
    reason = line_field(label_of(DutyEntry.reason), 120)

    def offer(self, people: list[tuple[str, str]]) -> None:
        self.person.choices = people


class CheckForm(BaseForm):
    """That somebody looked whether a member was there."""

    person = ChoiceField(label_of(DutyCheck.person_id), [InputRequired("选一位队员")])
    day = date_field(label_of(DutyCheck.day), required="写上哪天查的")
    at = line_field(label_of(DutyCheck.at), 5, required="写上几点查的，例如：09:40", hint="例如：09:40")
    found = Radios(
        label_of(DutyCheck.found_present),
        [InputRequired("选在岗或不在岗")],
        choices=[("yes", "在岗"), ("no", "不在岗")],
    )
    note = line_field(label_of(DutyCheck.note), 200, hint="例如：去企业走访，电话里核实过")

    def offer(self, people: list[tuple[str, str]]) -> None:
        self.person.choices = [("", "请选择"), *people]


class RotationForm(VersionedForm):
    """Who leaves, after which day, who takes over."""

    leaving = ChoiceField("谁离开", [InputRequired("选离开的队员")])
    last_day = date_field("他的最后一天", required="写上最后一天；移交从后一天算起")
    coming = PersonField("谁接手", [DataRequired("选接手的人")], choices=[("", "请选择")])
    takes_lead = BooleanField("接手的人任组长")

    def offer(self, leaving: list[tuple[str, str]], coming: list[tuple[str, str]]) -> None:
        self.leaving.choices = [("", "请选择"), *leaving]
        self.coming.choices = [("", "请选择"), *coming]
