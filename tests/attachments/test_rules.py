from app.register.attachments.rules import MOST, size_in_words, why_no_more


def test_a_size_is_told_in_kilobytes_and_megabytes():
    assert [size_in_words(count) for count in (1, 2048, 1_500_000, 20 * 1024 * 1024)] == [
        "1 KB",
        "2 KB",
        "1.4 MB",
        "20.0 MB",
    ]


def test_a_record_takes_files_up_to_a_bound():
    assert why_no_more(MOST - 1) is None
    assert "先取下不用的" in str(why_no_more(MOST))
