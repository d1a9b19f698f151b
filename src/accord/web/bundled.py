"""Vega for the interactive pictures: from the wheel of vl-convert into the data folder, so that nothing is fetched."""

from importlib.metadata import version
from pathlib import Path

from accord.web.configuration import configuration


def folder() -> Path:
    """Where bundled files lie; the static address `bundled/` serves them."""
    return (configuration().data / "bundled").resolve()


def script() -> Path:
    """The file with Vega, Vega-Lite and the embedder in it."""
    return folder() / "vega.js"


def write() -> Path:
    """Write the script where it is not there yet in this version, and return its place; cheap when it is."""
    path, mark = script(), f"/* vl-convert {version('vl-convert-python')} */\n"
    if not _starts_with(path, mark):
        import vl_convert

        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".new")
        # In a function of its own: the bundle's short names would else become names of the whole page.
        half.write_text(f"{mark}(function(){{{vl_convert.javascript_bundle()}}})();\n", encoding="utf-8")
        half.replace(path)
    return path


def _starts_with(path: Path, mark: str) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(len(mark)) == mark
    except OSError:
        return False
