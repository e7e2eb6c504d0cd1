"""When a real part (a server, a browser) is not on this machine: visible skip, failure under CI."""

import os
from typing import NoReturn

import pytest


def missing(part: str, advice: str) -> NoReturn:
    message = f"缺少{part}：{advice}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
