"""Understanding: the question as it will be asked of the record."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.records import Answer

Turn = tuple[str, Answer | str]


def understand(question: str, history: Sequence[Turn]) -> str:  # noqa: ARG001
    """The standalone question. `history` is the conversation so far, oldest first.

    A question is taken as it stands; resolving follow-ups against `history` is not done yet.
    """
    return question
