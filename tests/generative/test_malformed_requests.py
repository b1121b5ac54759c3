"""Malformed cases through the API: whatever is sent, a problem document comes back and never an internal error."""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from test_malformed_cases import VALID, malformed

from foramen.records.evidence import combine_items, items_of
from foramen.web.api import answers
from foramen.web.app import create_app
from foramen.web.settings import Settings

JSON = {"Content-Type": "application/json"}
STRANGE = [b"NaN", b"1e999", b"-Infinity", b"9" * 5000, b'"\\ud800"', b"\xff", b"[" * 5000, b'{"a":1,"a":2}', b"\x00"]
FIELDS = {"type", "title", "status", "detail", "field", "given", "allowed", "nearest", "cure"}


def as_sent(source: Any) -> bytes:
    """A case as bytes of a body, whether JSON can say it or not."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, str):
        return source.encode("utf-8", "surrogatepass")
    return json.dumps(source, default=repr, skipkeys=True).encode()


def damaged(rng: random.Random) -> bytes:
    """The valid case as JSON with a piece replaced by what JSON cannot hold, or holds to harm."""
    text = json.dumps(VALID).encode()
    start = rng.randint(0, len(text))
    return text[:start] + rng.choice(STRANGE) + text[start + rng.randint(0, 12) :]


bodies = st.one_of(malformed.map(as_sent), malformed.map(as_sent), st.builds(damaged, st.randoms(use_true_random=True)))


def test_two_thousand_malformed_requests_bring_nothing_but_problem_documents(monkeypatch, caplog) -> None:
    def read_only(case: Any, **_: Any) -> dict[str, str]:
        """All that ``assess`` can refuse about findings, without the work."""
        combine_items(items_of(case, answers.default_engine().model))
        return {"case": case.id}

    monkeypatch.setattr(answers, "assess", read_only)
    client = TestClient(create_app(Settings()), base_url="http://localhost")
    seen: Counter[int] = Counter()

    @settings(max_examples=2_200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(bodies, st.sampled_from(["assess", "read-report"]))
    def each(body: bytes, path: str) -> None:
        note(repr(body[:2_000]))
        if path == "read-report":
            body = b'{"text": "MRI", "case": ' + body + b"}"
        answer = client.post(f"/api/v1/{path}", content=body, headers=JSON)
        seen[answer.status_code] += 1
        if answer.status_code == 200:
            return
        assert answer.status_code in (400, 409, 422)
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert set(problem) <= FIELDS
        assert problem["detail"].strip()
        assert "\n" not in problem["detail"]
        assert len(answer.content) < 60_000

    with caplog.at_level(logging.WARNING, logger="foramen"):
        each()
    assert not caplog.records
    assert min(seen[status] for status in (200, 400, 422)) > 0, seen
    assert seen.total() - seen[200] >= 1_500, seen
