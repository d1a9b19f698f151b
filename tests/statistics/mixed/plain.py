"""Slow and plain: sums row by row in NumPy, the criterion with V written out, and nested data to try them on."""

import numpy as np

from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.sums import Sums

Columns = dict[str, np.ndarray]


def summed(model: Model, data: Columns, *, shifted: bool = True) -> Sums:
    """The sums of a model, groups in the order of their keys."""
    names = (*model.columns, model.outcome)
    rows = len(data[model.outcome])
    wide = np.column_stack([np.ones(rows), *(np.asarray(data[name], float) for name in names[1:])])
    shift, scale = np.zeros(len(names)), np.ones(len(names))
    if shifted:
        shift[1:] = wide[:, 1:].mean(axis=0)
        for one in model.random:
            if "1" not in one.columns:
                shift[[names.index(name) for name in one.columns]] = 0.0
        spread = wide[:, 1:].std(axis=0)
        scale[1:] = np.where(spread > 0, spread, 1.0)
    wide = (wide - shift) / scale
    keys, firsts, codes, products, sizes = [], [], [], [], []
    for one in model.random:
        key, first, code = np.unique(data[one.group], return_index=True, return_inverse=True)
        varying = wide[:, [names.index(name) for name in one.columns]]
        product = np.zeros((len(key), len(one.columns), len(names)))
        np.add.at(product, code, varying[:, :, None] * wide[:, None, :])
        keys.append(key.astype(object))
        firsts.append(first)
        codes.append(code)
        products.append(product)
        sizes.append(np.bincount(code).astype(np.int64))
    parents = [outer[first].astype(np.int64) for first, outer in zip(firsts, codes[1:], strict=False)]
    return Sums(
        model, shift, scale, wide.T @ wide, tuple(keys), tuple(parents), tuple(products), tuple(sizes)
    )


def inside(sums: Sums, factors: tuple[np.ndarray, ...]) -> list[np.ndarray]:
    """Factors in the units of the data from those of the shifted and scaled columns (without the outcome's scale)."""
    turned = []
    for one, factor in zip(sums.model.random, factors, strict=True):
        matrix = np.zeros((len(one.columns), len(one.columns)))
        for place, name in enumerate(one.columns):
            column = sums.model.columns.index(name)
            matrix[place, place] = sums.scale[column]
            if "1" in one.columns and name != "1":
                matrix[one.columns.index("1"), place] = sums.shift[column]
        turned.append(np.linalg.inv(matrix) @ factor)
    return turned


def criterion(model: Model, data: Columns, factors: list[np.ndarray]) -> float:
    """Minus twice the (restricted) log-likelihood with V as one large matrix; factors relative to the residual SD."""
    names, outcome = model.columns, np.asarray(data[model.outcome], float)
    fixed = np.column_stack([np.ones(len(outcome)), *(data[name] for name in model.fixed)])
    spread = np.eye(len(outcome))
    for one, factor in zip(model.random, factors, strict=True):
        varying = fixed[:, [names.index(name) for name in one.columns]] @ factor
        key = np.asarray(data[one.group])
        spread += (varying @ varying.T) * (key[:, None] == key[None, :])
    inverse = np.linalg.inv(spread)
    square = fixed.T @ inverse @ fixed
    rest = outcome - fixed @ np.linalg.solve(square, fixed.T @ inverse @ outcome)
    freedom = len(outcome) - (len(names) if model.reml else 0)
    value = np.linalg.slogdet(spread)[1] + freedom * (
        1 + np.log(2 * np.pi * (rest @ inverse @ rest) / freedom)
    )
    return float(value + (np.linalg.slogdet(square)[1] if model.reml else 0.0))


def nested(
    seed: int, sizes: tuple[tuple[int, int], ...] = ((4, 5), (2, 5), (2, 6), (1, 9)), **more: float
) -> Columns:
    """Rows in clients in therapists in services, unequal sizes, keys in no order, columns with their own scales.

    `sizes`: lowest and (one beyond) highest number of services, then in each group around. `more`: SDs by name
    ("client", "therapist", "service", "slope", "rest").
    """
    random = np.random.default_rng(seed)
    sd = {"client": 1.0, "therapist": 0.7, "service": 0.5, "slope": 0.4, "rest": 1.0} | more
    services = int(random.integers(*sizes[0]))
    therapist_service = np.repeat(np.arange(services), random.integers(*sizes[1], services))
    client_therapist = np.repeat(
        np.arange(len(therapist_service)), random.integers(*sizes[2], len(therapist_service))
    )
    client = np.repeat(np.arange(len(client_therapist)), random.integers(*sizes[3], len(client_therapist)))
    therapist = client_therapist[client]
    service = therapist_service[therapist]
    rows = len(client)
    data = {
        "client": (client * 7919) % 100_003,
        "therapist": (therapist * 31) % 101,
        "service": service,
        "x": random.normal(1.0, 1.0, rows),
        "z": random.normal(-3.0, 2.0, rows),
    }
    outcome = 1.0 + 0.5 * data["x"] + random.normal(0.0, sd["rest"], rows)
    for name, code in (("client", client), ("therapist", therapist), ("service", service)):
        for spread, column in ((sd[name], 1.0), (sd[name] * sd["slope"], data["x"])):
            outcome = outcome + spread * random.normal(size=code.max() + 1)[code] * column
    data["y"] = outcome
    order = random.permutation(rows)
    return {name: values[order] for name, values in data.items()}


FOUR_LEVELS = (
    Random("client", ("1", "x")),
    Random("therapist", ("1", "z")),
    Random("service", ("1", "x", "z")),
)
