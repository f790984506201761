"""Where figures come from: digests of inputs and code, and the released tables that notebooks hand over."""

from coopeval.provenance.digests import code_version, digest_of_file, digests_of_folder, lock_digest, reference_digest
from coopeval.provenance.results import HandedOver, hand_over, published, released, rewrite

__all__ = [
    "HandedOver", "code_version", "digest_of_file", "digests_of_folder", "hand_over", "lock_digest",
    "published", "reference_digest", "released", "rewrite",
]  # fmt: skip
