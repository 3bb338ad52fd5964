"""Serves the page: settings in, a running server out."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import threading
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ui.quick import without_stubs

# Before gradio is imported anywhere: nothing phones home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

with without_stubs():
    import gradio as gr

from assistant import Assistant, wire
from assistant.feedback import FeedbackStore
from assistant.settings import Settings
from index import UsageError
from ui.limits import RateLimit
from ui.page import Site, build
from ui.users import Users

MAX_UPLOAD_MB = 50
PAGE_SECONDS = 3.0
"""A page that loads has both cores so long; example questions are looked for afterwards."""


@dataclass(frozen=True)
class Serving:
    """How the page is served."""

    host: str = "127.0.0.1"
    port: int | None = None
    """None: the first free one from 7860."""
    root_path: str | None = None
    """Where a reverse proxy shows the page, as `/record`."""
    questions_per_minute: int = 30
    """Of one person; 0 for no limit."""
    max_upload_mb: int = MAX_UPLOAD_MB
    read_only: bool = False
    """Nobody may add or remove articles."""
    browser: bool = False
    """Open the page in this machine's browser."""


class Server:
    """A page that is being served."""

    def __init__(self, settings: Settings, how: Serving) -> None:
        """Starts serving. Raises UsageError for a port in use or a bad file of users, and what opening an index raises."""
        if how.port is not None:
            _check_port(how.host, how.port)
        users = Users(settings.users) if settings.users else None
        self._index = wire.index(settings, create=not how.read_only)
        self.site = Site(
            Assistant(self._index, settings=settings), FeedbackStore(self._index.path), RateLimit(how.questions_per_minute),
            may_change=not how.read_only, login=users is not None,
        )  # fmt: skip
        warming = threading.Thread(target=self.site.warm, daemon=True, name="warm")
        warming.start()
        try:
            self._page = build(self.site)
            self._page.queue(max_size=200, api_open=False, default_concurrency_limit=8)
            with contextlib.redirect_stdout(io.StringIO()):  # gradio's own notices
                self.url = self._launch(how, users)
            with contextlib.suppress(ImportError):
                import matplotlib.pyplot  # noqa: F401  gradio does it at the first visitor's first event
        finally:
            warming.join()  # a model that loads while the interpreter ends would abort it
        self._suggesting = threading.Thread(target=self.site.suggest, args=(PAGE_SECONDS,), daemon=True, name="suggest")
        self._suggesting.start()

    def _launch(self, how: Serving, users: Users | None) -> str:
        _, url, _ = self._page.launch(
            server_name=how.host, server_port=how.port, root_path=how.root_path, auth=users.may_enter if users else None,
            auth_message="Log in to ask the record." if users else None, max_file_size=how.max_upload_mb * 1024 * 1024,
            share=False, quiet=True, prevent_thread_lock=True, inbrowser=how.browser, ssr_mode=False, mcp_server=True,
            run_history=False, footer_links=["api", "settings"], show_error=True, enable_monitoring=False, pwa=False,
            theme=theme(), css=resources.files("ui").joinpath("page.css").read_text("utf-8"),
        )  # fmt: skip
        return str(url)

    def wait(self) -> None:
        """Until the server is stopped."""
        self._page.block_thread()

    def close(self, patience: float | None = None) -> None:
        """Stops serving and lets go of the index; waits at most `patience` seconds for what runs (None: to its end)."""
        self._page.close(verbose=False)
        self.site.closing.set()
        self._suggesting.join(patience)  # as above
        self.site.desk.close()
        self._index.close()


def theme() -> Any:
    """Fonts of the reader's own system: none is fetched."""
    sans = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
    mono = ("ui-monospace", "SFMono-Regular", "Consolas", "monospace")
    return gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=sans, font_mono=mono)


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(
                f"The page can't be served at {host}:{port} ({reason}); name another with --host, --port."
            ) from error
