"""What a patient is asked, in plain words and order: ``interview/patient.yaml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from foramen.errors import KnowledgeError

if TYPE_CHECKING:
    from foramen.knowledge.schema import Finding

FILE = "interview/patient.yaml"


@dataclass(frozen=True, slots=True)
class Area:
    """A place of the body picture with the findings that pain and numbness there mean. ``mid``: without a side."""

    id: str
    name: str
    pain: str
    numb: str = ""
    mid: bool = False


@dataclass(frozen=True, slots=True)
class PatientQuestion:
    """One finding as a patient is asked for it.

    ``answers``: words by state. ``sex``, ``ages``: whom it is asked; empty for all. ``needs``: what the finding
    supposes; one of them was answered yes. ``yes_only``: not seeing it says nothing.
    """

    finding: str
    ask: str
    help: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    sex: str = ""
    ages: tuple[float, ...] = ()
    needs: tuple[str, ...] = ()
    yes_only: bool = False

    def suits(self, age: float | None, sex: str | None, present: Collection[str]) -> bool:
        """Whether it makes sense for a person of whom these findings are known to be present."""
        if self.sex and sex and sex != self.sex:
            return False
        if self.ages and age is not None and not self.ages[0] <= age <= self.ages[1]:
            return False
        return not self.needs or any(name in present for name in self.needs)


@dataclass(frozen=True, slots=True)
class PatientWords:
    """The file: places, questions by finding, the first ones in order, and what is not asked, with the reason."""

    areas: tuple[Area, ...] = ()
    questions: Mapping[str, PatientQuestion] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    not_asked: Mapping[str, str] = field(default_factory=dict)


def parse_patient(raw: Any, findings: Mapping[str, Finding]) -> PatientWords:
    """The file, checked; empty where a knowledge folder has none. Raises ``KnowledgeError`` naming the key."""
    if not raw:
        return PatientWords()
    try:
        areas = tuple(Area(**row) for row in raw["areas"])
        questions = {name: _question(name, body, findings) for name, body in raw["questions"].items()}
        words = PatientWords(areas, questions, tuple(raw["first"]), dict(raw["not_asked"]))
    except KeyError as error:
        raise KnowledgeError(f"{FILE}: key or finding {error} is missing") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise KnowledgeError(f"{FILE}: not of the documented form ({error})") from None
    named = {*words.not_asked, *(n for a in areas for n in (a.pain, a.numb) if n)}
    if unknown := named - set(findings):
        raise KnowledgeError(f"{FILE}: unknown findings {sorted(unknown)}")
    if unknown := set(words.first) - set(questions):
        raise KnowledgeError(f"{FILE}/first: without a question {sorted(unknown)}")
    return words


def _question(name: str, body: Mapping[str, Any], findings: Mapping[str, Finding]) -> PatientQuestion:
    finding = findings[name]
    answers = {str(k): str(v) for k, v in body.get("answers", {}).items()}
    if len(finding.states) > 2 and set(answers) != set(finding.states):
        raise KnowledgeError(f"{FILE}/questions/{name}/answers: needs words for {', '.join(finding.states)}")
    only = body.get("only", {})
    if unknown := set(body) - {"ask", "help", "answers", "only", "yes_only"}:
        raise KnowledgeError(f"{FILE}/questions/{name}: unknown keys {sorted(unknown)}")
    return PatientQuestion(
        name,
        str(body.get("ask") or finding.question),
        str(body.get("help", "")),
        answers,
        str(only.get("sex", "")),
        tuple(float(x) for x in only.get("age", ())),
        finding.supposes,
        bool(body.get("yes_only", False)),
    )
