"""How clients' ratings differ in a service, as it is kept for an hour; the sums are in `therapy.reading`."""

from django.core.cache import cache

from accord.course.dependability import Spread

SPREAD_SECONDS = 3600  # a service's spread moves slowly; pages read it, they never wait for it twice an hour


def kept_spreads(service: int, instrument: str) -> dict[str, Spread] | None:
    """The spreads by scale of `instrument` where they are at hand; `service` is the number of its service."""
    return cache.get(_key(service, instrument))


def keep_spreads(service: int, instrument: str, spreads: dict[str, Spread]) -> None:
    """Keep them for an hour."""
    cache.set(_key(service, instrument), spreads, SPREAD_SECONDS)


def _key(service: int, instrument: str) -> str:
    return f"spread:{service}:{instrument}"
