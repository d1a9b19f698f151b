"""The study `leaving`: what the model card says, as lines, tables and notes."""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from accord.basics.absence import Absence, NotScored, TooFew
from accord.statistics.estimate import Estimate, NotFitted
from accord.studies.leaving.card import EVENTS, THERAPISTS, Card, NoCard, model_card
from accord.studies.leaving.leaks import Suspect, standing_out
from accord.studies.leaving.looked import Looked
from accord.studies.leaving.predictors import PREDICTORS, Predictor
from accord.studies.leaving.reasons import Words, worth_a_word
from accord.studies.question import Question
from accord.studies.result import (
    CELL,
    Line,
    Options,
    Published,
    Study,
    Table,
    Verdict,
    told_number,
    too_few,
    without_few,
)
from accord.studies.snapshot.opened import Snapshot

ID = "leaving"
PUBLISHED = Published("auc", 0.658, None, None, "BEN22", "dropout-forecast")  # science.md 6
NAMED = {one.name for one in PREDICTORS}
SUSPECTS = "suspects"  # the table of them, and the fact that names those to look at
Tell = Callable[[Words | None], None]


def run(
    snapshot: Snapshot,
    options: Options,
    *,
    definition: str | None = None,
    predictors: tuple[Predictor, ...] = PREDICTORS,
    looks: Iterable[Looked] = (),
    tell: Tell | None = None,
) -> Study:
    """Who leaves: how well that is foretold here, and what goes with it; `tell` is told where a word may help."""
    card = model_card(snapshot, options, definition=definition, predictors=predictors, looks=looks)
    if tell is not None:
        tell(worth_a_word(snapshot, card) if isinstance(card, Card) else None)
    return as_study(card)


def question(
    definition: str | None = None, *, looks: Iterable[Looked] = (), tell: Tell | None = None
) -> Question:
    """The study as a question, by a definition of leaving (None: what staff noted, else the plan).

    `looks` are what people said of suspects; `tell` is told the words, which are of people and not in the study.
    """
    return Question(ID, partial(run, definition=definition, looks=tuple(looks), tell=tell))


def suspected(study: Study) -> frozenset[str]:
    """Names of the predictors that somebody has to look at, from a study that was kept; none where it warns of none."""
    table = next((one for one in study.tables if one.name == SUSPECTS), None)
    rows = table.rows if table else ()
    told = (
        Suspect(str(name), float(fall) if isinstance(fall, int | float) else None, bool(later))
        for name, fall, later in rows
    )
    return frozenset(standing_out(told))


def as_study(card: Card | NoCard) -> Study:
    """The card as a study."""
    return _too_little(card) if isinstance(card, NoCard) else _told(card)


def _too_little(card: NoCard) -> Study:
    few = isinstance(card.why, TooFew)
    without_fail = card.why.columns if isinstance(card.why, NotFitted) else ()
    value: Absence = (
        too_few(card.why.n, card.why.needed) if isinstance(card.why, TooFew) else NotScored(card.why.reason)
    )
    n = without_few({"courses": card.courses, "left": card.events, "therapists": card.therapists})
    return Study(
        id=ID,
        verdict=Verdict.TOO_FEW if few else Verdict.CANNOT_TELL,
        main="auc",
        lines=(Line("auc", value, unit="AUC", n=n),),
        published=(PUBLISHED,),
        n=n,
        facts={
            "events": told_number(card.events),
            "therapists": told_number(card.therapists),
            "needed_events": card.why.needed
            if isinstance(card.why, TooFew) and card.what == "events"
            else EVENTS,
            "needed_therapists": THERAPISTS,
            "suspects": ", ".join(_plain(name) for name in without_fail),
        },
        notes=(f"definition_{card.definition}", *_why(few, without_fail)),
        look_at=("suspects",) if without_fail else (),
    )


