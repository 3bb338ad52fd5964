"""What commands have in common: their options, and errors as one sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

INDEX = click.option("--index", "index", metavar="DIR", help="Folder of the index (default: ./onrecord.index).")
MODEL = click.option("--model", metavar="NAME", help="Embedding model for sentence-transformers: a folder or a name.")
CHROMA = click.option("--chroma", metavar="URL", help="Address of a Chroma server (default: embedded).")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@contextmanager
def told(stopped: str, verb: str) -> Iterator[None]:
    """Errors as one sentence: exit 2 for wrong use, 1 for what failed, 130 when `stopped` by the user."""
    from index import RecordError, UsageError

    try:
        yield
    except RecordError as error:
        click.echo(f"onrecord: {error}", err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        click.echo(f"\nonrecord: {stopped}.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        click.echo(f"onrecord: {error.filename or 'the output'} can't be {verb} ({error.strerror}).", err=True)
        sys.exit(1)


def common(command: Command) -> Command:
    """The options every command has, and errors as one sentence: exit 2 for wrong use, 1 for what failed."""

    @INDEX
    @MODEL
    @CHROMA
    @wraps(command)
    def run(*args: Any, index: str | None, model: str | None, chroma: str | None, **kwargs: Any) -> Any:
        from assistant.settings import load

        with told("stopped; what was stored before is kept", "used"):
            return command(load({"index": index, "model": model, "chroma": chroma}), *args, **kwargs)

    return run  # type: ignore[return-value]
