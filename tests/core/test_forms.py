"""Fields that every form shares."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.core.values.money import LARGEST
from app.core.web.forms import BaseForm, amount_field, yuan_field


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


# --- a bare figure of unusual size ---


def read_again(app, typed, meaning, **more):
    with app.test_request_context(method="POST", data=more):
        form = AmountForm(MultiDict({"amount": typed, "amount-meaning": meaning}), meta={"csrf": False})
        return form.validate(), form


def test_a_figure_that_is_likely_a_slip_of_the_unit_asks_and_offers_what_it_may_mean(app):
    valid, form = read(app, "100000000")
    assert not valid
    assert "按万元读是 10,000.00 亿元，是不是「元」？" in form.amount.errors[0]
    assert [one.raw for one in form.amount.asks] == ["100000000元", "100000000万元"]


@pytest.mark.parametrize(("meaning", "yuan"), [("100000000元", 10**8), ("100000000万元", 10**12)])
def test_what_is_chosen_takes_the_place_of_what_was_typed(app, meaning, yuan):
    valid, form = read_again(app, "100000000", meaning)
    assert valid
    assert (form.amount.data, form.amount.reading.yuan) == (meaning, yuan)


@pytest.mark.parametrize(
    ("typed", "meaning"), [("200000000", "100000000元"), ("100000000", "5亿"), ("3", "")]
)
def test_a_choice_made_for_another_figure_answers_nothing(app, typed, meaning):
    valid, form = read_again(app, typed, meaning)
    assert not valid
    assert form.amount.data == typed


@pytest.mark.parametrize("typed", ["2-3亿", "4.5 个亿", "3亿+", "200亿", "100000000元", "3万"])
def test_a_figure_with_its_unit_is_taken_without_a_question(app, typed):
    assert read(app, typed)[0]


@pytest.mark.parametrize(
    "typed", ["0", "几千万", "1 200,50", "35,00万", "不超过5亿", "3亿50", "5亿，二期10亿"]
)
def test_what_would_count_as_nothing_or_as_something_else_is_refused(app, typed):
    assert not read(app, typed)[0]


def test_a_text_that_stands_there_since_before_is_never_refused(app):
    valid, _form = read_again(app, "3", "", opened=json.dumps({"amount": ["3", "3"]}))
    assert valid


class FiguresForm(BaseForm):
    amount = amount_field("合同金额", only_figures=True)


@pytest.mark.parametrize(
    "typed", ["面议", "500万美元", "2-3亿", "约5亿", "10亿元（分两期）", "很多", "100000000"]
)
def test_where_only_a_figure_counts_nothing_open_is_taken(app, typed):
    with app.test_request_context():
        form = FiguresForm(MultiDict({"amount": typed}), meta={"csrf": False})
        assert not form.validate()


class ReceiptForm(BaseForm):
    amount = yuan_field("金额")


@pytest.mark.parametrize(
    ("typed", "yuan"), [("856", 856), ("856.50", 857), ("8万", 80_000), ("1,200", 1_200), ("3元", 3)]
)
def test_a_receipt_is_read_in_yuan(app, typed, yuan):
    with app.test_request_context():
        form = ReceiptForm(MultiDict({"amount": typed}), meta={"csrf": False})
        assert form.validate()
        assert form.amount.reading.yuan == yuan


def test_a_receipt_that_is_no_figure_is_sent_back_with_an_example(app):
    with app.test_request_context():
        form = ReceiptForm(MultiDict({"amount": "约800"}), meta={"csrf": False})
        assert not form.validate()
        assert "例如 856.50" in form.amount.errors[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # it keeps nothing of one example
@given(yuan=st.integers(1, LARGEST), form=st.sampled_from([AmountForm, FiguresForm, ReceiptForm]))
def test_a_stored_amount_shown_in_its_form_is_read_as_the_same_again(app, yuan, form):
    with app.test_request_context():
        shown = form(formdata=None, amount=yuan).amount
        assert shown.read(shown.data).yuan == yuan
        assert not shown.read(shown.data).bare or yuan % 10_000 == 0 or form is ReceiptForm
