"""The connection to Elasticsearch: opened at first use, the failures of its requests as ours."""

import importlib.metadata
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, SerializationError, TransportError
from elasticsearch import ConnectionTimeout as NoAnswer

from search.elastic.address import ElasticAddress
from search.elastic.server import Answer, is_misfit, refusal, told
from search.interface import SearchUnavailable, WrongServer

_INTRODUCTION = 1.0  # s
_CLIENT = importlib.metadata.version("elasticsearch")


class IndexGone(Exception):
    """The index asked or written to does not exist (any more)."""


def _answer(error: ApiError) -> Answer:
    return Answer(error.status_code, error.meta.headers, error.body)


def reason_of(error: ApiError) -> str:
    """The kind of error only: its text may quote what was asked."""
    body = error.body if isinstance(error.body, dict) else {}
    inner = body.get("error")
    return str(inner.get("type", "")) if isinstance(inner, dict) else ""


class Connection:
    """Opened at first use, so that a fork inherits no socket."""

    def __init__(self, address: ElasticAddress) -> None:
        self.address = address
        self._lock = threading.Lock()
        self._client: Elasticsearch | None = None

    def opened(self, patience: float) -> Elasticsearch:
        with self._lock:
            if self._client is None:
                self._client = _connect(self.address)
            return self._client.options(request_timeout=patience)

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Failures of a request as ours."""
        try:
            yield
        except ApiError as error:
            raise self._refused(error) from error
        except NoAnswer as error:
            raise SearchUnavailable("搜索服务没有在时限内应答") from error
        except SerializationError as error:
            raise WrongServer(self._who_answers(was_marked=True)) from error
        except (TransportError, OSError) as error:
            raise SearchUnavailable(f"连不上搜索服务（{type(error).__name__}）") from error

    def _refused(self, error: ApiError) -> Exception:
        if is_misfit(_answer(error), reason_of(error)):
            return WrongServer(self._who_answers(was_marked=_answer(error).is_marked))
        if isinstance(error, NotFoundError):
            return IndexGone(reason_of(error))
        return SearchUnavailable(refusal(_answer(error), reason_of(error)))

    def _who_answers(self, *, was_marked: bool) -> str:
        """Asked without the client's own marks of version, which an older or newer server would refuse."""
        client = self.opened(_INTRODUCTION).options(max_retries=0)
        try:
            found = client.perform_request("GET", "/", headers={"accept": "*/*"})
            front = Answer(found.meta.status, found.meta.headers, found.body)
        except ApiError as error:
            front = _answer(error)
        except (TransportError, SerializationError, OSError):
            return told(None, _CLIENT, was_marked=was_marked)
        return told(front, _CLIENT, was_marked=was_marked)


def _connect(address: ElasticAddress) -> Elasticsearch:
    options: dict[str, Any] = {}
    if address.user:
        options["basic_auth"] = (address.user, address.password)
    if address.api_key:
        options["api_key"] = address.api_key
    if address.ca_file:
        options["ca_certs"] = address.ca_file
    return Elasticsearch(
        list(address.nodes),
        # A node that cannot be reached is left out at once; one that hangs costs the patience once, no more.
        max_retries=len(address.nodes) - 1,
        retry_on_timeout=False,
        **options,
    )
