"""Password hashing (Argon2id) and the rule for new passwords; at most two hashes are computed at once."""

import ctypes
import secrets
import threading
from contextlib import suppress

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 128
# OWASP's second choice: 19 MiB, two passes; 37 ms here. The semaphore keeps sign-ins from starving readers.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_at_once = threading.BoundedSemaphore(2)
# Once glibc has seen a block of 19 MiB come and go it keeps the next ones, one for each thread that ever
# signed anybody in. A bound that is set stays: a block from 1 MiB on goes back to the system at once.
_MMAP_THRESHOLD = -3  # malloc.h
with suppress(OSError, AttributeError):  # another C library has no such bound
    ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, 1 << 20)
_COMMON = (
    "password",
    "123456",
    "qwerty",
    "admin",
    "abcdef",
    "111111",
    "000000",
    "iloveyou",
    "zhaoshang",
    "woaini",
)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def hashed(password: str) -> str:
    """The stored form of a password."""
    with _at_once:
        return _hasher.hash(password)


def is_right(stored: str, password: str) -> bool:
    """Whether a password is the stored one; takes the same time when it is not."""
    with _at_once:
        try:
            return _hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


# What an unknown account is checked against, so that it answers as slowly as a known one.
DUMMY = hashed(secrets.token_urlsafe(16))


def why_not(password: str, login: str) -> str | None:
    """The sentence that refuses a new password, None when it may be used."""
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 位，可以用几个词连起来"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 位"
    plain = password.lower()
    if login.lower() in plain:
        return "密码里不能带账号"
    if len(set(plain)) < 5 or any(
        plain.replace(word, "") == "" or plain.startswith(word) for word in _COMMON
    ):
        return "这个密码太常见，换一个"
    return None


def temporary() -> str:
    """A first password to be told once: 16 letters and digits in groups of four."""
    letters = [secrets.choice(_LETTERS) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))
