"""A question in, an Answer out.

    understand -> retrieve -> read -> judge -> compose -> verify

`assistant.pipeline` walks this way; each step is the module of its name (retrieval is the index's own search).
"""

from assistant.assistant import Assistant, answer
from assistant.records import Answer, Citation, Finding, Step

__all__ = ["Answer", "Assistant", "Citation", "Finding", "Step", "answer"]
