"""Where figures come from: digests of inputs and code, and the released tables that notebooks hand over."""

from coopeval import handing_out

HOMES = {
    "code_version": "digests", "digest_of_file": "digests", "digests_of_folder": "digests", "lock_digest": "digests",
    "reference_digest": "digests",
    "HandedOver": "results", "hand_over": "results", "published": "results", "released": "results",
    "rewrite": "results",
}  # fmt: skip
__getattr__, __dir__ = handing_out(__name__, HOMES)
__all__ = list(HOMES)
