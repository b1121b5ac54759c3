"""``foramen assess``: a case in, everything Foramen answers out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foramen.cli.screen import print_json, screen, working
from foramen.errors import CaseError

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
    _check_options({"--json": json, "--note": note, "--patient": patient}, {"--svg": svg, "--spine": spine})
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


def _check_options(outputs: Mapping[str, bool], files: Mapping[str, Path | None]) -> None:
    """Before any work is done. Raises ``CaseError``."""
    chosen = [option for option, wanted in outputs.items() if wanted]
    if len(chosen) > 1:
        raise CaseError(f"{' and '.join(chosen)} are different outputs", field=chosen[0], cure="Ask for one at a time.")
    named = [file for file in files.values() if file is not None]
    if len(set(named)) < len(named):
        raise CaseError(f"{' and '.join(files)} name the same file", field=next(iter(files)), given=str(named[0]))
    for option, file in files.items():
        if file is not None and is_taken(file):
            raise CaseError("this file exists already", field=option, given=str(file), cure="Choose another name.")


def is_taken(file: Path) -> bool:
    """Whether something of the user's stands there; a device or a pipe is there to be written to."""
    return file.is_file() or file.is_dir()


def read_source(source: str) -> Case:
    """The case in a file, or on standard input for ``-``. Raises ``CaseError``."""
    from foramen.records.case_file import read_case, read_text
    from foramen.records.plain import LIMIT, decode

    if source == "-":
        return read_text(decode(standard_input(LIMIT + 1), "standard input"))
    return read_case(Path(source))


def standard_input(most: int) -> bytes:
    """Up to so many bytes of standard input. Raises ``CaseError`` where there is none."""
    if sys.stdin is None:
        raise CaseError("it is closed", field="standard input", cure="Name a file instead of -.")
    return sys.stdin.buffer.read(most)


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
    try:
        with open(target, "x" if not target.exists() else "w", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise CaseError(f"cannot be written ({error.strerror})", field=str(target)) from None


def show(a: Assessment, *, json: bool = False, full: bool = False, note: bool = False, patient: bool = False) -> None:
    """Print an assessment in the form asked for."""
    if json:
        print_json(a.to_dict())
        return
    from foramen.cli.render import print_assessment, print_leaflet, print_note

    if patient:
        print_leaflet(screen(), a)
    elif note:
        print_note(screen(), a)
    else:
        print_assessment(screen(), a, full=full)
