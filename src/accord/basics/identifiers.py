"""Identifiers: keys that sort by time, and references short enough to read out on the phone."""

import secrets
import time


def new_key() -> str:
    """32 hex digits, the first 12 of them milliseconds since 1970: unguessable enough to be public, sorted by birth."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def new_keys(count: int) -> list[str]:
    """`count` keys born together, as `new_key` makes them."""
    born, random = f"{time.time_ns() // 1_000_000:012x}", secrets.token_hex(10 * count)
    return [born + random[start : start + 20] for start in range(0, 20 * count, 20)]


def reference() -> str:
    """A short reference such as ``A7-4402`` for an error page and the log line beside it."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return f"{secrets.choice(letters)}{secrets.randbelow(10)}-{secrets.randbelow(10_000):04d}"
