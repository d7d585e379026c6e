"""A disk for tests of the journal: real files, every operation recorded, any of them made to fail.

From the record, `power_cut` makes the folder that a power cut at some moment could have left. What
is durable then: the bytes of a file written before its last fdatasync, and the names of a folder
changed before its last fsync. Of what came later, anything may be there: `Kept` says how much.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from hookwire_engine.append.disk import Disk, RealDisk


class Do(Enum):
    OPEN = "open"
    CREATE = "create"
    WRITE = "write"
    SYNC = "sync"
    SYNC_DIRECTORY = "sync directory"
    RENAME = "rename"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the disk. `file` counts files, not descriptors; `name` and `new` are names in
    the folder; `mark` is what the test had noted before the call."""

    do: Do
    mark: int
    file: int = 0
    name: str = ""
    new: str = ""
    offset: int = 0
    data: bytes = b""


Fault = Callable[[int, Operation], int | None]
"""The errno with which the operation of this number fails, or None."""


def no_fault(number: int, operation: Operation) -> int | None:
    return None


@dataclass(slots=True)
class FaultyDisk:
    """A write that fails has written half of its bytes; other operations fail without effect.
    Nothing is really synced, since no test takes the power away."""

    fault: Fault = no_fault
    mark: int = 0
    operations: list[Operation] = field(default_factory=list)
    failed: list[Operation] = field(default_factory=list)
    _real: Disk = field(default_factory=RealDisk)
    _files: dict[int, int] = field(default_factory=dict)
    _names: dict[Path, int] = field(default_factory=dict)
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, path: Path, flags: int) -> int:
        with self._lock:
            new = bool(flags & os.O_CREAT)
            if new:
                self._count += 1
                file = self._count
            else:
                file = self._names[path]
            self._step(Operation(Do.CREATE if new else Do.OPEN, self.mark, file, path.name))
            fd = self._real.open(path, flags)
            self._files[fd] = file
            self._names[path] = file
            return fd

    def write(self, fd: int, data: bytes, offset: int) -> None:
        with self._lock:
            whole = self._operation(Do.WRITE, self._files[fd], offset=offset, data=data)
            code = self.fault(len(self.operations), whole)
            if code is None:
                self.operations.append(whole)
                self._real.write(fd, data, offset)
                return
            half = data[: len(data) // 2]
            torn = self._operation(Do.WRITE, self._files[fd], offset=offset, data=half)
            self.operations.append(torn)
            self.failed.append(whole)
            self._real.write(fd, half, offset)
            raise OSError(code, os.strerror(code))

    def sync(self, fd: int) -> None:
        with self._lock:
            self._step(self._operation(Do.SYNC, self._files[fd]))

    def sync_directory(self, path: Path) -> None:
        with self._lock:
            self._step(Operation(Do.SYNC_DIRECTORY, self.mark, name=path.name))

    def rename(self, old: Path, new: Path) -> None:
        with self._lock:
            file = self._names[old]
            self._step(Operation(Do.RENAME, self.mark, file, old.name, new.name))
            self._real.rename(old, new)
            self._names[new] = self._names.pop(old)

    def remove(self, path: Path) -> None:
        with self._lock:
            file = self._names[path]
            self._step(Operation(Do.REMOVE, self.mark, file, path.name))
            self._real.remove(path)
            del self._names[path]

    def _operation(self, do: Do, file: int, *, offset: int = 0, data: bytes = b"") -> Operation:
        return Operation(do, self.mark, file, offset=offset, data=data)

    def _step(self, operation: Operation) -> None:
        """Record an operation, or fail it: then it goes on the record as one without effect."""
        code = self.fault(len(self.operations), operation)
        if code is not None:
            self.failed.append(operation)
            self.operations.append(Operation(Do.OPEN, self.mark))
            raise OSError(code, os.strerror(code))
        self.operations.append(operation)


class LazyDisk(RealDisk):
    """Real files without waiting for them: for the start after a crash that never happened."""

    def sync(self, fd: int) -> None:
        pass

    def sync_directory(self, path: Path) -> None:
        pass


class Kept(Enum):
    """What is left of a write that was not synced."""

    NOTHING = "nothing"
    ALL = "all"
    HEAD = "its first half"
    TAIL = "its second half"


@dataclass(slots=True)
class _State:
    durable: dict[int, bytearray] = field(default_factory=dict)
    pending: dict[int, list[Operation]] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    pending_names: list[Operation] = field(default_factory=list)


def pending_names(operations: Sequence[Operation], folder: str) -> int:
    """How many changes of names a power cut after `operations` may take back."""
    return len(_after(operations, folder).pending_names)


def power_cut(
    operations: Sequence[Operation], target: Path, folder: str, *, names_kept: int, kept: Kept
) -> None:
    """Make `target` what a power cut after `operations` may have left of folder `folder`.

    `names_kept` of the pending changes of names are there, the first ones: file systems keep
    their order.
    """
    state = _after(operations, folder)
    for change in state.pending_names[:names_kept]:
        _change_name(state.names, change)
    target.mkdir()
    for name, file in state.names.items():
        content = state.durable.get(file, bytearray())
        for write in state.pending.get(file, ()):
            _write(content, write, kept)
        (target / name).write_bytes(content)


def _after(operations: Sequence[Operation], folder: str) -> _State:
    state = _State()
    for operation in operations:
        match operation.do:
            case Do.WRITE:
                state.pending.setdefault(operation.file, []).append(operation)
            case Do.SYNC:
                content = state.durable.setdefault(operation.file, bytearray())
                for write in state.pending.pop(operation.file, ()):
                    _write(content, write, Kept.ALL)
            case Do.CREATE | Do.RENAME | Do.REMOVE:
                state.pending_names.append(operation)
            case Do.SYNC_DIRECTORY if operation.name == folder:
                for change in state.pending_names:
                    _change_name(state.names, change)
                state.pending_names.clear()
    return state


def _change_name(names: dict[str, int], change: Operation) -> None:
    if change.do is not Do.CREATE:
        names.pop(change.name, None)
    if change.do is not Do.REMOVE:
        names[change.new or change.name] = change.file


def _write(content: bytearray, write: Operation, kept: Kept) -> None:
    half = len(write.data) // 2
    start, end = {
        Kept.NOTHING: (0, 0),
        Kept.ALL: (0, len(write.data)),
        Kept.HEAD: (0, half),
        Kept.TAIL: (half, len(write.data)),
    }[kept]
    if start == end:
        return
    offset = write.offset + start
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : write.offset + end] = write.data[start:end]


def nth(number: int, code: int = errno.EIO) -> Fault:
    """The operation of this number fails, from 0."""
    return lambda at, _: code if at == number else None


def from_nth(number: int, code: int = errno.EIO) -> Fault:
    """That operation fails, and every one after it."""
    return lambda at, _: code if at >= number else None
