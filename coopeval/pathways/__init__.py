"""Pathways."""
from coopeval.pathways.occupation import occupation
from coopeval.pathways.stays import *
