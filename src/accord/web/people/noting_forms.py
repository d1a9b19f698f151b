"""Reading the forms about what is noted for learning: lists as lines, what a client told, a training."""

from collections.abc import Iterator, Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accord.course.ending import LONGEST_WORDS, MOST_PLANNED

MOST_LINES, MOST_GROUPS = 30, 20
LONGEST_TREATMENT, LONGEST_TRAIT, LONGEST_GROUP = LONGEST_WORDS, 40, 60


def planned_field() -> forms.IntegerField:
    """How many sessions are planned; empty where nobody has said."""
    return forms.IntegerField(
        label=_l("Sessions planned"),
        required=False,
        min_value=1,
        max_value=MOST_PLANNED,
        help_text=_l("Leave it empty where it is open."),
        error_messages={"invalid": _l("Write a whole number, or leave it empty.")},
    )


def treatment_field() -> forms.CharField:
    """Which kind of treatment; suggestions are those of the service."""
    return forms.CharField(
        label=_l("Treatment"),
        required=False,
        max_length=LONGEST_TREATMENT,
        widget=forms.TextInput(attrs={"list": "treatments", "autocomplete": "off"}),
        help_text=_l("In the words of your service’s list."),
    )


class ListsForm(forms.Form):
    """Which treatments and traits a service notes: one a line."""

    treatments = forms.CharField(
        label=_l("Kinds of treatment, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_l("Offered where a course begins."),
    )
    traits = forms.CharField(
        label=_l("What clients are asked about themselves, one a line with its groups"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_l("Such as: Age: under 25, 25 to 44, 45 and over. Leave it empty to ask nothing."),
    )

    def clean_treatments(self) -> list[str]:
        """The treatments in their order, each once."""
        found = list(dict.fromkeys(_lines(self.cleaned_data["treatments"])))
        faults = [
            _("Line %(line)s has more than %(most)s letters.") % {"line": line, "most": LONGEST_TREATMENT}
            for line, name in enumerate(found, 1)
            if len(name) > LONGEST_TREATMENT
        ]
        return _checked(found, faults)

    def clean_traits(self) -> dict[str, list[str]]:
        """Each trait with its groups."""
        found: dict[str, list[str]] = {}
        faults: list[str] = []
        for number, line in enumerate(_lines(self.cleaned_data["traits"]), 1):
            name, colon, rest = line.partition(":")
            name = name.strip()
            groups = list(dict.fromkeys(" ".join(one.split()) for one in rest.split(",") if one.strip()))
            faults += _trait_faults(number, name if colon else "", groups, name in found)
            found[name] = groups
        return _checked(found, faults)


def _lines(text: str) -> Iterator[str]:
    return (" ".join(line.split()) for line in text.splitlines() if line.strip())


def _checked(found, faults: list[str]):
    if len(found) > MOST_LINES:
        faults.append(_("At most %(most)s lines fit.") % {"most": MOST_LINES})
    if faults:
        raise forms.ValidationError(faults)
    return found


def _trait_faults(line: int, name: str, groups: list[str], again: bool) -> Iterator[str]:
    if not name or not 2 <= len(groups) <= MOST_GROUPS:
        yield _("Line %(line)s: write a name, a colon, and two to %(most)s groups with commas between.") % {
            "line": line,
            "most": MOST_GROUPS,
        }
        return
    if again:
        yield _("Line %(line)s: %(name)s is there already.") % {"line": line, "name": name}
    if len(name) > LONGEST_TRAIT or any(len(one) > LONGEST_GROUP for one in groups):
        yield _("Line %(line)s: a name has at most %(name)s letters, a group %(group)s.") % {
            "line": line,
            "name": LONGEST_TRAIT,
            "group": LONGEST_GROUP,
        }


class NotedForm(forms.Form):
    """What is noted of one client for learning: the course that is meant, and what they told of themselves."""

    treatment = treatment_field()
    planned = planned_field()

    def __init__(
        self, *args, traits: Mapping[str, list[str]], told: Mapping[str, str], course: bool, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.names = {f"trait-{place}": name for place, name in enumerate({**traits, **told})}
        for field, name in self.names.items():
            # A group that has left the list stays until another is chosen.
            groups = list(dict.fromkeys([*traits.get(name, ()), *([told[name]] if name in told else [])]))
            self.fields[field] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("", _("not asked, or would rather not say")), *((one, one) for one in groups)],
                initial=told.get(name, ""),
            )
        if not course:
            del self.fields["treatment"], self.fields["planned"]

    @property
    def course(self) -> list[forms.BoundField]:
        """The fields about the course."""
        return [self[name] for name in ("treatment", "planned") if name in self.fields]

    @property
    def of_client(self) -> list[forms.BoundField]:
        """The fields about the client."""
        return [self[name] for name in self.names]

    @property
    def traits(self) -> dict[str, str]:
        """What was chosen, by trait."""
        return {name: self.cleaned_data[field] for field, name in self.names.items()}


class TrainingForm(forms.Form):
    """A training that somebody took."""

    staff = forms.ChoiceField(label=_l("Who"))
    training = forms.CharField(
        label=_l("Training"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "trainings", "autocomplete": "off"}),
        help_text=_l("Call the same training the same for everybody."),
    )
    day = forms.DateField(
        label=_l("Day on which it ended"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _l("There is no such day. Write it like 2026-03-14.")},
    )

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = [(one.key, one.name) for one in colleagues]

    def clean_training(self) -> str:
        """The name without needless spaces."""
        return " ".join(self.cleaned_data["training"].split())
