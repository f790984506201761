"""How long notebooks took, so that a run can say how much time is left."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

FILE = "durations.json"


class Durations:
    """Seconds each notebook took the last time, kept beside the finished steps; a damaged file is an empty one."""

    def __init__(self, folder: Path) -> None:
        self._place = Path(folder, FILE)
        self.seconds: dict[str, float] = {}
        with suppress(OSError, ValueError, TypeError, AttributeError):
            said = json.loads(self._place.read_text(encoding="utf-8"))
            self.seconds = {name: float(s) for name, s in said.items() if math.isfinite(s) and s >= 0}

    def took(self, name: str, seconds: float) -> None:
        self.seconds[name] = round(seconds, 2)

    def keep(self) -> None:
        """Write them down; that this fails is no reason to fail."""
        with suppress(OSError):
            fresh = self._place.with_suffix(".fresh")
            fresh.write_text(json.dumps(self.seconds, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            fresh.replace(self._place)

    def longest_first(self, names: Sequence[str], upstream: Mapping[str, set[str]]) -> list[str]:
        """The order in which to begin, so that no long one is left for the end, when the others have nothing to do.

        What waits for a notebook counts with it. One of which nothing is known takes as long as others do; among equals
        the last one goes first, for chapters that look back on all others stand at the end.

        >>> nothing_known = Durations("nowhere")
        >>> nothing_known.longest_first(["10_first", "20_second", "30_third"], {"30_third": {"10_first"}})
        ['10_first', '30_third', '20_second']
        """
        usual = sum(self.seconds.values()) / len(self.seconds) if self.seconds else 1.0

        @cache
        def whole(name: str) -> float:
            after = [whole(other) for other in names if name in upstream.get(other, ())]
            return self.seconds.get(name, usual) + max(after, default=0.0)

        return sorted(names, key=lambda name: (whole(name), names.index(name)), reverse=True)

    def left(self, waiting: Iterable[str], running: Mapping[str, float], jobs: int) -> float | None:
        """Seconds until all are done, or none if nothing is known of any.

        Parameters
        ----------
        waiting
            Notebooks not yet begun.
        running
            Notebooks under way, each with the seconds it has taken so far.
        jobs
            How many run side by side.
        """
        if not self.seconds:
            return None
        usual = sum(self.seconds.values()) / len(self.seconds)
        each = [self.seconds.get(name, usual) for name in waiting]
        each += [max(0.0, self.seconds.get(name, usual) - so_far) for name, so_far in running.items()]
        return max([sum(each) / max(1, jobs), *each]) if each else 0.0


def in_minutes(seconds: float) -> str:
    """A length of time as a clock shows it, in any language.

    >>> in_minutes(4.2), in_minutes(75), in_minutes(3725)
    ('0:05', '1:15', '1:02:05')
    """
    minutes, rest = divmod(math.ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
