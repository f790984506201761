"""Real sources become tables of the suite, or reference tables with a card; a source with a fault becomes nothing.

Each is asked for by its name: `from coopeval.importers import mapped`. Importers translate; the cohort decides.
"""
