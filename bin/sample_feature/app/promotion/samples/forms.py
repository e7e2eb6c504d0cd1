"""The form of a sample."""

from wtforms.validators import DataRequired

from app.core.values.labels import label_of
from app.core.web.forms import PersonField, VersionedForm, date_field, line_field, text_field
from app.promotion.samples.models import Sample


class SampleForm(VersionedForm):
    """A sample, new or changed."""

    name = line_field(label_of(Sample.name), 120, required="写样例的名称")
    day = date_field(label_of(Sample.day), required="选日期")
    owner = PersonField(label_of(Sample.owner_id), [DataRequired("选负责人")], choices=[("", "请选择")])
    notes = text_field(label_of(Sample.notes), 2000, hint="没有就空着")
