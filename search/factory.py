"""From the address in the configuration to a backend."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from search.embedded import EmbeddedBackend, EmbeddedRebuild
from search.folder import IndexFolder
from search.interface import Rebuild, SearchBackend


def open_backend(url: str, *, writer: bool = False) -> SearchBackend:
    """`tantivy:///absolute/folder`. At most one process may hold a writing backend; the folder may be absent.

    Raises ValueError for an address it cannot serve.
    """
    return EmbeddedBackend(_folder(url), writer=writer)


def start_rebuild(url: str) -> Rebuild:
    return EmbeddedRebuild(_folder(url))


def _folder(url: str) -> IndexFolder:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https"):
        raise ValueError("SEARCH_URL：Elasticsearch 后端尚未支持，请改用 tantivy:///绝对路径")
    if parts.scheme != "tantivy" or parts.netloc or not parts.path.strip("/"):
        raise ValueError(f"SEARCH_URL 无效：{url!r}，应为 tantivy:///绝对路径")
    return IndexFolder(Path(unquote(parts.path)))
