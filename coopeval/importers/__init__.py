"""Arrivals: real sources brought to the tables of the data contract. Importers translate; the cohort decides.

Each importer is a module of its own, to be asked for by name: `from coopeval.importers import mapped`.
"""

from __future__ import annotations
