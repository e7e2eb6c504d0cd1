"""The form of a comment."""

from app.core.values.labels import label_of
from app.core.web.forms import PeopleField, VersionedForm, text_field
from app.register.comments.models import Comment, CommentMention
from app.register.comments.rules import LONGEST


class CommentForm(VersionedForm):
    """What somebody wants to say, and who is to see it."""

    text = text_field(label_of(Comment.text), LONGEST, required="写一句话", rows=3)
    people = PeopleField(
        label_of(CommentMention.person_id),
        description="选的人会在工作台看到，看不到这条记录的人提醒不了；正文里写 @姓名 也一样",
    )

    def offer(self, people: list[tuple[str, str]]) -> None:
        self.people.choices = people
