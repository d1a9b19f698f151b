"""What a service has learnt from its past, as its pages and its rules use it: the newest version is in force."""

from functools import lru_cache
from typing import Any

from accord.signals.learnt import PUBLISHED, Learnt
from accord.web.attention import models
from accord.web.people.models import Service
from accord.web.prepared import one


def learnt_of(service: Service) -> Learnt:
    """What this service has learnt, the newest version; the published values where it has learnt nothing."""
    (newest,) = one("select max(number) from attention_learnt where service_id = %s", service.pk) or (None,)
    return learnt_version(service.key, newest) if newest else PUBLISHED


@lru_cache(maxsize=64)
def learnt_version(service_key: str, number: int) -> Learnt:
    """One version of what a service has learnt; it never changes once it is there, so it is kept in memory."""
    row = models.Learnt.objects.get(service__key=service_key, number=number)
    return Learnt.from_json(row.value)


def replay_of(service: Service) -> dict[str, Any]:
    """The service's past replayed under each setting, as the newest version has it; empty where there is none."""
    newest = models.Learnt.objects.filter(service=service).order_by("-number").first()
    return newest.replay if newest else {}
