"""How many questions one person may ask."""

from __future__ import annotations

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from index import UsageError


class RateLimit:
    """Questions of one person within a moving window. Safe to share between threads."""

    def __init__(self, per_minute: int) -> None:
        """`per_minute` questions; 0 for no limit."""
        self._rate = parse(f"{per_minute}/minute") if per_minute else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, person: str) -> None:
        """Counts one question. Raises UsageError when the person has asked too many."""
        if self._rate and not self._limiter.hit(self._rate, person):
            raise UsageError(f"You have asked {self._rate.amount} questions within a minute; wait a little and ask again.")
