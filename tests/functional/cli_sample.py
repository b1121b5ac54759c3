"""A hand-made assessment for tests of what is printed: every kind of answer occurs, no model needed."""

from __future__ import annotations

from foramen.assessment.result import (
    Assessment,
    CauseAnswer,
    CulpritAnswer,
    Estimate,
    NextFinding,
    PlaceAnswer,
    RootAnswer,
    SideAnswer,
    SourceNote,
    UrgencyAnswer,
    Weight,
)


def estimate(p: float, spread: float = 0.1) -> Estimate:
    """An estimate with an interval of ``spread`` to each side, inside 0..1."""
    return Estimate(p, max(0.0, p - spread), min(1.0, p + spread))


def sample(*, urgency: str = "urgent", imaging: bool = True) -> Assessment:
    """An S1 root on the right pressed by a herniation at L5-S1, with a bystander at L4-L5."""
    names = ["Lumbar disc herniation", "Lateral recess stenosis", "Sacroiliac joint pain", "Facet joint pain"]
    names += [f"Rare cause {i}" for i in range(10)]
    shares = [0.8, 0.1, 0.04, 0.03] + [0.003] * 10
    causes = tuple(
        CauseAnswer(n.lower().replace(" ", "_"), n, estimate(p), ("M51.17",))
        for n, p in zip(names, shares, strict=True)
    )
    places = (
        PlaceAnswer("lumbar_disc_herniation", names[0], "L5-S1", "right", estimate(0.7)),
        PlaceAnswer("lumbar_disc_herniation", names[0], "L4-L5", "central", estimate(0.06, 0.03)),
        PlaceAnswer("sacroiliac_joint_pain", names[2], "", "right", estimate(0.04, 0.02)),
    )
    affected = {("S1", "right"): 0.9, ("L5", "right"): 0.3, ("L5", "left"): 0.06}
    roots = tuple(
        sorted(
            (
                RootAnswer(root, side, estimate(affected.get((root, side), 0.01), 0.05), 0.2, 0.3, 0.5)
                for root in ("L1", "L2", "L3", "L4", "L5", "S1")
                for side in ("left", "right")
            ),
            key=lambda r: -r.estimate.probability,
        )
    )
    culprits = (
        CulpritAnswer(
            "img_herniation_subarticular", "Disc herniation in the recess, right L5-S1", "L5-S1", "right",
            estimate(0.92, 0.05), "culprit", "Reaches the right S1 root.", ("study_a",),
        ),
        CulpritAnswer(
            "img_disc_bulge", "Disc bulge, L4-L5", "L4-L5", "", estimate(0.05, 0.03), "bystander",
            "Seen at some level in 60% of people of this age without complaint.", ("study_b",),
        ),
        CulpritAnswer(
            "img_root_contact", "Nerve root touched, left L4-L5", "L4-L5", "left", estimate(0.3), "uncertain",
            "Could reach the left L5 root.", (),
        ),
        CulpritAnswer(
            "img_schmorl", "Schmorl's node, L2", "L2", "", Estimate(0, 0, 0), "not_a_candidate",
            "No cause in the model produces symptoms by this finding alone.", (),
        ),
    )  # fmt: skip
    weights = (
        Weight("slr", "Straight leg raise, right: positive up to 45", names[0], 0.9, 0.8, 0.4, ("study_a",), "read"),
        Weight("fever_reported", "Fever: absent", names[0], -0.3, 0.8, 0.89, (), "assumption"),
        Weight("reflex_ankle", "Ankle reflex, right: absent", "S1 right", 1.2, 0.9, 0.4, ("figure_c",),
               "read+assumption"),
        Weight("pain_back", "Low-back pain", "S1 right", 0.03, 0.9, 0.89, (), "assumption"),
    )  # fmt: skip
    red = UrgencyAnswer(
        urgency, "within 2 weeks", "Spine clinic", urgency != "emergency",
        ({"name": "Weakness below grade 4", "why": "It may not come back.", "sources": ("study_d",)},),
        ({"finding": "urinary_retention", "question": "Have you been unable to pass water?"},),
        ("Come back at once with bladder changes.",),
    )  # fmt: skip
    next_findings = (
        NextFinding("urinary_retention", "Have you been unable to pass water?", "", "", "", "question", 0.01, 0.01,
                    True, names[0]),
        NextFinding("pain_calf", "Do you have pain in the calf?", "", "right", "", "question", 0.2, 0.2, False,
                    names[0]),
        NextFinding("reflex_knee", "Is the knee jerk weak?", "", "left", "", "examination", 0.1, 0.05, False, names[1]),
    )  # fmt: skip
    return Assessment(
        case="sample",
        context={"age": 44, "sex": "female", "setting": "primary_care"},
        knowledge_version="0123456789ab",
        summary=("First line.", "Second line.", "Third line.", "Fourth line."),
        urgency=red,
        causes=causes,
        places=places,
        sides=(
            SideAnswer("right", estimate(0.85)),
            SideAnswer("both or midline", estimate(0.12, 0.05)),
            SideAnswer("left", estimate(0.03, 0.02)),
        ),
        roots=roots,
        no_root_affected=estimate(0.08, 0.04),
        cauda_equina=Estimate(0.001, 0.0, 0.002),
        companions=(CauseAnswer("hip_osteoarthritis", "Hip osteoarthritis", estimate(0.12, 0.05), ()),),
        culprits=culprits if imaging else (),
        no_imaged_culprit=estimate(0.05, 0.04) if imaging else None,
        weights=weights,
        counterfactuals=("Without “Ankle reflex”, S1 right would fall from 90% to 40%.",),
        next_findings=next_findings,
        unexplained=("Rash in one dermatome",),
        warnings=("Age is not known.",),
        referral_note="Referral note\nProbable S1 radiculopathy, right.",
        sources=tuple(
            SourceNote(f"study_{x}", f"Study {x.upper()} 2002", (f"PMID:{n}",), (f"figure_{x}",))
            for n, x in enumerate("abcd", start=1)
        ),
        draws=100,
    )
