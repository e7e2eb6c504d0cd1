"""The form of one setting: a number for each role that it is set for."""

from collections.abc import Mapping
from typing import Any

from wtforms.validators import InputRequired

from app.core.values.settings import EVERYBODY, Setting
from app.core.web.forms import ChoiceField, VersionedForm, count_field
from app.office.settings.queries import role_in_words


def field_of(key: str) -> str:
    """The form field of one number: `of_leader`, `of_` for everybody's."""
    return f"of_{key}"


class SettingForm(VersionedForm):
    """Without its numbers, which `form_of` adds."""

    setting: Setting

    def numbers(self) -> dict[str, int]:
        """What was typed, by role."""
        return {key: int(self[field_of(key)].data) for key in self.setting.keys}


def form_of(setting: Setting, numbers: Mapping[str, int] | None = None, **values: Any) -> SettingForm:
    """The form of a setting, filled from `numbers` or from what was sent."""
    made = type(
        "FormOfSetting", (SettingForm,), {field_of(key): _field(setting, key) for key in setting.keys}
    )
    shown = {field_of(key): number for key, number in (numbers or {}).items()}
    form: SettingForm = made(**shown, **values)
    form.setting = setting
    return form


def _field(setting: Setting, key: str) -> Any:
    label = setting.label if key == EVERYBODY else role_in_words(key)
    if setting.choices:
        pairs = [(str(number), words) for number, words in enumerate(setting.choices, setting.least)]
        return ChoiceField(label, [InputRequired("选一个")], choices=pairs)
    return count_field(label, setting.most, least=setting.least, required="写上数字", unit=setting.unit)
