"""Companies and their people in the states that matter."""

from itertools import count

from app.core.storage.db import db
from app.register.enterprises import erasing, services
from app.register.enterprises.services import ContactData, EnterpriseData
from tests.factories.accounts import acting, make_user

_number = count(1)


def a_credit_code(number=None):
    """A code with correct check digits and an organisation that is never issued."""
    number = next(_number) if number is None else number
    body = f"YY{number:06d}"
    body += _organisation_check(body)
    code = "91320506" + body
    return code + _code_check(code)


_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _organisation_check(body):
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(_CHARACTERS.index(letter) * weight for letter, weight in zip(body, weights, strict=True))
    return "0123456789X0"[(11 - total % 11) % 11]


def _code_check(code):
    total = sum(_CODE_CHARACTERS.index(letter) * 3**place % 31 for place, letter in enumerate(code))
    return _CODE_CHARACTERS[-total % 31]


def make_enterprise(name=None, **fields):
    """A live company; `fields` are those of EnterpriseData."""
    return services.create_enterprise(
        EnterpriseData(name=name or f"苏州第{next(_number)}新材料有限公司", **fields)
    )


def an_archived_enterprise(name=None, reason="已注销，不再跟进", **fields):
    return file_away(make_enterprise(name, **fields), reason)


def file_away(row, reason="已注销，不再跟进"):
    """The company as it stands once somebody who may has archived it."""
    for column, value in services.archived_fields(reason).items():
        setattr(row, column, value)
    db.session.flush()
    return row


def make_contact(enterprise, name="贺晓冬", phone="13812346021", **fields):
    contact = services.add_contact(enterprise, ContactData(name=name, phone=phone, **fields))
    db.session.flush()
    return contact


def an_asked_erasure(contact, asker=None, reason="本人要求删除"):
    """An officer of the bureau asks, unless told who."""
    with acting(asker or make_user()):
        return erasing.ask_erasure(contact, contact.version, reason)


def erase(contact, reason="本人要求删除"):
    """One officer of the bureau asks, another one confirms."""
    asked = an_asked_erasure(contact, reason=reason)
    with acting(make_user()):
        erasing.confirm_erasure(asked, asked.version, contact.version)
