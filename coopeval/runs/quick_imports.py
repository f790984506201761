"""Imported first in processes of our own, so that they do not build what nobody here asks for.

Reading notebooks brings jsonschema along, which builds grammars of internet addresses at import, for a check of formats
that is never made; they take longer than all else together. Without them jsonschema leaves that check out.
"""

import sys

NEVER_NEEDED = "rfc3987_syntax"
sys.modules.setdefault(NEVER_NEEDED, None)
