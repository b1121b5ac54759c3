"""``foramen ask``: an interview on the terminal, red flags first, then always what would tell most."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foramen.anatomy import SETTINGS, SEXES
from foramen.cli.assess import assess_case, show
from foramen.cli.screen import heading, screen, working
from foramen.errors import CaseError, ContradictionError

if TYPE_CHECKING:
    from foramen.assessment.result import NextFinding, UrgencyAnswer
    from foramen.case import Case, Observation
    from foramen.cli.interview import Terminal
    from foramen.inference.engine import Engine
    from foramen.records.reports import ReadReport

MOST = 60  # questions after the red flags
COMPLAINTS = (
    "pain_back",
    "pain_buttock",
    "pain_groin",
    "pain_leg",
    "numb_leg",
    "weakness_reported",
    "walking_distance_limited",
)


def command(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to save the case (YAML).")] = None,
    examination: Annotated[
        bool, typer.Option(help="Also ask for examination findings, or only what the patient can answer.")
    ] = True,
    report: Annotated[
        str | None, typer.Option(metavar="FILE", help="An imaging report's text; read into the case.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Show the assessment with nothing left out.")] = False,
) -> None:
    """Ask about a patient, one question at a time, save the case and assess it."""
    target = out or _free_name()
    if out is not None and out.exists():
        raise CaseError("this file exists already", field="--out", given=str(out), cure="Choose another name.")
    if not target.absolute().parent.is_dir():
        raise CaseError("no such folder", field="--out", given=str(target.parent))
    case = _interview(target, examination, report)
    show(assess_case(case), full=full)


def _free_name() -> Path:
    names = ["case.yaml", *(f"case-{i}.yaml" for i in range(2, 1000))]
    return next((Path(n) for n in names if not Path(n).exists()), Path(names[-1]))


def _interview(target: Path, examination: bool, report: str | None) -> Case:
    from foramen.case import Case
    from foramen.cli.interview import Finish
    from foramen.cli.read_report import read_source
    from foramen.records.case_writer import write_case

    read = read_source(report) if report else None
    session = Session(Case(id=target.stem), examination, read)
    try:
        session.run()
    except Finish:
        pass
    finally:  # an interrupted interview is not lost
        if session.case.observations or session.case.age is not None:
            write_case(session.case, target)
            session.console.print(f"\nSaved to {target}.\n", soft_wrap=True)
    return session.case


def _short(name: str) -> str:
    """``Leg pain`` for ``Leg pain, place not stated``."""
    return name.removesuffix(", place not stated")


def _typed(hint: str) -> str:
    """A line from the terminal. Raises ``EOFError`` at its end, also where standard input is closed."""
    if sys.stdin is None:
        raise EOFError
    return input(f"  {hint} > ")


class Session:
    """One interview: the case so far and what was asked."""

    def __init__(self, case: Case, examination: bool, report: ReadReport | None = None) -> None:
        from foramen.cli.interview import Terminal

        self.case, self.report = case, report
        self.burdens = ("question", "examination") if examination else ("question",)
        self.console = screen()
        self.terminal: Terminal = Terminal(say=self.console.print, read=_typed)
        self.asked: set[str] = set()
        self.alarmed = False
        with working("Building the model"):
            from foramen.assessment.assess import default_engine

            self.engine: Engine = default_engine()
        self.knowledge = self.engine.model.knowledge

    def run(self) -> None:
        """All questions, until nothing would change much. Raises ``interview.Finish`` when told to stop."""
        self.console.print("Answer y or n; left, right or both (left: left only); ? where it is not known.")
        self.console.print("q finishes at any time; what was answered is saved and assessed.")
        self._context()
        if self.report is not None:
            self._confirm(self.report)
        self._complaints()
        self._red_flags()
        self._lists()
        for _ in range(MOST):
            best = self._best()
            if best is None:
                self.console.print("\nNo further question is expected to change the answer much.")
                return
            self._heading("Next question", f"bears on: {best.could_change}")
            self._ask(best.finding, best.question, best.how)

    def add(self, found: Sequence[Observation]) -> bool:
        """Take what was answered into the case; False where it contradicts an earlier answer and is left out."""
        from foramen.assessment.interview import with_answer

        try:
            self.case = with_answer(self.case, found, self.engine)
        except ContradictionError as error:
            self.console.print(f"This contradicts an earlier answer and is left out. {error}")
            return False
        self._alarm()
        return True

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
        self.case = replace(self.case, sex=None if sex is None else SEXES[sex])
        self.console.print("Where do you see the patient?")
        setting = self.terminal.choose(SETTINGS)
        self.case = replace(self.case, setting=None if setting is None else SETTINGS[setting])

    def _confirm(self, report: ReadReport) -> None:
        """Add a report to the case; what it is not sure of is asked."""
        from foramen.cli.interview import UNKNOWN, YES
        from foramen.cli.read_report import partly
        from foramen.records.reports import with_report

        self._heading("The imaging report", "as it was read")
        settled = report
        for f in report.findings:
            if f.certainty == "uncertain":
                place = " ".join(x for x in (f.side, f.level) if x)
                self.console.print(f"The report is not sure: {f.type.replace('_', ' ')} {place}. Is it there?")
                answer = self.terminal.pick("y/n/?", {**YES, **UNKNOWN})
                if answer != "?":
                    settled = settled.answered(f, answer == "yes")
        self.case = with_report(self.case, settled)
        lost = [text for _, _, text in report.not_understood]
        if lost:
            self.console.print(f"Not understood, read these yourself: {'; '.join(lost)}")
        if report.partly_understood:
            left = "; ".join(partly(p) for p in report.partly_understood)
            self.console.print(f"Only partly understood, the words named were not taken up: {left}")
        self._alarm()

    def _complaints(self) -> None:
        from foramen.case import Observation

        self._heading("The complaint", "what brings the patient")
        known: dict[str, Any] = {**self.knowledge.findings, **self.knowledge.composites}
        offered = [known[name] for name in COMPLAINTS if name in known]
        for index in self.terminal.several([_short(f.name) for f in offered]):
            finding = offered[index]
            if finding.site == "side":
                self._ask(finding.id, f"{_short(finding.name)}: which side?", "")
            else:
                self.asked.add(finding.id)
                self.add([Observation(finding.id, "present")])

    def _red_flags(self) -> None:
        topic = ""
        # looked up anew after each answer: without weakness, its course need not be asked
        while (row := self._open_flag()) is not None:
            if str(row["topic_name"]) != topic:
                topic = str(row["topic_name"])
                self._heading("Red flags", topic)
            self._ask(str(row["finding"]), str(row["question"]), "")

    def _lists(self) -> None:
        """Medicines and conditions, which treatments are checked against; what is not recognised is said."""
        from foramen.records.listed import read_lists

        self._heading("Medicines and conditions", "treatments are checked against them")
        for kind in ("medicine", "condition"):
            self.console.print(f"Which {kind}s? All of them, as far as known.")
            names = self.terminal.names()
            if names is None:
                continue
            changed: dict[str, Any] = {f"{kind}s": names, f"{kind}s_complete": True}
            self.case = replace(self.case, **changed)
            for unknown in (u for u in read_lists(self.case, self.knowledge).unmatched if u.kind == kind):
                near = f" (did you mean {unknown.nearest}?)" if unknown.nearest else ""
                self.console.print(f"  not recognised: {unknown.name}{near}")
        self._alarm()

    def _urgency(self) -> UrgencyAnswer:
        from foramen.assessment.interview import rules_urgency

        return rules_urgency(self.case, self.engine)

    def _open_flag(self) -> Mapping[str, Any] | None:
        from foramen.assessment.interview import open_flags

        return next(iter(open_flags(self._urgency(), self.asked, self.engine)), None)

    def _best(self) -> NextFinding | None:
        """The unasked finding that would tell most, None where none tells enough."""
        from foramen.assessment.interview import best_questions

        return next(iter(best_questions(self.case, self.engine, self.asked, self.burdens)), None)

    def _ask(self, name: str, question: str, how: str) -> None:
        from foramen.cli.interview import ask_finding

        self.console.print(question)
        if how:
            self.console.print(f"({how})", style="dim")
        self.asked.add(name)
        found = ask_finding(self.terminal, self.knowledge.findings.get(name) or self.knowledge.composites[name])
        if found:
            self.add(found)

    def _alarm(self) -> None:
        """Say an emergency at once, the first time it shows."""
        urgency = self._urgency()
        if urgency.level == "emergency" and not self.alarmed:
            from foramen.cli.render import banner

            self.alarmed = True
            self.console.print(banner(urgency))
            self.console.print("Act on this now. The questions may go on; q finishes.")
