"""Reading the forms about people and settings: values, or every fault beside its field."""

import re
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accord.basics.near import hint
from accord.web.attention.models import Digest
from accord.web.people.models import Channel, Pronoun, Role, Service, Staff
from accord.web.people.noting_forms import planned_field, treatment_field

ROLE_WORDS = {
    Role.THERAPIST: _l("Therapist: sees and rates their own clients."),
    Role.SUPERVISOR: _l("Supervisor: reads the courses of their teams, where the client agreed."),
    Role.LEAD: _l("Service lead: reads every course, hands over, sets what is asked when."),
    Role.ADMINISTRATOR: _l("Administrator: people, settings and the trail; sees no answers."),
    Role.RESEARCHER: _l("Researcher: exports without names, where clients agreed."),
}


class NamedPerson(forms.ModelChoiceField):
    """Somebody who works here; who was named and has left is shown as such until another is chosen."""

    def __init__(self, **kwargs):
        super().__init__(
            queryset=Staff.objects.none(), required=False, empty_label=_l("nobody by name"), **kwargs
        )

    def label_from_instance(self, obj: Staff) -> str:
        """The name, and that they have left."""
        return obj.name if obj.active else _("%(name)s (has left; somebody stands in)") % {"name": obj.name}


class ServiceForm(forms.ModelForm):
    """How a service works, in plain words; the groups are those of the page."""

    GROUPS = (
        (_l("The service"), ("name", "timezone", "language", "contact")),
        (_l("In danger"), ("crisis_number", "crisis_local_number", "asks_safety", "risk_minutes")),
        (
            _l("Asking"),
            ("session_minutes", "link_days", "reminders", "reminder_hours", "quiet_from", "quiet_until"),
        ),
        (_l("Attention"), ("unread_days", "repair_days")),
        (_l("What clients see"), ("shows_own_line",)),
        (
            _l("When a client speaks up"),
            ("second_person", "complaints_person", "complaints_outside", "answer_days"),
        ),
        (_l("When a client asks to be erased"), ("erasure_days", "record_law")),
    )

    language = forms.ChoiceField(
        label=_l("Language"),
        choices=settings.LANGUAGES,
        help_text=_l("Of forms, where a client has no language of their own."),
    )
    second_person = NamedPerson(
        label=_l("Whom clients can write to instead of their therapist"),
        help_text=_l(
            "Named on every client’s page. Where it is the client’s own therapist, a lead or supervisor stands in."
        ),
    )
    complaints_person = NamedPerson(
        label=_l("Who answers complaints"),
        help_text=_l(
            "Named to clients and on a public page. Never the therapist concerned: then a lead stands in."
        ),
    )

    class Meta:
        model = Service
        fields = (
            "name",
            "timezone",
            "language",
            "contact",
            "crisis_number",
            "crisis_local_number",
            "asks_safety",
            "risk_minutes",
            "session_minutes",
            "link_days",
            "reminders",
            "reminder_hours",
            "quiet_from",
            "quiet_until",
            "unread_days",
            "repair_days",
            "shows_own_line",
            "second_person",
            "complaints_person",
            "complaints_outside",
            "answer_days",
            "erasure_days",
            "record_law",
        )
        labels = {
            "name": _l("Name"),
            "timezone": _l("Time zone"),
            "contact": _l("Whom clients can ask"),
            "crisis_number": _l("Emergency number"),
            "crisis_local_number": _l("Local line"),
            "asks_safety": _l("Ask the safety question"),
            "risk_minutes": _l("Minutes before a safety answer is passed on"),
            "session_minutes": _l("Minutes of a session"),
            "link_days": _l("Days a link stays open"),
            "reminders": _l("Reminders before giving up"),
            "reminder_hours": _l("Hours before a reminder"),
            "quiet_from": _l("No messages from"),
            "quiet_until": _l("Until"),
            "unread_days": _l("Days until unread answers reach the supervisor"),
            "repair_days": _l("Days until an open repair reaches the supervisor"),
            "shows_own_line": _l("Clients see their own line after sending"),
            "complaints_outside": _l("Where to complain outside the service"),
            "answer_days": _l("Days until a client is answered"),
            "erasure_days": _l("Days until a request to erase is decided"),
            "record_law": _l("How long the law wants records kept"),
        }
        help_texts = {
            "timezone": _l("Such as Europe/Madrid. A session belongs to the day of this clock."),
            "contact": _l("A name, a number or a desk; shown where a link is closed."),
            "crisis_number": _l("Shown first and last on every form. Without one there is no line at all."),
            "crisis_local_number": _l("A line that people in your area can call, if there is one."),
            "asks_safety": _l("One question of Accord Wellbeing. A yes goes to a named person at once."),
            "risk_minutes": _l("When nobody has acknowledged it by then, the leads are told too."),
            "session_minutes": _l("A form after the session is asked when these are over."),
            "reminders": _l("0 to 5. They stop when the form is answered or declined."),
            "quiet_from": _l("Invitations wait until the quiet hours end. Safety answers never wait."),
            "repair_days": _l("A repair that nobody closed comes up in supervision after them."),
            "complaints_outside": _l("A body and how to reach it, in the words that clients read."),
            "answer_days": _l("The page promises this day to clients; a day at the weekend moves to Monday."),
            "erasure_days": _l(
                "Clients are told this day. Ask your data protection officer what the law says."
            ),
            "record_law": _l(
                "In the words that clients read: what must be kept, for how long, by which law."
            ),
        }
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    LIMITS = {
        "session_minutes": (10, 480),
        "link_days": (1, 90),
        "reminders": (0, 5),
        "reminder_hours": (1, 336),
        "risk_minutes": (5, 1440),
        "unread_days": (1, 60),
        "repair_days": (1, 180),
        "answer_days": (1, 30),
        "erasure_days": (1, 90),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("second_person", "complaints_person"):
            named = getattr(self.instance, f"{name}_id")
            staff = Staff.objects.filter(service=self.instance).filter(Q(active=True) | Q(pk=named))
            self.fields[name].queryset = staff.order_by("name")

    def clean_timezone(self) -> str:
        """An IANA name; a near one is offered."""
        given = self.cleaned_data["timezone"].strip()
        if given not in available_timezones():
            near = hint(given, sorted(available_timezones()))
            raise forms.ValidationError(
                _("There is no time zone %(given)s. %(near)s") % {"given": given, "near": near}
            )
        return given

    def clean(self) -> dict:
        """Limits of the numbers, each told at its field."""
        values = super().clean() or {}
        for name, (low, high) in self.LIMITS.items():
            given = values.get(name)
            if given is not None and not low <= given <= high:
                self.add_error(
                    name, _("Choose a number from %(low)s to %(high)s.") % {"low": low, "high": high}
                )
        return values

    @property
    def groups(self):
        """Headings with their fields, in the order of the page."""
        return [(heading, [self[name] for name in names]) for heading, names in self.GROUPS]


def _phone(given: str) -> str:
    given = given.strip()
    if given and not re.fullmatch(r"\+?[0-9 ()/.-]{5,30}", given):
        raise forms.ValidationError(
            _("A number has digits, spaces and a + in front, such as +34 600 000 000.")
        )
    return given


class MailForm(forms.Form):
    """Which mails a therapist wants; safety answers come in any case."""

    every = forms.ChoiceField(
        label=_l("How often"),
        choices=[
            ("", _l("never")),
            (Digest.Every.DAY, _l("every working day on which somebody is worth a look")),
            (Digest.Every.WEEK, _l("on Mondays")),
        ],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _l("There is no such choice. Choose one of the three.")},
    )


