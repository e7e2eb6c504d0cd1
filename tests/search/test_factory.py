from pathlib import Path

import pytest

from search.factory import open_backend, start_rebuild


@pytest.mark.parametrize("url", ["", "instance/index", "tantivy://index", "tantivy:///", "sqlite:///x"])
def test_a_wrong_address_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="SEARCH_URL 无效"):
        open_backend(url)
    with pytest.raises(ValueError, match="SEARCH_URL 无效"):
        start_rebuild(url)


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    backend = open_backend(f"tantivy://{tmp_path}/%E7%B4%A2%E5%BC%95", writer=True)
    backend.apply((), ())
    backend.close()
    assert (tmp_path / "索引" / "CURRENT").exists()
