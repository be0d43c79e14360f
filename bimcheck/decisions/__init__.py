"""People's decisions and waivers: bound to a model and a finding, shown in every report, stale when either changes."""

from bimcheck.decisions.binding import bind, decisions_beside_rules, decisions_on, finding_id, is_decided
from bimcheck.decisions.entry import decide, with_entry
from bimcheck.decisions.record import as_toml, load_decisions
from bimcheck.history import Decided, Decision

__all__ = [
    "Decided",
    "Decision",
    "as_toml",
    "bind",
    "decide",
    "decisions_beside_rules",
    "decisions_on",
    "finding_id",
    "is_decided",
    "load_decisions",
    "with_entry",
]
