"""The visit forms: quick on a phone; all but company, words and next step is filled in or may stay empty."""

from wtforms import FieldList, FormField, HiddenField
from wtforms.form import Form
from wtforms.validators import DataRequired, Optional

from app.core.forms import (
    BaseForm,
    OneOf,
    PersonField,
    Radios,
    SomeOf,
    VersionedForm,
    date_field,
    line_field,
    text_field,
)
from app.core.ids import looks_like_public_id
from app.enterprises.forms import CompanyField
from app.visits.enums import VisitKind

PROMISES = 3
EARLIER = 10
MATES = 30  # chips of people; more of them nobody reads
DONE, LATER = "done", "later"


class TodoForm(Form):
    """One promise: what, by when, who."""

    what = line_field("承诺什么", 200)
    due_on = date_field("什么时候前")
    owner = PersonField("谁来办", [Optional()], validate_choice=False)


class EarlierForm(Form):
    """What became of a step that was open before: done, to be done by another date, or left alone."""

    step = HiddenField()
    state = Radios(
        "上次定的这件事",
        [Optional()],
        choices=[("", "先不动"), (DONE, "办了"), (LATER, "没办，改期")],
        default="",
    )
    outcome = line_field("办得怎样", 200)
    due_on = date_field("改到哪天")


class _Told(BaseForm):
    """What both forms ask."""

    kind = Radios("方式", [DataRequired("选一种方式")], choices=VisitKind.choices())
    held_on = date_field("日期", required="写上是哪一天")
    place = line_field("地点（到市）", 80)
    people = SomeOf("同行", validate_choice=False)
    others = line_field("还有谁同行", 120, hint="不在上面的写姓名，几个人用顿号隔开")
    contacts = SomeOf("见到谁", validate_choice=False)
    met = line_field("还见到谁", 120, hint="不在名单里的写在这里，例如：严书宁 总经理")
    summary = text_field("谈了什么", 4000, required="写上谈了什么，例如：明年要扩一条线，想先来看厂房")
    needs = text_field("企业诉求", 2000, hint="没有就空着", rows=2)


class VisitForm(CompanyField, _Told):
    """A new visit."""

    lead = OneOf("线索", [Optional()], validate_choice=False)
    earlier = FieldList(FormField(EarlierForm), label="上次定的事", max_entries=EARLIER)
    promises = FieldList(
        FormField(TodoForm), label="对企业的承诺", min_entries=PROMISES, max_entries=PROMISES
    )
    next_what = line_field("下一步", 200, required="写下一步做什么，例如：约严总来看厂房")
    next_due_on = date_field("什么时候前", required="写上什么时候前：这次以后的哪一天")
    next_owner = PersonField("谁来办", [Optional()], validate_choice=False)


class EditForm(_Told, VersionedForm):
    """A visit already written down: company, lead and steps stay.

    `their_people` and `their_contacts` come from the page of a conflict alone: the list that somebody else
    saved, as public ids, when that one was chosen.
    """

    their_people = HiddenField()
    their_contacts = HiddenField()

    def take_theirs(self) -> None:
        """Puts the lists of the other editor, where they were chosen, in the place of what was ticked."""
        if self.their_people.data:
            self.people.data, self.others.data = _codes(self.their_people.data), ""
        if self.their_contacts.data:
            self.contacts.data = _codes(self.their_contacts.data)


def _codes(text: str) -> list[str]:
    return [code for code in text.split() if looks_like_public_id(code)]


class ReasonForm(VersionedForm):
    """Why a visit is archived."""

    reason = line_field("原因", 200, required="写上为什么归档，例如：记重了")
