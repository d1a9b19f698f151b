"""What a service notes for learning: its lists of treatments and traits, what clients told, who was trained when."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from accord.basics.faults import Fault, Faults, refuse
from accord.basics.near import hint
from accord.web.people.models import Client, ClientTrait, Staff, Training
from accord.web.people.viewer import Viewer


@transaction.atomic
def change_lists(*, viewer: Viewer, treatments: Sequence[str], traits: Mapping[str, Sequence[str]]) -> None:
    """Change which kinds of treatment and which traits this service notes; what was noted before stays."""
    service = viewer.service
    service.treatments, service.traits = list(treatments), {name: list(of) for name, of in traits.items()}
    service.save(update_fields=["treatments", "traits"])
    viewer.did("changed settings", "service", service.key, fields=["traits", "treatments"])


@transaction.atomic
def note_traits(*, viewer: Viewer, client: Client, traits: Mapping[str, str]) -> None:
    """Note what a client told of themselves, by trait; an empty value takes it away again.

    A group that was noted before may stay although the list has changed. The trail names the traits, never the groups.
    """
    before = {one.trait: one.value for one in client.traits.all()}
    changed = {name: value for name, value in traits.items() if before.get(name, "") != value}
    known = viewer.service.traits
    faults = [
        Fault(f"trait {name}", f"there is no group {value!r}.", hint(value, known.get(name, ())))
        for name, value in changed.items()
        if value and value not in known.get(name, ())
    ]
    if faults:
        raise Faults(faults)
    if not changed:
        return
    client.traits.filter(trait__in=changed).delete()
    ClientTrait.objects.bulk_create(
        ClientTrait(service_id=client.service_id, client=client, trait=name, value=value)
        for name, value in changed.items()
        if value
    )
    viewer.did("changed", "traits", client.key, fields=sorted(changed))


@transaction.atomic
def note_training(*, viewer: Viewer, staff: Staff, training: str, day: date) -> Training:
    """Note that somebody took a training, which ended on `day`. Raises `Faults` when it is noted already."""
    if Training.objects.filter(staff=staff, training=training).exists():
        raise refuse(
            "training",
            f"{training} is noted for {staff.name} already.",
            "Take it away first to change its day.",
        )
    made = Training.objects.create(service_id=viewer.service.pk, staff=staff, training=training, day=day)
    viewer.did("noted", "training", made.key, staff=staff.key)
    return made


@transaction.atomic
def forget_training(*, viewer: Viewer, training: Training) -> None:
    """Take a training away that was noted by mistake."""
    viewer.did("took away", "training", training.key, staff=training.staff.key)
    training.delete()
