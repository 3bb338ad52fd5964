"""Where a number comes from: machine, versions, code."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import resource
import sys
from importlib import metadata, resources
from pathlib import Path

from index import has_bfloat16

PACKAGES = ("onrecord", "numpy", "onnxruntime", "chromadb", "sentence-transformers", "torch", "llama-index-core")


def machine() -> str:
    """Processor, cores and Python of this machine."""
    path = Path("/proc/cpuinfo")
    told = path.read_text("utf-8", "replace") if path.is_file() else ""
    model = re.search(r"^model name\s*:\s*(.+)$", told, re.M)
    units = "with" if has_bfloat16() else "without"
    name = model.group(1) if model else platform.machine()
    return f"{name}, {os.cpu_count()} cores, {units} bfloat16 units, Python {platform.python_version()}"


def versions() -> dict[str, str]:
    """The installed versions of what a result depends on."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def code_digest() -> str:
    """Names the program that is measured: first 12 hex digits of a SHA-256 of the sources and weights it consists of."""
    found = hashlib.sha256()
    for package in ("assistant", "eval", "index"):
        for path in sorted(Path(str(resources.files(package))).glob("*")):
            if path.suffix in (".py", ".json", ".safetensors") and path.name != "floors.json":
                found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def peak_megabytes() -> float:
    """Largest resident size of this process so far, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
