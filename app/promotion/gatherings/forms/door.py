"""What people without an account type."""

from wtforms import HiddenField
from wtforms.validators import InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import BaseForm, Radios, line_field
from app.promotion.gatherings.enums import GuestReply
from app.promotion.gatherings.models import Guest


class CheckInForm(BaseForm):
    """A guest at the door."""

    code = HiddenField()
    name = line_field(label_of(Guest.name), 60, required="写您的姓名")
    phone = line_field(label_of(Guest.phone), 30, required="写您的电话")
    company = line_field(label_of(Guest.company), 120, required="写您的单位")
    post = line_field(label_of(Guest.post), 60)


class ReplyForm(BaseForm):
    """The answer to an invitation."""

    reply = Radios(
        label_of(Guest.reply),
        [InputRequired("选来、委派他人或不来")],
        choices=[choice for choice in GuestReply.choices() if choice[0] != GuestReply.NONE.value],
    )
    reply_note = line_field(label_of(Guest.reply_note), 120, hint="委派他人的写谁来：姓名、职务和电话")
