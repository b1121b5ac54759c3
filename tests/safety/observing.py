"""An instance of a finding as the observation that states it."""

from foramen.case import Observation
from foramen.model.tables import Instance


def observe(instance: Instance, state: str) -> Observation:
    """An observation that states exactly this instance."""
    places = dict.fromkeys(("side", "level", "vertebra", "root"))
    where = instance.id.partition("@")[2]
    match instance.finding.site:
        case "level_side":
            places["level"], _, places["side"] = where.partition("/")
        case "root_side":
            places["root"], _, places["side"] = where.partition("/")
        case "none":
            pass
        case site:
            places[site] = where
    return Observation(instance.finding.id, state, **places)