def _why(few: bool, without_fail: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of notes: nothing when there are too few, else what stood in the way."""
    if few:
        return ()
    return ("told_without_fail",) if without_fail else ("not_fitted",)


def _told(card: Card) -> Study:
    risk, held, scored = card.risk, card.calibration, card.brier
    n = {
        "courses": risk.courses,
        "left": risk.events,
        "therapists": risk.therapists,
        "sessions": len(risk.left),
    }
    lines = [
        _line("auc", card.auc, unit="AUC", n=n),
        _line("auc_within", card.within, unit="AUC"),
        _line("calibration_intercept", held.intercept),
        _line("calibration_slope", held.slope),
        Line("brier_skill", scored.skill, unit="share"),
        _line("brier", scored.score),
        Line("brier_base", scored.base),
        *(_ratio(card, one) for one in card.fit.model.fixed),
    ]
    if card.fit.group_sd is not None:
        lines.append(_line("therapist_sd", card.fit.group_sd))
    for one in card.groups:
        by, who = f"{one.trait}: {one.value}", {"clients": one.people}
        lines += [
            _line("group_auc", one.auc, unit="AUC", by=by, n=who),
            _line("group_ratio", one.ratio, by=by, n=who),
        ]
    kept_back = {"groups": card.groups_kept_back} if card.groups_kept_back else {}
    return Study(
        id=ID,
        verdict=_verdict(card),
        main="auc",
        lines=tuple(lines),
        published=(PUBLISHED,),
        n=n,
        facts={
            "events": risk.events,
            "courses": risk.courses,
            "therapists": risk.therapists,
            "auc": card.auc.value,
            "low": card.auc.low if card.auc.low is not None else card.auc.value,
            "high": card.auc.high if card.auc.high is not None else card.auc.value,
            "filled": ", ".join(_plain(name) for name in risk.filled),
            "constant": ", ".join(_plain(name) for name in card.constant),
            "rare": ", ".join(_plain(name) for name in card.rare),
            "ahead": ", ".join(_plain(name) for name in card.ahead),
            "suspects": ", ".join(_plain(name) for name in standing_out(card.suspects)),
            "looked": card.looked.found if card.looked else "",
        },
        tables=tuple(_tables(card)),
        dropped={"courses_whose_ending_nobody_noted": risk.unknown} if risk.unknown else {},
        kept_back=kept_back,
        notes=tuple(_notes(card)),
        look_at=("suspects",) if card.leak else (),
    )


def _verdict(card: Card) -> Verdict:
    if card.unexplained or card.ahead:
        return Verdict.CANNOT_TELL
    if card.auc.low is None or card.auc.low <= 0.5:
        return Verdict.NO_ASSOCIATION
    if card.miscalibrated:
        return Verdict.CANNOT_TELL
    high = card.auc.high or 1.0
    return Verdict.AGREES if card.auc.low <= (PUBLISHED.value or 0.0) <= high else Verdict.DIFFERS


def _notes(card: Card) -> list[str]:
    asked = {
        f"definition_{card.risk.definition}": True,
        "leak": card.leak,
        "not_looked": card.unexplained,
        "looked": card.looked is not None,
        "ahead": bool(card.ahead),
        "miscalibrated": card.miscalibrated and _verdict(card) is Verdict.CANNOT_TELL,
        "filled": bool(card.risk.filled),
        "constant": bool(card.constant),
        "rare": bool(card.rare),
        "not_settled": not card.fit.converged,
    }
    return [key for key, holds in asked.items() if holds]


def _line(
    name: str, told: Estimate | NotFitted, *, unit: str = "", by: str = "", n: dict[str, int] | None = None
) -> Line:
    if isinstance(told, NotFitted):
        return Line(name, NotScored(told.reason), n=n or {}, by=by)
    if not np.isfinite(told.value):
        return Line(name, NotScored("nobody was foretold to leave"), n=n or {}, by=by)
    return Line(name, told.value, told.low, told.high, unit, n or {}, told.method, by)


def _ratio(card: Card, name: str) -> Line:
    """The hazard ratio: of yes against no, or of one SD of the column."""
    values = card.risk.table[name].to_numpy()
    yes_or_no = set(np.unique(values)) <= {0.0, 1.0}
    told = card.fit.ratio(name, 1.0 if yes_or_no else float(values.std()))
    if name in NAMED:
        return _line(f"ratio_{name}", told, unit="hazard ratio")
    return _line("ratio_other", told, unit="hazard ratio", by=_plain(name))


def _tables(card: Card) -> list[Table]:
    told = [
        Table(
            "curve",
            ("sessions", "foretold", "seen", "low", "high"),
            tuple(
                (
                    one.rows,
                    one.foretold,
                    *(((one.seen, one.low, one.high)) if one.events >= CELL else (None,) * 3),
                )
                for one in card.curve
            ),
        ),
        Table(
            "decision",
            ("threshold", "by_the_model", "everyone", "marked"),
            tuple((one.threshold, one.model, one.everyone, one.acted_on) for one in card.benefit),
        ),
    ]
    if card.suspects:
        rows = tuple((one.name, one.fall, one.later) for one in card.suspects)
        told.append(Table(SUSPECTS, ("predictor", "auc_falls_by", "known_later"), rows))
    return told


def _plain(name: str) -> str:
    return name.replace("_", " ")
