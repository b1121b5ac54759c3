"""``foramen schema``: the JSON Schema of a case or of an assessment."""

from __future__ import annotations

from typing import Annotated

import typer

from foramen.assessment.schemas import Of, schema_of
from foramen.cli.screen import print_json


def command(of: Annotated[Of, typer.Argument(help="case or assessment")]) -> None:
    """Print the JSON Schema of a case or of an assessment."""
    print_json(schema_of(of))
