"""Running a suite: every case asked, measured and kept as it comes, so that a run that was stopped goes on.

A run is a folder: `run.json` says what was measured on what, `results.jsonl` holds one result a line.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from assistant import Answer
from eval.matching import normalised
from eval.metrics import Outcome, invalid_citations, scores, why_not
from eval.provenance import code_digest, machine, peak_megabytes, versions
from eval.records import Case, Result, Suite
from eval.suite import articles_digests, read_suite
from eval.systems import INDEXED, Called, System, named
from eval.totals import Score, metrics_of, summary
from index import NOTHING_LEFT, Index, RecordError, UsageError, build_digest

log = logging.getLogger(__name__)

ABOUT, RESULTS = "run.json", "results.jsonl"
KEPT_HIT_CHARS = 600
"""Of each retrieved passage; the scores are taken of the whole."""
KEPT_HITS = 10
OnProgress = Callable[[int, int, Result | None], None]
"""Called with cases done, cases in all, and the last result."""


@dataclass(frozen=True)
class Run:
    """A finished or stopped run."""

    about: dict[str, Any]
    """What was measured on what: `suite`, `system`, digests of both, `machine`, `versions`, `started`, `seconds`."""
    results: tuple[Result, ...]
    path: Path | None = None

    @property
    def complete(self) -> bool:
        """Whether every case was asked."""
        return len(self.results) == int(self.about["cases"])

    def summary(self) -> list[Score]:
        """Every number with its interval."""
        return summary(self.results)

    def metrics(self) -> dict[str, float]:
        """Name and value of every number."""
        return dict(metrics_of(self.results))


@dataclass
class _Place:
    """Where a run is kept; nowhere when `folder` is None."""

    folder: Path | None
    kept: dict[str, Result] = field(default_factory=dict)

    def append(self, row: str) -> None:
        if self.folder:
            with (self.folder / RESULTS).open("a", encoding="utf-8") as file:
                file.write(f"{row}\n")

    def write(self, about: dict[str, Any]) -> None:
        if self.folder:
            fresh = self.folder / f"{ABOUT}.new"
            fresh.write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            fresh.replace(self.folder / ABOUT)


def evaluate(
    suite: str | os.PathLike[str] | Suite,
    system: Any = "onrecord",
    *,
    index: str | os.PathLike[str] | Index | None = None,
    limit: int | None = None,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    runs: str | os.PathLike[str] | None = None,
    cache: str | os.PathLike[str] | None = None,
    retrieval: bool = True,
    again: bool = False,
    on_progress: OnProgress | None = None,
) -> Run:
    """Asks a system every question of a suite and measures what comes.

    `suite` is a file or folder (see `eval.suite`), or a Suite. `system` is ours, a baseline by name (`eval.systems`), or
    any function from a question to an Answer. `index` takes the place of the suite's own articles, which are else
    indexed once under `cache` (default: the user's cache folder). `limit` takes so many cases, drawn with `seed`.
    `out` is the folder that the run is kept in: one that was stopped there goes on where it was, one that is complete
    is returned as it is unless `again`. With `runs` instead, the folder in there is named after what is measured on what,
    so that a changed program, suite or pile gets a new one. `retrieval` also asks for the retrieved passages, which takes
    about as long again.
    Raises UsageError for a suite that can't be used, and what opening an index raises; a case that fails is a result.
    """
    chosen = suite if isinstance(suite, Suite) else read_suite(os.fspath(suite))
    cases = _drawn(chosen.cases, limit, seed)
    with _opened(chosen, index, Path(cache) if cache else default_cache()) as opened:
        if opened is None and isinstance(system, str) and system in INDEXED:
            bare = [case.id for case in cases if not (case.articles or case.standalone)]
            if bare:
                raise UsageError(
                    f"{chosen.name} brings no articles for {len(bare):,} of its cases ({bare[0]}, ...); name an index, or "
                    "put them beside it."
                )
        asked: System = named(system, opened) if isinstance(system, str) else Called(system, opened)
        about = _about(chosen, cases, asked, opened, seed, retrieval=retrieval)
        named_after = Path(runs) / _called(about) if runs else None
        folder = Path(out) if out else named_after
        place = _place(folder, about, again=again)
        about = _kept_about(place, about)
        place.write(about)
        results = []
        for result in _results(cases, asked, opened, place, retrieval=retrieval):
            results.append(result)
            if on_progress:
                on_progress(len(results), len(cases), result)
        if any(one.id not in place.kept for one in results):
            about = {**about, "peak_mb": max(about["peak_mb"], peak_megabytes())}
        about = {**about, "seconds": sum(one.seconds for one in results)}
        place.write(about)
    return Run(about, tuple(results), place.folder)


def read_run(folder: str | os.PathLike[str]) -> Run:
    """A run that was kept. Raises UsageError when there is none, or a line of it can't be read."""
    place = Path(folder)
    try:
        about = json.loads((place / ABOUT).read_text("utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"There is no run at {place}; name the folder of one (it holds {ABOUT}).") from error
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{place / ABOUT} can't be read ({error}).") from error
    missing = [name for name in (*_SHARED, "cases", "started") if not isinstance(about, dict) or name not in about]
    if missing:
        raise UsageError(f"{place / ABOUT} is not what a run says of itself (no {', '.join(missing[:3])}).")
    return Run(about, tuple(_read_results(place).values()), place)


def default_cache() -> Path:
    """Where indexes of suites are kept."""
    return Path(platformdirs.user_cache_dir("onrecord"), "suites")


def _drawn(cases: Sequence[Case], limit: int | None, seed: int) -> list[Case]:
    if limit is not None and limit < 1:
        raise UsageError(f"limit is {limit}; take at least one case.")
    if limit is None or limit >= len(cases):
        return list(cases)
    positions = random.Random(seed).sample(range(len(cases)), limit)
    return [cases[at] for at in sorted(positions)]


@contextmanager
def _opened(suite: Suite, index: str | os.PathLike[str] | Index | None, cache: Path) -> Iterator[Index | None]:
    """The index that the suite is asked of; None when every case brings its own articles."""
    if isinstance(index, Index):
        yield index
        return
    named_ = index or suite.index
    if named_:
        with Index(named_, create=False) as opened:
            yield opened
    elif suite.articles:
        # Another program might make other passages of the same articles: it gets an index of its own.
        parts = [build_digest().encode(), *articles_digests(suite.articles)]
        content = hashlib.sha256(b"".join(parts)).hexdigest()[:16]
        cache.mkdir(parents=True, exist_ok=True)
        whole = cache / f"{content}.complete"
        with Index(cache / content) as opened:
            if not whole.is_file():
                failed = opened.add(list(suite.articles)).failed
                broken = [one for one in failed if one[1] != NOTHING_LEFT]
                if broken:
                    raise UsageError(f"{suite.name}: {broken[0][0]}: {broken[0][1]}.")
                if failed:  # pages that hold a site's notice and nothing else: no question can be about them
                    log.warning("%s: left out, since nothing but furniture stands in them: %d, the first is %s",
                                suite.name, len(failed), failed[0][0])  # fmt: skip
                whole.touch()
            yield opened
    else:
        yield None


def _about(
    suite: Suite, cases: Sequence[Case], system: System, index: Index | None, seed: int, *, retrieval: bool
) -> dict[str, Any]:
    drawn = hashlib.sha256("\n".join(case.id for case in cases).encode()).hexdigest()[:16]
    articles = _articles_digest(index) if index else ""
    count = index.info().articles if index else sum(len(case.articles) for case in cases)
    return {
        "suite": suite.name, "digest": suite.digest, "data": dict(suite.about), "cases": len(cases), "drawn": drawn,
        "seed": seed, "system": system.name, "settings": system.about(), "code": code_digest(),
        "retrieval": retrieval, "articles": articles, "articles_count": count, "versions": versions(), "machine": machine(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": 0.0, "peak_mb": 0.0,
    }  # fmt: skip


_SHARED = ("suite", "digest", "drawn", "system", "settings", "code", "retrieval", "articles", "versions")
"""What two sittings of one run have in common."""


def _called(about: dict[str, Any]) -> str:
    """A folder's name: suite, system, and a digest of all that two sittings share."""
    digest = hashlib.sha256(json.dumps([about[name] for name in _SHARED], sort_keys=True).encode()).hexdigest()[:8]
    return re.sub(r"[^\w.-]+", "-", f"{about['suite']}-{about['system']}-{digest}")


def _articles_digest(index: Index) -> str:
    """Names the articles of an index, whatever order they came in."""
    found = hashlib.sha256()
    for article_id in sorted(article.id for article in index.articles(with_text=False)):
        found.update(article_id.encode())
    return found.hexdigest()[:16]


def _place(out: Path | None, about: dict[str, Any], *, again: bool) -> _Place:
    if out is None:
        return _Place(None)
    if out.is_file():
        raise UsageError(f"{out} is a file; a run is kept in a folder.")
    out.mkdir(parents=True, exist_ok=True)
    fresh = not (out / ABOUT).is_file()
    if fresh and any(out.iterdir()):
        raise UsageError(f"{out} holds other files; name an empty or a new folder for the run.")
    if again or fresh:
        (out / RESULTS).unlink(missing_ok=True)
        return _Place(out)
    before = read_run(out).about
    changed = [name for name in _SHARED if before.get(name) != about[name]]
    if changed:
        raise UsageError(
            f"{out} holds a run of something else (other {', '.join(changed)}); name another folder, or measure again."
        )
    _mend(out)
    # What failed is tried again: a server may have been down.
    return _Place(out, {name: one for name, one in _read_results(out).items() if not one.error})


def _kept_about(place: _Place, about: dict[str, Any]) -> dict[str, Any]:
    """What the first sitting noted, where there was one."""
    if not place.kept or place.folder is None:
        return about
    before = read_run(place.folder).about
    return {**about, **{name: before[name] for name in ("started", "seconds", "peak_mb", "machine")}}


def _read_results(folder: Path) -> dict[str, Result]:
    """The kept results by id, the last one of each. A last line that a kill cut off is left out; another bad one is told."""
    path = folder / RESULTS
    if not path.is_file():
        return {}
    found: dict[str, Result] = {}
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                break
            try:
                result = _from_row(json.loads(line))
            except (ValueError, TypeError, KeyError, RecursionError) as error:
                raise UsageError(f"{path} line {number} can't be read ({error}).") from error
            found[result.id] = result
    return found


def _mend(folder: Path) -> None:
    """Takes a last line that a kill cut off out of the file, before more are written behind it."""
    path = folder / RESULTS
    if path.is_file():
        data = path.read_bytes()
        os.truncate(path, data.rfind(b"\n") + 1)


def _from_row(row: dict[str, Any]) -> Result:
    return Result(**{**row, "tags": tuple(row["tags"]), "warnings": tuple(row["warnings"])})


def _results(
    cases: Sequence[Case], system: System, index: Index | None, place: _Place, *, retrieval: bool
) -> Iterator[Result]:
    for case in cases:
        kept = place.kept.get(case.id)
        if kept is None:
            row = _row(case, system, index, retrieval=retrieval)
            place.append(row)
            kept = _from_row(json.loads(row))  # the same whether it is read back or not
        yield kept


def _row(case: Case, system: System, index: Index | None, *, retrieval: bool) -> str:
    """What came of a case, as a line of JSON."""
    began = time.perf_counter()
    try:
        return _line(_result(case, system.ask(case, retrieval=retrieval), index))
    except Exception as error:  # noqa: BLE001  a system that fails on one case is measured on the others
        told = str(error) if isinstance(error, RecordError) else f"{type(error).__name__}: {error}"
        return _line(_failed(case, told[:500], time.perf_counter() - began))


def _line(result: Result) -> str:
    return json.dumps(asdict(result), allow_nan=False)


def _failed(case: Case, error: str, seconds: float) -> Result:
    """A failure scores as an answer that says nothing: where something was to be found, it wasn't."""
    nothing = Outcome(Answer(case.question, case.question, "answered"))
    values = {**scores(case, nothing), "understood F1": None, "wrong answer given": None, "independent sources": None}
    right = None if case.kind is None else False
    return replace(_blank(case), right=right, scores=values, why="it failed", error=error, seconds=seconds)


def _result(case: Case, found: Outcome, index: Index | None) -> Result:
    """Raises ValueError for an answer that breaks its own rules."""
    _check(found.answer)
    values = scores(case, found)
    right = None if values["right"] is None else values["right"] == 1.0
    hits = None if found.hits is None else tuple(_short(asdict(hit)) for hit in found.hits[:KEPT_HITS])
    return replace(
        _blank(case), answer=found.answer.to_dict(), hits=hits, scores=values, right=right, seconds=found.seconds or 0.0,
        why="" if right is not False else why_not(case, found, values), warnings=tuple(_warnings(case, found, index)),
    )  # fmt: skip


def _check(answer: Answer) -> None:
    if answer.confidence is not None and not 0 <= answer.confidence <= 1:
        raise ValueError(f"its confidence is {answer.confidence}, not a probability")
    if answer.short is not None and not isinstance(answer.short, str):
        raise ValueError(f"its short answer is {type(answer.short).__name__}, not text")


def _blank(case: Case) -> Result:
    truth = {
        "answers": [list(group) for group in case.answers], "wrong": list(case.wrong), "verdict": case.verdict,
        "evidence": [asdict(gold) for gold in case.evidence], "standalone": case.standalone,
    }  # fmt: skip
    return Result(case.id, case.question, case.kind, case.tags, truth, None, None, {}, None, "", 0.0)


def _short(hit: dict[str, Any]) -> dict[str, Any]:
    return {**hit, "text": hit["text"][:KEPT_HIT_CHARS]}


def _warnings(case: Case, found: Outcome, index: Index | None) -> Iterator[str]:
    if found.checked:
        for marker in invalid_citations(found):
            yield f"citation [{marker}] is not what its article says at that place"
    if index is None or case.articles:
        return
    for gold in case.evidence:
        if not gold.article:
            continue
        articles = [article for name in index.find(gold.article) if (article := index.article(name))]
        if not articles:
            yield f"the evidence names an article that is not there: {gold.article}"
        elif not any(normalised(gold.quote) in normalised(article.text) for article in articles):
            yield f"the evidence is not in its article {gold.article}: {gold.quote[:80]}"
