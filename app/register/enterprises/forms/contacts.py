"""Contacts. What is not shown stays as it is."""

from wtforms import BooleanField, EmailField
from wtforms.validators import Length, Optional

from app.core.values.labels import label_of
from app.core.web.forms import Unseen, VersionedForm, line_field, unseen_phone_field, written_unseen
from app.register.enterprises.models import Contact, ContactPersonal
from app.register.enterprises.services import ContactData


class _Email(Unseen, EmailField):
    pass


class ContactForm(VersionedForm):
    """A contact. On editing, the number is not shown and an empty field leaves it as it is."""

    beside = ("not_duplicate",)

    name = line_field(label_of(ContactPersonal.name), 40, required="写联系人的姓名，例如：贺晓冬")
    post = line_field(label_of(Contact.post), 60)
    phone = unseen_phone_field(label_of(ContactPersonal.phone))
    email = _Email(
        label_of(ContactPersonal.email), [Optional(), Length(max=100, message="邮箱最多 100 个字符")]
    )
    is_decider = BooleanField(label_of(Contact.is_decider))
    purpose = line_field(
        label_of(Contact.purpose), 100, required="写为什么保存这位的联系方式，例如：招商联络"
    )
    not_duplicate = BooleanField("不是同一位，照此保存")

    def entered(self) -> ContactData:
        """What was written; None where nothing was."""
        return ContactData(
            name=self.name.data or "",
            post=self.post.data or "",
            phone=written_unseen(self.phone),
            email=written_unseen(self.email),
            is_decider=self.is_decider.data,
            purpose=self.purpose.data or "",
        )
