"""Parse treatments, conditions, medicines, guidelines, courses and imaging advice; every fault names its file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from foramen.errors import KnowledgeError, nearest_match
from foramen.knowledge import plan_schema as kinds
from foramen.knowledge.medicine_names import BRANDS, brand_names, with_brands
from foramen.knowledge.numbers import Figure, parse_number
from foramen.knowledge.plan_schema import PlanKnowledge
from foramen.knowledge.schema import Cause, Finding

T = TypeVar("T")
WHEN = ("condition", "medicine", "age_at_least", "age_below", "finding")
# words for several causes at once, used in `causes`
BACK_PAIN = ("nonspecific_low_back_pain", "disc_degeneration", "facet_pain", "sacroiliac_joint_pain")
ROOT_PAIN = (
    "disc_herniation", "spondylosis_osteophyte", "isthmic_spondylolisthesis", "degenerative_spondylolisthesis",
    "lateral_recess_stenosis", "synovial_cyst", "ligamentum_flavum_cyst", "postoperative_scar",
)  # fmt: skip


class PlanReader:
    """Knows what the plan's files may refer to. All methods raise ``KnowledgeError``."""

    def __init__(
        self,
        figures: Mapping[str, Figure],
        causes: Mapping[str, Cause],
        findings: Mapping[str, Finding],
        rules: Iterable[str],
        composites: Iterable[str] = (),
    ) -> None:
        self.all_figures, self.all_causes = figures, causes
        self.findings, self.rules = findings, set(rules)
        self.named = {*findings, *composites}

    def figure(self, key: object, where: str) -> Figure:
        if key not in self.all_figures:
            near = nearest_match(key, self.all_figures)
            raise KnowledgeError(
                f"{where}: no figure {key!r} in sources/" + (f"; did you mean {near}?" if near else "")
            )
        return self.all_figures[str(key)]

    def figures(self, keys: Iterable[object] | None, where: str) -> tuple[str, ...]:
        return tuple(self.figure(key, where).id for key in keys or ())

    def causes(self, names: Iterable[str] | None, where: str) -> frozenset[str]:
        out: set[str] = set()
        for name in names or ():
            words = {"any": tuple(self.all_causes), "root_pain": ROOT_PAIN, "back_pain": BACK_PAIN}
            members = words.get(name) or tuple(
                c.id for c in self.all_causes.values() if c.id == name or name.removeprefix("@") in c.groups
            )
            if not members:
                raise KnowledgeError(f"{where}: {name!r} is neither a cause nor a group of causes")
            out.update(members)
        return frozenset(out)

    def known(self, names: Iterable[str] | None, allowed: Iterable[str], where: str) -> tuple[str, ...]:
        """The names, each one of those allowed."""
        choices = set(allowed)
        for name in names or ():
            if name not in choices:
                near = nearest_match(name, choices)
                raise KnowledgeError(f"{where}: unknown {name!r}" + (f"; did you mean {near!r}?" if near else ""))
        return tuple(names or ())

    def one(self, value: Any, allowed: Iterable[str], where: str) -> str:
        return self.known([str(value)], allowed, where)[0]


def parse_plan(raw: Mapping[str, Any], reader: PlanReader) -> PlanKnowledge:
    """All of the plan's files. Raises ``KnowledgeError`` naming file and key."""
    facts = _files(raw, "conditions/", reader, _fact)
    brands = brand_names(raw.get(BRANDS) or {})
    medicines = with_brands(_files(raw, "medicines/", reader, _medicine), brands)
    guidelines = _files(raw, "guidelines/", reader, _guideline)
    plan = PlanKnowledge(
        treatments=_files(raw, "treatments/", reader, _treatment),
        facts=facts,
        medicines=medicines,
        medicine_names=brands,
        guidelines=guidelines,
        courses=_files(raw, "course/", reader, _course),
        imaging=_files(raw, "imaging_advice/", reader, _imaging),
    )
    _check_references(plan, reader)
    return plan


def _files(
    raw: Mapping[str, Any], folder: str, reader: PlanReader, parse: Callable[[Mapping[str, Any], str, PlanReader], T]
) -> dict[str, T]:
    out: dict[str, T] = {}
    for name, body in raw.items():
        if not name.startswith(folder):
            continue
        try:
            if f"{folder}{body['id']}.yaml" != name:
                raise KnowledgeError(f"{name}: its id {body['id']!r} is not the name of the file")
            out[str(body["id"])] = parse(body, name, reader)
        except KeyError as error:
            raise KnowledgeError(f"{name}: key {error} is missing") from None
        except (TypeError, AttributeError, ValueError) as error:
            raise KnowledgeError(f"{name}: not of the documented form ({error})") from None
    return out


