"""Twenty people asking at once: `make soak`."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index import Article, Index

pytestmark = pytest.mark.soak
PEOPLE, EACH = 20, 10
TOWNS = [a + b for a in ("Hal", "Nor", "Bre", "Cas", "Or") for b in ("den", "wick", "via", "tell")]
THINGS = ("bridge", "library", "harbour", "theatre", "station")


def memory(process: int) -> float:
    """Resident megabytes."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1]) / 1024


def test_many_people_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gradio_client import Client

    costs = {(town, thing): 10 + number for number, (town, thing) in enumerate((t, x) for t in TOWNS for x in THINGS)}
    with Index(tmp_path / "i") as index:
        index.add([
            Article(f"The new {thing} of {town} cost {cost} million pounds, the council said. It opened in May.",
                    title=f"{town} opens its {thing}", source=f"{town} Post", published="2025-05-01")
            for (town, thing), cost in costs.items()
        ])  # fmt: skip
    command = [sys.executable, "-m", "ui.cli", "ui", "--index", str(tmp_path / "i"), "--questions-per-minute", "0"]
    began = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        assert server.stdout
        line = next(line for line in server.stdout if "On Record is at" in line)
        up = time.perf_counter() - began
        url = line.split()[4]
        Client(url, verbose=False).predict("Who opened?", api_name="/ask")

        def person(number: int) -> list[float]:
            client = Client(url, verbose=False)
            rng = random.Random(number)
            taken = []
            for _ in range(EACH):
                town, thing = rng.choice(list(costs))
                asked = time.perf_counter()
                found = client.predict(f"How much did the new {thing} of {town} cost?", api_name="/ask")
                taken.append(time.perf_counter() - asked)
                assert found["status"] == "answered", found
                assert f"The new {thing} of {town} cost {costs[town, thing]} million" in found["citations"][0]["quote"]
            return taken

        person(99)
        before = memory(server.pid)
        began = time.perf_counter()
        with ThreadPoolExecutor(PEOPLE) as pool:
            times = [one for taken in pool.map(person, range(PEOPLE)) for one in taken]
        spent, after = time.perf_counter() - began, memory(server.pid)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        if server.stdout:
            server.stdout.close()
    middle, slow = np.percentile(times, [50, 95])
    with capsys.disabled():
        print(f"\n{len(times)} questions by {PEOPLE} people in {spent:.0f} s ({len(times) / spent:.1f} a second): p50 {middle:.1f} s, "
              f"p95 {slow:.1f} s; memory {before:.0f} MB before, {after:.0f} MB after; up after {up:.1f} s")  # fmt: skip
    assert after < 1.25 * before
