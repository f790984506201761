"""From a delivery and a semester to a published report: plan, parameters, execution, one switch."""

from coopeval.runs.comparing import Comparison, compare, keep
from coopeval.runs.explaining import explain
from coopeval.runs.ledger import Ledger
from coopeval.runs.parameters import Parameter, checked_languages, parameters_of
from coopeval.runs.planning import Step, plan
from coopeval.runs.reports import Report, report_of, reports
from coopeval.runs.running import Options, Outcome, annual, from_root, run
from coopeval.runs.stored import store_outputs
from coopeval.runs.verifying import inspected, verify

__all__ = [
    "Comparison", "Ledger", "Options", "Outcome", "Parameter", "Report", "Step", "annual", "checked_languages",
    "compare", "explain", "from_root", "inspected", "keep", "parameters_of", "plan", "report_of", "reports", "run",
    "store_outputs", "verify",
]  # fmt: skip
