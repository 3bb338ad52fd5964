"""Every constant of the training: architecture, mixture, curriculum, optimizer."""

from __future__ import annotations

from dataclasses import dataclass

SEED = 20250214
MAX_TOKENS = 256
"""Question, headline and passage together; a passage of the index has at most 192."""
MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 24
TITLE_SHARE = 0.8
"""Of examples that have a headline, so many are shown with it (0.5 before the stages «headlines»): pasted texts have
none."""

BATCH_TOKENS = 2048
"""Of a step."""
PART_TOKENS = 512
"""Read at once, of like length: of questions with six sentences each 1,530 tokens a second, 1,220 in one piece with its
padding; as many with 384, 1,410 with 768 (two cores, AVX2, float32)."""
SORTED_BATCHES = 50
"""Units are sorted by length within so many batches: little padding, and still a random order."""

LEARNING_RATE = 1.5e-4
HEAD_RATE = 6e-4
"""The heads start from nothing."""
WARMUP = 100
"""Steps."""
FINAL_RATE = 0.05
"""The rate falls linearly to this share over a stage that decays."""
WEIGHT_DECAY = 0.01
BETAS = (0.9, 0.98)
MAX_NORM = 1.0
AVERAGE = 0.998
"""Decay of the running average of the weights, which is what is measured and shipped (Polyak and Juditsky 1992)."""

LISTWISE = 1.0
"""Weight of the listwise loss beside the pointwise one."""


@dataclass(frozen=True)
class Stage:
    """A part of the curriculum: how many units of each source are drawn, in a random order."""

    name: str
    sources: dict[str, int]
    """Units at most; a source with fewer gives all it has, once."""
    decays: bool = False
    rate: float = 1.0
    """Share of the learning rates at which it begins."""
    final: float | None = None
    """Share at which it ends, when it decays; None: FINAL_RATE."""


_HEADLINES = {
    "written": 100000, "squad_articles": 2500, "squad_sentences": 500, "squad": 700, "qamr_sentences": 200,
    "events": 200, "sayings": 200, "onestop": 200,
}  # fmt: skip
_HEADLINE_VERDICTS = {
    "written_verdicts": 100000, "reports": 500, "snli": 700, "cad": 900, "fever": 1100, "fool_me_twice": 250,
    "boolq": 400, "condaqa": 500, "squad_sentences": 200, "events": 200,
}  # fmt: skip
_CONTRAST_VERDICTS = {
    "contrast_verdicts": 100000, "written_verdicts": 3500, "reports": 100, "snli": 500, "cad": 600, "fever": 600,
    "fool_me_twice": 100, "boolq": 150, "condaqa": 200,
}  # fmt: skip

