"""A share with its interval on a line from none to all: a full square (own data), and how far it may plausibly lie."""

from accord.charts import drawing

WIDTH, HEIGHT, EDGE = 200.0, 28.0, 8.0  # px


def svg(value: float, low: float | None, high: float | None, *, title: str) -> str:
    """The picture as inline SVG; shares are 0 to 1. Without an interval there is the square alone."""

    def at(share: float) -> float:
        return EDGE + share * (WIDTH - 2 * EDGE)

    middle = HEIGHT / 2
    ends = [at(0.0), at(1.0)]
    parts = [drawing.line(ends[0], middle, ends[1], middle, "picture__grid")]
    parts += [drawing.line(x, middle - 7, x, middle + 7, "picture__grid") for x in (*ends, at(0.5))]
    if low is not None and high is not None:
        parts.append(drawing.line(at(low), middle, at(high), middle, "picture__whisker"))
        parts += [drawing.line(at(x), middle - 5, at(x), middle + 5, "picture__whisker") for x in (low, high)]
    parts.append(drawing.square(at(value), middle, 10, "picture__own", mark="share", value=round(value, 4)))
    return drawing.picture("share", WIDTH, HEIGHT, title, "", *parts)
