"""What can go wrong, and whose move it is.

RecordError
├── UsageError          yours: the call itself is wrong (an empty question, a bad date, an unknown setting)
├── ReadError           yours: one source can't be read as an article; the others are untouched
├── BadIndex            the index at that place
│   ├── IndexMissing        there is none: add articles first
│   ├── IndexIncompatible   made by another model or schema: the message names the remedy
│   └── IndexDamaged        what is stored contradicts itself
├── Busy                try again: another process holds the index
├── StorageError        the machine: disk full, folder read-only; what was stored before is intact
└── ModelError          the embedding model is missing or not what it claims to be
"""


class RecordError(Exception):
    """Base of every error that On Record raises on purpose. `str(error)` is one sentence for the user."""


class UsageError(RecordError):
    """The call is wrong: its caller can mend it."""


class ReadError(RecordError):
    """One source can't be read as an article."""


class BadIndex(RecordError):
    """Something about the index itself."""


class IndexMissing(BadIndex):
    """No index at the place named."""


class IndexIncompatible(BadIndex):
    """The index was made by parts that this call doesn't have."""


class IndexDamaged(BadIndex):
    """What is stored contradicts itself."""


class Busy(RecordError):
    """Another process holds the index: the same call may succeed later."""


class StorageError(RecordError):
    """The machine refused to store or to read: what was stored before is intact."""


class ModelError(RecordError):
    """The embedding model is missing, or isn't what it claims to be."""
