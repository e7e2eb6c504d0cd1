"""Shape and labels of what is typed about kinds and versions."""

from collections.abc import Iterable

from wtforms.validators import InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    Radios,
    VersionedForm,
    count_field,
    date_field,
    line_field,
    upload_field,
)
from app.register.chain_papers.enums import PaperForm
from app.register.chain_papers.models import ChainPaper, PaperKind
from app.register.chain_papers.rules import LAST


class PaperKindForm(VersionedForm):
    """A kind of map or list, new or changed."""

    name = line_field(label_of(PaperKind.name), 60, required="写名称，例如：技术路线图")
    form = Radios(label_of(PaperKind.form), [InputRequired("选图或清单")], choices=PaperForm.choices())
    source = ChoiceField(label_of(PaperKind.source), [InputRequired("选来源")])
    position = count_field(label_of(PaperKind.position), LAST, hint="小的排在前面")
    note = line_field(label_of(PaperKind.note), 300, hint="里面要有什么，没有就空着")

    def offer(self, sources: Iterable[tuple[str, str]]) -> None:
        self.source.choices = list(sources)


class _PaperFields:
    """What is typed about a version at any time."""

    as_of = date_field(label_of(ChainPaper.as_of), required="写上内容截到哪一天")
    note = line_field(label_of(ChainPaper.note), 300, hint="改了什么、谁审过，没有就空着")


class NewPaperForm(_PaperFields, BaseForm):
    """A version with its file."""

    kind = ChoiceField(label_of(ChainPaper.kind_id), [InputRequired("选是哪一项")])
    file = upload_field("文件", hint="PDF、Word、Excel、OFD 或图片，一个不超过 20 MB")

    def offer(self, kinds: Iterable[PaperKind]) -> None:
        self.kind.choices = [("", "请选择"), *((kind.public_id, kind.name) for kind in kinds)]


class EditPaperForm(_PaperFields, VersionedForm):
    """A version is put right; its files are among its attachments."""
