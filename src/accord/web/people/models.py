"""The organisation: services (tenants), teams, staff with roles, clients, and what clients agreed to."""

from django.conf import settings
from django.db import models

from accord.basics.identifiers import new_key
from accord.web.records import Record
from accord.web.secrecy import EncryptedTextField


class Service(models.Model):
    """An organisation that uses Accord; every other record belongs to exactly one."""

    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    simulated = models.BooleanField(default=False, help_text="Marks every page: these people never existed.")
    timezone = models.CharField(max_length=60, default="Europe/Madrid")
    language = models.CharField(max_length=8, default="en")
    crisis_number = models.CharField("emergency number", max_length=30, default="112")
    crisis_local_number = models.CharField("local line", max_length=30, blank=True)
    contact = models.CharField("whom clients can ask", max_length=200, blank=True)
    session_minutes = models.PositiveSmallIntegerField(default=50)
    link_days = models.PositiveSmallIntegerField("days a link stays open", default=7)
    reminders = models.PositiveSmallIntegerField("reminders before giving up", default=1)
    reminder_hours = models.PositiveSmallIntegerField("hours before a reminder", default=24)
    quiet_from = models.TimeField("no messages from", default="21:00")
    quiet_until = models.TimeField("until", default="08:00")
    risk_minutes = models.PositiveSmallIntegerField("minutes before a safety answer is passed on", default=60)
    shows_own_line = models.BooleanField("clients see their own line", default=True)
    unread_days = models.PositiveSmallIntegerField(
        "days until unread answers reach the supervisor", default=7
    )
    asks_safety = models.BooleanField("ask the safety question", default=True)
    repair_days = models.PositiveSmallIntegerField(
        "days until an open repair reaches the supervisor", default=21
    )
    second_person = models.ForeignKey(
        "Staff",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="whom clients can write to instead of their therapist",
    )
    complaints_person = models.ForeignKey(
        "Staff",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="who answers complaints",
    )
    complaints_outside = models.CharField("where to complain outside the service", max_length=300, blank=True)
    answer_days = models.PositiveSmallIntegerField("days until a client is answered", default=3)
    erasure_days = models.PositiveSmallIntegerField("days until a request to erase is decided", default=30)
    record_law = models.CharField("how long the law wants records kept", max_length=300, blank=True)
    treatments = models.JSONField("kinds of treatment", default=list, blank=True)
    traits = models.JSONField("what is told of clients, with the groups of each", default=dict, blank=True)

    def __str__(self):
        return self.name


class Role(models.TextChoices):
    """What a member of staff may do; one person may have several."""

    THERAPIST = "therapist", "therapist"
    SUPERVISOR = "supervisor", "supervisor"
    LEAD = "lead", "service lead"
    ADMINISTRATOR = "administrator", "administrator"
    RESEARCHER = "researcher", "researcher"


class Staff(Record):
    """A person who works in a service."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_set")
    name = models.CharField(max_length=120)
    active = models.BooleanField(default=True)
    deputy = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name_plural = "staff"
        constraints = [
            models.UniqueConstraint(fields=["service", "user"], name="one_staff_record_per_service")
        ]

    def __str__(self):
        return self.name


class StaffRole(Record):
    """One role of one member of staff."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "role"], name="a_role_once")]


class Team(Record):
    """A group of staff; supervisors see the clients of the therapists in their teams."""

    name = models.CharField(max_length=120)
    members = models.ManyToManyField(Staff, related_name="teams", blank=True)

    def __str__(self):
        return self.name


class Pronoun(models.TextChoices):
    """How sentences speak of a client."""

    SHE = "she", "she, her"
    HE = "he", "he, his"
    THEY = "they", "they, their"


class Channel(models.TextChoices):
    """How a client wants to be reached."""

    MAIL = "mail", "by mail"
    SMS = "sms", "by text message"
    NONE = "none", "not at all: on screen or on paper"


class Client(Record):
    """A person in therapy, by name or by pseudonym."""

    code = models.CharField("pseudonym", max_length=40)
    name = models.CharField(max_length=120, blank=True)
    pronoun = models.CharField(max_length=4, choices=Pronoun.choices, default=Pronoun.THEY)
    language = models.CharField(max_length=8, default="en")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.NONE)
    mail = EncryptedTextField(blank=True, default="")
    phone = EncryptedTextField(blank=True, default="")
    declined_all_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="a_pseudonym_once_per_service")
        ]

    def __str__(self):
        return self.name or self.code


class ClientTrait(Record):
    """What a client said of themselves when the service asked, such as their age group; nothing is guessed.

    `trait` and `value` are among `Service.traits`. Used for equity alone, in groups of five or more.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="traits")
    trait = models.CharField(max_length=40)
    value = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "trait"], name="a_trait_once_per_client")]


class Training(Record):
    """A training that a therapist took, with the day on which it ended; what is learnt compares before and after."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="trainings")
    training = models.CharField(max_length=60)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "training"], name="a_training_once_per_therapist")
        ]


class Purpose(models.TextChoices):
    """What a client can agree to, each by itself."""

    RATINGS = "ratings", "answering check-ins"
    THERAPIST = "therapist", "their therapist sees the answers"
    SUPERVISION = "supervision", "a supervisor sees the answers"
    RESEARCH = "research", "research without names"


class Consent(Record):
    """One decision of one client for one purpose; the newest stands, the earlier ones stay as history."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    viewer = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    granted = models.BooleanField()
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["client", "purpose", "at"])]