def _treatment(body: Mapping[str, Any], name: str, r: PlanReader) -> kinds.Treatment:
    rows = {key: body.get(key) or () for key in ("effects", "stances", "harms", "contraindications", "indications")}
    if not (rows["effects"] or body.get("no_trials") or body["family"] in ("referral", "emergency")):
        raise KnowledgeError(f"{name}: effects, or no_trials saying that none were found")
    return kinds.Treatment(
        id=str(body["id"]),
        name=str(body["name"]),
        names=tuple(str(n).lower() for n in body["names"]),
        family=r.one(body["family"], kinds.FAMILIES, f"{name}/family"),
        drug=bool(body.get("drug", False)),
        gate=bool(body.get("gate", False)),
        clearance=bool(body.get("clearance", True)),
        beside_emergency=bool(body.get("beside_emergency", False)),
        taper=bool(body.get("taper", False)),
        what=str(body["what"]).strip(),
        plain=str(body["plain"]).strip(),
        use=tuple(_use(row, f"{name}/use/{i}", r) for i, row in enumerate(body["use"])),
        effects=tuple(_effect(row, f"{name}/effects/{i}", r) for i, row in enumerate(rows["effects"])),
        no_trials=str(body.get("no_trials") or "").strip(),
        stances=tuple(_stance(row, f"{name}/stances/{i}", r) for i, row in enumerate(rows["stances"])),
        harms=tuple(
            kinds.Harm(str(row["words"]), r.figure(row["figure"], f"{name}/harms/{i}").id if "figure" in row else "")
            for i, row in enumerate(rows["harms"])
        ),
        contraindications=tuple(
            _contraindication(row, f"{name}/contraindications/{i}", r)
            for i, row in enumerate(rows["contraindications"])
        ),
        monitor=tuple(str(x) for x in body.get("monitor") or ()),
        indications=tuple(
            kinds.Indication(
                str(row["when"]),
                str(row.get("timing") or ""),
                r.figure(row["figure"], f"{name}/indications/{i}").id if row.get("figure") else "",
            )
            for i, row in enumerate(rows["indications"])
        ),
        lacking=str(body.get("lacking") or "").strip(),
        same_way=tuple(body.get("same_way") or ()),
        akin=tuple(body.get("akin") or ()),
    )


def _use(row: Mapping[str, Any], where: str, r: PlanReader) -> kinds.Use:
    return kinds.Use(
        causes=r.causes(row["causes"], where),
        step=r.one(row["from"], kinds.STEPS, f"{where}/from"),
        stages=r.known(row.get("stages") or kinds.STAGES, kinds.STAGES, f"{where}/stages"),
        role=r.one(row["role"], kinds.ROLES, f"{where}/role"),
        needs=tuple(row.get("needs") or ()),
        needs_any=tuple(row.get("needs_any") or ()),
        why=str(row["why"]),
        figures=r.figures(row.get("figures"), where),
        if_present=tuple(row.get("if_present") or ()),
    )


def _effect(row: Mapping[str, Any], where: str, r: PlanReader) -> kinds.Effect:
    if row["population"] == "other" and not row.get("causes"):
        raise KnowledgeError(f"{where}: an effect in another population says in which causes")
    return kinds.Effect(
        figure=r.figure(row["figure"], where),
        population=r.one(row["population"], kinds.POPULATIONS, where),
        outcome=r.one(row["outcome"], kinds.OUTCOMES, where),
        scale=r.one(row["scale"], kinds.SCALES, where),
        weeks=None if row["weeks"] is None else float(row["weeks"]),
        comparator=str(row["comparator"]),
        certainty=r.one(row["certainty"], kinds.CERTAINTIES, where),
        words=str(row["words"]),
        stages=r.known(row.get("stages") or kinds.STAGES, kinds.STAGES, f"{where}/stages"),
        causes=r.causes(row.get("causes"), f"{where}/causes"),
    )


def _stance(row: Mapping[str, Any], where: str, r: PlanReader) -> kinds.Stance:
    return kinds.Stance(
        guideline=str(row["guideline"]),
        about=r.one(row["about"], (*kinds.ABOUT, *r.all_causes), f"{where}/about"),
        stages=r.known(row.get("stages") or kinds.STAGES, kinds.STAGES, where),
        stance=r.one(row["stance"], kinds.STANCES, where),
        figure=r.figure(row["figure"], where).id,
        words=str(row["words"]),
    )


def _counted(when: Mapping[str, Any], where: str, r: PlanReader) -> kinds.Contraindication:
    row = {"when": when, "effect": "care", "why": "", "assumption": "counted with others"}
    return _contraindication(row, where, r)


