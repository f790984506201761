"""How a run that another process asked for knows when nobody waits for it any more."""

ENDS_WITH = "COOPEVAL_ENDS_WITH"  # "stdin": the run ends with the process that started it, when its stdin closes
