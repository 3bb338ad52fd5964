"""Articles in, passages out.

    read -> clean -> deduplicate -> chunk -> embed -> store

`index.build` walks this way; each step is the module of its name. Knows nothing of questions but their words.
"""

from index import clean, copies, formats, terms
from index.backup import BackupReport, restore
from index.build import build_digest
from index.care import check_index, repair_index
from index.check import CheckReport, Fault
from index.datelines import dateline
from index.embed import ReducedEncoder, default_model_folder, has_bfloat16, token_encoder
from index.embed import embedder as default_embedder
from index.errors import (
    BadIndex,
    Busy,
    IndexDamaged,
    IndexIncompatible,
    IndexMissing,
    ModelError,
    ReadError,
    RecordError,
    StorageError,
    UsageError,
)
from index.index import Index, check_filters, check_question
from index.records import (
    NOTHING_LEFT,
    AddReport,
    Article,
    CleanReport,
    Hit,
    IndexInfo,
    Learned,
    Progress,
    Removed,
    Sentence,
    Version,
)
from index.repair import RepairReport
from index.sentences import sentences as split_sentences

__all__ = [
    "NOTHING_LEFT",
    "AddReport",
    "Article",
    "BackupReport",
    "BadIndex",
    "Busy",
    "CheckReport",
    "CleanReport",
    "Fault",
    "Hit",
    "Index",
    "IndexDamaged",
    "IndexIncompatible",
    "IndexInfo",
    "IndexMissing",
    "Learned",
    "ModelError",
    "Progress",
    "ReadError",
    "RecordError",
    "ReducedEncoder",
    "Removed",
    "RepairReport",
    "Sentence",
    "StorageError",
    "UsageError",
    "Version",
    "build_digest",
    "check_filters",
    "check_index",
    "check_question",
    "clean",
    "copies",
    "dateline",
    "default_embedder",
    "default_model_folder",
    "formats",
    "has_bfloat16",
    "repair_index",
    "restore",
    "split_sentences",
    "terms",
    "token_encoder",
]
