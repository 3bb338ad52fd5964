"""Who may log in: a file of names with bcrypt hashes, as `htpasswd -B` writes it."""

from __future__ import annotations

import os
from pathlib import Path

import bcrypt

from index import StorageError, UsageError

MAX_PASSWORD_BYTES = 72
"""bcrypt takes no more."""


class Users:
    """The users of a file. It is read anew at each login, so that adding one needs no restart."""

    def __init__(self, path: str | Path) -> None:
        """Raises UsageError when the file can't be read, has a bad line, or names nobody."""
        self._path = Path(path)
        if not self._read():
            raise UsageError(f"{self._path} names no user; add one: onrecord user NAME --users {self._path}")
        # Hashed against when a name is unknown, so that its answer takes as long as a wrong password's.
        self._nobody = bcrypt.hashpw(b"nobody", bcrypt.gensalt())

    def may_enter(self, name: str, password: str) -> bool:
        """Whether the name is known and the password is its own."""
        try:
            known = self._read().get(name)
        except UsageError:
            return False
        given = password.encode()
        if len(given) > MAX_PASSWORD_BYTES:
            return False
        return bcrypt.checkpw(given, known or self._nobody) and known is not None

    def _read(self) -> dict[str, bytes]:
        return read(self._path)


def read(path: Path) -> dict[str, bytes]:
    """Names with their hashes. Raises UsageError."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"The file of users {path} can't be read ({reason}).") from error
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not name or not hashed.startswith(("$2a$", "$2b$", "$2y$")):
            raise UsageError(f"{path}, line {number}: this is not `name:bcrypt hash`; write it with onrecord user NAME.")
        found[name] = hashed.encode()
    return found


def put(path: Path, name: str, password: str) -> bool:
    """Adds a user or changes the password; True when the name is new. The file is readable by its owner alone.

    Raises UsageError for a name or password that can't be used, StorageError when the file can't be written.
    """
    if not name or any(char in ":\n\r#" or char.isspace() for char in name):
        raise UsageError("A user's name has no spaces, colons or #.")
    if len(password) < 8:
        raise UsageError("The password is too short; take at least 8 characters.")
    if len(password.encode()) > MAX_PASSWORD_BYTES:
        raise UsageError(f"The password is too long; take at most {MAX_PASSWORD_BYTES} bytes.")
    known = read(path) if path.exists() else {}
    fresh = name not in known
    known[name] = bcrypt.hashpw(password.encode(), bcrypt.gensalt())
    part = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(f"{one}:{hashed.decode()}\n" for one, hashed in known.items())
        part.replace(path)
    except OSError as error:
        raise StorageError(f"The file of users {path} can't be written ({error.strerror}).") from error
    return fresh
