"""The line as inline SVG, from the back to the front: ground, band, the two voices, what is not there, signs, words."""

from accord.charts import drawing, lane
from accord.charts.drawing import Word
from accord.charts.line import Line
from accord.charts.line_layout import NARROW, WIDE, Layout, Size, bands, handovers, lay, met_signs
from accord.charts.line_words import outside, stem_top, words_of


def svg(picture: Line, *, narrow: bool = False) -> str:
    """The picture as inline SVG; `narrow` is the drawing for a phone."""
    return draw(picture, NARROW if narrow else WIDE)


def draw(picture: Line, size: Size, kind: str = "line") -> str:
    """The picture as inline SVG in a size of the caller's."""
    at = lay(picture, size)
    parts = [
        *_ground(at),
        *_band(at),
        *_voice(at, "therapist"),
        *_voice(at, "client"),
        *_absences(at),
        *_signs(at),
        *(word.svg() for word in words_of(at)),
    ]
    return drawing.picture(kind, at.width, at.height, picture.words.title, picture.words.description, *parts)


def _ground(at: Layout) -> list[str]:
    """Shaded sessions, and the axis with its numbers."""
    right = max(at.width - 14, at.xs[-1] + 16 if at.xs else 0)
    parts = [
        drawing.element(
            "rect",
            x=x - at.shade,
            y=at.top,
            width=2 * at.shade,
            height=at.bottom - at.top,
            rx=3,
            class_="picture__coming" if one.coming else "picture__covered",
        )
        for x, one in zip(at.xs, at.picture.columns, strict=True)
        if one.coming or one.covered
    ]
    for tick in at.axis.ticks(at.picture.step):
        y = at.axis.at(tick)
        parts.append(drawing.line(at.size.left, y, right, y, "picture__grid"))
        parts.append(Word(at.size.left - 8, y + 4, drawing.plain(tick), anchor="end").svg())
    return parts


def _band(at: Layout) -> list[str]:
    parts = []
    for rows in bands(at):
        high = [(row["x"], at.axis.at(row["high"])) for row in rows]
        low = [(row["x"], at.axis.at(row["low"])) for row in rows]
        parts.append(drawing.path([*high, *reversed(low)], "picture__band", closed=True))
        parts += [drawing.path(high, "picture__band-edge"), drawing.path(low, "picture__band-edge")]
    return parts


def _voice(at: Layout, who: str) -> list[str]:
    """One person's line, and the points on it."""
    columns = at.picture.columns
    parts = []
    for run in drawing.runs([one.rating(who) is not None for one in columns]):
        points = [(at.xs[place], at.axis.at(columns[place].rating(who) or 0.0)) for place in run]
        if len(points) > 1:
            parts.append(drawing.path(points, f"picture__line picture__line--{who}"))
    for x, one in zip(at.xs, columns, strict=True):
        value = one.rating(who)
        if value is None:
            continue
        y = at.axis.at(value)
        if who == "client":
            if one.marked:
                parts.append(drawing.circle(x, y, 12, "picture__ring"))
            parts.append(drawing.circle(x, y, 6, "picture__dot", mark=who, at=one.label, value=value))
        else:
            parts.append(drawing.diamond(x, y, 6.5, "picture__diamond", mark=who, at=one.label, value=value))
    return parts


def _absences(at: Layout) -> list[str]:
    """Marks of what is not there: a missed session, no rating, covered, too few to say."""
    parts = []
    for x, one in zip(at.xs, at.picture.columns, strict=True):
        if not one.held:
            parts.append(drawing.line(x, stem_top(at, x), x, at.bottom - 8, "picture__stem"))
            parts.append(drawing.cross(x, at.bottom, 5, "picture__missed"))
        elif one.covered:
            parts.append(drawing.lock(x, at.bottom - 18))
        elif one.unrated:
            parts.append(drawing.circle(x, at.bottom, 4, "picture__unrated"))
    early = at.picture.early
    if early is not None:
        parts.append(drawing.too_few_mark(at.xs[early] - 8, at.words_top - 4))
    return parts


def _signs(at: Layout) -> list[str]:
    """Signs and lines outside the plot: the ring's stem, how people met, where the therapist changed, repairs."""
    parts = []
    stem, _ = outside(at)
    if stem:
        parts.append(drawing.line(stem[0], stem[1], stem[0], stem[2], "picture__ask-line"))
    if at.met is not None or at.mended is not None:
        under = at.bottom + 52
        parts.append(drawing.line(at.size.left, under, at.width - 14, under, "picture__grid"))
    for shape, x, y, _said in met_signs(at):
        parts.append(drawing.sign(shape, x, y, 7, "picture__glyph"))
    if at.handover is not None:
        for x, _name in handovers(at):
            parts.append(drawing.line(x, at.top, x, at.handover + 4, "picture__handover"))
    if at.mended is not None:
        for x, x2, y in lane.lines(at.repairs, at.mended):
            parts.append(drawing.line(x, y, x2, y, "picture__repair-line"))
        for shape, x, y, _said in lane.signs(at.repairs, at.mended):
            parts.append(drawing.sign(shape, x, y, lane.RADIUS, "picture__repair"))
    return parts
