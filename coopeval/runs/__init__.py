"""From a delivery and a semester to a published report: plan, parameters, execution, one switch."""

from coopeval import handing_out

HOMES = {
    "Comparison": "comparing", "compare": "comparing", "keep": "comparing",
    "explain": "explaining",
    "Ledger": "ledger",
    "Parameter": "parameters", "checked_languages": "parameters", "parameters_of": "parameters",
    "Step": "planning", "plan": "planning",
    "workers": "side_by_side",
    "Report": "standing", "report_of": "standing", "reports": "standing",
    "Options": "asking", "from_root": "asking",
    "Outcome": "running", "annual": "running", "run": "running",
    "store_outputs": "stored",
    "inspected": "verifying", "verify": "verifying",
}  # fmt: skip
__getattr__, __dir__ = handing_out(__name__, HOMES)
__all__ = list(HOMES)
