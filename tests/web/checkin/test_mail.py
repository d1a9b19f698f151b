"""The mail that asks: in the client's language, with the link, without anything about the client."""

from datetime import time

import pytest
from django.core import mail

from accord.basics.clock import now
from accord.web.checkin.links import address, make_link
from accord.web.checkin.models import Message
from accord.web.checkin.outbox import send_next

SUBJECTS = {
    ("en", "ask"): "A short check-in after your session",
    ("en", "reminder"): "Your check-in is still open",
    ("es", "ask"): "Unas preguntas breves después de tu sesión",
    ("ar", "reminder"): "ما زال نموذجك مفتوحًا",
}


@pytest.mark.parametrize(("language", "kind"), SUBJECTS)
def test_a_mail_in_the_clients_language(clinic, language, kind):
    clinic.service.quiet_from = clinic.service.quiet_until = time(0)
    clinic.service.save()
    case = clinic.client("Ana M.", language=language, channel="mail", mail="ana@example.org")
    link = make_link(case.session, "accord-check-in")
    Message.objects.create(
        service=clinic.service, kind=kind, about=link.key, client=case.client, dedupe="x", not_before=now()
    )
    assert send_next("worker")
    assert Message.objects.get().outcome == "sent"
    (sent,) = mail.outbox
    assert sent.subject == SUBJECTS[language, kind]
    assert sent.to == ["ana@example.org"]
    assert address(link) in sent.body.splitlines()
    assert "112" in sent.body
    assert "Ana" not in sent.subject + sent.body
    assert not sent.body.startswith("\n") and "\n\n\n" not in sent.body
