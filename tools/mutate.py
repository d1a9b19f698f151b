"""Break what mutmut leaves alone, one thing at a time, and name what no test notices.

mutmut changes plain functions only. The numbers that rules stand on are constants at the top of a module, some of their
logic is in properties, and the source of the dip filter is compiled, which mutmut's wrappers cannot be: these are
changed here. Each change lives in a forked process and never touches a file. `make mutate` runs both;
`python tools/mutate.py rules/slide scalar` only the files whose path contains a word.
"""

import ast
import os
import resource
import signal
import sys
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from fnmatch import fnmatch
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WHOLE = ("src/accord/signals/dip/scalar.py",)  # all of it, not only what mutmut leaves alone
# The tests that judge, by what the path of the broken file holds; the first that fits.
TESTS = {
    "dip/scalar": [
        "tests/signals/dip/test_filter.py",
        "tests/signals/dip/test_smooth.py",
        "tests/signals/test_rules.py",
    ],
    "dip/threshold": ["tests/signals/dip/test_threshold.py", "tests/signals/dip/test_learning.py"],
    "dip/": [
        *(f"tests/signals/dip/test_{one}.py" for one in ("track", "filter", "smooth")),
        "tests/signals/test_rules.py",
    ],
    "": ["tests/signals", "--ignore=tests/signals/dip", "--ignore=tests/signals/test_any_course.py"],
}
MEMORY = 6 * 2**30  # bytes; a loop that no longer ends must not take the machine's
SECONDS = 60  # then a change is taken to loop for ever, which a person would notice

COMPARE = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
           ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}  # fmt: skip
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult}
Change = Callable[[], None]


def changes(node: ast.AST) -> Iterator[Change]:
    """The ways to break one node of the syntax tree, each a function that does it."""
    match node:
        case ast.Constant(value=bool(value)):
            yield lambda: setattr(node, "value", not value)
        case ast.Constant(value=int(value)):
            yield lambda: setattr(node, "value", value + 1)
            yield lambda: setattr(node, "value", value - 1)
        case ast.Constant(value=float(value)):
            yield lambda: setattr(node, "value", float(f"{value * 1.1:.6g}") if value else 1.0)
            yield lambda: setattr(node, "value", float(f"{value * 0.9:.6g}") if value else -1.0)
        case ast.Compare(ops=ops):
            for place, one in enumerate(ops):
                yield lambda place=place, one=one: ops.__setitem__(place, COMPARE[type(one)]())
        case ast.BinOp(op=op) if type(op) in ARITHMETIC:
            yield lambda: setattr(node, "op", ARITHMETIC[type(op)]())
        case ast.BoolOp(op=op):
            yield lambda: setattr(node, "op", ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield lambda: setattr(node, "op", ast.UAdd())
        case ast.UnaryOp(op=ast.USub()):
            yield lambda: setattr(node, "op", ast.UAdd())
        case ast.IfExp():
            yield lambda: setattr(node, "test", ast.Constant(value=True))
            yield lambda: setattr(node, "test", ast.Constant(value=False))


def left_alone(tree: ast.Module, whole: bool) -> Iterator[ast.AST]:
    """What mutmut does not change: values at the top of a module or class, and functions with a decorator."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.ClassDef):
            waiting = [*node.body, *waiting]
        elif isinstance(node, ast.FunctionDef) and (node.decorator_list or whole):
            yield from (part for line in node.body for part in ast.walk(line))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            yield from ast.walk(node.value)


def mutants(path: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every broken version of a file, with what was done to it: ``line: before -> after``."""
    whole = str(path.relative_to(ROOT)) in WHOLE
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(left_alone(tree, whole))
    for place, node in enumerate(nodes):
        for which, _ in enumerate(changes(node)):
            broken = deepcopy(tree)
            there = list(left_alone(broken, whole))[place]
            before = ast.unparse(there)
            list(changes(there))[which]()
            line = getattr(node, "lineno", 0)
            yield f"{line}: {before} -> {ast.unparse(ast.fix_missing_locations(there))}", broken


def survives(path: Path, broken: ast.Module) -> bool:
    """Whether every test passes although this file is broken; in a process of its own."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    plain = SourceFileLoader.get_code
    code = compile(broken, str(path), "exec")
    SourceFileLoader.get_code = lambda self, name: code if Path(self.path) == path else plain(self, name)  # type: ignore[method-assign]
    os._exit(_tested(next(tests for part, tests in TESTS.items() if part in str(path))))


def _tested(tests: list[str]) -> int:
    # Without Django, which rules do not know: a second less for each change.
    plain = ["-c", os.devnull, "--rootdir", str(ROOT), "-p", "no:django", "-p", "no:cacheprovider"]
    try:
        return int(pytest.main(["-x", "-q", "-m", "not slow", *plain, *tests]))
    except BaseException:
        return 1


def files(words: list[str]) -> list[Path]:
    """The files that mutmut has to do with, and those that it cannot; only those with one of the words, if any."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"][
        "only_mutate"
    ]
    found = [one for one in sorted((ROOT / "src").rglob("*.py")) if _listed(one, (*patterns, *WHOLE))]
    return [one for one in found if not words or any(word in str(one.relative_to(ROOT)) for word in words)]


def _listed(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(str(path.relative_to(ROOT)), pattern) for pattern in patterns)


def main(words: list[str]) -> int:
    """Print survivors as they are found, then how many there were of how many; 0 whatever they are."""
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    for name in ("numpy", "scipy.stats", "yaml", "accord.course.course", "accord.instruments.registry"):
        import_module(name)  # once for all; nothing that is broken here
    sys.modules["numba"] = None  # type: ignore[assignment]  # compiling takes ten seconds, and says the same
    if not _unbroken():
        print("The tests fail without any change; mend them first.")
        return 1
    all_, alive = 0, 0
    for path in files(words):
        for what, broken in mutants(path):
            all_ += 1
            if survives(path, broken):
                alive += 1
                print(f"{path.relative_to(ROOT)}:{what}", flush=True)
    print(f"{all_} changes, {all_ - alive} noticed, {alive} not.")
    return 0


def _unbroken() -> bool:
    path = files([])[0]
    return survives(path, ast.parse(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
