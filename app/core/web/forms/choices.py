"""One of several, any number, yes or no, our people."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the types

Pairs = Iterable[tuple[Any, str]]


class _Pairs:
    """Choices come as (code, words), as `LabelledEnum.choices` and the pickers tell them."""

    def __init__(self, *args: Any, choices: Pairs | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices

    def _pairs(self) -> list[SelectChoice] | None:
        return self._choices

    def _take_pairs(self, pairs: Pairs | None) -> None:
        self._choices = None if pairs is None else [SelectChoice(*pair) for pair in pairs]

    choices: Any = property(_pairs, _take_pairs)


class ChoiceField(_Pairs, SelectField):
    """One choice from a list that folds out."""


class Flag(BooleanField):
    """Yes or no, in words that say of what."""

    def __init__(self, *args: Any, yes: str, no: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = {True: yes, False: no}


def whole_name(name: str) -> str:
    """The name under which the page of a conflict sends a list of choices as a whole."""
    return f"{name}-whole"


class ChoicesField(_Pairs, SelectMultipleField):
    """Any number of choices. On the page of a conflict one of two lists is chosen (`is_whole`)."""

    is_whole = False

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        chosen = formdata.get(whole_name(self.name)) if formdata else None
        if chosen is not None:
            self.data, self.is_whole = chosen.split(), True

    def pre_validate(self, form: Any) -> None:
        """WTForms would tell the code that was sent, in English."""
        try:
            super().pre_validate(form)
        except ValidationError:
            offered = {choice.value for choice in self.choices or ()}
            gone = [value for value in self.data or () if value not in offered]
            raise ValidationError(f"选的里面有 {len(gone)} 项已经不在了，请重新选") from None


class PersonField(ChoiceField):
    """One of our people; the page makes it a box to type a name, its pinyin, a unit or a post into. A form
    filled from a record takes the person who stands there.
    """

    def process_data(self, value: Any) -> None:
        super().process_data(getattr(value, "public_id", value))


class PeopleField(ChoicesField):
    """Any number of our people, picked the same way."""


class Radios(_Pairs, RadioField):
    """One choice, all of them in sight."""
