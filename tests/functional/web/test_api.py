"""The JSON API answers what the library and the command line say; its refusals say what to do."""

import json
import logging
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

import foramen
from foramen.cli.main import main
from foramen.records.case_file import read_case
from foramen.records.reports import read_report, with_report
from foramen.web import security
from foramen.web.api import answers, router
from foramen.web.app import create_app
from foramen.web.settings import Settings

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
REPORT = "MRI lumbar spine. L4-L5: left paracentral extrusion compressing the left L5 root. L5-S1: possible abscess."
JSON = {"Content-Type": "application/json"}
PASSWORD = "a password of the test"


@pytest.fixture(scope="module")
def api():
    app = create_app(Settings(examples=ROOT / "examples"))
    with TestClient(app, base_url="http://localhost") as client:
        yield client


@pytest.fixture(scope="module")
def guarded():
    return TestClient(create_app(Settings(password=PASSWORD)), base_url="http://localhost")


def printed(capsys, *arguments):
    """What a command prints as JSON."""
    assert main([*arguments]) == 0
    return json.loads(capsys.readouterr().out)


def problem(response, status):
    """The problem document of an answer."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
@pytest.mark.parametrize("detail", ["full", "summary"])
def test_assess_is_the_librarys(api, path, detail):
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    answer = api.post(f"/api/v1/assess?detail={detail}", json=raw)
    assert answer.status_code == 200
    wanted = foramen.assess(read_case(path), detail=detail).to_dict()
    assert answer.json() == json.loads(json.dumps(wanted))


def test_assess_is_the_command_lines(api, capsys):
    path = EXAMPLES[0]
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    wanted = printed(capsys, "assess", str(path), "--json", "--setting", "emergency")
    assert api.post("/api/v1/assess?setting=emergency", json=raw).json() == wanted


@pytest.mark.parametrize("name", ["findings", "sources", "treatments"])
def test_catalogues_are_the_command_lines(api, capsys, name):
    rows = printed(capsys, name, "--json")
    assert api.get(f"/api/v1/{name}").json() == rows
    for row in rows[:: len(rows) // 7]:
        assert api.get(f"/api/v1/{name}/{row['id']}").json() == row


def test_a_source_is_found_by_its_figure(api):
    row = next(r for r in api.get("/api/v1/sources").json() if r["figures"])
    assert api.get(f"/api/v1/sources/{row['figures'][0]['id']}").json() == row


@pytest.mark.parametrize("of", ["case", "assessment"])
def test_schemas_are_the_command_lines(api, capsys, of):
    assert api.get(f"/api/v1/schema/{of}").json() == printed(capsys, "schema", of)


def test_a_report_is_read_as_on_the_command_line(api, capsys, tmp_path):
    file = tmp_path / "report.txt"
    file.write_text(REPORT, encoding="utf-8")
    assert api.post("/api/v1/read-report", json={"text": REPORT}).json() == printed(
        capsys, "read-report", str(file), "--json"
    )


def test_a_report_is_added_to_a_case(api):
    raw = {"context": {"age": 50}, "findings": [{"finding": "slr", "side": "left"}]}
    answer = api.post("/api/v1/read-report", json={"text": REPORT, "case": raw}).json()
    wanted = with_report(read_case(raw), read_report(REPORT))
    assert read_case(answer["case"]) == wanted
    assert any("counted as present for safety" in words for words in answer["left_out"])
    assert api.post("/api/v1/assess?detail=summary", json=answer["case"]).json()["urgency"]["level"] == "emergency"


def test_head_is_answered_like_get_without_the_body(api):
    for path in ("findings", "findings/slr", "sources", "schema/case", "openapi.json"):
        head, get = api.head(f"/api/v1/{path}"), api.get(f"/api/v1/{path}")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == get.headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "assess", {"POST"}), ("DELETE", "findings", {"GET", "HEAD"}), ("PUT", "read-report", {"POST"})],
)
def test_other_methods_are_told_which_are_allowed(api, method, path, allowed):
    answer = api.request(method, f"/api/v1/{path}")
    problem(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == allowed


def test_a_wrong_value_comes_with_place_nearest_match_and_cure(api):
    body = problem(api.post("/api/v1/assess", json={"findings": [{"finding": "slr", "side": "lefft"}]}), 422)
    assert (body["field"], body["given"], body["nearest"]) == ("findings[0].side", "'lefft'", "left")
    assert "bilateral" in body["allowed"]
    unknown = problem(api.post("/api/v1/assess", json={"findings": [{"finding": "slr_test"}]}), 422)
    assert unknown["cure"] == "`foramen findings` lists them all."


def test_contradictions_are_conflicts(api):
    both = [{"finding": "slr", "side": "left", "state": "negative"}, {"finding": "slr", "side": "left", "degrees": 40}]
    for path, body in (("assess", {"findings": both}), ("read-report", {"text": "", "case": {"findings": [
        {"finding": "crp", "state": "high", "not": ["high"]}]}})):  # fmt: skip
        assert "cure" in problem(api.post(f"/api/v1/{path}", json=body), 409)


@pytest.mark.parametrize(
    ("path", "field", "nearest"),
    [
        ("assess?setting=clinic", "setting", "spine_clinic"),
        ("assess?detial=full", "detial", "detail"),
        ("assess?detail=full&detail=full", "detail", None),
        ("read-report?detail=full", "detail", None),
    ],
)
def test_options_are_checked(api, path, field, nearest):
    body = problem(api.post(f"/api/v1/{path}", json={}), 422)
    assert (body["field"], body["nearest"]) == (field, nearest)


def test_the_fields_of_a_report_request_are_checked(api):
    for given, field in (({}, "text"), ({"text": 5}, "text"), ({"text": "", "cas": {}}, "cas"), ([], "")):
        assert problem(api.post("/api/v1/read-report", json=given), 422)["field"] == field


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body is empty"),
        (b" \n", "the body is empty"),
        (b'{"id": ', "line 1, column 8"),
        (b"findings: []", "not valid JSON"),
        (b'{"id": "a", "id": "b"}', "'id' stands twice"),
        (b'{"context": {"age": NaN}}', "NaN"),
        (b'{"context": {"age": -Infinity}}', "-Infinity"),
        (b'{"note": ' + b"[" * 100_000, "nested deeper"),
        (b'{"context": {"age": ' + b"9" * 5_000 + b"}}", "too large"),
        (b'{"id": "\xff"}', "byte 9"),
        ("{}".encode("utf-16"), "UTF-8"),
    ],
)
@pytest.mark.parametrize("path", ["assess", "read-report"])
def test_unreadable_bodies(api, path, body, words):
    assert words in problem(api.post(f"/api/v1/{path}", content=body, headers=JSON), 400)["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"note": eval("[" * 30 + "]" * 30)}, "note"),
        ({"context": {"age": 10**30}}, "context.age"),
        ({"id": "\ud800"}, "id"),
        ({"id": "\x1b[31m"}, "id"),
        ([], ""),
        ("text", ""),
        (None, ""),
    ],
)
def test_readable_bodies_that_are_no_case(api, body, field):
    answer = api.post("/api/v1/assess", content=json.dumps(body).encode(), headers=JSON)
    assert problem(answer, 422)["field"].startswith(field)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/yaml"},
        {"Content-Type": "application/json; charset=latin-1"},
        {**JSON, "Content-Encoding": "gzip"},
        {},
    ],
)
def test_other_media_types_are_refused(api, headers):
    body = problem(api.post("/api/v1/assess", content=b"{}", headers=headers), 415)
    assert body["field"] in ("Content-Type", "Content-Encoding")
    assert body["allowed"]


@pytest.mark.parametrize("size", [1_100_000, 2_100_000])
def test_large_bodies_are_refused(api, size):
    problem(api.post("/api/v1/assess", content=b'"' + b"x" * size + b'"', headers=JSON), 413)
    parts = (b"x" * 100_000 for _ in range(size // 100_000))  # no Content-Length
    problem(api.post("/api/v1/assess", content=parts, headers=JSON), 413)


def test_refusals_at_the_gate_are_problem_documents(api, guarded):
    problem(api.get("/api/v1/findings", headers={"Host": "example.org"}), 421)
    problem(api.get("/api/v1/findings", headers={"Host": "["}), 421)
    problem(api.post("/api/v1/assess", json={}, headers={"Sec-Fetch-Site": "cross-site"}), 403)
    refused = guarded.get("/api/v1/findings")
    problem(refused, 401)
    assert refused.headers["www-authenticate"].startswith("Basic")
    assert guarded.get("/api/v1/findings/slr", headers={"Authorization": f"Bearer {PASSWORD}"}).status_code == 200


def test_unknown_addresses_and_ids(api):
    problem(api.get("/api/v1/nothing"), 404)
    problem(api.get("/api/v1/findings/"), 404)
    assert problem(api.get("/api/v1/findings/slr/x"), 404)["nearest"] == "slr"
    assert problem(api.get("/api/v1/schema/cases"), 404)["nearest"] == "case"
    assert problem(api.get("/api/v1/treatments/heatt"), 404)["nearest"] == "heat"


def test_an_internal_error_tells_and_logs_nothing_of_the_case(api, monkeypatch, caplog):
    def fails(*_, **__):
        raise RuntimeError("the patient's secret")

    monkeypatch.setattr(answers, "assess", fails)
    with caplog.at_level(logging.DEBUG):
        answer = api.post("/api/v1/assess", json={"id": "secret"})
    problem(answer, 500)
    assert "secret" not in answer.text
    assert answer.headers["Content-Security-Policy"] == security.POLICY
    assert "unexpected RuntimeError in test_api.py, line " in caplog.text
    assert "secret" not in caplog.text


def test_the_document_is_complete(api, guarded):
    document = api.get("/api/v1/openapi.json").json()
    assert "security" not in document
    served = {route.path.split("{")[0] for route in router.routes}
    assert served == {path.split("{")[0] for path in document["paths"]}
    assess = document["paths"]["/api/v1/assess"]["post"]
    assert {"200", "400", "403", "405", "409", "413", "415", "421", "422", "500"} == set(assess["responses"])
    assert set(assess["requestBody"]["content"]["application/json"]["examples"]) == {p.stem for p in EXAMPLES}
    assert document["components"]["responses"]["422"]["content"]["application/problem+json"]["example"]["field"]
    secured = guarded.get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {PASSWORD}"}).json()
    assert secured["security"] == [{"basic": []}, {"bearer": []}]
    assert all("401" in o["responses"] for p in secured["paths"].values() for o in p.values())
