"""From a delivery and a semester to a published report: plan, parameters, execution, one switch."""

from coopeval.runs.parameters import Parameter, checked_languages, parameters_of
from coopeval.runs.planning import Step, plan
from coopeval.runs.running import Options, Outcome, annual, from_root, run
from coopeval.runs.stored import store_outputs

__all__ = [
    "Options", "Outcome", "Parameter", "Step", "annual", "checked_languages", "from_root", "parameters_of", "plan",
    "run", "store_outputs",
]  # fmt: skip
