"""``foramen read-report`` and ``assess --report`` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foramen.cli.main import main
from foramen.records.case_file import read_case
from foramen.records.reports import read_report, with_report

REPORT = """MRI LUMBAR SPINE
HISTORY: left sciatica.
L3-L4: Unremarkable.
L4-L5: Mild diffuse disc bulge with bilateral facet arthropathy. No canal stenosis.
L5-S1: Left paracentral disc extrusion compressing the traversing left S1 nerve root.
Grobble wumpus of the frimlet.
"""
CASE = """
context: {age: 45, sex: male, setting: spine_clinic}
findings:
- {finding: pain_calf, side: left}
- {finding: reflex_ankle, side: left, state: absent}
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


def test_a_report_is_shown_as_understood(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read-report", str(report)]) == 0
    out = capsys.readouterr().out
    assert "disc extrusion" in out
    assert "Not understood" in out
    assert "Grobble wumpus" in out


MASS = """MRI of the lumbar spine. L3-L4: mild disc bulge.
L4-L5: disc bulge compressing the thecal sac, and a large mass in the left psoas.
L5-S1: small protrusion. No canal stenosis."""


def test_words_that_no_rule_took_up_are_named(tmp_path: Path, case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mass.txt"
    path.write_text(MASS, encoding="utf-8")
    (partly,) = read_report(MASS).partly_understood
    assert partly.words == ("mass", "psoas")
    assert MASS[slice(*partly.span)] == partly.text == MASS.splitlines()[1].removeprefix("L4-L5: ").rstrip(".")
    assert main(["read-report", str(path)]) == 0
    out = capsys.readouterr().out
    assert "Only partly understood" in out
    assert "mass, psoas: “disc bulge" in " ".join(out.split())
    assert main(["read-report", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["partly_understood"][0]["words"] == ["mass", "psoas"]
    assert main(["assess", str(case), "--report", str(path), "--json"]) == 0
    err = capsys.readouterr().err
    assert "1 sentence only partly understood" in err
    assert "psoas" not in err  # what is said of a patient stands in no log


def test_the_silence_of_a_report_read_in_part_does_not_deny_the_rest() -> None:
    assert not read_report(MASS).complete
    assert read_report(MASS.replace(", and a large mass in the left psoas", "")).complete


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L4-L5: broad based left paracentral disc protrusion, causing mild narrowing of the canal", ()),
        ("Diffuse disc bulge at L4/5 associated with degenerative facet arthropathy is noted", ()),
        ("Disc bulge at L4-L5 without any abnormal enhancement or collection", ()),
        ("Small bulge measuring 4 mm at L4-5, unchanged since the previuos study", ()),
        ("Disc extrusion at L5-S1 migrating caudally", ("migrating", "caudally")),
        ("L4-L5 disc bulge compressing the nsac and both roots", ("nsac",)),
        ("Bulge at L4-5 and a pseudoarthrosis", ("pseudoarthrosis",)),
    ],
)
def test_words_that_say_only_where_or_how_much_are_passed_over(text: str, words: tuple[str, ...]) -> None:
    read = read_report(f"MRI lumbar spine.\n{text}.")
    assert read.findings
    assert not read.not_understood
    assert tuple(w for p in read.partly_understood for w in p.words) == words


def test_json_has_the_names_of_the_report_format(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read-report", str(report), "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    extrusion = next(f for f in read["findings"] if f["type"] == "disc_extrusion")
    assert (extrusion["level"], extrusion["side"], extrusion["present"]) == ("L5-S1", "left", True)
    assert REPORT[slice(*extrusion["span"])] == extrusion["text"]
    denied = next(f for f in read["findings"] if not f["present"])
    assert (denied["type"], denied["level"], denied["certainty"]) == ("central_stenosis", "L4-L5", "negated")


def test_a_report_enters_the_case_and_names_the_culprit(
    report: Path, case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", str(case), "--report", str(report), "--json"]) == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    verdicts = {(c["finding"], c["level"]): c["verdict"] for c in answer["culprits"]}
    assert verdicts["img_herniation_subarticular", "L5-S1"] == "culprit"
    assert verdicts["img_disc_bulge", "L4-L5"] == "bystander"
    assert "1 sentence not understood" in err


def test_a_report_that_is_not_there(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(case), "--report", "nowhere.txt"]) == 2
    assert "no such file" in capsys.readouterr().err


def test_a_report_becomes_a_study_and_keeps_what_the_case_states() -> None:
    stated = "\nstudies: [{id: report, complete: false}]\n"
    case = read_case(CASE + stated)
    both = with_report(case, read_report(REPORT))
    assert [s.id for s in both.studies] == ["report", "report_2"]
    assert not both.studies[1].complete  # a sentence was not understood, so its silence says nothing
    whole = with_report(case, read_report(REPORT.replace("Grobble wumpus of the frimlet.\n", "")))
    assert whole.studies[1].complete
    assert {o.study for o in both.observations if o.finding.startswith("img_")} == {"report_2"}
    assert with_report(case, read_report("nothing here")) == case


def test_a_general_denial_yields_to_what_is_affirmed() -> None:
    text = (
        "L4-L5: disc bulge compressing the left L5 nerve root. No significant nerve root compression elsewhere noted."
    )
    found = with_report(read_case(CASE), read_report(text)).observations
    assert [o.state for o in found if o.finding == "img_root_contact"] == ["compression"]


@pytest.mark.parametrize(
    ("text", "type_", "present"),
    [
        ("L4-L5: The disc protrusion has not resolved.", "disc_protrusion", True),
        ("L4-L5: There is no doubt that the left L5 nerve root is compressed.", "nerve_root_compression", True),
        ("L4-L5: The disc protrusion has resolved.", "disc_protrusion", False),
    ],
)
def test_negations_that_are_none(text: str, type_: str, present: bool) -> None:
    found = {f.type: f.present for f in read_report(text).findings}
    assert found[type_] is present


def test_two_levels_do_not_make_a_complete_report() -> None:
    assert not read_report("Disc bulge L4/5. Facet arthropathy L4/5 and L5/S1.").complete
    assert read_report("L3-4: Normal. L4-5: Disc bulge. L5-S1: No disc herniation.").complete


def test_what_a_report_is_not_sure_of_is_told() -> None:
    from foramen.records.reports.to_case import left_out

    read = read_report("L4-L5: Possible disc protrusion. Discitis at L3-L4 cannot be excluded.")
    words = " ".join(left_out(read.findings))
    assert "left out; please confirm: disc protrusion at L4-L5" in words
    assert "counted as present for safety; please confirm: infection at L3-L4" in words
    names = {o.finding for o in with_report(read_case(CASE), read).observations}
    assert "img_disc_infection" in names
    assert not [n for n in names if n.startswith("img_herniation")]


def test_danger_outside_the_lumbar_levels_is_not_lost() -> None:
    found = with_report(
        read_case(CASE), read_report("Metastasis in T12. Compression fracture of T12. Disc bulge at L4-5.")
    )
    names = {o.finding: o.state for o in found.observations if o.finding.startswith("img_")}
    assert names["img_marrow_lesion_above_l1"] == "present"
    assert names["img_fracture_above_l1"] == "present"
    low = with_report(read_case(CASE), read_report("Metastasis in S2. Disc bulge at L4-5."))
    assert any(o.finding == "img_sacral_lesion" and o.state == "present" for o in low.observations)
    cord = with_report(read_case(CASE), read_report("Cord compression at T12. Disc bulge at L4-5."))
    assert "img_cord_compression" in {o.finding for o in cord.observations}


def test_a_report_on_one_line_is_read() -> None:
    text = "Clinical history: sciatica. Findings: L5/S1 left disc extrusion compressing the left S1 root."
    assert {f.type for f in read_report(text).findings} == {"disc_extrusion", "nerve_root_compression"}
    assert "Nothing was understood." in read_report("Gutartige Veraenderungen der Lendenwirbelsaeule L4/5").problems


def test_what_the_format_has_no_type_for_is_kept_apart() -> None:
    text = (
        "L4-L5: Disc bulge contacting the left L4 nerve root. Conus terminates at L1-L2. Cord compression at T12.\n"
        "Healed compression fracture of L2. L5-S1: Disc bulge does not touch the roots."
    )
    read = read_report(text)
    also = {f.type: (f.level, f.side) for f in read.also}
    assert also["nerve_root_contact"] == ("L4-L5", "left")
    assert also["conus_level"] == ("L1-L2", None)
    assert "cord_compression" in also
    assert not {f.type for f in read.findings} & set(also)
    fracture = next(f for f in read.findings if f.type == "vertebral_fracture")
    assert (fracture.present, fracture.certainty) == (True, "historical")
    found = {o.finding: o for o in with_report(read_case(CASE), read).observations}
    assert found["img_root_contact"].state == "contact"
    assert found["img_fracture"].new is False
    assert found["img_cord_compression"].state == "abnormal"
