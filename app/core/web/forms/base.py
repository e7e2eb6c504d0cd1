"""What every form has: messages, a key for creates, the version that it was filled from."""

from collections.abc import Collection
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField
from wtforms.validators import Optional

from app.core.values.errors import RuleBroken
from app.core.web import opened
from app.core.web.idempotency import new_key


class BaseForm(FlaskForm):  # type: ignore[misc]
    """Chinese messages, an idempotency key for creates, and a place for errors of the whole form."""

    class Meta:
        locales: ClassVar = ["zh"]

    idempotency_key = HiddenField()

    def ready(self) -> "BaseForm":
        """Gives a fresh form its key; call it before showing a form that creates."""
        if not self.idempotency_key.data:
            self.idempotency_key.data = new_key()
        return self

    def refuse(self, broken: RuleBroken) -> None:
        """Puts the problems a rule found on their fields; those without a field on the whole form."""
        for name, sentence in broken.problems.items():
            field = self._fields.get(name)
            errors = self.form_errors if field is None else field.errors
            if isinstance(errors, tuple):
                field.errors = [*errors, sentence]
            else:
                errors.append(sentence)


class VersionField(IntegerField):
    """The version a form was filled from; beside it goes what the form showed then (core/web/opened)."""

    def __init__(self, *args: Any, _form: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, _form=_form, **kwargs)
        self._of = _form

    @property
    def opened(self) -> str:
        """What the form showed when it was opened, also after a refusal."""
        return opened.kept() if self.raw_data else opened.told(self._of)


class VersionedForm(BaseForm):
    """A form that edits: it sends back the version it was filled from. `beside` names fields that are about
    this saving and not about the record, such as its reason: nobody else can have changed them.
    """

    beside: ClassVar[Collection[str]] = ()
    version = VersionField("版本", [Optional()])

    @property
    def seen(self) -> int:
        """The version it was filled from; 0, which is never current, when it came without one."""
        return self.version.data or 0


def seen_version() -> int:
    """The version that a form of one button was shown with; 0, which is never current, without a good one."""
    form = VersionedForm()
    return form.seen if form.validate() else 0


class Unseen:
    """A field that never shows what stands there and keeps it when nothing is written; `stands` says it in
    words of which nothing can be learned, such as a masked number.
    """

    stands = ""
