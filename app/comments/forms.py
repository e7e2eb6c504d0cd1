"""The form of a comment."""

from app.comments.models import Comment, CommentMention
from app.comments.rules import LONGEST
from app.core.forms import PeopleField, VersionedForm, text_field
from app.core.labels import label_of


class CommentForm(VersionedForm):
    """What somebody wants to say, and who is to see it."""

    text = text_field(label_of(Comment.text), LONGEST, required="写一句话", rows=3)
    people = PeopleField(
        label_of(CommentMention.person_id), description="选的人会在工作台看到，只能选看得到这条记录的人"
    )

    def offer(self, people: list[tuple[str, str]]) -> None:
        self.people.choices = people
