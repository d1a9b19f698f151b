"""The page that leads to every public page, for everybody or for one service: and whom to turn to."""

from dataclasses import dataclass

from django.urls import reverse

from accord.web.people.models import Service
from accord.web.voice.fit.page import EUROPE, NORTH_AMERICA, service_called


@dataclass(frozen=True)
class Crisis:
    """Numbers to call: a service's own, or those of large parts of the world, and then `own` is false."""

    numbers: tuple[str, ...]
    own: bool


@dataclass(frozen=True)
class AboutPage:
    """What stands on the page. Without a service, its name, contact and complaints are empty."""

    service: str
    simulated: bool
    fit: str
    fit_spanish: str
    complaints: str
    contact: str
    outside: str


def about_page(service: Service | None) -> AboutPage:
    """The page of a service, or the one for everybody."""
    fit = reverse("public:fit_of", args=[service.slug]) if service else reverse("public:fit")
    return AboutPage(
        service=service.name if service else "",
        simulated=bool(service and service.simulated),
        fit=fit,
        fit_spanish=f"{fit}?lang=es",
        complaints=reverse("public:complaints", args=[service.slug]) if service else "",
        contact=service.contact if service else "",
        outside=service.complaints_outside if service else "",
    )


def service_of(slug: str) -> Service | None:
    """The service with this name in addresses; without a name the only one there is, where there is only one."""
    if slug:
        return service_called(slug)
    found = list(Service.objects.order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def crisis_numbers(service: Service | None = None) -> Crisis:
    """Whom to call in danger: never nobody."""
    numbers = (service.crisis_number, service.crisis_local_number) if service else ()
    own = tuple(number for number in numbers if number)
    return Crisis(own or (EUROPE, NORTH_AMERICA), bool(own))
