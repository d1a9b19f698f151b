"""A report on paper: PDF/UA by Typst."""

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Literal

from accord.basics.private import private_folder
from accord.reports.report import Report


def as_pdf(report: Report) -> bytes:
    """The report as PDF/UA: with tags, a title and words for every picture, for those who have it read aloud."""
    return _typst(report, "pdf")[0]


def as_png(report: Report, ppi: float = 72.0) -> list[bytes]:
    """Every page of the PDF as a picture, to look at."""
    return _typst(report, "png", ppi)


def _typst(report: Report, form: Literal["pdf", "png"], ppi: float = 72.0) -> list[bytes]:
    import typst  # loads fonts; only who makes a report waits for it

    with private_folder("report") as folder:
        told = asdict(report)
        for part in ("findings", "further"):
            for section in told[part]:
                for n, one in enumerate(section["drawings"]):
                    one.pop("narrow")
                    one["file"] = f"{section['id']}-{n}.svg"
                    (folder / one["file"]).write_text(one.pop("svg"), encoding="utf-8")
        # A number and its sign stay on one line.
        (folder / "report.json").write_text(json.dumps(told).replace(" %", r"\u00a0%"), encoding="utf-8")
        source = (files("accord.reports") / "annual.typ").read_text(encoding="utf-8")
        (folder / "annual.typ").write_text(source, encoding="utf-8")
        made: bytes | list[bytes] = typst.compile(
            folder / "annual.typ",
            root=folder,
            format=form,
            ppi=ppi,
            ignore_system_fonts=True,
            pdf_standards=["ua-1"] if form == "pdf" else [],
        )
    return made if isinstance(made, list) else [made]
