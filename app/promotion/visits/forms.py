"""The visit forms: quick on a phone; all but company, words and next step is filled in or may stay empty."""

from wtforms import FieldList, FormField, HiddenField
from wtforms.form import Form
from wtforms.validators import DataRequired, Optional

from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    ChoicesField,
    PersonField,
    Radios,
    VersionedForm,
    date_field,
    line_field,
    text_field,
)
from app.promotion.steps.models import Step
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitContact, VisitParticipant
from app.register.enterprises.forms import CompanyField

PROMISES = 3
EARLIER = 10
MATES = 30  # chips of people; more of them nobody reads
DONE, LATER = "done", "later"


class TodoForm(Form):
    """One promise: what, by when, who."""

    what = line_field(label_of(Step.what), 200)
    due_on = date_field(label_of(Step.due_on))
    owner = PersonField(label_of(Step.owner_id), [Optional()], validate_choice=False)


class EarlierForm(Form):
    """What became of a step that was open before: done, to be done by another date, or left alone."""

    step = HiddenField()
    state = Radios(
        "上次定的这件事",
        [Optional()],
        choices=[("", "先不动"), (DONE, "办了"), (LATER, "没办，改期")],
        default="",
    )
    outcome = line_field(label_of(Step.outcome), 200)
    due_on = date_field(label_of(Step.due_on), hint="改到哪天")


class _Told(BaseForm):
    """What both forms ask."""

    kind = Radios(label_of(Visit.kind), [DataRequired("选一种方式")], choices=VisitKind.choices())
    held_on = date_field(label_of(Visit.held_on), required="写上是哪一天")
    place = line_field(label_of(Visit.place), 80, hint="写到市")
    people = ChoicesField(label_of(VisitParticipant.person_id), validate_choice=False)
    others = line_field("还有谁同行", 120, hint="不在上面的写姓名，几个人用顿号隔开")
    contacts = ChoicesField(label_of(VisitContact.contact_id), validate_choice=False)
    met = line_field(label_of(Visit.met), 120, hint="不在名单里的写在这里，例如：严书宁 总经理")
    summary = text_field(
        label_of(Visit.summary), 4000, required="写上谈了什么，例如：明年要扩一条线，想先来看厂房"
    )
    needs = text_field(label_of(Visit.needs), 2000, hint="没有就空着", rows=2)


class VisitForm(CompanyField, _Told):
    """A new visit."""

    lead = ChoiceField(label_of(Visit.lead_id), [Optional()], validate_choice=False)
    earlier = FieldList(FormField(EarlierForm), label="上次定的事", max_entries=EARLIER)
    promises = FieldList(
        FormField(TodoForm), label="对企业的承诺", min_entries=PROMISES, max_entries=PROMISES
    )
    next_what = line_field(
        f"下一步{label_of(Step.what)}", 200, required="写下一步做什么，例如：约严总来看厂房"
    )
    next_due_on = date_field(
        f"下一步的{label_of(Step.due_on)}", required="写上下一步的期限：这次以后的哪一天"
    )
    next_owner = PersonField(label_of(Step.owner_id), [Optional()], validate_choice=False)


class EditVisitForm(_Told, VersionedForm):
    """A visit already written down: company, lead and steps stay."""

    beside = ("others",)  # `people` once they are known
