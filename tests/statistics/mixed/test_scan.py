"""The sums of the scan are those that NumPy finds in the plainest way, and what cannot be summed is said in words."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from accord.basics.faults import Faults
from accord.statistics.estimate import Dropped, NotFitted
from accord.statistics.mixed.model import Model, Random
from accord.statistics.mixed.scan import summed
from accord.statistics.mixed.sums import Sums

THREE = Model(
    "y",
    ("session", "x", "age", "size"),
    (
        Random("client", ("1", "session")),
        Random("therapist", ("1", "size")),
        Random("service"),
    ),
)


def service(rows: int = 900, seed: int = 3) -> pa.Table:
    """Sessions in clients in therapists in services, in no order; age belongs to the client, size to the service."""
    random = np.random.default_rng(seed)
    client = np.sort(random.integers(0, rows // 9, rows))
    therapist = client // 7
    columns = {
        "client": np.array([f"k{n * 37 % 1000:03d}-{n}" for n in client.tolist()]),
        "therapist": therapist * 11 % 97 + 100 * (therapist // 97),
        "service": therapist % 3,
        "session": random.integers(1, 20, rows).astype(float),
        "x": random.normal(1e6, 3, rows),
        "age": random.normal(40, 9, client.max() + 1)[client],
        "size": (therapist % 3).astype(float) * 10,
        "y": random.normal(60, 10, rows),
    }
    order = random.permutation(rows)
    return pa.table({name: pa.array(values[order]) for name, values in columns.items()})


def given(found: object) -> Sums:
    assert isinstance(found, tuple), found
    return found[0]


def plainly(model: Model, table: pa.Table, sums: Sums) -> Sums:
    """The same sums from the rows themselves, one group after the other."""
    names = (*model.columns, model.outcome)
    w = np.column_stack(
        [np.ones(table.num_rows), *(table.column(name).to_numpy().astype(float) for name in names[1:])]
    )
    w = (w - sums.shift) / sums.scale
    products, rows = [], []
    for level, one in enumerate(model.random):
        place = {key: n for n, key in enumerate(sums.groups[level])}
        at = np.array([place[key] for key in table.column(one.group).to_pylist()])
        z = w[:, [names.index(name) for name in one.columns]]
        own = np.zeros((len(place), len(one.columns), len(names)))
        np.add.at(own, at, z[:, :, None] * w[:, None, :])
        products.append(own)
        rows.append(np.bincount(at))
    return Sums(
        model, sums.shift, sums.scale, w.T @ w, sums.groups, sums.parent, tuple(products), tuple(rows)
    )


def assert_same(one: Sums, other: Sums, rtol: float = 1e-9) -> None:
    """Equal to `rtol` of the largest product of its kind (products near zero have no digits of their own)."""
    size = np.sqrt(np.diag(other.total) / other.count)
    for mine, theirs, by in (
        (one.total, other.total, other.count),
        *zip(one.products, other.products, (n[:, None, None] for n in other.rows), strict=True),
    ):
        unit = np.outer(size, size) if mine.ndim == 2 else size.min() ** 2
        assert np.abs((mine - theirs) / (by * unit)).max() < rtol
    assert all((a == b).all() for a, b in zip(one.groups, other.groups, strict=True))
    assert all((a == b).all() for a, b in zip(one.parent, other.parent, strict=True))
    assert all((a == b).all() for a, b in zip(one.rows, other.rows, strict=True))


# --- the sums ---------------------------------------------------------------------------------------------------------
def test_as_numpy_finds_them_at_three_groupings() -> None:
    table = service()
    sums = given(summed(THREE, table))
    assert_same(sums, plainly(THREE, table, sums))
    assert sums.count == 900
    for level, (own, outer) in enumerate((("client", "therapist"), ("therapist", "service"))):
        around = dict(zip(*(table.column(name).to_pylist() for name in (own, outer)), strict=True))
        parents = [sums.groups[level + 1][place] for place in sums.parent[level]]
        assert parents == [around[key] for key in sums.groups[level]]
        assert (np.diff(sums.parent[level]) >= 0).all()


def test_a_file_a_folder_and_a_table_give_the_same(tmp_path: Path) -> None:
    table = service()
    sums = given(summed(THREE, table))
    pq.write_table(table, tmp_path / "one.parquet")
    (tmp_path / "parts").mkdir()
    pq.write_table(table.slice(0, 400), tmp_path / "parts" / "a.parquet")
    pq.write_table(table.slice(400), tmp_path / "parts" / "b.parquet")
    assert_same(given(summed(THREE, tmp_path / "one.parquet")), sums)
    parts = given(summed(THREE, tmp_path / "parts"))
    assert parts.count == sums.count
    assert_same(parts, plainly(THREE, table, parts))


def test_twice_is_the_same_to_the_last_bit(tmp_path: Path) -> None:
    pq.write_table(service(40_000), tmp_path / "s.parquet", row_group_size=3000)
    one, two = (given(summed(THREE, tmp_path / "s.parquet")) for _ in range(2))
    assert (one.total == two.total).all() and (one.products[0] == two.products[0]).all()


def test_no_grouping_and_no_column() -> None:
    table = service()
    assert_same(given(found := summed(Model("y"), table)), plainly(Model("y"), table, given(found)))
    sums = given(summed(Model("y", ("x",)), table))
    assert sums.groups == sums.products == () and sums.count == 900


def test_many_columns_are_summed_by_outermost_group_only_where_no_level_needs_them() -> None:
    random = np.random.default_rng(5)
    names = [f"x{n}" for n in range(9)]
    columns = {name: random.normal(size=300) for name in [*names, "y"]}
    table = pa.table({"client": np.arange(300) // 5, "place": np.arange(300) // 30 * 7 % 10, **columns})
    for random_effects in (
        (Random("client", ("1", "x4")), Random("place")),
        (Random("client", ("1", "x4")),),
    ):
        model = Model("y", tuple(names), random_effects)
        sums = given(summed(model, table))
        assert_same(sums, plainly(model, table, sums))


def test_blocks_are_the_products_of_each_outermost_group() -> None:
    table = service()
    sums = given(summed(THREE, table))
    assert sums.blocks is not None and sums.blocks.shape == (3, 6, 6)
    own = table.filter(pc.equal(table.column("service"), 1))
    w = np.column_stack([np.ones(own.num_rows), *(own.column(n).to_numpy() for n in (*THREE.fixed, "y"))])
    w = (w - sums.shift) / sums.scale
    assert np.allclose(sums.blocks[1], w.T @ w, rtol=1e-9, atol=1e-9)
    assert np.allclose(sums.blocks.sum(axis=0), sums.total, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint64(), pa.string(), pa.large_string(), pa.date32()])
def test_keys_of_any_kind(kind: pa.DataType) -> None:
    keys = [(n * 7) % 10 for n in range(10) for _ in range(3)]
    values = pa.array([str(k) for k in keys], kind) if "string" in str(kind) else pa.array(keys, pa.int32())
    values = values if "string" in str(kind) else values.cast(kind)
    table = pa.table({"g": values, "y": np.arange(30.0)})
    sums = given(summed(Model("y", (), (Random("g"),)), table))
    assert list(sums.groups[0]) == sorted(sums.groups[0])
    assert_same(sums, plainly(sums.model, table, sums))


def test_names_that_trip_engines() -> None:
    random = np.random.default_rng(8)
    odd = ["at", "a.b", 'say "x"', "`tick`", "^.*$", "Select", "ü; drop"]
    table = pa.table({name: random.normal(size=40) for name in odd} | {"group": np.arange(40) // 4})
    model = Model(odd[0], tuple(odd[1:]), (Random("group"),))
    for engine in ("duckdb", "polars"):
        sums = given(summed(model, table, engine))
        assert_same(sums, plainly(model, table, sums))


# --- numbers that mislead ---------------------------------------------------------------------------------------------
def misleading() -> pa.Table:
    """Ten thousand groups of three; what the first 20,000 rows say of a and b is not so of the rest."""
    random = np.random.default_rng(2)
    group = np.arange(30_000) // 3
    a = np.where(group < 8000, group % 2, random.normal(size=30_000))
    b = np.where(group < 8000, 0.0, random.normal(4e9, 3, 30_000))
    return pa.table({"group": group, "a": a, "b": b, "y": random.normal(size=30_000)})


def test_a_column_that_begins_to_vary_late_is_not_taken_for_constant() -> None:
    table, model = misleading(), Model("y", ("a",), (Random("group"),))
    sums = given(summed(model, table))
    assert_same(sums, plainly(model, table, sums))


def test_first_rows_that_mislead_are_made_good_by_another_scan() -> None:
    table, model = misleading().slice(0, 30_000), Model("b", ("a",), (Random("group"),))
    empty = pa.array([None if n < 24_000 else v for n, v in enumerate(table.column("b").to_pylist())])
    table = table.set_column(2, "b", empty)
    sums, dropped, _ = summed(model, table)  # type: ignore[misc]
    assert dropped == (Dropped(24_000, "'b' is empty"),)
    assert abs(sums.total[0, 2] / sums.count) < 0.1 and 5 < sums.total[2, 2] / sums.count < 15
    assert sums.shift[2] == pytest.approx(4e9)


def test_numbers_too_large_to_square_are_said() -> None:
    wild = [1.0] * 20_000 + [1e300, -1e300, 2.0]
    table = pa.table({"g": np.arange(20_003) // 2, "x": wild, "y": np.arange(20_003.0)})
    found = summed(Model("y", ("x",), (Random("g"),)), table)
    assert isinstance(found, NotFitted) and "'x'" in found.reason and "too large" in found.reason


# --- rows left out ----------------------------------------------------------------------------------------------------
def test_rows_that_cannot_be_used_are_left_out_together_and_counted() -> None:
    table = pa.table(
        {
            "g": ["a", "a", "a", "b", "b", "b", None, "b"],
            "x": [1.0, None, 2.0, float("nan"), 4.0, 5.0, 6.0, 9.0],
            "y": [1.0, 2.0, 3.0, 4.0, float("inf"), None, 7.0, 8.0],
        }
    )
    model = Model("y", ("x",), (Random("g"),))
    sums, dropped, _ = summed(model, table)  # type: ignore[misc]
    assert {one.why: one.rows for one in dropped} == {
        "'y' is empty": 1,
        "'y' is no finite number": 1,
        "'x' is empty": 1,
        "'x' is no finite number": 1,
        "'g' is empty": 1,
    }
    assert_same(sums, plainly(model, table.take([0, 2, 7]), sums))


def test_no_row_left_names_the_column_to_look_at() -> None:
    table = pa.table(
        {"g": [1, 2, 3], "y": pa.array([None, None, 1.0], pa.float64()), "x": pa.nulls(3, pa.float64())}
    )
    found = summed(Model("y", ("x",), (Random("g"),)), table)
    assert isinstance(found, NotFitted) and found.rows == 3 and "'y' is empty (2 rows)" in found.do


@pytest.mark.parametrize(("rows", "said"), [(0, "no rows"), (1, "One row only")])
def test_too_little(rows: int, said: str) -> None:
    found = summed(Model("y", (), (Random("client"),)), service().slice(0, rows))
    assert isinstance(found, NotFitted) and said in found.reason


def test_a_client_with_two_therapists_is_refused_with_counts() -> None:
    table = pa.table({"c": [1, 1, 2, 2, 3, 3], "t": ["a", "b", "a", "a", "b", "a"], "y": np.arange(6.0)})
    found = summed(Model("y", (), (Random("c"), Random("t"))), table)
    assert isinstance(found, NotFitted)
    assert found.reason == "2 of 3 in 'c' come with more than one 't'."
    assert "unique" in found.do and "leave out 't'" in found.do


def test_a_therapist_in_two_services_is_refused() -> None:
    table = pa.table({"c": [1, 1, 2, 2], "t": [1, 1, 1, 1], "s": ["n", "n", "m", "m"], "y": np.arange(4.0)})
    found = summed(Model("y", (), (Random("c"), Random("t"), Random("s"))), table)
    assert isinstance(found, NotFitted) and found.reason == "1 of 1 in 't' comes with more than one 's'."


# --- what is asked ----------------------------------------------------------------------------------------------------
def test_all_wrong_columns_are_named_at_once_with_near_names() -> None:
    model = Model("why", ("sesion", "client"), (Random("x"), Random("Therapist", ("1", "sesion"))))
    with pytest.raises(Faults) as told:
        summed(model, service())
    said = str(told.value)
    assert "Did you mean session?" in said and "Did you mean therapist?" in said and "'why'" in said
    assert "'client' holds string, no numbers" in said
    assert "'x' holds double, which cannot tell groups apart" in said


def test_names_that_differ_by_capitals_only_are_refused() -> None:
    table = pa.table({"x": [1.0, 2.0], "X": [1.0, 2.0], "y": [1.0, 3.0]})
    with pytest.raises(Faults, match="one name in small letters"):
        summed(Model("y", ("x",)), table)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pq.write_table(service(5000), whole)
    content = bytearray(whole.read_bytes())
    (tmp_path / "cut.parquet").write_bytes(content[:3000])
    (tmp_path / "empty.parquet").write_bytes(b"")
    (tmp_path / "nothing").mkdir()
    for name, said in (
        ("cut.parquet", "cannot be read as a Parquet file"),
        ("empty.parquet", "it is empty"),
        ("none.parquet", "no such file"),
        ("nothing", "holds no Parquet file"),
    ):
        with pytest.raises(Faults, match=said):
            summed(Model("y"), tmp_path / name)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_file_damaged_inside_is_said_not_thrown(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "damaged.parquet"
    pq.write_table(service(50_000), path, row_group_size=25_000)
    content = bytearray(path.read_bytes())
    middle = len(content) * 3 // 4
    content[middle : middle + 4000] = b"\xff" * 4000
    path.write_bytes(content)
    with pytest.raises(Faults, match="damaged"):
        summed(THREE, path, engine)


def test_files_of_one_folder_must_hold_the_same_kinds(tmp_path):
    """DuckDB would round 2.7 to 3 where the first file holds whole numbers."""
    for name, values in (("a", [1, 2]), ("b", [2.7, 3.6])):
        pq.write_table(pa.table({"y": values, "g": [1, 2]}), tmp_path / f"{name}.parquet")
    with pytest.raises(Faults) as refused:
        summed(Model("y", (), (Random("g"),)), tmp_path)
    assert "b.parquet: column 'y' holds double, but int64 in a.parquet." in str(refused.value)
    pq.write_table(pa.table({"why": ["x"], "g": ["x"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"y": pa.nulls(1), "g": ["x"]}), tmp_path / "b.parquet")
    with pytest.raises(Faults) as refused:
        summed(Model("y", (), (Random("g"),)), tmp_path)
    assert "a.parquet: there is no column 'y'. Did you mean why?" in str(
        refused.value
    ) or "There are: why" in str(refused.value)
    assert "b.parquet: column 'y' is empty in every row." in str(refused.value)
