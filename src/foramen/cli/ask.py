"""``foramen ask``: an interview on the terminal, red flags first, then always what would tell most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foramen.anatomy import SETTINGS, SEXES
from foramen.cli.assess import assess_case, show
from foramen.cli.screen import heading, screen
from foramen.errors import CaseError, ContradictionError

if TYPE_CHECKING:
    from foramen.assessment.result import Assessment, NextFinding
    from foramen.case import Case
    from foramen.cli.interview import Terminal
    from foramen.knowledge.schema import Knowledge

ENOUGH = 0.02  # bits: below this no single answer is expected to change much
MOST = 60  # questions
QUICK = 8  # draws while asking; the last assessment takes the usual number
COMPLAINTS = (
    "pain_back", "pain_buttock", "pain_groin", "pain_leg", "numb_leg", "weakness_reported",
    "walking_distance_limited",
)  # fmt: skip


def command(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to save the case (YAML).")] = None,
    examination: Annotated[
        bool, typer.Option(help="Also ask for examination findings, or only what the patient can answer.")
    ] = True,
    full: Annotated[bool, typer.Option("--full", help="Show the assessment with nothing left out.")] = False,
) -> None:
    """Ask about a patient, one question at a time, save the case and assess it."""
    target = out or _free_name()
    if out is not None and out.exists():
        raise CaseError("this file exists already", field="--out", given=str(out), cure="Choose another name.")
    if not target.absolute().parent.is_dir():
        raise CaseError("no such folder", field="--out", given=str(target.parent))
    case = _interview(target, examination)
    show(assess_case(case), full=full)


def _short(name: str) -> str:
    """``Leg pain`` for ``Leg pain, place not stated``."""
    return name.removesuffix(", place not stated")


def _free_name() -> Path:
    names = ["case.yaml", *(f"case-{i}.yaml" for i in range(2, 1000))]
    return next((Path(n) for n in names if not Path(n).exists()), Path(names[-1]))


def _interview(target: Path, examination: bool) -> Case:
    from foramen.case import Case
    from foramen.cli.interview import Finish
    from foramen.records.case_writer import write_case

    session = _Session(Case(id=target.stem), examination)
    try:
        session.run()
    except Finish:
        pass
    finally:  # an interrupted interview is not lost
        if session.case.observations or session.case.age is not None:
            write_case(session.case, target)
            session.console.print(f"\nSaved to {target}.\n")
    return session.case


class _Session:
    """The state of one interview: the case so far and what was asked."""

    def __init__(self, case: Case, examination: bool) -> None:
        from foramen.cli.interview import Terminal
        from foramen.knowledge.loader import load_knowledge

        self.case = case
        self.burdens = ("question", "examination") if examination else ("question",)
        self.console = screen()
        self.knowledge: Knowledge = load_knowledge()
        self.terminal: Terminal = Terminal(say=self.console.print, read=lambda hint: input(f"  {hint} > "))
        self.asked: set[str] = set()
        self.alarmed = False

    def run(self) -> None:
        """All questions, until nothing would change much. Raises ``interview.Finish`` when told to stop."""
        self.console.print("Answer y or n; left, right or both (left: left only); ? where it is not known.")
        self.console.print("q finishes at any time; what was answered is saved and assessed.")
        self._context()
        self._complaints()
        assessment = self._red_flags()
        for _ in range(MOST):
            best = self._best(assessment)
            if best is None:
                self.console.print("\nNo further question is expected to change the answer much.")
                return
            self._heading("Next question", f"bears on: {best.could_change}")
            assessment = self._ask(best.finding, best.question, best.how) or assessment

    def _heading(self, words: str, note: str = "") -> None:
        self.console.print(heading(words, note))

    def _context(self) -> None:
        from foramen.cli.interview import UNKNOWN

        self._heading("The patient")
        self.console.print("How old, in years?")
        ages = {str(n): str(n) for n in range(121)}
        age = self.terminal.pick("0-120/?", {**ages, **UNKNOWN})
        self.case = replace(self.case, age=None if age == "?" else float(age))
        self.console.print("Sex?")
        sex = self.terminal.choose(SEXES)
        self.console.print("Where do you see the patient?")
        setting = self.terminal.choose(SETTINGS)
        self.case = replace(
            self.case,
            sex=None if sex is None else SEXES[sex],
            setting=None if setting is None else SETTINGS[setting],
        )

    def _complaints(self) -> None:
        self._heading("The complaint", "what brings the patient")
        known: dict[str, Any] = {**self.knowledge.findings, **self.knowledge.composites}
        offered = [known[name] for name in COMPLAINTS if name in known]
        for index in self.terminal.several([_short(f.name) for f in offered]):
            finding = offered[index]
            if finding.site == "side":
                self.console.print(f"{_short(finding.name)}: which side?")
                self._ask(finding.id, "", "")
            else:
                self._add(finding.id, [self._present(finding.id)])

    def _present(self, name: str) -> Any:
        from foramen.case import Observation

        return Observation(name, "present")

    def _red_flags(self) -> Assessment:
        assessment = assess_case(self.case, draws=QUICK)
        topic = ""
        # looked up anew after each answer: without weakness, its course need not be asked
        while (row := self._open_flag(assessment)) is not None:
            name = str(row["finding"])
            if str(row.get("topic_name", "red flags")) != topic:
                topic = str(row.get("topic_name", "red flags"))
                self._heading("Red flags", topic)
            assessment = self._ask(name, str(row.get("question", "")), "") or assessment
        return assessment

    def _open_flag(self, assessment: Assessment) -> Mapping[str, Any] | None:
        for row in assessment.urgency.not_yet_asked:
            if row.get("finding") in self.knowledge.findings and row["finding"] not in self.asked:
                return row
        return None

    def _best(self, assessment: Assessment) -> NextFinding | None:
        for n in assessment.next_findings:
            if n.gain >= ENOUGH and n.burden in self.burdens and n.finding not in self.asked:
                return n
        return None

    def _ask(self, name: str, question: str, how: str) -> Assessment | None:
        """Ask about a finding; the new assessment, or None where the answer is not known."""
        from foramen.cli.interview import ask_finding

        if question:
            self.console.print(question)
        if how:
            self.console.print(f"({how})", style="dim")
        finding = self.knowledge.findings.get(name) or self.knowledge.composites[name]
        self.asked.add(name)
        return self._add(name, ask_finding(self.terminal, finding))

    def _add(self, name: str, found: list[Any]) -> Assessment | None:
        self.asked.add(name)
        if not found:
            return None
        before = self.case
        self.case = replace(before, observations=(*before.observations, *found))
        try:
            assessment = assess_case(self.case, draws=QUICK)
        except ContradictionError as error:
            self.case = before
            self.console.print(f"This contradicts an earlier answer and is left out. {error}")
            return None
        self._alarm(assessment)
        return assessment

    def _alarm(self, assessment: Assessment) -> None:
        """Say an emergency at once, the first time it shows."""
        if assessment.urgency.level == "emergency" and not self.alarmed:
            from foramen.cli.render import banner

            self.alarmed = True
            self.console.print(banner(assessment.urgency))
            self.console.print("Act on this now. The questions may go on; q finishes.")
