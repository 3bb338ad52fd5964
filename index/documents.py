"""PDF and Word documents: bytes in, raw articles out. Their libraries are the extra `documents`."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

from index.archives import SIGNATURE, holds
from index.errors import ReadError
from index.formats import Raw
from index.metadata import metadata_from

MAX_PAGES = 2000


def reader_for(data: bytes) -> Callable[[bytes], Iterator[Raw]] | None:
    """The reader for a document, told by its first bytes; None for anything else."""
    if data.startswith(b"%PDF"):
        return read_pdf
    if data.startswith(SIGNATURE) and holds(data, "word/document.xml"):
        return read_docx
    return None


def read_pdf(data: bytes) -> Iterator[Raw]:
    """A PDF's text, its lines joined to paragraphs. The day a file was made is not the day an article was published."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise ReadError("reading a PDF needs pypdf: pip install 'onrecord[documents]'") from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what stops it is told below, in one sentence
    try:
        document = PdfReader(io.BytesIO(data))
        if document.is_encrypted and not document.decrypt(""):
            raise ReadError("this PDF is encrypted")
        if len(document.pages) > MAX_PAGES:
            raise ReadError(f"it has {len(document.pages):,} pages, and {MAX_PAGES:,} is the limit; split it")
        pages = [page.extract_text() for page in document.pages]
        about: Any = document.metadata or {}
        title, author = about.get("/Title"), about.get("/Author")
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise ReadError(f"this PDF is broken ({str(error)[:80] or type(error).__name__})") from error
    text = "\n\n".join(filter(None, map(_paragraphs, pages)))
    if not text.strip():
        raise ReadError("no text is found in this PDF; it may be a scan")
    yield _raw(text, title, author)


def read_docx(data: bytes) -> Iterator[Raw]:
    """A Word document's paragraphs and the rows of its tables, in order."""
    try:
        from docx import Document
        from docx.table import Table
    except ImportError as error:
        raise ReadError("reading a Word document needs python-docx: pip install 'onrecord[documents]'") from error
    try:
        document = Document(io.BytesIO(data))
        blocks = []
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                blocks += [" | ".join(cell.text.strip() for cell in row.cells) for row in part.rows]
            else:
                blocks.append(part.text)
        title, author = document.core_properties.title, document.core_properties.author
    except Exception as error:  # python-docx raises whatever XML and archives raise beneath it
        raise ReadError(f"this Word document is broken ({str(error)[:80] or type(error).__name__})") from error
    text = "\n\n".join(block.strip() for block in blocks if block.strip())
    if not text:
        raise ReadError("no text is found in this Word document")
    yield _raw(text, title, author)


def _raw(text: str, title: Any, author: Any) -> Raw:
    metadata, warnings = metadata_from({"title": str(title or ""), "author": str(author or "")})
    return Raw(text, metadata, warnings)


def _paragraphs(page: str) -> str:
    """A page whose lines end where the paper did: a line that goes on is joined, a word cut by a hyphen made whole."""
    page = re.sub(r"[ \t]+\n", "\n", page.replace("\r", ""))
    page = re.sub(r"(?<=[a-zà-ÿ])[-\u00ad]\n(?=[a-zà-ÿ])", "", page)
    page = re.sub(r"(?<![.!?:”\"’\n])\n(?=[^\n])", " ", page)
    return re.sub(r"\n{3,}", "\n\n", page).strip()
