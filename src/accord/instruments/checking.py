"""What is wrong with an instrument's folder: every fault of definition, examples and words at once, with its line."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from accord.basics.faults import Fault, Faults
from accord.basics.near import hint
from accord.instruments.definition import Confidence, Instrument, ItemKind, Method
from accord.instruments.examples import example_faults, read_examples
from accord.instruments.packs import read_pack
from accord.instruments.reading import Place, Source, read_yaml, validated
from accord.instruments.registry import LIBRARY
from accord.instruments.schema import DefinitionPart, EvidencePart, ItemsPart, ScalePart

ROUNDING = 1e-9


@dataclass(frozen=True)
class Checked:
    """What a check found; `instrument` is None when the definition does not hold."""

    name: str
    instrument: Instrument | None
    faults: tuple[Fault, ...]


def check(path: Path) -> Checked:
    """Check a folder, or the ``definition.yaml`` in it, with the examples and words beside it."""
    definition = path / "definition.yaml" if path.is_dir() else path
    try:
        source = read_yaml(definition)
        part = validated(source, DefinitionPart)
    except Faults as wrong:
        return Checked(definition.parent.name, None, wrong.faults)
    faults = list(definition_faults(source, part))
    if faults:
        return Checked(part.id, None, tuple(faults))
    folder = definition.parent
    instrument = part.instrument(has_text=any((folder / "text").glob("*.yaml")))
    faults += _folder_faults(source, part, folder)
    faults += _earlier(part, folder)
    faults += _examples(instrument, folder)
    faults += _words(instrument, folder, source)
    return Checked(part.id, instrument, tuple(faults))


def definition_faults(source: Source, part: DefinitionPart) -> Iterator[Fault]:
    """What a definition in the right form still says wrongly."""
    for found in (_items(part), _order(part), _scales(part), _standing(part)):
        for place, what, do in found:
            yield Fault(source.where(place), what, do)


Found = Iterator[tuple[Place, str, str]]


def _items(part: DefinitionPart) -> Found:
    numbers = Counter(number for group in part.items for number in group.numbers)
    for number, times in numbers.items():
        if times > 1:
            yield ("items",), f"item {number} is defined {times} times.", "Keep one."
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        lacking = sorted(set(range(1, max(numbers, default=0) + 1)) - numbers.keys())
        yield ("items",), f"the items are not numbered 1 to {len(numbers)}; lacking: {_said(lacking)}.", ""
    codes = Counter(group.loinc for group in part.items if group.loinc)
    for at, group in enumerate(part.items):
        place = ("items", at)
        if group.loinc and (codes[group.loinc] > 1 or len(group.numbers) > 1):
            yield (
                (*place, "loinc"),
                f"the code {group.loinc} stands for more than one item.",
                "Give each its own.",
            )
        for what, do in _item_faults(group):
            yield place, f"items {_said(group.numbers)}: {what}", do


def _item_faults(group: ItemsPart) -> Iterator[tuple[str, str]]:
    kind, low, high = group.kind, group.low, group.high
    if not group.numbers:
        yield "there is none.", "Write for example 1-9."
    if kind in (ItemKind.CHOICE, ItemKind.SLIDER):
        if low is None or high is None:
            yield f"a {kind.value} needs low and high.", "Add both."
        elif not low < high:
            yield f"low {low:g} is not below high {high:g}.", ""
        elif not ((high - low) / group.step).is_integer():
            yield f"steps of {group.step:g} do not lead from {low:g} to {high:g}.", ""
        elif group.risk_at is not None and not low < group.risk_at <= high:
            yield f"risk_at {group.risk_at:g} must lie above {low:g} and at most at {high:g}.", ""
    elif low is not None or high is not None:
        yield f"a {kind.value.replace('_', ' ')} item has no low and high of its own.", "Leave them out."
    elif group.risk_at is not None and (kind is ItemKind.TEXT or group.risk_at != 1):
        yield "a safety answer must be a number it can reach.", "Use risk_at: 1 with yes or no."


def _order(part: DefinitionPart) -> Found:
    numbers = sorted(number for group in part.items for number in group.numbers)
    if part.order and sorted(part.order) != numbers:
        yield ("order",), "it does not name every item exactly once.", f"The items are {_said(numbers)}."


def _scales(part: DefinitionPart) -> Found:
    groups = {number: group for group in part.items for number in group.numbers}
    names = Counter(scale.id for scale in part.scales)
    for at, scale in enumerate(part.scales):
        place = ("scales", at)
        if names[scale.id] > 1:
            yield (*place, "id"), f"there are {names[scale.id]} scales {scale.id}.", "Give each its own name."
        unknown = [number for number in scale.items if number not in groups]
        if unknown or not scale.items:
            what = (
                f"{scale.id} uses item {_said(unknown)}, which is not defined."
                if unknown
                else "it has no items."
            )
            yield (*place, "items"), what, f"The items are {_said(sorted(groups))}."
            continue
        for field, what, do in (*_scale_items(scale, groups), *_scale_missing(scale, groups)):
            yield (*place, field), f"{scale.id}: {what}", do
        for field, what, do in _scale_numbers(scale, groups):
            yield (*place, field), f"{scale.id}: {what}", do
    if not part.scales and all(group.kind is ItemKind.TEXT for group in part.items):
        if part.main_scale:
            yield ("main_scale",), "words have no scale.", "Leave main_scale out."
        return
    if not part.scales:
        yield ("items",), "there is no scale.", "Add one; only a form of words alone goes without."
    elif part.main_scale not in names:
        do = hint(part.main_scale, names) or f"The scales are {', '.join(names)}."
        yield ("main_scale",), f"there is no scale {part.main_scale}.", do


Finding = Iterator[tuple[str, str, str]]


def _scale_items(scale: ScalePart, groups: dict[int, ItemsPart]) -> Finding:
    if len(set(scale.items)) < len(scale.items):
        yield "items", "an item is named twice.", ""
    if wordy := [n for n in scale.items if groups[n].kind in (ItemKind.TEXT, ItemKind.TICK)]:
        what = f"item {_said(wordy)} is a text or a tick box"
        yield "items", f"{what}, and an empty one says nothing.", "Leave it out of the scale."
    if outside := sorted(set(scale.reversed) - set(scale.items)):
        yield "reversed", f"item {_said(outside)} is reversed but not in the scale.", ""
    if len(set(scale.reversed)) < len(scale.reversed):
        yield "reversed", "an item is reversed twice, which changes nothing.", "Keep one."
    weighted, scaled = (
        scale.method is Method.WEIGHTED_SUM,
        scale.method in (Method.SCALED_SUM, Method.SCALED_MEAN),
    )
    if weighted != bool(scale.weights) or (weighted and len(scale.weights) != len(scale.items)):
        yield (
            "method",
            "weights and items do not match.",
            "A weighted sum needs one weight per item, others none.",
        )
    if not scaled and scale.factor != 1:
        yield "factor", "only a scaled sum or a scaled mean takes a factor.", ""


def _scale_missing(scale: ScalePart, groups: dict[int, ItemsPart]) -> Finding:
    missing = scale.missing
    if missing is None or not missing.may_miss:
        return
    risky = [n for n in scale.items if groups[n].risk_at is not None]
    if missing.may_miss >= len(scale.items):
        yield (
            "missing",
            f"{missing.may_miss} of {len(scale.items)} items may be missing: that leaves none.",
            "",
        )
    if scale.risk or set(risky) == set(scale.items):
        yield "missing", "a risk scale is never filled in.", "Set may_miss: 0."
    if scale.method is Method.WEIGHTED_SUM:
        yield "missing", "a weighted sum cannot be filled in.", "Set may_miss: 0."
    if strange := sorted(set(missing.only) - set(scale.items)):
        yield "missing", f"item {_said(strange)} may be missing but is not in the scale.", ""
    if hidden := sorted(set(missing.only) & set(risky)):
        yield "missing", f"item {_said(hidden)} is a safety item and is never filled in.", ""
    if missing.only and missing.may_miss > len(missing.only):
        yield "missing", f"{missing.may_miss} may be missing, but only {len(missing.only)} are named.", ""


def _scale_numbers(scale: ScalePart, groups: dict[int, ItemsPart]) -> Finding:
    reach = _reach(scale, groups)
    if reach and (abs(reach[0] - scale.low) > ROUNDING or abs(reach[1] - scale.high) > ROUNDING):
        what = f"its items reach from {reach[0]:g} to {reach[1]:g}, not from {scale.low:g} to {scale.high:g}."
        yield "low", what, "Mend low and high, or the items."
    if scale.bands:
        starts = scale.bands.starts
        if list(starts) != sorted(set(starts)) or not all(
            scale.low < start <= scale.high for start in starts
        ):
            yield "bands", "the starts do not rise within the scale.", ""
    for cutoff in scale.cutoffs:
        if not scale.low <= cutoff.value <= scale.high:
            yield "cutoffs", f"the cut-off {cutoff.value:g} lies outside the scale.", ""
    for one in scale.reliability:
        if one.low > one.high:
            yield "reliability", f"{one.kind}: {one.low:g} is above {one.high:g}.", ""
    if scale.change and scale.change.points > scale.high - scale.low:
        yield "change", f"{scale.change.points:g} points are more than the scale has.", ""


def _reach(scale: ScalePart, groups: dict[int, ItemsPart]) -> tuple[float, float] | None:
    """The lowest and the highest value that the items allow; None when an item has no range."""
    lows, highs = [], []
    weights = scale.weights if len(scale.weights) == len(scale.items) else (1.0,) * len(scale.items)
    for number, weight in zip(scale.items, weights, strict=True):
        group = groups[number]
        binary = group.kind in (ItemKind.YES_NO, ItemKind.TICK)
        low, high = (0.0, 1.0) if binary else (group.low, group.high)
        if low is None or high is None:
            return None
        ends = (low * weight, high * weight)
        lows.append(min(ends))
        highs.append(max(ends))
    size = len(scale.items) if scale.method in (Method.MEAN, Method.SCALED_MEAN) else 1
    ends = (scale.factor * sum(lows) / size, scale.factor * sum(highs) / size)
    return min(ends), max(ends)


def _standing(part: DefinitionPart) -> Found:
    """What may be enabled, and what must say why it is not."""
    if not part.enabled and not part.disabled_reason:
        yield ("enabled",), "it is not enabled and does not say why.", "Add disabled_reason."
    if part.enabled and part.disabled_reason:
        yield ("disabled_reason",), "it is enabled and has a reason why not.", "Take out one of the two."
    if part.own and part.validated:
        yield (
            ("validated",),
            "words of our own are unvalidated until a study says otherwise.",
            "Set it to false.",
        )
    for at, scale in enumerate(part.scales):
        for field, evidence in _evidence(scale):
            if part.enabled and evidence.confidence is Confidence.KNOWN_LOW:
                what = f"{scale.id}: the {field} is known with low confidence only (known-l)."
                yield ("scales", at, field), what, "Leave it out, or set enabled: false with the reason."
    values = {low + step * group.step for group in part.items for low, step in _steps(group)}
    for code, value in part.answer_codes.items():
        if value not in values:
            yield ("answer_codes", code), f"no item has the answer {value:g}.", ""


def _steps(group: ItemsPart) -> Iterator[tuple[float, int]]:
    if group.kind is ItemKind.CHOICE and group.low is not None and group.high is not None:
        for step in range(int((group.high - group.low) / group.step) + 1):
            yield group.low, step


def _evidence(scale: ScalePart) -> Iterator[tuple[str, EvidencePart]]:
    singles = (
        ("key", scale.key),
        ("missing", scale.missing),
        ("bands", scale.bands),
        ("change", scale.change),
    )
    yield from ((field, one) for field, one in singles if one is not None)
    yield from (("cutoffs", one) for one in scale.cutoffs)
    yield from (("reliability", one) for one in scale.reliability)


def _folder_faults(source: Source, part: DefinitionPart, folder: Path) -> Iterator[Fault]:
    if folder.resolve().name != part.id:
        yield Fault(source.where(("id",)), f"the folder is called {folder.resolve().name}, not {part.id}.")
    if part.twin is None:
        return
    there = {
        path.parent.name: path
        for root in (LIBRARY, folder.resolve().parent)
        for path in root.glob("*/definition.yaml")
    }
    if part.twin not in there:
        yield Fault(source.where(("twin",)), f"there is no {part.twin}.", hint(part.twin, there))
        return
    try:
        twin = validated(read_yaml(there[part.twin]), DefinitionPart)
    except Faults:
        yield Fault(source.where(("twin",)), f"{part.twin} has faults of its own.", "Check it first.")
        return
    if twin.twin != part.id:
        yield Fault(source.where(("twin",)), f"{part.twin} does not name {part.id} as its twin.")
    if twin.respondent is part.respondent:
        yield Fault(source.where(("twin",)), f"{part.twin} is answered by the {part.respondent.value} too.")
    lacking = sorted({scale.id for scale in part.scales} ^ {scale.id for scale in twin.scales})
    if lacking:
        yield Fault(source.where(("twin",)), f"only one of the two has the scale {', '.join(lacking)}.")


def _earlier(part: DefinitionPart, folder: Path) -> list[Fault]:
    """Faults of the versions that old answers are still scored by."""
    faults: list[Fault] = []
    for path in sorted((folder / "earlier").glob("*.yaml")):
        try:
            source = read_yaml(path)
            old = validated(source, DefinitionPart)
        except Faults as wrong:
            faults += wrong.faults
            continue
        faults += definition_faults(source, old)
        if old.id != part.id or path.stem != f"v{old.version}" or old.version >= part.version:
            what = f"it holds version {old.version} of {old.id}, the newest is {part.version} of {part.id}."
            faults.append(
                Fault(source.where(("version",)), what, "Call it v1.yaml, v2.yaml … by its version.")
            )
    return faults


def _examples(instrument: Instrument, folder: Path) -> list[Fault]:
    if not instrument.scales:
        return []  # words alone have no scores to give an example of
    try:
        return list(example_faults(instrument, read_examples(folder / "examples.yaml")))
    except Faults as wrong:
        return list(wrong.faults)


def _words(instrument: Instrument, folder: Path, source: Source) -> list[Fault]:
    packs = sorted((folder / "text").glob("*.yaml"))
    if not instrument.own:
        do = "Load them with 'accord instruments add-text' instead."
        return [
            Fault(f"text/{path.name}", "the words of a published instrument are not shipped.", do)
            for path in packs
        ]
    if not any(path.stem == "en" for path in packs):
        return [
            Fault(source.where(("own",)), "an instrument of our own needs its words.", "Add text/en.yaml.")
        ]
    faults: list[Fault] = []
    for path in packs:
        try:
            pack = read_pack(instrument, path)
        except Faults as wrong:
            faults += (Fault(f"text/{one.where}", one.what, one.do) for one in wrong.faults)
            continue
        if pack.language != path.stem:
            faults.append(
                Fault(f"text/{path.name}", f"its language is '{pack.language}'.", "Name the file after it.")
            )
        if not pack.unvalidated:
            faults.append(
                Fault(f"text/{path.name}", "words of our own are unvalidated.", "Set unvalidated: true.")
            )
    return faults


def _said(numbers: Iterable[int]) -> str:
    """Item numbers as people write them: ``1-4, 7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
