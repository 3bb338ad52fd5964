"""Word lists that several readers of text share."""

from __future__ import annotations

import re

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
DAY, MONTH = "|".join(DAYS), "|".join(MONTHS)
"""Alternatives for a pattern."""
HELPER = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
"""Alternatives too: the verbs that come before the subject of a question."""

BODY_OR_PLACE = re.compile(
    r"\b(?:House|Senate|Council|Committee|Party|Union|Court|Ministry|Department|University|Company|Street|Island|Bridge|Club|"
    r"League|States|Kingdom|Republic|Conference|Group|Times|Post|Office|Bank|Agency|Association|River|City|Hall|Museum|"
    r"Hospital|War|Act|Bill|Cup|Airport|Park|School|College|Army|Navy|Band|Orchestra)\b"
)
"""Words in a name that is no person's."""
