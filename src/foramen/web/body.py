"""The body chart: where the areas of the visit are drawn, seen from the front and from behind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from foramen.web.visit import Area, visit


@dataclass(frozen=True, slots=True)
class Shape:
    """One area on one side: an SVG path, drawn mirrored where ``mirrored``."""

    area: Area
    side: str
    path: str
    mirrored: bool


@dataclass(frozen=True, slots=True)
class View:
    """The body from one side. ``left_is_right``: the patient's left lies on the picture's right."""

    name: str
    outline: str
    left_is_right: bool
    shapes: tuple[Shape, ...]


@lru_cache(maxsize=1)
def body() -> tuple[View, ...]:
    """Front and back view."""
    import yaml

    raw = yaml.safe_load((resources.files("foramen.web") / "data" / "body.yaml").read_text(encoding="utf-8"))
    areas = {a.id: a for a in visit().areas}
    out = []
    for name, drawn in raw.items():
        near, far = ("left", "right") if name == "front" else ("right", "left")
        shapes = [Shape(areas[key], "", path, False) for key, path in drawn.get("middle", {}).items()]
        for key, path in drawn["areas"].items():
            row = areas[key].pain or areas[key].numb
            sided = row is not None and row.sided
            shapes += [Shape(areas[key], side if sided else "", path, m) for side, m in ((near, False), (far, True))]
        out.append(View(name, drawn["outline"], name == "front", tuple(shapes)))
    return tuple(out)