class ClientForm(forms.Form):
    """How a client is called and reached."""

    code = forms.CharField(
        label=_l("Pseudonym"),
        max_length=40,
        help_text=_l("A code that only staff see, unlike that of anybody else, such as A-101."),
    )
    name = forms.CharField(
        label=_l("Name"),
        max_length=120,
        required=False,
        help_text=_l("Leave it empty to work by pseudonym alone."),
    )
    pronoun = forms.ChoiceField(label=_l("Sentences say"), choices=Pronoun.choices, initial=Pronoun.THEY)
    language = forms.ChoiceField(label=_l("Language of the forms"), choices=settings.LANGUAGES)
    channel = forms.ChoiceField(label=_l("Asked"), choices=Channel.choices, initial=Channel.NONE)
    mail = forms.EmailField(
        label=_l("Mail"), required=False, help_text=_l("Encrypted; used for links alone.")
    )
    phone = forms.CharField(label=_l("Phone"), max_length=30, required=False, help_text=_l("Encrypted."))

    def __init__(self, *args, taken=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.taken = taken  # whether a pseudonym belongs to another client

    def clean_code(self) -> str:
        """A pseudonym that nobody else has."""
        code = " ".join(self.cleaned_data["code"].split())
        if self.taken and self.taken(code):
            raise forms.ValidationError(_("This one is taken. Choose another; nobody but staff sees it."))
        return code

    def clean_phone(self) -> str:
        """Something that can be a number."""
        return _phone(self.cleaned_data["phone"])

    def clean(self) -> dict:
        """Who is reached by mail needs an address, by text message a number."""
        values = super().clean() or {}
        if values.get("channel") == Channel.MAIL and not values.get("mail") and "mail" not in self.errors:
            self.add_error("mail", _("Write the address, or choose another way to ask."))
        if values.get("channel") == Channel.SMS and not values.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Write the number, or choose another way to ask."))
        return values


class CourseForm(forms.Form):
    """With whom and when a course begins; which treatment, and how many sessions are planned."""

    therapist = forms.ChoiceField(label=_l("Therapist"))
    on = forms.DateField(
        label=_l("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _l("There is no such day. Write it like 2026-03-14.")},
    )

    treatment = treatment_field()
    planned = planned_field()

    def __init__(self, *args, therapists, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["therapist"].choices = [(one.key, one.name) for one in therapists]
        self.fields["on"].initial = today
        self.today = today

    def clean_on(self):
        """Not further away than two years, either way."""
        day = self.cleaned_data["on"]
        if abs((day - self.today).days) > 3650:
            raise forms.ValidationError(_("This day is too far away. Check the year."))
        return day


class StaffForm(forms.Form):
    """Who works here and what they may do."""

    name = forms.CharField(
        label=_l("Name"), max_length=120, help_text=_l("As clients and colleagues see it.")
    )
    email = forms.EmailField(label=_l("E-mail"), help_text=_l("They sign in with it."))
    roles = forms.MultipleChoiceField(
        label=_l("May do"),
        choices=[(role.value, ROLE_WORDS[role]) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _l("Choose at least one role.")},
    )
    deputy = forms.ChoiceField(
        label=_l("Deputy"), required=False, help_text=_l("Is told of safety answers too, and stands in.")
    )
    active = forms.BooleanField(label=_l("Works here now"), required=False, initial=True)

    def __init__(self, *args, colleagues, known: bool = False, alone: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deputy"].choices = [("", _("nobody")), *((one.key, one.name) for one in colleagues)]
        self.alone = alone  # the only administrator there is
        if known:
            del self.fields["email"]

    def clean(self) -> dict:
        """Somebody must be left who can let people in."""
        values = super().clean() or {}
        if self.alone and Role.ADMINISTRATOR.value not in values.get("roles", []) and "roles" in values:
            self.add_error("roles", _("This is the only administrator. Make somebody else one first."))
        if self.alone and not values.get("active"):
            self.add_error("active", _("This is the only administrator. Make somebody else one first."))
        return values


class TeamForm(forms.Form):
    """Who is supervised together."""

    name = forms.CharField(label=_l("Name"), max_length=120)
    members = forms.MultipleChoiceField(
        label=_l("Members"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = [(one.key, one.name) for one in colleagues]
