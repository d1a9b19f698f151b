"""Which answers raise a concern, as a condition of a query: something felt off, or the wish to talk about it."""

from django.db.models import BooleanField, F, Func, Q

from accord.signals.known import FELT_OFF, TALK


class _Yes(Func):
    """Whether an item was answered with 1. Django takes the key "5" for a place in a list, so the path stands here."""

    output_field = BooleanField()
    template = "%(expressions)s"

    def __init__(self, number: int) -> None:
        super().__init__(F("items"))
        self.number = int(number)

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(
            compiler, connection, template=f"JSON_EXTRACT(%(expressions)s, '$.\"{self.number}\"') = 1"
        )

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(
            compiler, connection, template=f"(%(expressions)s -> '{self.number}') = '1'::jsonb"
        )


def raising() -> Q:
    """Which answers raise a concern: something felt off, or the wish to talk about it."""
    return Q(_Yes(FELT_OFF)) | Q(_Yes(TALK))
