"""What a reader can work out from everything published, cell by cell, and what must be hidden so that it is not."""

from coopeval.audit.published import Findings, Published
from coopeval.audit.solving import derivable, findings
from coopeval.audit.suppression import protect

__all__ = ["Findings", "Published", "derivable", "findings", "protect"]
