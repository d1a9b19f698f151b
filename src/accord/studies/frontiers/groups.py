"""Groups of clients by what is told of them, and which groups are shown: none of fewer than five, none by subtraction.

A cell is a group's people, those of them to whom something happened, and those to whom it did not. The whole service
is taken to be known to the reader, so what is kept back must be two groups or more that are not small together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accord.studies.result import CELL
from accord.studies.snapshot.opened import Snapshot
from accord.studies.texts import language_name

LANGUAGE = "language"
NOT_TOLD = "not told"
ROUNDED = (
    5  # numbers of people are told as the multiple of this below, so that no two of them can be subtracted
)


@dataclass(frozen=True)
class Trait:
    """One thing that is told of clients; `group` names each client's, `NOT_TOLD` where nobody said.

    `several` counts clients of whom two things were told; they count as not told.
    """

    name: str
    group: Mapping[str, str]
    several: int = 0


@dataclass(frozen=True)
class Cell:
    """Distinct people of a group; those with a yes, and those with a no (None: it is no question of yes or no)."""

    people: int
    yes: int | None = None
    no: int | None = None

    @property
    def small(self) -> bool:
        """Whether anything in it is told of fewer than `CELL` people; nobody at all tells of everybody else."""
        return any(one is not None and one < CELL for one in (self.people, self.yes, self.no))

    def __add__(self, other: "Cell") -> "Cell":
        def together(a: int | None, b: int | None) -> int | None:
            return None if a is None or b is None else a + b

        return Cell(self.people + other.people, together(self.yes, other.yes), together(self.no, other.no))


def shown(cells: Mapping[str, Cell]) -> tuple[str, ...]:
    """The groups that may be told apart, the largest first."""
    order = sorted(cells, key=lambda name: (-cells[name].people, name))
    kept = [name for name in order if not cells[name].small]
    while kept:
        back = [cells[name] for name in order if name not in kept and cells[name].people]
        if not back:
            break
        together = back[0]
        for cell in back[1:]:
            together += cell
        if not together.small:  # and so more than one, since each alone was small when it was kept back first
            break
        kept.pop()  # the smallest one left
    return tuple(kept)


def rounded(people: int) -> int:
    """A number of people as it is told."""
    return people // ROUNDED * ROUNDED


def traits(snapshot: Snapshot, only: tuple[str, ...] = ()) -> tuple[Trait, ...]:
    """What is told of clients in this snapshot, and the language they answer in; `only` those named, when any is."""
    clients = [
        row["client"]
        for row in snapshot.query("SELECT DISTINCT client FROM people ORDER BY client").to_pylist()
    ]
    rows = snapshot.query(
        f"""
        WITH told AS (
          SELECT client, trait, value FROM traits SEMI JOIN people USING (client)
          UNION SELECT client, '{LANGUAGE}', language FROM people WHERE language IS NOT NULL
        )
        SELECT trait, client, min(value) AS value, count(DISTINCT value) AS values FROM told GROUP BY trait, client
        ORDER BY trait, client
        """
    ).to_pylist()
    names = sorted({row["trait"] for row in rows})
    found = []
    for name in names:
        if only and name not in only:
            continue
        told = {row["client"]: row for row in rows if row["trait"] == name}
        once = {client: row["value"] for client, row in told.items() if row["values"] == 1}
        if name == LANGUAGE:
            once = {client: language_name(code) for client, code in once.items()}
        group = {client: once.get(client, NOT_TOLD) for client in clients}
        if len(set(group.values())) > 1:
            found.append(Trait(name, group, len(told) - len(once)))
    return tuple(found)
