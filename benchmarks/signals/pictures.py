"""Three pictures as SVG: what is seen at which price, whether P(dip) can be believed, alarms per week."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.signals.detectors import ACCORD, ORACLE
from benchmarks.signals.judging import BINS, GRID
from benchmarks.signals.promises import Cells, Line, Mean
from benchmarks.signals.settings import BY_ID, CHOSEN, OTHER

WIDTH, HEIGHT = 460, 320
BLUE, ORANGE, GREY, GREEN = "#0072B2", "#D55E00", "#767676", "#009E73"  # told apart by all kinds of eyes
FONT = "DejaVu Sans, Verdana, sans-serif"
Titles = dict[str, str]


def roc(cell: list[Line], titles: Titles, running_mean: str) -> str:
    """Onsets seen against false alarms: three curves, and each rule where its own limit puts it."""
    curves = {ORACLE: titles[ORACLE], ACCORD: titles[ACCORD], running_mean: titles.get(running_mean, "")}
    rows = [
        {
            "who": words,
            "false": rate,
            "seen": float(np.mean([one["detectors"][who]["roc"][k] for one in cell])),
        }
        for who, words in curves.items()
        if who in cell[0]["detectors"]
        for k, rate in enumerate(GRID)
    ]
    own = apart(
        [
            {"who": titles.get(who, who), "false": at["false_alarms"], "seen": at["seen"]}
            for who in cell[0]["detectors"]
            if (at := means(cell, who, "own")) and at["false_alarms"] <= GRID[-1]
        ]
    )
    alt = _altair()
    names = list(dict.fromkeys(row["who"] for row in rows))
    x = alt.X(
        "false:Q",
        title="False alarms per clean session",
        axis=alt.Axis(format="%", values=[0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4]),
        scale=alt.Scale(type="sqrt", domain=[0, GRID[-1]]),
    )
    y = alt.Y("seen:Q", title="Dips seen at their first session", axis=alt.Axis(format="%"))
    colour = alt.Color(
        "who:N",
        scale=alt.Scale(domain=names, range=[GREY, BLUE, ORANGE][: len(names)]),
        legend=alt.Legend(title=None, orient="bottom-right", labelLimit=300),
    )
    dash = alt.StrokeDash(
        "who:N", legend=None, scale=alt.Scale(domain=names, range=[[5, 4], [1, 0], [2, 2]][: len(names)])
    )
    lines = alt.Chart(_data(rows)).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash)
    spots = alt.Chart(_data(own)).mark_point(color="black", filled=True, size=36, opacity=1).encode(x=x, y=y)
    words = (
        alt.Chart(_data(own))
        .mark_text(align="left", dx=7, fontSize=10)
        .encode(x=x, y=alt.Y("label:Q"), text="who:N")
    )
    return _svg(alt.layer(lines, spots, words), "Dips seen, by false alarms", height=HEIGHT + 80)


def apart(spots: list[dict[str, Any]], room: float = 0.035) -> list[dict[str, Any]]:
    """The same with a height for each one's words (`label`), so that none lies on the one before it."""
    lowest, found = 2.0, []
    for spot in sorted(spots, key=lambda one: -one["seen"]):
        lowest = min(spot["seen"], lowest - room)
        found.append({**spot, "label": lowest})
    return found


def calibrated(cells: Cells, past: int, sessions: int) -> str:
    """P(dip) as told against the share that was in a dip, a line per setting; other shapes stand out."""
    rows = [
        {"setting": name, "shape": "other shapes" if BY_ID[name].kind == OTHER else "settings", **spot}
        for (name, length, size), cell in cells.items()
        if length == sessions and size == past
        for spot in classes(cell)
    ]
    alt = _altair()
    x = alt.X("told:Q", title="P(dip) as told", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("true:Q", title="Share in a dip", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    colour = alt.Color(
        "shape:N",
        scale=alt.Scale(domain=["settings", "other shapes"], range=[BLUE, ORANGE]),
        legend=alt.Legend(title=None, orient="bottom-right"),
    )
    even = alt.Chart(_data([{"told": 0.0, "true": 0.0}, {"told": 1.0, "true": 1.0}])).mark_line(
        color=GREY, strokeDash=[4, 4]
    )
    lines = alt.Chart(_data(rows)).mark_line(opacity=0.75, point=alt.OverlayMarkDef(size=14))
    both = alt.layer(
        even.encode(x="told:Q", y="true:Q"), lines.encode(x=x, y=y, color=colour, detail="setting:N")
    )
    return _svg(both, f"Can P(dip) be believed? ({past:,} past clients)", height=HEIGHT + 80)


def weekly(cell: list[Line], titles: Titles) -> str:
    """Alarms of a therapist with twenty check-ins a week, real and not, each detector as it stands."""
    rows, order = [], []
    for who in cell[0]["detectors"]:
        at = means(cell, who, "own") or means(cell, who, "stated", CHOSEN)
        if not at:
            continue
        order.append((at["weekly"], titles.get(who, who)))
        real = at["weekly"] * (0.0 if np.isnan(at["real"]) else at["real"])
        for kind, alarms in (("in a dip", real), ("not in a dip", at["weekly"] - real)):
            rows.append({"who": titles.get(who, who), "kind": kind, "alarms": alarms})
    alt = _altair()
    chart = (
        alt.Chart(_data(rows))
        .mark_bar(size=13)
        .encode(
            x=alt.X("alarms:Q", title="Alarms in a week of twenty check-ins"),
            y=alt.Y(
                "who:N",
                title=None,
                sort=[words for _, words in sorted(order)],
                axis=alt.Axis(labelLimit=300, grid=False),
            ),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=["in a dip", "not in a dip"], range=[GREEN, "#C9C9C9"]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            order=alt.Order("kind:N"),
        )
    )
    return _svg(chart, "Alarms of one therapist in a week", height=22 * len(order))


def means(cell: list[Line], who: str, what: str, rate: float | None = None) -> dict[str, float]:
    """Mean over services of an outcome ("own", "stated" or "equal"); empty where the detector has none."""
    found = [line["detectors"][who].get(what) for line in cell]
    if not all(found):
        return {}
    at = [one if rate is None else one[str(rate)] for one in found]
    return {name: Mean.of(one[name] for one in at).value for name in at[0]}


def classes(cell: list[Line]) -> Iterable[dict[str, float]]:
    """Mean P(dip) and share in a dip by class of P, all services together; classes under 100 sessions are left out."""
    bins = np.sum([line["detectors"][ACCORD]["p"]["bins"] for line in cell], axis=0)
    for k in range(len(BINS) - 1):
        if (count := bins[0][k]) >= 100:
            yield {"told": float(bins[1][k] / count), "true": float(bins[2][k] / count)}


def _altair() -> Any:
    import altair

    return altair


def _data(rows: list[dict[str, Any]]) -> Any:
    return _altair().Data(values=rows)


def _svg(chart: Any, title: str, *, height: int = HEIGHT) -> str:
    import vl_convert

    spec = chart.properties(title=title, width=WIDTH, height=height, background="white", padding=10).to_dict()
    spec["config"] = {"font": FONT, "view": {"stroke": None}, "axis": {"gridColor": "#E6E6E6"}}
    spec.pop("usermeta", None)
    return str(vl_convert.vegalite_to_svg(spec))
