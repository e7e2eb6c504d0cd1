"""Fields of which one is chosen."""

from wtforms.validators import DataRequired, Optional

from app.core.web.forms import ChoiceField, PersonField

Choices = list[tuple[str, str]]


def one_of(label: str, choices: Choices, required: str = "") -> ChoiceField:
    checks = [DataRequired(required) if required else Optional()]
    return ChoiceField(label, checks, choices=[("", "请选择"), *choices])


def person(label: str, required: str) -> PersonField:
    return PersonField(label, [DataRequired(required)], choices=[("", "请选择")])
