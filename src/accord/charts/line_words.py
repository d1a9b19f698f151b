"""Every word on the line but the numbers of its axis, where it stands so that none lies on another."""

from accord.charts import drawing, lane
from accord.charts.drawing import Word
from accord.charts.line_layout import WIDE, Layout, handovers, met_words


def words_of(at: Layout) -> tuple[Word, ...]:
    """Every word in the picture but the numbers of the axis, where it stands."""
    ends = (Word(x, y + 4.5, said, f"end-{who}", "start") for who, (x, y, said) in at.ends.items())
    return (*_over(at), *outside(at)[1], *_under(at), *_lanes(at), *_handovers(at), *ends)


def _over(at: Layout) -> list[Word]:
    """Words at the top: the talk to come, and too few to say."""
    words, early = at.picture.words, at.picture.early
    pairs = zip(at.xs, at.picture.columns, strict=True)
    over = [Word(x, at.words_top, words.coming, "strong") for x, one in pairs if one.coming]
    if early is not None:
        start = at.xs[early] + 12
        stop = min((word.x - drawing.width_of(word.text) / 2 for word in over), default=at.width)
        if start + drawing.width_of(words.too_few) < stop:
            over.append(Word(start, at.words_top, words.too_few, anchor="start"))
    return over


def stem_top(at: Layout, x: float) -> float:
    """Where the stem of a session that fell out begins: under words that stand over it."""
    over = [word for word in _over(at) if word.anchor == "start"]
    crossed = any(word.x - 4 < x < word.x + drawing.width_of(word.text) for word in over)
    return at.top + (24 if crossed and not at.words_over else 4)


def outside(at: Layout) -> tuple[tuple[float, float, float] | None, tuple[Word, ...]]:
    """The words under the last rating when it has a ring: a short stem (x, from, to), then one line each."""
    told, said = at.picture.told, at.picture.words.outside
    if told is None or told.client is None or at.size.plot < WIDE.plot:
        return None, ()
    x, y = at.xs[at.picture.columns.index(told)], at.axis.at(told.client)
    if y + 38 + 17 * len(said) > at.bottom:
        return None, ()
    width = max(drawing.width_of(one) * 1.08 for one in said)
    begin = max(at.size.left + 4, min(x - 76, at.width - width - 6))
    words = (Word(begin, y + 46 + 17 * row, one, "ask", "start") for row, one in enumerate(said))
    return (x, y + 12, y + 30), tuple(words)


def _under(at: Layout) -> list[Word]:
    """Session numbers and days under the plot, thinned so that none touches its neighbour."""
    columns = at.picture.columns
    last = max((place for place, one in enumerate(columns) if one.client is not None), default=None)
    labels = [(x, drawing.width_of(one.label)) for x, one in zip(at.xs, columns, strict=True)]
    days = [(x, drawing.width_of(one.day)) for x, one in zip(at.xs, columns, strict=True)]
    found = []
    for place in drawing.kept(labels, gap=5):
        one = columns[place]
        tone = "tick" if not one.held else "strong" if one.coming or place == last else "number"
        found.append(Word(at.xs[place], at.bottom + 24, one.label, tone))
    return found + [
        Word(at.xs[place], at.bottom + 41, columns[place].day) for place in drawing.kept(days, gap=5)
    ]


def _lanes(at: Layout) -> list[Word]:
    """Under the dates: how people met, once per run of sessions, and what became of repairs."""
    found: list[Word] = []
    if at.met is not None:
        words = met_words(at.picture.columns, at.xs)
        kept = drawing.kept([(x, drawing.width_of(word)) for x, word in words])
        found += [Word(words[n][0], at.met + 23, words[n][1]) for n in kept]
    if at.mended is not None:
        found += lane.words(at.repairs, at.mended + 23)
    return found


def _handovers(at: Layout) -> list[Word]:
    """The new therapist's name beside each mark of a handover, to whichever side has room; else the mark alone."""
    if at.handover is None:
        return []
    found: list[Word] = []
    edge = at.width
    for mark, name in reversed(handovers(at)):
        said = drawing.short(name, 24)
        width = drawing.width_of(said)
        start = mark + 6 if mark + 6 + width <= edge else mark - 6 - width
        if start >= 2 and start + width <= edge:
            found.append(Word(start, at.handover + 4, said, anchor="start"))
            edge = start - 8
    return found
