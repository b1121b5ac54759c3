"""``foramen model``: what the model is made of, and the model as a Bayesian network for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from foramen.anatomy import AGE_BANDS, SETTINGS, SEXES
from foramen.cli.assess import Setting
from foramen.cli.screen import closing, heading, percent, print_json, screen, working
from foramen.errors import CaseError, nearest_match

app = typer.Typer(help="The model itself.", no_args_is_help=True)
KINDS = {
    "single": "one active lesion",
    "two_level": "one cause at two levels",
    "cauda_equina": "with cauda equina syndrome",
    "pair": "a lesion and a companion",
}


@app.command("info")
def info(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Scenarios by kind, prior mass left out, findings, numbers by provenance."""
    with working("Building the model"):
        facts = facts_of_model()
    if json:
        print_json(facts)
        return
    from rich.table import Table

    console = screen()
    s = facts["scenarios"]
    console.print(f"{s['kept']} scenarios of {s['generated']} generated; {facts['causes']} causes.")
    console.print(heading("Scenarios by kind", "with their prior mass, averaged over settings and ages"))
    kinds = Table.grid(padding=(0, 2))
    for key, words in KINDS.items():
        kinds.add_row(words, f"{s['by_kind'][key]}", percent(s["prior_by_kind"][key]))
    console.print(kinds)
    console.print(heading("Prior mass left out", "of all scenarios generated, by setting and age"))
    left = Table(box=None, pad_edge=False, header_style="dim")
    left.add_column("")
    for band in AGE_BANDS:
        left.add_column(band, justify="right")
    for setting in SETTINGS:
        row = facts["prior_mass_left_out"][setting]
        left.add_row(setting.replace("_", " "), *(f"{row[band]:.1%}" for band in AGE_BANDS))
    console.print(left)
    console.print(heading("Findings"))
    f = facts["findings"]
    console.print(f"{f['ids']} findings at {f['instances']} places, {f['composites']} composites.")
    categories = Table.grid(padding=(0, 2))
    for name, count in f["by_category"].items():
        categories.add_row(name.replace("_", " "), str(count))
    console.print(categories)
    console.print(heading("Numbers", "by where they come from"))
    numbers = facts["parameters"]
    total = sum(numbers.values())
    grid = Table.grid(padding=(0, 2))
    for name, count in numbers.items():
        grid.add_row(name, str(count), percent(count / total))
    console.print(grid)
    console.print()
    console.print(closing(facts["knowledge_version"], disclaimer=False))


def facts_of_model() -> dict[str, Any]:
    """Plain data about the shipped model."""
    import numpy as np

    from foramen.knowledge.provenance import KINDS as ORIGINS
    from foramen.model.model import default_model
    from foramen.model.priors import Context

    model = default_model()
    s = model.scenarios
    masks = {
        "two_level": (s.second >= 0) & (s.cauda == 0) & (s.companion < 0),
        "cauda_equina": s.cauda > 0,
        "pair": (s.companion >= 0) & (s.cauda == 0),
    }
    masks = {"single": ~np.any(list(masks.values()), axis=0), **masks}
    contexts = [Context(setting, band) for setting in SETTINGS for band in range(len(AGE_BANDS))]
    prior = np.mean([np.exp(model.prior(model.parameters.base, c)[0]) for c in contexts], axis=0)
    left_out: dict[str, dict[str, float]] = {setting: {} for setting in SETTINGS}
    for name, mass in model.mass_left_out.items():
        setting, _, band = name.partition("/")
        left_out[setting][band] = max(float(mass), 0.0)
    knowledge = model.knowledge
    categories = [f.category for f in knowledge.findings.values()]
    origins = [n.provenance for n in model.parameters.numbers]
    return {
        "knowledge_version": knowledge.version,
        "causes": len(knowledge.causes),
        "scenarios": {
            "kept": len(s),
            "generated": model.generated,
            "by_kind": {key: int(masks[key].sum()) for key in KINDS},
            "prior_by_kind": {key: float(prior[masks[key]].sum()) for key in KINDS},
        },
        "prior_mass_left_out": left_out,
        "findings": {
            "ids": len(knowledge.findings),
            "composites": len(knowledge.composites),
            "instances": len(model.instances),
            "by_category": {c: categories.count(c) for c in sorted(set(categories))},
        },
        "parameters": {kind: origins.count(kind) for kind in ORIGINS},
    }


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write: .bif, or .jgum for full precision.")],
    age: Annotated[float, typer.Option(min=0, max=120, help="Age in years.")] = 45,
    sex: Annotated[str | None, typer.Option(help="female or male; default: both, averaged.")] = None,
    setting: Annotated[Setting, typer.Option(help="Where the patient consults.")] = Setting.primary_care,
) -> None:
    """Write the model as a Bayesian network for other tools (BIF, or pyAgrum's JSON in full precision)."""
    if sex is not None and sex not in SEXES:
        near = nearest_match(sex, SEXES)
        raise CaseError("not a known value", field="--sex", given=sex, allowed=SEXES, nearest=near)
    if not file.absolute().parent.is_dir():
        raise CaseError("no such folder", field="FILE", given=str(file.parent))
    with working(f"Writing {file.name}"):
        from foramen.inference.export import export_network
        from foramen.model.model import default_model

        model = default_model()
        try:
            size = export_network(model, {"age": age, "sex": sex, "setting": str(setting)}, file)
        except OSError as error:
            raise CaseError(f"cannot be written ({error.strerror})", field="FILE", given=str(file)) from None
    typer.echo(f"Wrote {file} ({size / 1e6:.1f} MB), knowledge {model.knowledge.version}.")
