"""A report as one HTML page: headings in order, tables with headers, pictures inline, nothing from elsewhere."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files

from accord.reports.report import Drawing, Report, Row, Section

VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'


def as_html(report: Report) -> str:
    """The report as HTML, with its style inside."""
    style = (files("accord.reports") / "annual.css").read_text(encoding="utf-8")
    title = escape(f"{report.title}, {report.service}")
    banner = (
        '<p class="banner">Simulated: none of these people or numbers are real.</p>'
        if report.simulated
        else ""
    )
    body = (
        f"<header>{banner}<h1>{escape(report.title)}</h1><p>{escape(report.service)}</p></header>",
        f'<main><p class="lead">{escape(report.lead)}</p>',
        _list(
            f"<strong>{escape(one.title)}</strong> ({escape(one.verdict)}). {escape(one.sentence)}"
            for one in report.findings
        ),
        f'<p class="second">{escape(report.made)}</p>',
        "<h2>What to mind in all of this</h2>",
        _list(map(escape, report.honesty)),
        _contents(report),
        "<h2>Five findings, tested on our own sessions</h2>",
        *(_section(one) for one in report.findings),
        *(("<h2>What else was asked</h2>",) if report.further else ()),
        *(_section(one) for one in report.further),
        "</main>",
    )
    head = f'<meta charset="utf-8">{VIEWPORT}<title>{title}</title><style>{style}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def _contents(report: Report) -> str:
    links = (f'<a href="#{one.id}">{escape(one.title)}</a>' for one in (*report.findings, *report.further))
    return f'<nav aria-label="Contents"><h2>Contents</h2>{_list(links)}</nav>'


def _section(one: Section) -> str:
    looks = "".join(
        f'<p class="look-at"><strong>Look at:</strong> {escape(words)}</p>' for words in one.look_at
    )
    looks += "".join(f'<p class="why">{escape(words)}</p>' for words in one.why)
    notes = (*one.notes, *one.left_out)
    return "".join(
        (
            f'<section id="{one.id}"><h3>{escape(one.title)}</h3>',
            f'<p class="second">{escape(one.verdict.capitalize())}.</p><p>{escape(one.sentence)}</p>{looks}',
            *(_drawing(drawn) for drawn in one.drawings),
            "<h4>Every number</h4>",
            _numbers(one.title, one.rows),
            f"<h4>How it was done</h4><p>{escape(one.method)}</p>",
            f"<h4>What it takes for granted</h4>{_list(map(escape, one.assumptions))}",
            f"<h4>What it cannot tell</h4>{_list(map(escape, one.limits))}",
            f"<h4>To mind</h4>{_list(map(escape, notes))}" if notes else "",
            "</section>",
        )
    )


def _drawing(one: Drawing) -> str:
    """The picture as an image of its own, so that the looks of one never reach another."""
    from base64 import b64encode

    wide, narrow = (
        f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" for svg in (one.svg, one.narrow)
    )
    return (
        f'<figure><figcaption class="second">{escape(one.title)}</figcaption>'
        f'<picture><source media="(max-width: 480px)" srcset="{narrow}">'
        f'<img src="{wide}" alt="{escape(one.alt)}"></picture></figure>'
    )


def _numbers(title: str, rows: Iterable[Row]) -> str:
    head = "".join(
        f'<th scope="col">{one}</th>' for one in ("What", "Here", "Plausibly", "Rests on", "Studies")
    )
    body = "".join(
        f'<tr><th scope="row">{escape(one.what)}</th>'
        + "".join(
            f"<td>{escape(cell) or '–'}</td>" for cell in (one.here, one.interval, one.rests_on, one.studies)
        )
        + "</tr>"
        for one in rows
    )
    label = escape(f"Every number: {title}")
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _list(items: Iterable[str]) -> str:
    found = "".join(f"<li>{one}</li>" for one in items)
    return f"<ul>{found}</ul>" if found else ""
