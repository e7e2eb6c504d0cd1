"""What we type about an event, its guests and what was signed."""

from wtforms.validators import DataRequired, InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    PersonField,
    Radios,
    VersionedForm,
    amount_field,
    count_field,
    date_field,
    line_field,
    text_field,
    unseen_phone_field,
)
from app.core.web.tables import list_file_field
from app.promotion.gatherings.enums import GatheringKind, GuestReply, SigningKind
from app.promotion.gatherings.models import Gathering, Guest, Signing


class GatheringForm(VersionedForm):
    """An event, new or changed."""

    name = line_field(label_of(Gathering.name), 120, required="写一个名称，例如：长三角储能产业推介会")
    kind = ChoiceField(
        label_of(Gathering.kind),
        [InputRequired("选活动种类")],
        choices=[("", "请选择"), *GatheringKind.choices()],
    )
    first_on = date_field(label_of(Gathering.first_on), required="选第一天")
    last_on = date_field(label_of(Gathering.last_on), required="选最后一天")
    place = line_field(label_of(Gathering.place), 200, hint="城市和会场")
    goal_guests = count_field(label_of(Gathering.goal_guests), 5000)
    owner = PersonField(label_of(Gathering.owner_id), [DataRequired("选负责人")], choices=[("", "请选择")])
    agenda = text_field(label_of(Gathering.agenda), 4000, hint="客商打开邀请也看得到，没有就空着", rows=6)
    notes = text_field(label_of(Gathering.notes), 2000, hint="只有我们自己看得到，没有就空着")


class GuestForm(VersionedForm):
    """A guest, new or changed. On editing, the number is not shown and an empty field leaves it as it is."""

    name = line_field(label_of(Guest.name), 60, required="写客商的姓名")
    company = line_field(label_of(Guest.company), 120, hint="写全称；企业库里有的自己连上")
    post = line_field(label_of(Guest.post), 60)
    phone = unseen_phone_field(label_of(Guest.phone))
    reply = ChoiceField(label_of(Guest.reply), choices=GuestReply.choices(), default=GuestReply.NONE.value)
    reply_note = line_field(label_of(Guest.reply_note), 120, hint="委派谁来、为什么不来")


class GuestListForm(BaseForm):
    """Many guests at once."""

    lines = text_field(
        "客商，一行一位",
        60_000,
        required="贴上名单，一行一位",
        hint="从 Excel 里复制姓名、单位、职务、电话四列贴过来；列的先后不同，就连表头一起贴",
        rows=12,
    )
    file = list_file_field("客商")


class SigningForm(BaseForm):
    """Something that was signed."""

    kind = Radios(
        label_of(Signing.kind), [InputRequired("选签的是正式协议还是意向")], choices=SigningKind.choices()
    )
    company = line_field(label_of(Signing.company), 120, required="写签约企业")
    project = line_field(label_of(Signing.project), 120, required="写签约项目")
    amount = amount_field(label_of(Signing.amount), only_figures=True, hint="没有写明就空着")
    lead_number = line_field(label_of(Signing.lead_id), 40, hint="写线索编号；正式协议必填")
