"""What the responses of a batch amount to: raw answers as they are stored, scores, safety answers. Pure."""

import numpy as np

from accord.exchange.incoming import DECLINED, GIVEN, NOT_ASKED, NOT_REACHED, Batch
from accord.instruments.batch import columns as batch_columns
from accord.instruments.batch import score_many
from accord.instruments.definition import Missing
from accord.instruments.scoring import Score, score

ABSENT = {DECLINED: Missing.DECLINED, NOT_REACHED: Missing.NOT_REACHED, NOT_ASKED: Missing.NOT_ASKED}
NO_VALUE = "the file has no value"


def raw_items(batch: Batch) -> list[str]:
    """The raw answers of each response as stored; a score without answers has none."""
    form = batch.form
    if form.is_scores:
        return ["{}"] * len(batch)
    assert form.definition is not None
    brought = {cell.name for cell in form.cells}
    rest = [str(item.number) for item in form.definition.items if str(item.number) not in brought]
    order = sorted(range(len(form.cells)), key=lambda place: form.cells[place].number)
    names = [f'"{form.cells[place].name}": ' for place in order]
    # The file knows nothing of the rest: nobody asked, as far as anyone can tell.
    tail = [f'"{name}": "{Missing.NOT_ASKED.value}"' for name in rest]
    words = {kind: f'"{absent.value}"' for kind, absent in ABSENT.items()}
    stored = []
    for values, kinds in zip(batch.values[:, order].tolist(), batch.kinds[:, order].tolist(), strict=True):
        answers = [
            name + (repr(value) if kind == GIVEN else words[kind])
            for name, value, kind in zip(names, values, kinds, strict=True)
        ]
        stored.append("{" + ", ".join(answers + tail) + "}")
    return stored


def batch_scores(batch: Batch) -> list[dict[str, Score]]:
    """The scores of each response: computed from its answers, or those that the file brings."""
    form = batch.form
    if form.is_scores:
        names = [cell.name for cell in form.cells]
        return [
            {
                name: Score(value, None, 0) if kind == GIVEN else Score(None, NO_VALUE, 0)
                for name, value, kind in zip(names, values, kinds, strict=True)
            }
            for values, kinds in zip(batch.values.tolist(), batch.kinds.tolist(), strict=True)
        ]
    assert form.definition is not None
    answers = np.full((len(batch), len(form.definition.items)), np.nan)
    places = {number: place for place, number in enumerate(batch_columns(form.definition))}
    for index, cell in enumerate(form.cells):
        answers[:, places[cell.number]] = batch.values[:, index]
    many = score_many(form.definition, answers)
    found: list[dict[str, Score]] = [{} for _ in range(len(batch))]
    unscored: set[int] = set()
    for scale, scores in many.items():
        for place, (value, answered) in enumerate(
            zip(scores.values.tolist(), scores.answered.tolist(), strict=True)
        ):
            if value == value:  # not NaN
                found[place][scale] = Score(value, None, answered)
            else:
                unscored.add(place)
    for place in unscored:  # the reason is told by the way of a single answer
        found[place] = score(form.definition, _answers(batch, place))
    return found


def _answers(batch: Batch, place: int) -> dict[int, float | Missing]:
    assert batch.form.definition is not None
    answers: dict[int, float | Missing] = {
        item.number: Missing.NOT_ASKED for item in batch.form.definition.items
    }
    for cell, value, kind in zip(
        batch.form.cells, batch.values[place].tolist(), batch.kinds[place].tolist(), strict=True
    ):
        answers[cell.number] = value if kind == GIVEN else ABSENT[kind]
    return answers


def safety_answers(batch: Batch) -> list[tuple[int, ...]]:
    """The safety items with a positive answer, response by response."""
    form = batch.form
    if form.is_scores or form.definition is None:
        return [()] * len(batch)
    found: list[tuple[int, ...]] = [()] * len(batch)
    for index, cell in enumerate(form.cells):
        limit = form.definition.item(cell.number).risk_at
        if limit is None:
            continue
        for place in np.flatnonzero((batch.kinds[:, index] == GIVEN) & (batch.values[:, index] >= limit)):
            found[place] = (*found[place], cell.number)
    return found
