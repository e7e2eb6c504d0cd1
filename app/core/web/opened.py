"""What stood in a form when it was opened: it travels with the form, so that a conflict can show it."""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

from flask import request
from wtforms import BooleanField, SelectMultipleField

FIELD = "opened"
PROMPT = "请选择"
_YES_NO = {True: "是", False: "否"}
_LONGEST = 100_000  # characters; no form of the product holds as much
_NOT_TYPED = frozenset(
    {"CSRFTokenField", "FileField", "PasswordField", "SubmitField", "UploadField", "VersionField"}
)


@dataclass(frozen=True, slots=True)
class Held:
    """What one field of a form holds: as it would be sent, and as people read it."""

    value: str
    words: str


def is_typed(field: Any) -> bool:
    """Whether a field holds something that people write or choose."""
    return field.type not in _NOT_TYPED and field.name != "idempotency_key"


def told(fields: Iterable[Any]) -> str:
    """What the fields of a form show, as one hidden field sends it along."""
    shown = {field.name: astuple(held(field)) for field in fields if is_typed(field)}
    return json.dumps(shown, ensure_ascii=False)


def kept() -> str:
    """What the form in hand was sent with."""
    return str(request.form.get(FIELD, ""))


def held(field: Any) -> Held:
    """What a field holds by now."""
    if isinstance(field, BooleanField):
        words = getattr(field, "words", _YES_NO)
        return Held("y" if field.data else "", words[bool(field.data)])
    if hasattr(field, "iter_choices"):
        return _chosen(field)
    text = str(field._value()) if hasattr(field, "_value") else ""
    return Held(text, _words(field, text))


def is_list(field: Any) -> bool:
    """Whether a field takes any number of choices."""
    return isinstance(field, SelectMultipleField)


def _chosen(field: Any) -> Held:
    """Codes in the order in which they are offered, then those that are offered no more."""
    chosen = (field.data or []) if is_list(field) else [field.data or ""]
    offered = {str(option[0]): str(option[1]) for option in field.iter_choices()}
    codes = [code for code in offered if code in chosen] + [code for code in chosen if code not in offered]
    words = [offered[code] for code in codes if offered.get(code, PROMPT) != PROMPT]
    return Held(" ".join(codes), "、".join(words))


def _words(field: Any, text: str) -> str:
    tell = getattr(field, "tell", None)
    if text and tell is not None:
        return str(tell(text))
    unit = getattr(field, "unit", "")
    return f"{text} {unit}" if text and unit else text


def read(sent: str | None) -> dict[str, Held]:
    """By field; nothing for what no form of ours has sent. It is only ever shown to whoever sent it."""
    if not sent or len(sent) > _LONGEST:
        return {}
    try:
        found = json.loads(sent)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: Held(*pair) for name, pair in found.items() if _is_pair(pair)}


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
