"""Comparable or not: structures side by side once their mix is the same."""

from coopeval.balance.league import league

__all__ = ["league"]