def _contraindication(row: Mapping[str, Any], where: str, r: PlanReader) -> kinds.Contraindication:
    ((kind, value),) = row["when"].items()
    r.one(kind, WHEN, f"{where}/when")
    if ("figure" in row) == ("assumption" in row):
        raise KnowledgeError(f"{where}: a figure, or an assumption with its reason")
    if kind == "finding":
        r.one(value, r.findings, f"{where}/when")
    return kinds.Contraindication(
        kind=str(kind),
        value=float(value) if kind.startswith("age_") else str(value),
        effect=r.one(row["effect"], ("blocked", "care"), where),
        why=str(row["why"]),
        figure=r.figure(row["figure"], where).id if "figure" in row else "",
        assumption=str(row.get("assumption") or ""),
    )


def _fact(body: Mapping[str, Any], name: str, r: PlanReader) -> kinds.PersonFact:
    measured = {}
    for key, bound in (body.get("measured") or {}).items():
        ((side, value),) = bound.items()
        measured[str(key)] = (r.one(side, ("below", "at_least"), f"{name}/measured/{key}"), float(value))
    at_least, limit = body.get("at_least"), body.get("limit")
    return kinds.PersonFact(
        id=str(body["id"]),
        name=str(body["name"]),
        question=str(body["question"]),
        names=tuple(str(n).lower() for n in body.get("names") or ()),
        implies=tuple(body.get("implies") or ()),
        measured=measured,
        findings=r.known(body.get("findings"), r.findings, f"{name}/findings"),
        denies=r.known(body.get("findings_deny"), r.named, f"{name}/findings_deny"),
        states=r.known(body.get("findings_state"), r.findings, f"{name}/findings_state"),
        rules=r.known(body.get("rules"), r.rules, f"{name}/rules"),
        causes=r.causes(body.get("causes"), f"{name}/causes"),
        at_least=parse_number(at_least, f"{name}/at_least", r.all_figures) if at_least else None,
        topics=tuple(body.get("topics") or ()),
        computed=str(body.get("computed") or ""),
        asked=bool(body.get("asked", False)),
        gives=r.known(body.get("gives"), r.findings, f"{name}/gives"),
        absent_in=dict(body.get("absent_in") or {}),
        excludes=tuple(body.get("excludes") or ()),
        explains=tuple(body.get("explains") or ()),
        open_with=tuple(str(n).lower() for n in body.get("open_with") or ()),
        reaction_to=tuple(str(n).lower() for n in body.get("reaction_to") or ()),
        limit=parse_number(limit, f"{name}/limit", r.all_figures, weight=True) if limit else None,
        only=_only(body, name, r),
        lately=tuple(str(n).lower() for n in body.get("lately") or ()),
        counts=tuple(_counted(when, f"{name}/counts", r) for when in body.get("counts") or ()),
        past=str(body.get("past") or ""),
        measured_with=tuple(_counted(when, f"{name}/measured_with", r) for when in body.get("measured_with") or ()),
    )


def _only(body: Mapping[str, Any], name: str, r: PlanReader) -> dict[str, tuple[str, ...]]:
    """States of the fact's findings that count."""
    where = f"{name}/only_states"
    out = {}
    for finding, states in (body.get("only_states") or {}).items():
        r.one(finding, body.get("findings") or (), where)
        out[str(finding)] = r.known(states, r.findings[finding].states[1:], f"{where}/{finding}")
    return out


def _medicine(body: Mapping[str, Any], name: str, r: PlanReader) -> kinds.MedicineClass:
    names = tuple(str(n).lower() for n in body["names"])
    holds = {str(k).lower(): tuple(str(n).lower() for n in v) for k, v in (body.get("holds") or {}).items()}
    r.known(holds, names, f"{name}/holds")
    return kinds.MedicineClass(
        id=str(body["id"]),
        name=str(body["name"]),
        question=str(body.get("question") or ""),
        names=names,
        findings=r.known(body.get("findings"), r.findings, f"{name}/findings"),
        states=tuple(body.get("states") or ()),
        name_states={str(k).lower(): str(v) for k, v in (body.get("names_state") or {}).items()},
        same_as=tuple(body.get("same_as") or ()),
        holds=holds,
        treats={str(k).lower(): str(v) for k, v in (body.get("treats") or {}).items()},
    )


def _guideline(body: Mapping[str, Any], name: str, r: PlanReader) -> kinds.Guideline:
    del name, r
    return kinds.Guideline(str(body["id"]), str(body["name"]), str(body["year"]), str(body["covers"]))


