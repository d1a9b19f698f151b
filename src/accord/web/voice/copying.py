"""The client's copy of everything they answered and wrote: a page to read, a table, a file for programs, in one zip.

Nothing that staff wrote for themselves is in it: no note, no rating of the therapist's own, no signal. Letters past the
therapist are left out as well, since who made the door knows its address; each has an address of its own.
"""

import csv
import json
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accord.basics.clock import clinic_day, now
from accord.basics.faults import Faults
from accord.instruments.definition import ItemKind, Missing
from accord.instruments.registry import UnknownInstrument
from accord.instruments.registry import instrument as definition
from accord.instruments.text import text_pack
from accord.web.audit.models import Entry
from accord.web.checkin.actions import answers_of, texts_of
from accord.web.checkin.models import Response
from accord.web.people.models import Purpose
from accord.web.voice.choices_page import meaning, therapist_of
from accord.web.voice.doors import CLIENT, TooOften, a_day_ago, client_did
from accord.web.voice.looked import looks, words_of
from accord.web.voice.me_reading import decisions_of, erasures_of
from accord.web.voice.models import Changed, Concern, Door

FILE_NAME = "my-copy.zip"
COLUMNS = ("day", "form", "number", "question", "answer", "note")
MOST_A_DAY = 20  # copies of one client in 24 hours


@transaction.atomic
def own_copy(door: Door) -> bytes:
    """The copy as a zip; taking it is noted in the trail as the client's own act.

    Raises `TooOften` after too many in one day.
    """
    taken = Entry.objects.filter(
        service=door.service_id, actor=CLIENT, kind="copy", subject=door.client.key, at__gt=a_day_ago()
    )
    if taken.count() >= MOST_A_DAY:
        raise TooOften
    found = everything(door)
    client_did(door, "took", "copy", door.client.key, answers=len(found["answers"]))
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        context = {"all": found, "language": get_language() or "en"}
        file.writestr("my-copy.html", render_to_string("voice/me_copy_file.html", context))
        file.writestr(
            "my-answers.csv", "\ufeff" + _table(found["answers"])
        )  # the mark tells spreadsheets the encoding
        file.writestr("my-copy.json", json.dumps(found, ensure_ascii=False, indent=1))
    return made.getvalue()


def everything(door: Door) -> dict[str, Any]:
    """What the client answered and wrote, what they read here, and who looked; days are those of the clinic."""
    client, service = door.client, door.service
    therapist = therapist_of(door)

    def day(instant) -> str:
        return clinic_day(instant, service.timezone).isoformat() if instant else ""

    return {
        "service": service.name,
        "made_on": day(now()),
        "you": {"name": client.name, "pseudonym": client.code, "mail": client.mail, "phone": client.phone},
        "answers": list(_answers(door, day)),
        "written": [
            {
                "day": day(one.at),
                "to": one.recipient.name,
                "words": one.words,
                "read_on": day(one.read_at),
                "answer": one.answer,
                "answered_on": day(one.answered_at),
            }
            for one in Concern.objects.filter(client=client, to=Concern.To.THERAPIST)
            .select_related("recipient")
            .order_by("at")
        ],
        "changed": [
            {"day": day(one.at), "by": one.by.name, "words": one.words}
            for one in Changed.objects.filter(course__client=client, withdrawn_at=None)
            .select_related("by")
            .order_by("at")
        ],
        "agreed": [
            {
                "day": day(one.at),
                "what": meaning(Purpose(one.purpose), therapist)[0],
                "said": _("yes") if one.granted else _("no"),
                "for": one.viewer.name if one.viewer else "",
                "written_down_by": one.recorded_by.name if one.recorded_by else "",
            }
            for one in decisions_of(client)
        ],
        "told": [{"what": one.trait, "said": one.value} for one in client.traits.order_by("trait")],
        "asked_to_erase": [
            {
                "day": day(one.at),
                "taken_back_on": day(one.taken_back_at),
                "decided_on": day(one.decided_at),
                "decision": one.decision,
            }
            for one in erasures_of(client)
        ],
        "looked": [
            {
                "day": one.day.isoformat(),
                "who": one.person.name,
                "role": one.person.role,
                "what": [words_of(kind) for kind in one.kinds],
            }
            for one in looks(client)
        ],
    }


def _answers(door: Door, day) -> Iterator[dict[str, Any]]:
    rows = (
        Response.objects.filter(session__course__client=door.client, respondent="client")
        .select_related("session__therapist", "superseded_by")
        .order_by("received_at", "pk")
    )
    for row in rows:
        yield {
            "day": day(row.finished_at),
            "session": row.session.day.isoformat(),
            "form": _title(row.instrument),
            "instrument": row.instrument,
            "version": row.version,
            "language": row.language,
            "sent": row.standing.replace("_", " "),
            "replaced_later": hasattr(row, "superseded_by"),
            "items": list(_items(row)),
        }


def _items(row: Response) -> Iterator[dict[str, Any]]:
    """Every line of a form with what was answered; the words of licensed questions are not given on."""
    prompts, labels = _words(row)
    for number, answer in answers_of(row).items():
        shown = (
            _absent(answer) if isinstance(answer, Missing) else labels.get((number, answer), f"{answer:g}")
        )
        value = None if isinstance(answer, Missing) else answer
        yield {"number": number, "question": prompts.get(number, ""), "answer": shown, "value": value}
    for number, text in texts_of(row).items():
        yield {"number": number, "question": prompts.get(number, ""), "answer": text, "value": None}


def _title(name: str) -> str:
    try:
        return definition(name).title
    except UnknownInstrument:  # scores that were imported under a name of their own
        return name


def _words(row: Response) -> tuple[dict[int, str], dict[tuple[int, float], str]]:
    """Questions and named answers of Accord's own forms, as they were read; none of licensed or of older ones."""
    try:
        one = definition(row.instrument, row.version)
        pack = text_pack(row.instrument, row.language)
    except (UnknownInstrument, Faults):
        return {}, {}
    if not row.instrument.startswith("accord-") or pack.version != row.version:
        return {}, {}
    therapist = row.session.therapist.name if row.session.therapist else ""
    prompts = {n: item.prompt.replace("{therapist}", therapist) for n, item in pack.items.items()}
    labels = {(n, value): label for n, item in pack.items.items() for value, label in item.choices}
    for item in one.items:
        if item.kind in (ItemKind.YES_NO, ItemKind.TICK):
            labels.setdefault((item.number, 1.0), _("Yes"))
            labels.setdefault((item.number, 0.0), _("No"))
    return prompts, labels


def _absent(why: Missing) -> str:
    return {
        Missing.DECLINED: _("I would rather not say."),
        Missing.NOT_REACHED: _("left empty"),
        Missing.NOT_ASKED: _("not asked"),
    }[why]


def _table(answers: list[dict[str, Any]]) -> str:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in answers:
        note = _("replaced later") if one["replaced_later"] else ""
        for item in one["items"]:
            row = (one["day"], one["form"], item["number"], item["question"], item["answer"], note)
            writer.writerow([_safe(str(cell)) for cell in row])
    return out.getvalue()


def _safe(words: str) -> str:
    """Words that a spreadsheet does not take for a formula."""
    return f"'{words}" if words[:1] in tuple("=+-@\t\r") else words
