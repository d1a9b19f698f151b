"""Whom a word before the next session may help: never a number on a person, only reasons, and for few sessions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from accord.studies.leaving.card import Card
from accord.studies.leaving.risk import now
from accord.studies.snapshot.opened import Snapshot

SHARE = 0.10  # of sessions after which a word is proposed: about one in ten [design]
WEIGHS = 0.15  # log hazard by which a reason must raise the chance above the usual [design]
MOST = 3  # reasons
WORDED = frozenset(
    f"because_{one}"
    for one in (
        "alliance_so_far_low", "alliance_so_far_high", "alliance_now_low", "alliance_now_high", "fall_high",
        "not_rated_high", "fell_out_high", "log_session_low", "log_session_high", "intake_low", "intake_high",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A course that goes on, its newest session, and why a word before the next one may help: keys of sentences.

    `session` is its number among those held, `session_key` its key in the snapshot.
    """

    course: str
    therapist: str | None
    session: int
    session_key: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """Courses worth a word, in order of their keys: no order tells who is likelier to leave.

    What it meant in the past: `share` of sessions were marked; `right` of those were the client's last; `caught` of the
    clients who left were marked before they did.
    """

    words: tuple[Word, ...]
    share: float
    right: float
    caught: float


def worth_a_word(snapshot: Snapshot, card: Card, share: float = SHARE) -> Words | None:
    """Who of the open courses; None when the card says that the model is not to be used."""
    if not card.usable:
        return None
    threshold = float(np.quantile(card.chances, 1 - share))
    marked = card.chances >= threshold
    left = card.risk.left
    newest = now(snapshot, card.risk)
    chosen = card.fit.predict(newest) >= threshold
    words = []
    for row, is_chosen in zip(newest.to_pylist(), chosen, strict=True):
        reasons = _reasons(card, row)
        if is_chosen and reasons:
            words.append(Word(row["course"], row["therapist"], row["number"], row["session"], reasons))
    return Words(
        words=tuple(words),
        share=float(marked.mean()),
        right=float(left[marked].mean()),
        caught=float(left[marked].sum() / left.sum()),
    )


def _reasons(card: Card, row: Mapping[str, float]) -> tuple[str, ...]:
    """What raises the chance above the usual, the most first."""
    means = dict(zip((one.name for one in card.risk.predictors), card.risk.means, strict=True))
    parts = []
    for one in card.fit.fixed[1:]:
        apart = row[one.name] - float(means[one.name])
        reason = f"because_{one.name}_{'high' if apart > 0 else 'low'}"
        if one.estimate * apart >= WEIGHS and reason in WORDED:
            parts.append((one.estimate * apart, reason))
    return tuple(reason for _, reason in sorted(parts, reverse=True)[:MOST])
