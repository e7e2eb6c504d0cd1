"""From the address in the configuration to a backend."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from search.elastic.address import read_address
from search.elastic.backend import ElasticBackend
from search.elastic.client import Cluster
from search.elastic.rebuild import ElasticRebuild
from search.interface import Rebuild, SearchBackend
from search.tantivy.backend import EmbeddedBackend
from search.tantivy.folder import IndexFolder
from search.tantivy.rebuild import EmbeddedRebuild


def open_backend(url: str, *, writer: bool = False) -> SearchBackend:
    """`tantivy:///absolute/folder`: at most one process may hold a writing backend; the folder may be absent.
    `http(s)://host:9200/name`: an Elasticsearch cluster (see `read_address`); any number may write.

    Nothing is opened before the first use. Raises ValueError for an address it cannot serve.
    """
    if _is_cluster(url):
        return ElasticBackend(Cluster(read_address(url)), writer=writer)
    return EmbeddedBackend(_folder(url), writer=writer)


def start_rebuild(url: str, *, fresh: bool = False) -> Rebuild:
    """Goes on with a rebuild of this program version that was cut off, unless `fresh`."""
    if _is_cluster(url):
        return ElasticRebuild(Cluster(read_address(url)), fresh=fresh)
    return EmbeddedRebuild(_folder(url), fresh=fresh)


def _is_cluster(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _folder(url: str) -> IndexFolder:
    parts = urlsplit(url)
    if parts.scheme != "tantivy" or parts.netloc or not parts.path.strip("/"):
        raise ValueError(f"SEARCH_URL 无效：{url!r}，应为 tantivy:///绝对路径 或 http(s)://主机:9200/索引名")
    return IndexFolder(Path(unquote(parts.path)))
