"""Audit events as they were written before they said of which run they are."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

from app.core.storage import audit
from app.core.storage.audit import chain


@contextmanager
def before_runs_were_kept() -> Iterator[None]:
    none: Any = None
    token = chain._run.set(none)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "run", lambda _run_id: nullcontext())
        try:
            yield
        finally:
            chain._run.reset(token)