def _course(body: Mapping[str, Any], name: str, r: PlanReader) -> kinds.Course:
    points = [kinds.CoursePoint(float(p["weeks"]), r.figure(p["figure"], name)) for p in body["points"]]
    if any(p.figure.value is None or not 0 <= p.figure.value <= 100 for p in points):
        raise KnowledgeError(f"{name}: every point needs a mean pain from 0 to 100")
    return kinds.Course(
        id=str(body["id"]),
        name=str(body["name"]),
        causes=r.causes(body["causes"], f"{name}/causes"),
        stages=r.known(body.get("stages") or kinds.STAGES, kinds.STAGES, f"{name}/stages"),
        treatment=str(body["treatment"]),
        outcome=r.one(body["outcome"], kinds.OUTCOMES, f"{name}/outcome"),
        points=tuple(sorted(points, key=lambda p: p.weeks)),
        words=str(body["words"]).strip(),
        limits=str(body["limits"]).strip(),
    )


def _imaging(body: Mapping[str, Any], name: str, r: PlanReader) -> kinds.ImagingAdvice:
    when = body.get("when") or {}
    return kinds.ImagingAdvice(
        id=str(body["id"]),
        name=str(body["name"]),
        advice=r.one(body["advice"], ("now", "consider", "not_now"), f"{name}/advice"),
        modality=str(body["modality"]),
        within=str(body.get("within") or ""),
        rules=r.known(when.get("rules"), r.rules, f"{name}/when/rules"),
        causes=r.causes(when.get("causes"), f"{name}/when/causes"),
        at_least=float(when.get("at_least") or 0.0),
        stages=r.known(when.get("stages") or kinds.STAGES, kinds.STAGES, f"{name}/when/stages"),
        no_red_flag=bool(when.get("no_red_flag", False)),
        stated=r.known(when.get("stated"), r.named, f"{name}/when/stated"),
        not_with=r.known(when.get("not_with"), r.named, f"{name}/when/not_with"),
        needs=tuple(when.get("needs") or ()),
        instead_of=tuple(body.get("instead_of") or ()),
        seen_on=tuple(_study(text, f"{name}/seen_on") for text in body.get("seen_on") or ()),
        why=str(body["why"]).strip(),
        stance=str(body["stance"]),
        sources=r.figures(body["sources"], f"{name}/sources"),
        answered_by=r.known(body.get("answered_by"), r.rules, f"{name}/answered_by"),
    )


def _study(text: object, where: str) -> tuple[str, str]:
    modality, _, region = str(text).partition(" ")
    if not region:
        raise KnowledgeError(f"{where}: {text!r} is no modality and region, as in 'mri lumbar'")
    return modality, region


def _check_references(plan: PlanKnowledge, r: PlanReader) -> None:
    for fact in plan.facts.values():
        r.known(fact.implies, plan.facts, f"conditions/{fact.id}.yaml/implies")
        _check_named((*fact.counts, *fact.measured_with), plan, r, f"conditions/{fact.id}.yaml")
        r.known((*fact.excludes, *fact.explains, *filter(None, [fact.past])), plan.facts, f"conditions/{fact.id}.yaml")
    for medicine in plan.medicines.values():
        stated = [*medicine.states, *medicine.name_states.values()]
        r.known(stated, plan.facts, f"medicines/{medicine.id}.yaml/states")
        r.known(medicine.name_states, medicine.names, f"medicines/{medicine.id}.yaml/names_state")
        r.known(medicine.same_as, plan.treatments, f"medicines/{medicine.id}.yaml/same_as")
        r.known(medicine.treats, medicine.names, f"medicines/{medicine.id}.yaml/treats")
        r.known(medicine.treats.values(), plan.facts, f"medicines/{medicine.id}.yaml/treats")
    for t in plan.treatments.values():
        where = f"treatments/{t.id}.yaml"
        r.known([s.guideline for s in t.stances], plan.guidelines, f"{where}/stances")
        r.known(
            [n for use in t.use for n in (*use.needs, *use.needs_any, *use.if_present)], plan.facts, f"{where}/needs"
        )
        _check_named(t.contraindications, plan, r, f"{where}/contraindications")
        r.known((*t.same_way, *t.akin), plan.treatments, f"{where}/same_way")
    for advice in plan.imaging.values():
        r.known(advice.instead_of, plan.imaging, f"imaging_advice/{advice.id}.yaml/instead_of")
    for course in plan.courses.values():
        r.known([course.treatment], [*plan.treatments, "none"], f"course/{course.id}.yaml/treatment")


def _check_named(rows: Iterable[kinds.Contraindication], plan: PlanKnowledge, r: PlanReader, where: str) -> None:
    allowed = {"condition": plan.facts, "medicine": plan.medicines}
    for row in rows:
        if row.kind in allowed:
            r.known([str(row.value)], allowed[row.kind], where)
