"""Fields that every form shares."""

import pytest
from werkzeug.datastructures import MultiDict

from app.core.forms import BaseForm, amount_field


class AmountForm(BaseForm):
    amount = amount_field("计划总投资")


def read(app, typed):
    with app.test_request_context():
        form = AmountForm(MultiDict({"amount": typed}), meta={"csrf": False})
        return form.validate(), form


@pytest.mark.parametrize("typed", ["-5亿", "NaN", "1e400", "9" * 40, "9" * 61, "−3亿", "$5m"])
def test_what_is_no_amount_is_sent_back_with_an_example(app, typed):
    valid, form = read(app, typed)
    assert not valid
    assert form.amount.errors


@pytest.mark.parametrize("typed", ["面议", "三千万", "500万美元", "约2.6亿", "3000", ""])
def test_words_and_figures_are_taken(app, typed):
    valid, form = read(app, typed)
    assert valid
    assert form.amount.reading.raw == typed
