"""What every record has: a public key that nobody can guess, and the service it belongs to."""

from django.db import models

from accord.basics.identifiers import new_key


class Record(models.Model):
    """A record of one service."""

    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    service = models.ForeignKey("people.Service", on_delete=models.PROTECT, related_name="%(class)s_set")

    class Meta:
        abstract = True
