"""What the gate lets in, and what every answer carries."""

import base64

import pytest
from starlette.testclient import TestClient

from foramen.errors import CaseError
from foramen.web.app import create_app
from foramen.web.security import AFTER_WRONG, LARGEST
from foramen.web.settings import Settings, from_environment, is_loopback

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def client():
    with TestClient(create_app(Settings()), base_url="http://127.0.0.1") as found:
        yield found


@pytest.fixture(scope="module")
def guarded():
    settings = Settings(host="0.0.0.0", password=PASSWORD, names=("clinic.example",))
    with TestClient(create_app(settings), base_url="http://clinic.example") as found:
        yield found


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org"])
def test_an_open_address_without_password_is_refused(host):
    with pytest.raises(CaseError, match="no password"):
        Settings(host=host)


def test_a_short_password_is_refused_and_never_shown():
    with pytest.raises(CaseError, match="12 characters") as error:
        Settings(password="short")
    assert "short'" not in str(error.value)
    assert PASSWORD not in repr(Settings(password=PASSWORD))


@pytest.mark.parametrize(
    ("host", "is_it"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False)]
)
def test_loopback(host, is_it):
    assert is_loopback(host) is is_it


def test_settings_pass_through_the_environment(tmp_path):
    settings = Settings(port=9000, password=PASSWORD, names=("a", "b"), examples=tmp_path)
    assert from_environment(settings.environment()) == settings


def test_other_host_names_are_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421
    assert client.get("/", headers={"host": "localhost:8000"}).status_code == 200
    assert client.get("/", headers={"host": "[::1]:8000"}).status_code == 200


def test_requests_of_other_sites_are_refused(client):
    sent = client.post("/assess/live", data={"age": "50"}, headers={"sec-fetch-site": "cross-site"})
    assert sent.status_code == 403
    assert client.post("/assess/live", data={"age": "50"}, headers={"sec-fetch-site": "same-origin"}).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://evil.example", 403),
        ("http://127.0.0.1:3000", 403),  # another server on this machine
        ("http://127.0.0.1", 200),
        ("null", 200),  # our own forms, as nothing is told of where one came from
        (None, 200),
    ],
)
def test_a_browser_that_names_no_site_is_judged_by_the_origin(client, origin, status):
    headers = {} if origin is None else {"origin": origin}
    assert client.post("/assess/live", data={"age": "50"}, headers=headers).status_code == status
    assert client.get("/", headers=headers).status_code == 200


def test_a_proxy_may_call_the_server_by_another_name(guarded):
    said = {"origin": "https://clinic.example", "host": "127.0.0.1:8000", "authorization": f"Bearer {PASSWORD}"}
    assert guarded.post("/assess/live", data={"age": "50"}, headers=said).status_code == 200
    assert guarded.post("/assess/live", data={"age": "50"}, headers=said | {"origin": "https://a"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/", "/healthz", "/assess", "/patient", "/knowledge", "/static/foramen.css", "/api/v1/findings", "/none"],
)
def test_head_is_answered_wherever_get_is(client, address):
    told, asked = client.head(address), client.get(address)
    assert told.status_code == asked.status_code
    assert told.content == b""
    assert told.headers["content-length"] == asked.headers["content-length"]
    assert told.headers["content-type"] == asked.headers["content-type"]


def test_head_is_refused_where_get_is(client):
    assert client.head("/api/v1/assess").status_code == client.get("/api/v1/assess").status_code == 405


def test_large_bodies_are_refused_whatever_length_they_claim(client):
    assert client.post("/assess", content=b"x" * (LARGEST + 1)).status_code == 413

    def chunks():
        for _ in range(LARGEST // 100_000 + 2):
            yield b"x" * 100_000

    answer = client.post("/assess", content=chunks(), headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code in (400, 413)


def test_a_wrong_password_is_told_late_and_a_missing_one_at_once(guarded, monkeypatch):
    waits = []

    async def wait(seconds):
        waits.append(seconds)

    monkeypatch.setattr("foramen.web.security.sleep", wait)
    assert guarded.get("/").status_code == 401
    assert waits == []
    assert guarded.get("/", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert waits == [AFTER_WRONG]
    assert guarded.get("/", headers={"authorization": f"Bearer {PASSWORD}"}).status_code == 200
    assert waits == [AFTER_WRONG]


def test_password_by_basic_and_bearer(guarded, monkeypatch):
    monkeypatch.setattr("foramen.web.security.AFTER_WRONG", 0.0)
    assert guarded.get("/").status_code == 401
    assert guarded.get("/", headers={"authorization": f"Bearer {PASSWORD}"}).status_code == 200
    for password, status in ((PASSWORD, 200), ("wrong", 401)):
        basic = base64.b64encode(f"me:{password}".encode()).decode()
        assert guarded.get("/", headers={"authorization": f"Basic {basic}"}).status_code == status
    for broken in ("Basic %%%", "Basic é", "Basic", "Digest x", "Bearer é"):
        assert guarded.get("/", headers={"authorization": broken.encode()}).status_code == 401


def test_every_answer_is_sealed(client):
    for path in ("/", "/nothing", "/assess", "/api/v1/nothing"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store" or path == "/knowledge"


def test_an_unforeseen_error_shows_and_logs_no_values(client, monkeypatch, caplog):
    def broken(case, detail="full"):
        raise RuntimeError("patient Miller, 44")

    monkeypatch.setattr("foramen.web.pages.clinician.answer_of", broken)
    answer = client.post("/assess/live", data={"age": "44"})
    assert answer.status_code == 500
    assert "Miller" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text
