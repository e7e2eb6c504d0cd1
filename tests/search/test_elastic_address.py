"""What may stand in SEARCH_URL for a cluster."""

import pytest

from search.elastic.address import ElasticAddress, read_address
from search.factory import open_backend, start_rebuild


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("http://es:9200/county", ElasticAddress(("http://es:9200",), "county")),
        ("http://es", ElasticAddress(("http://es:9200",), "zhaoshang")),
        ("https://es:443/", ElasticAddress(("https://es:443",), "zhaoshang")),
        ("http://[::1]:9201/a", ElasticAddress(("http://[::1]:9201",), "a")),
        ("http://a,10.0.0.3:92,a:9200/x", ElasticAddress(("http://a:9200", "http://10.0.0.3:92"), "x")),
        ("https://u:p%40%3A%2F@es/x", ElasticAddress(("https://es:9200",), "x", user="u", password="p@:/")),
        ("https://es/x?api_key=aB+/c==", ElasticAddress(("https://es:9200",), "x", api_key="aB+/c==")),
        ("https://es/x?ca=/e%20s.pem", ElasticAddress(("https://es:9200",), "x", ca_file="/e s.pem")),
    ],
)
def test_every_part_of_an_address_is_understood(url: str, meant: ElasticAddress) -> None:
    assert read_address(url) == meant


WRONG = [
    ("http://", "主机"),
    ("http:///x", "主机"),
    ("http://es:70000/x", "端口"),
    ("http://es:0/x", "端口"),
    ("http://es:x/x", "端口"),
    ("http://es,/x", "主机"),
    ("http://e s/x", "主机"),
    ("http://[es/x", "括号"),
    ("http://es/X", "索引名"),
    ("http://es/a/b", "索引名"),
    ("http://es/a.b", "索引名"),
    ("http://es/*", "索引名"),
    ("http://es/1", "索引名"),
    ("http://es/x?verify=no", "verify"),
    ("http://es/x#y", "选项"),
    ("https://u@es/x", "一起写"),
    ("https://:p@es/x", "一起写"),
    ("https://u:p@es/x?api_key=k", "一种"),
    ("http://es/x?ca=/ca.pem", "https"),
]


@pytest.mark.parametrize(("url", "named"), WRONG)
def test_a_wrong_address_is_refused_and_the_wrong_part_named(url: str, named: str) -> None:
    for use in (open_backend, start_rebuild):
        with pytest.raises(ValueError, match=f"SEARCH_URL 无效.*{named}"):
            use(url)


@pytest.mark.parametrize(
    "url", ["https://admin:S3cret!@es:x/a", "https://admin:S3cret!@es/A", "https://admin:S3cret!@es/a?b=1"]
)
def test_no_message_repeats_a_password(url: str) -> None:
    with pytest.raises(ValueError, match="SEARCH_URL") as refused:
        read_address(url)
    assert "S3cret" not in str(refused.value)


def test_an_address_shown_in_a_log_hides_its_secrets() -> None:
    shown = repr(read_address("https://admin:S3cret!@es/a")) + repr(read_address("https://es/a?api_key=Key9"))
    assert "S3cret" not in shown
    assert "Key9" not in shown
