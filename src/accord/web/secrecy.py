"""Encryption at rest: contact details, free text and sign-in secrets are unreadable in a stolen database file."""

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.db import models

from accord.web.configuration import secret_keys


@cache
def _box() -> MultiFernet:
    """Encrypts with the newest key, reads with all of them: a key is rotated by putting a new one in front."""
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"accord.secrecy:" + key.encode()).digest()))
        for key in secret_keys()
    )


def lock(text: str) -> str:
    """`text` encrypted; an empty text stays empty."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unlock(locked: str) -> str:
    """The text behind `locked`; raises `cryptography.fernet.InvalidToken` when no key fits."""
    return _box().decrypt(locked.encode()).decode() if locked else ""


class EncryptedTextField(models.TextField):
    """A text column that holds ciphertext; it cannot be searched in the database."""

    def get_prep_value(self, value):
        return lock(super().get_prep_value(value) or "")

    def from_db_value(self, value, expression, connection):
        return unlock(value or "")
