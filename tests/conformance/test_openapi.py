"""The API does what its OpenAPI document says: requests made from the document, every check of schemathesis on.

The systematic requests for a case are some ten thousand; a fixed share of them is made here, and 25 random ones for
each operation. ``FORAMEN_OPENAPI_SHARE=1`` makes them all, ``FORAMEN_OPENAPI_EXAMPLES`` sets how
many random ones, and makes them anew each time.
"""

from __future__ import annotations

import os
from pathlib import Path
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from foramen.web import security
from foramen.web.app import create_app
from foramen.web.settings import Settings

ROOT = Path(__file__).parents[2]
PASSWORD = "a password of the test"
EXAMPLES = int(os.environ.get("FORAMEN_OPENAPI_EXAMPLES", "25"))
SHARE = int(os.environ.get("FORAMEN_OPENAPI_SHARE", "100"))  # one in so many
# what JSON Schema cannot say; the document names them in words
BEYOND = (
    "this study is not listed under studies",
    "two studies have the same id",
    "not a known treatment",
    "that hang together leave their side, level or kind open",
)


def _schema() -> schemathesis.openapi.OpenApiSchema:
    app = create_app(Settings(password=PASSWORD, names=("testserver",), examples=ROOT / "examples"))
    config = SchemathesisConfig.from_dict(
        {
            "generation": {"max-examples": EXAMPLES, "deterministic": "FORAMEN_OPENAPI_EXAMPLES" not in os.environ},
            "request-timeout": 120,  # a busy machine is no fault of the server
            "auth": {"openapi": {"bearer": {"bearer": PASSWORD}}},
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]}},
        }
    )
    return schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", app, config=config, headers={"Authorization": f"Bearer {PASSWORD}"}
    )


schema = _schema()


@pytest.fixture(autouse=True, scope="module")
def no_wait_after_a_wrong_password():
    """Every accepted request is made again with a wrong password, which the server answers a second late."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(security, "AFTER_WRONG", 0.0)
        yield


@schema.hook
def filter_case(context, case) -> bool:
    """A fixed share of the systematic requests that carry a case."""
    if case.meta is None or case.meta.phase.name.value != "coverage" or "findings" not in repr(case.body):
        return True
    return crc32(repr((case.body, case.query)).encode("utf-8", "replace")) % SHARE == 0


@schema.parametrize()
@settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_requests_made_from_the_document(case):
    response = case.call_and_validate()
    if case.meta.generation.mode.is_positive and response.status_code == 422:
        assert any(words in response.json()["detail"] for words in BEYOND), response.json()["detail"]
