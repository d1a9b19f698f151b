"""The report's tables in Markdown: a figure with its 95 % interval over services, and who is compared."""

from collections.abc import Callable, Iterable, Sequence
from math import isnan

from benchmarks.signals.detectors import ACCORD, ORACLE
from benchmarks.signals.pictures import Titles
from benchmarks.signals.promises import SESSIONS, Cells, Line, Mean, Promise, ratios
from benchmarks.signals.settings import BY_ID, CHOSEN, PAST, RATES, SETTINGS

FIGURES = (
    ("false alarms", "false_alarms"),
    ("seen at onset", "seen"),
    ("or next session", "in_time"),
    ("real", "real"),
    ("clients ever", "ever"),
    ("delay", "delay"),
    ("alarms a week", "weekly"),
)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column is words, the others are figures."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(one)} |" for one in lines)


def figure(values: Iterable[float], *, places: int = 2) -> str:
    """A mean over services with its 95 % interval."""
    mean = Mean.of(values)
    if not mean.count:
        return "–"
    low, high = mean.interval
    middle = f"{mean.value:.{places}f}"
    return middle if isnan(low) else f"{middle} ({low:.{places}f} to {high:.{places}f})"


def promises(found: Sequence[Promise]) -> str:
    """The promises, as ``accord bench`` prints them."""
    rows = [[one.name, one.size, one.result, one.limit, "yes" if one.holds else "**no**"] for one in found]
    return markdown(["promise", "services", "found", "limit", "holds"], rows)


def detectors(cell: list[Line], titles: Titles) -> str:
    """Each detector as it stands: the filter at 4 % stated, a rule at its own limit."""
    rows = []
    for who in cell[0]["detectors"]:
        lines = [line["detectors"][who] for line in cell]
        at = [_as_it_stands(one) for one in lines]
        figures = [figure(one[name] for one in at) for _, name in FIGURES]
        rows.append([titles.get(who, who), *figures, figure((one["auc"] for one in lines), places=3)])
    return markdown(["detector", *(words for words, _ in FIGURES), "AUC"], rows)


def _as_it_stands(one: Line) -> Line:
    found: Line = one.get("own") or (one.get("stated") or one["equal"])[str(CHOSEN)]
    return found


def same_price(cell: list[Line], titles: Titles) -> str:
    """Each detector at the same realised false alarms: what is seen at the onset, and what of the alarms is real."""
    rows = []
    for who in cell[0]["detectors"]:
        figures = []
        for rate in RATES:
            at = [line["detectors"][who]["equal"][str(rate)] for line in cell]
            figures += [figure(one["seen"] for one in at), figure(one["real"] for one in at)]
        rows.append([titles.get(who, who), *figures])
    head = [f"{what}, {rate:.0%}" for rate in RATES for what in ("seen", "real")]
    return markdown(["detector", *head], rows)


def realised(cells: Cells) -> str:
    """Realised over stated false alarms at 4 %, by past clients, with the range over services."""

    def one(cell: list[Line]) -> str:
        values = ratios(cell, CHOSEN)
        return f"{figure(values)}, {min(values):.2f}–{max(values):.2f}"

    return _by_setting(
        cells, [(f"{past:,} past", (SESSIONS, past), one) for past in PAST], "realised / stated, 4 %"
    )


def across(cells: Cells, past: int, sessions: int) -> str:
    """What the filter does in every setting at 4 % stated, and the oracle at the same false alarms."""

    def stated(name: str) -> Callable[[list[Line]], str]:
        return lambda cell: figure(line["detectors"][ACCORD]["stated"][str(CHOSEN)][name] for line in cell)

    def of(who: str, name: str, places: int) -> Callable[[list[Line]], str]:
        return lambda cell: figure((line["detectors"][who]["p"][name] for line in cell), places=places)

    at = (sessions, past)
    columns = [
        *((words, at, stated(name)) for words, name in FIGURES[:-1]),
        ("AUC", at, lambda cell: figure((one["detectors"][ACCORD]["auc"] for one in cell), places=3)),
        ("slope", at, of(ACCORD, "slope", 2)),
        ("Brier", at, of(ACCORD, "brier", 4)),
        ("Brier, oracle", at, of(ORACLE, "brier", 4)),
    ]
    return _by_setting(cells, columns, "setting")


def equal(cells: Cells, past: int, sessions: int) -> str:
    """Seen at the onset at the same false alarms: the filter and the oracle."""
    columns = [
        (
            f"{words}, {rate:.0%}",
            (sessions, past),
            lambda cell, who=who, rate=rate: figure(
                one["detectors"][who]["equal"][str(rate)]["seen"] for one in cell
            ),
        )
        for rate in RATES
        for who, words in ((ACCORD, "filter"), (ORACLE, "oracle"))
    ]
    return _by_setting(cells, columns, "setting")


def gains(cells: Cells, past: int, titles: Titles) -> str:
    """What the filter sees beyond each rule at the rule's own false alarms: smallest and largest over the settings."""
    first = next((cell for (_, t, n), cell in cells.items() if (t, n) == (SESSIONS, past)), None)
    if first is None:
        return ""
    rows = []
    for rule in (who for who, one in first[0]["detectors"].items() if "own" in one):
        found = {}
        for (name, sessions, size), cell in cells.items():
            if (sessions, size) == (SESSIONS, past):
                at = [line["detectors"][rule] for line in cell]
                found[name] = Mean.of(one["ours_there"]["seen"] - one["own"]["seen"] for one in at)
        low, high = (pick(found, key=lambda name: found[name].value) for pick in (min, max))
        rows.append(
            [
                titles.get(rule, rule),
                *(
                    f"{found[at].value:+.3f} (SE {found[at].error:.3f}), {BY_ID[at].words}"
                    for at in (low, high)
                ),
            ]
        )
    return markdown(["rule", "smallest gain", "largest gain"], rows)


def services(cells: Cells, past: int) -> str:
    """What was drawn: the share at the top, how many onsets can be judged, how often the self-check agreed."""

    def of(name: str) -> Callable[[list[Line]], str]:
        return lambda cell: figure((float(line[name]) for line in cell if line[name] is not None), places=2)

    at = (SESSIONS, past)
    columns = [
        ("answers at the top", at, of("at_top")),
        ("onsets that can be judged", at, of("can_be_judged")),
        ("self-check agrees", at, of("self_check")),
    ]
    return _by_setting(cells, columns, "setting")


Column = tuple[str, tuple[int, int], Callable[[list[Line]], str]]


def _by_setting(cells: Cells, columns: Sequence[Column], first: str) -> str:
    rows = [
        [one.words, *(say(cells[one.id, *at]) if (one.id, *at) in cells else "–" for _, at, say in columns)]
        for one in SETTINGS
        if any((one.id, *at) in cells for _, at, _ in columns)
    ]
    return markdown([first, *(words for words, _, _ in columns)], rows)
