"""Forms of tags: the county's word itself, and which are on a record."""

from collections.abc import Iterable

from wtforms import HiddenField
from wtforms.validators import InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import BaseForm, ChoiceField, ChoicesField, Radios, VersionedForm, line_field
from app.register.tags.enums import TagColor
from app.register.tags.models import Tag, Tagging
from app.register.tags.rules import LONGEST


class TagForm(VersionedForm):
    """A tag for records of one kind."""

    name = line_field(label_of(Tag.name), LONGEST, required="写一个词，例如：重点")
    color = Radios(label_of(Tag.color), choices=TagColor.choices(), default=TagColor.BLUE.value)


class TagsForm(BaseForm):
    """Which tags are on a record; `before` says which were when the form was opened."""

    tags = ChoicesField(label_of(Tagging.tag_id))
    before = HiddenField()

    def offer(self, tags: Iterable[Tag]) -> None:
        self.tags.choices = [(tag.public_id, tag.name) for tag in tags]


class OneTagForm(BaseForm):
    """The tag that many records get."""

    tag = ChoiceField(label_of(Tagging.tag_id), [InputRequired("选一个标签，没有合适的先去「标签」里加")])

    def offer(self, tags: Iterable[Tag]) -> None:
        self.tag.choices = [("", "请选择"), *((tag.public_id, tag.name) for tag in tags)]
