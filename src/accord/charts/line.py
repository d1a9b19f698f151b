"""The session-by-session line: the client's ratings, the therapist's beside them, and the client's usual wobble.

Client: solid, full circles. Therapist: dashed, diamonds. A missed session breaks line and band (dotted stem, ×),
a session without a rating breaks the line, a rating that raised a signal has a ring. Here is what is drawn, as values;
`line_layout` and `line_words` place it, `line_svg` and `line_spec` draw what they placed.
"""

from dataclasses import dataclass
from functools import cached_property

from accord.charts import drawing
from accord.charts.lane import RepairMark


@dataclass(frozen=True)
class Column:
    """One session as the picture has it. `usual` is where the rating would usually lie; None where that is not known.

    `marked`: this rating raised a signal. `label` is the session's number, or the word for one that fell out (`held`
    False). `coming` is the talk to come, shaded. `covered` hides the client's rating, which is then not given here
    either. `kind` is glyph and word of how people met, `("screen", "online")`; `therapist_name` names who the therapist
    is from here on, at a change.
    """

    label: str
    day: str
    client: float | None = None
    therapist: float | None = None
    usual: tuple[float, float] | None = None
    marked: bool = False
    too_few: bool = False
    held: bool = True
    coming: bool = False
    covered: bool = False
    kind: tuple[str, str] | None = None
    therapist_name: str = ""
    said: str = ""

    def rating(self, who: str) -> float | None:
        """The rating of one voice, ``client`` or ``therapist``."""
        return self.client if who == "client" else self.therapist

    @property
    def unrated(self) -> bool:
        """Whether the client gave no rating, though the session was held and nothing is covered."""
        return self.held and not (self.covered or self.coming) and self.client is None


@dataclass(frozen=True)
class LineWords:
    """The words in and about the picture; `outside` is written under the last rating when that has a ring."""

    title: str
    description: str = ""
    client: str = ""
    therapist: str = ""
    too_few: str = "too few to say"
    coming: str = "today"
    covered: str = "covered"
    outside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """What is drawn: sessions in order, on a scale from `low` to `high`, and repairs in the lane under them."""

    columns: tuple[Column, ...]
    words: LineWords
    low: float = 0.0
    high: float = 100.0
    step: float = 20.0
    repairs: tuple[RepairMark, ...] = ()

    @cached_property
    def start(self) -> float:
        """Where the axis starts; the page says it in words. Words under a low last rating get their room."""
        values = [v for one in self.columns for v in (one.client, one.therapist, *(one.usual or ()))]
        told = self.told
        if told is not None and told.client is not None:
            values.append(max(self.low, told.client - 0.15 * (self.high - self.low)))
        return drawing.drawn_from(
            [v for v in values if v is not None], low=self.low, high=self.high, step=self.step
        )

    @property
    def told(self) -> Column | None:
        """The last rating when words stand under it: it has a ring, lies low, and no line runs through there."""
        rated = [one for one in self.columns if one.client is not None]
        if not self.words.outside or not rated:
            return None
        last = rated[-1]
        if last.client is None or last.usual is None or not last.marked or last.client >= last.usual[0]:
            return None
        beside = [one.therapist for one in self.columns[-4:] if one.therapist is not None]
        return None if any(value < last.client for value in beside) else last

    @property
    def early(self) -> int | None:
        """The place of the first session with too few ratings before it, where the mark for that stands."""
        places = (n for n, one in enumerate(self.columns) if one.too_few and one.held and not one.coming)
        return next(places, None)


def example() -> Line:
    """Ana, as drawn: eight sessions, one missed, a drop to 71, the ninth to come."""
    client = (62, 70, 57, 76, None, 83, 85, 85, 71)
    therapist = (58, 63, 66, 69, None, 71, None, 74, 78)
    usual = (None, None, (51, 81), (57, 76), None, (69, 88), (75, 89), (78, 90), (79, 91))
    days = ("24 Sep", "1 Oct", "8 Oct", "15 Oct", "22 Oct", "29 Oct", "5 Nov", "12 Nov", "19 Nov")
    numbers = ("1", "2", "3", "4", "missed", "5", "6", "7", "8")
    columns = [
        Column(
            label=number,
            day=day,
            client=own,
            therapist=theirs,
            usual=band,
            marked=number == "8",
            too_few=place < 2,
            held=number != "missed",
            kind=("screen", "online") if number == "7" else None,
        )
        for place, (number, day, own, theirs, band) in enumerate(
            zip(numbers, days, client, therapist, usual, strict=True)
        )
    ]
    words = LineWords(
        title="Check-in, session by session",
        description="From 62 at session 1 to 71 at session 8; the therapist 58 to 78.",
        client="Ana",
        therapist="You",
        outside=("her usual here", "would be 79 to 91"),
    )
    repairs = (RepairMark(2, 3, "rose_above", "repair; rose above"),)
    return Line((*columns, Column("9", "26 Nov", coming=True)), words, repairs=repairs)
