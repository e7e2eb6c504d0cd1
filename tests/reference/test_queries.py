import pytest

from app.reference import queries, services

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("session")]


@pytest.mark.parametrize("asked", ["吴中", "wzq", "320506", "江苏省苏州市吴中"])
def test_a_place_is_found_by_name_initials_code_and_full_name(asked):
    assert "江苏省苏州市吴中区" in [row.full_name for row in queries.find_divisions(asked)]


@pytest.mark.parametrize("asked", ["锂离子", "lilizi", "llzdczz", "C3841", "c3841", "3841"])
def test_an_industry_is_found_by_name_pinyin_initials_and_code(asked):
    assert "C3841" in [row.code for row in queries.find_industries(asked)]


def test_asking_nothing_shows_the_widest_classes():
    assert [row.code for row in queries.find_industries("", 3)] == ["A", "B", "C"]
    assert queries.find_divisions("", 1)[0].full_name == "北京市"


@pytest.mark.parametrize("asked", ["%", "_", "\\", "%_'", "\U0001f600", "。" * 500])
def test_signs_of_the_query_language_are_plain_text(asked):
    assert queries.find_divisions(asked) == []
    assert queries.find_industries(asked) == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("320506", "320506"),
        ("江苏省苏州市吴中区", "320506"),
        ("吴中区", "320506"),
        ("江苏省 苏州市 吴中区", "320506"),
        ("市辖区", None),
        ("火星", None),
        ("", None),
    ],
)
def test_a_written_place_is_read_when_it_is_clear(written, code):
    found = queries.read_division(written)
    assert (found.code if found else None) == code


def test_a_name_that_several_places_share_is_not_guessed():
    assert queries.read_division("鼓楼区") is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("C3841", "C3841"),
        ("3841", "C3841"),
        ("锂离子电池制造", "C3841"),
        ("锂离子电池制造 C3841", "C3841"),
        ("C38", "C38"),
        ("制造", None),
    ],
)
def test_a_written_industry_is_read(written, code):
    found = queries.read_industry(written)
    assert (found.code if found else None) == code


def test_names_of_codes_come_in_one_answer_and_unknown_codes_are_left_out():
    assert queries.division_names(["320506", None, "999999"]) == {"320506": "江苏省苏州市吴中区"}
    assert queries.industry_names(["C3841", ""]) == {"C3841": "锂离子电池制造"}


def test_the_prefix_of_a_place_covers_what_lies_inside():
    prefixes = [queries.division_prefix(queries.division(code)) for code in ("320000", "320500", "320506")]
    assert prefixes == ["32", "3205", "320506"]


def test_loading_again_adds_nothing():
    assert services.load() == {"industries": 0, "divisions": 0}