STAGES = (
    Stage(
        "pairs",
        {
            "snli": 8000, "cad": 9200, "fever": 10000, "perspectrum": 4000, "fool_me_twice": 3000, "check_covid": 1200,
            "reports": 12000, "qamr": 8000,
        },
    ),
    Stage(
        "passages",
        {
            "squad": 8000, "qamr": 3500, "boolq": 2100, "condaqa": 2900, "strategyqa": 900,
            "snli": 1400, "cad": 2200, "fever": 2800, "fool_me_twice": 800, "reports": 1200, "events": 1900,
        },
        decays=True,
    ),
    Stage(
        "again",
        {
            "squad": 5600, "onestop": 700, "qamr": 1250, "events": 2250, "boolq": 1050, "condaqa": 1000, "strategyqa": 250,
            "snli": 1500, "cad": 2250, "fever": 2750, "fool_me_twice": 500, "reports": 750,
        },
        decays=True,
        rate=0.6,
        final=0.3,
    ),
    Stage(
        "sayings",
        {
            "sayings": 1500, "squad": 2400, "onestop": 400, "events": 1400, "fever": 1300, "cad": 1300, "snli": 900,
            "reports": 600, "boolq": 250, "fool_me_twice": 200,
        },
        decays=True,
        rate=0.3,
        final=0.02,
    ),
    Stage(
        "sentences",
        {
            "squad_sentences": 11000, "qamr_sentences": 2200, "squad": 2000, "events": 1000, "sayings": 600, "boolq": 600,
            "snli": 2000, "cad": 2500, "fever": 3000, "fool_me_twice": 600, "reports": 1200,
        },
        decays=True,
        rate=0.7,
        final=0.02,
    ),
    Stage(
        "articles",
        {
            "squad_articles": 22000, "squad_sentences": 4000, "qamr_sentences": 1200, "events": 900, "sayings": 700,
            "onestop": 400,
        },
        decays=True,
        rate=0.8,
        final=0.02,
    ),
    Stage(
        "misled",
        {
            "squad_articles": 16000, "squad": 4000, "squad_sentences": 3000, "qamr_sentences": 800, "events": 1200,
            "sayings": 500, "onestop": 300,
        },
        decays=True,
        rate=0.6,
        final=0.02,
    ),
    Stage(
        "verdicts",
        {
            "snli": 8000, "cad": 9200, "fever": 10000, "perspectrum": 3500, "fool_me_twice": 3000, "check_covid": 1200,
            "boolq": 2100, "condaqa": 2900, "reports": 5000, "squad_sentences": 1200, "events": 1000,
        },
        decays=True,
        rate=0.8,
        final=0.02,
    ),
    Stage(
        "asked",
        {
            "squad_verdicts": 7000, "boolq": 1000, "condaqa": 1000, "snli": 1500, "cad": 2000, "fever": 2000, "reports": 700,
            "events": 500,
        },
        decays=True,
        rate=0.7,
        final=0.02,
    ),
    Stage(
        "written",
        {
            "written": 100000, "squad_articles": 3500, "squad_sentences": 800, "squad": 700, "qamr_sentences": 300,
            "events": 300, "sayings": 400, "onestop": 300,
        },
        decays=True,
        rate=0.8,
        final=0.4,
    ),
    Stage(
        "written again",
        {
            "written": 100000, "squad_articles": 2500, "squad_sentences": 500, "squad": 500, "qamr_sentences": 150,
            "events": 150, "sayings": 150, "onestop": 150,
        },
        decays=True,
        rate=0.5,
        final=0.02,
    ),
    Stage(
        "written verdicts",
        {
            "written_verdicts": 100000, "reports": 800, "snli": 1500, "cad": 2000, "fever": 2000, "fool_me_twice": 400,
            "boolq": 500, "condaqa": 700, "squad_sentences": 300, "events": 400,
        },
        decays=True,
        rate=1.0,
        final=0.6,
    ),
    Stage(
        "written verdicts again",
        {
            "written_verdicts": 100000, "reports": 500, "snli": 800, "cad": 1000, "fever": 1200, "fool_me_twice": 300,
            "boolq": 400, "condaqa": 500, "squad_sentences": 200, "events": 300,
        },
        decays=True,
        rate=0.8,
        final=0.02,
    ),
    Stage("headlines", _HEADLINES, decays=True, rate=0.8, final=0.6),
    Stage("headlines again", _HEADLINES, decays=True, rate=0.7, final=0.5),
    Stage("headlines at last", _HEADLINES, decays=True, rate=0.5, final=0.02),
    Stage("headlines, verdicts", _HEADLINE_VERDICTS, decays=True, rate=0.9, final=0.7),
    Stage("headlines, verdicts again", _HEADLINE_VERDICTS, decays=True, rate=0.8, final=0.6),
    Stage("headlines, verdicts at last", _HEADLINE_VERDICTS, decays=True, rate=0.6, final=0.02),
    Stage(
        "contrasts",
        {
            "contrasts": 100000, "written": 7000, "squad_articles": 2500, "squad_sentences": 400, "squad": 900,
            "qamr_sentences": 150, "events": 150, "sayings": 150, "onestop": 150,
        },
        decays=True,
        rate=0.6,
        final=0.02,
    ),
    Stage(
        "contrasts, verdicts",
        {
            "contrast_verdicts": 100000, "written_verdicts": 6000, "reports": 200, "snli": 700, "cad": 900, "fever": 900,
            "fool_me_twice": 150, "boolq": 200, "condaqa": 300, "squad_sentences": 100, "events": 100,
        },
        decays=True,
        rate=0.7,
        final=0.02,
    ),
    Stage("contrasts, verdicts 1", _CONTRAST_VERDICTS, decays=True, rate=1.0, final=0.7),
    Stage("contrasts, verdicts 2", _CONTRAST_VERDICTS, decays=True, rate=0.7, final=0.4),
    Stage("contrasts, verdicts 3", _CONTRAST_VERDICTS, decays=True, rate=0.4, final=0.02),
)  # fmt: skip
"""Cheap short pairs first: stance comes slowly from long passages and mixed batches. Then passages; the third stage goes on
with them, with more questions that mislead; the fourth adds what people ask of news most, who said what; the fifth sets
single sentences against the hardest others, for evidence is a sentence, the sixth and seventh the same over many more
articles. «verdicts» and «asked» are a trial for yes/no questions, after the second. At last the language of news: questions
on articles that we invented, first those that aren't yes/no questions, then, from the weights behind «misled» too, yes/no
questions; and more of them, with headlines before the sentences: three stages of one mixture each, so that articles written
meanwhile could join. The last five are over opposites and near misses: a trial for other questions, and four stages
for yes/no questions. How far each was taken for the weights that ship, and what it brought: assistant/reader.md."""

CHECKPOINT = 200
"""Steps between checkpoints."""
MEASURE = 800
"""Steps between measurements on test splits."""
MEASURED = 200
"""Records of each test split while training; the table of the model card takes all."""
