"""``foramen assess``: a case in, everything Foramen answers out."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foramen.cli.screen import screen, working

if TYPE_CHECKING:
    from foramen.assessment.result import Assessment
    from foramen.case import Case


class Setting(StrEnum):
    """Where the patient consults (``anatomy.SETTINGS``)."""

    primary_care = "primary_care"
    emergency = "emergency"
    spine_clinic = "spine_clinic"


def command(
    case: Annotated[str, typer.Argument(metavar="CASE.yaml|json|-", help="The case; -: standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Print the assessment as JSON.")] = False,
    setting: Annotated[Setting | None, typer.Option(help="Where the patient consults; overrides the case's.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Nothing left out, with the referral note.")] = False,
    note: Annotated[bool, typer.Option("--note", help="Print the referral note alone.")] = False,
    patient: Annotated[bool, typer.Option("--patient", help="Print the leaflet for the patient alone.")] = False,
    report: Annotated[
        str | None, typer.Option(metavar="FILE", help="An imaging report's text; read into the case.")
    ] = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write the picture of pain over time to a file.")] = None,
    spine: Annotated[
        Path | None, typer.Option("--spine", help="Write the picture of the spine to a file (SVG).")
    ] = None,
) -> None:
    """Assess a case: urgency, cause, level, side, root, culprits, why, what next, and what helps."""
    given = read_source(case)
    if report is not None:
        given = with_report_file(given, report)
    found = assess_case(given, setting)
    if svg is not None:
        write_course(found, svg)
    if spine is not None:
        from foramen.assessment.picture import spine_svg

        _write(spine, spine_svg(found))
    show(found, json=json, full=full, note=note, patient=patient)


def read_source(source: str) -> Case:
    """The case in a file, or on standard input for ``-``. Raises ``CaseError``."""
    from foramen.records.case_file import read_case, read_text
    from foramen.records.plain import LIMIT, decode

    if source == "-":
        return read_text(decode(sys.stdin.buffer.read(LIMIT + 1), "standard input"))
    return read_case(Path(source))


def with_report_file(case: Case, source: str) -> Case:
    """The case with the findings of a report in a file; what was not understood is said on standard error."""
    from foramen.cli.read_report import read_source as read
    from foramen.records.reports.to_case import left_out, with_report

    found = read(source)
    for problem in found.problems:
        print(f"report: {problem}", file=sys.stderr)
    for lost, how in ((found.not_understood, "not understood"), (found.partly_understood, "only partly understood")):
        if lost:
            words = "sentence" if len(lost) == 1 else "sentences"
            print(f"report: {len(lost)} {words} {how}; `foramen read-report` shows them", file=sys.stderr)
    for line in left_out((*found.findings, *found.also)):
        print(f"report: {line}", file=sys.stderr)
    return with_report(case, found)


def assess_case(case: Case, setting: str | None = None, *, draws: int | None = None) -> Assessment:
    """``foramen.assess`` with a waiting sign for the first build of the knowledge."""
    with working("Reading the knowledge and weighing the findings"):
        from foramen.assessment.assess import assess

        chosen = str(setting) if setting else None
        return assess(case, setting=chosen) if draws is None else assess(case, setting=chosen, draws=draws)


def write_course(a: Assessment, target: Path) -> None:
    """Write pain over time as SVG, where there is a course to draw. Raises ``CaseError`` if it cannot be written."""
    from foramen.plan.picture import course_svg

    if a.plan is None or a.plan.course is None:
        print(f"{target}: not written, no published course of pain fits this case", file=sys.stderr)
        return
    _write(target, course_svg(a.plan.course))


def _write(target: Path, text: str) -> None:
    from foramen.errors import CaseError

    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CaseError(f"cannot be written ({error.strerror})", field=str(target)) from None


def show(a: Assessment, *, json: bool = False, full: bool = False, note: bool = False, patient: bool = False) -> None:
    """Print an assessment in the form asked for."""
    if json:
        from json import dumps

        typer.echo(dumps(a.to_dict(), ensure_ascii=False, indent=2, allow_nan=False))
        return
    from foramen.cli.render import print_assessment, print_leaflet, print_note

    if patient:
        print_leaflet(screen(), a)
    elif note:
        print_note(screen(), a)
    else:
        print_assessment(screen(), a, full=full)
