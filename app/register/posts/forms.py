"""Shape and labels of what is typed about posts."""

from wtforms.validators import DataRequired, InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import PersonField, Radios, VersionedForm, date_field
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost


class PostForm(VersionedForm):
    """A term, new or corrected."""

    post = Radios(
        label_of(ChainPost.post), [InputRequired("选链长、副链长或专班成员")], choices=PostKind.choices()
    )
    person = PersonField(label_of(ChainPost.person_id), [DataRequired("选一个人")], choices=[("", "请选择")])
    starts_on = date_field(label_of(ChainPost.starts_on), required="写上第一天，从这一天起算")
    ends_on = date_field(label_of(ChainPost.ends_on), hint="这一天还在任；没定就空着")

    def offer(self, people: list[tuple[str, str]]) -> None:
        self.person.choices = [("", "请选择"), *people]


class EndPostForm(VersionedForm):
    """The last day of a term."""

    ends_on = date_field(
        label_of(ChainPost.ends_on),
        required="写上最后一天",
        hint="这一天还在任，第二天起不再看得到链上企业的线索、走访和项目",
    )
