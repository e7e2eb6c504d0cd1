"""The erasing of a contact: asked for, refused, confirmed."""

from wtforms import BooleanField
from wtforms.validators import DataRequired, Optional

from app.core.values.labels import label_of
from app.core.web.forms import VersionedForm, VersionField, line_field
from app.register.enterprises.models import ContactErasure


class ErasureForm(VersionedForm):
    """Asking that a contact be erased."""

    reason = line_field(label_of(ContactErasure.reason), 200, required="写一句原因")


class AnswerForm(VersionedForm):
    """Not agreeing to it."""

    reason = line_field(label_of(ContactErasure.answer), 200, required="写一句原因")


class ConfirmErasingForm(VersionedForm):
    """The last word on erasing a contact: with the versions of the request and of the contact as shown."""

    contact_version = VersionField("联系人的版本", [Optional()])
    is_sure = BooleanField(
        "核实过，确实要删除；删除后不能恢复", [DataRequired("确实要删除的，先勾选这一项，再点「确认删除」")]
    )
