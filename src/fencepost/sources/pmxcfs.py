"""Opens pmxcfs's database: the files that /etc/pve shows while the node that has them runs.

On a dead node's disk /etc/pve is empty. What was in it lies in /var/lib/pve-cluster/config.db, and
after a crash its last changes in a write-ahead log beside that. With such a log SQLite would write
beside the database, so a copy of both is opened. Passwords and keys (`priv`) are not asked for.

Source: pve-cluster 9 src/pmxcfs/database.c (table `tree`), memdb.h (limits).
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from fencepost.model.line import Gap
from fencepost.sources.stream import CHUNK, Opened, Stream, TornError
from fencepost.sources.system import BESIDE_DATABASE, IN_PMXCFS

MAGIC = b"SQLite format 3\0"
TABLE = b"CREATE TABLE tree"

LARGEST = 256 * 1024 * 1024
"""Bytes that are copied of the database, and of its log. All files in it have 128 MiB at most."""

LONGEST = 1024 * 1024
"""Bytes of one file in it. Source: memdb.h MEMDB_MAX_FILE_SIZE."""

MOST = 100
"""Files that are taken out; there are a dozen."""

STEPS, ROUNDS = 100_000, 200
"""After so many rounds of SQLite's own steps a query is given up; usual ones take one at most."""

_DT_REG = 8
_FILES = f"""
    WITH RECURSIVE asked(inode, path) AS (
        SELECT inode, name FROM tree
        WHERE parent = 0 AND inode != 0 AND name IN ({", ".join("?" * len(IN_PMXCFS))})
        UNION ALL
        SELECT tree.inode, path || '/' || name FROM tree JOIN asked ON tree.parent = asked.inode
        LIMIT {MOST}
    )
    SELECT path, ifnull(CAST(mtime AS INTEGER), 0), CAST(data AS BLOB)
    FROM asked JOIN tree USING (inode)
    WHERE type = {_DT_REG} AND length(data) BETWEEN 1 AND {LONGEST}
    ORDER BY path
"""  # noqa: S608 - of this module's own constants

File = tuple[str, int, bytes]
"""Its path under /etc/pve, when it was changed (seconds since 1970), what is in it."""


def is_database(head: bytes) -> bool:
    """Tell whether a file that begins so is pmxcfs's database."""
    return head.startswith(MAGIC) and TABLE in head and _has_sqlite()


def _has_sqlite() -> bool:
    """Tell whether this Python was built with SQLite."""
    from importlib.util import find_spec

    return find_spec("_sqlite3") is not None


def files_in_database(database: Opened) -> Iterator[Opened | Gap]:
    """Yield the files in a database on disk that are worth reading, as lying under it."""
    import sqlite3

    try:
        with _settled(database) as uri:
            files = _select(uri)
    except TornError as torn:
        yield Gap(str(torn), file=database.name)
        return
    except (OSError, sqlite3.Error) as error:
        # What SQLite puts in brackets are pieces of what is damaged.
        reason = getattr(error, "strerror", None) or str(error).partition(" (")[0]
        yield Gap(f"pmxcfs's database cannot be read: {reason}", file=database.name)
        return
    for path, changed, data in files:
        modified = datetime.fromtimestamp(max(0, min(changed, 1 << 33)), UTC)
        yield Opened(f"{database.name}/{path}", modified, Stream([data]))


@contextmanager
def _settled(database: Opened) -> Iterator[str]:
    """Give the URI by which a database can be opened without a trace, nothing of it left out.

    Raises:
        OSError: it cannot be read, or is too large. TornError: it cannot be read to its end.
    """
    from tempfile import TemporaryDirectory

    beside = [end for end in BESIDE_DATABASE if os.path.lexists(f"{database.path}{end}")]
    if database.path and not beside:
        yield f"{database.path.absolute().as_uri()}?mode=ro&immutable=1"
        return
    with TemporaryDirectory(prefix="fencepost-") as folder:
        copy = Path(folder, "copy")
        _fill(copy, database.stream.read)
        for ending in beside:
            with open(f"{database.path}{ending}", "rb", opener=_plain) as file:
                _fill(Path(f"{copy}{ending}"), file.read)
        yield copy.as_uri()


def _fill(copy: Path, read: Callable[[int], bytes]) -> None:
    with copy.open("wb") as into:
        while part := read(CHUNK):
            if into.tell() + len(part) > LARGEST:
                raise OSError(f"more than {LARGEST} bytes")
            into.write(part)


def _plain(path: str, flags: int) -> int:
    """Open a plain file, neither a link to another nor a pipe to wait for."""
    file = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(f"{Path(path).name} is no plain file")
    return file


def _select(uri: str) -> list[File]:
    """Return the files that are worth reading, by path.

    Raises:
        sqlite3.Error: the database is damaged, or made to take for ever.
    """
    import sqlite3

    rounds = count()
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * LONGEST)
        connection.set_progress_handler(lambda: next(rounds) > ROUNDS, STEPS)
        try:
            return connection.execute(_FILES, IN_PMXCFS).fetchall()
        except UnicodeDecodeError as error:  # of the message about another error
            raise sqlite3.DatabaseError("malformed database schema") from error
