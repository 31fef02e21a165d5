"""A GGUF file's header, checked against the file's length before llama.cpp sees it.

llama.cpp trusts much of what a header says, and a forged one can end the process. Here nothing is allocated by a size
that the file does not hold.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from redraft.catalog.tensortypes import Tensor, bytes_of_row
from redraft.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["GGUFHeader", "Scalar", "inspect"]

Scalar: TypeAlias = bool | int | float | str

MAX_KEY, MAX_NAME, MAX_DIMS, MAX_DEPTH = 65_535, 64, 4, 2
"""The format's own limits; nested arrays are not used by any model."""

KEPT_STRING = 1_000_000
"""Longest metadata text that is read: a chat template is a hundredth of it."""

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_KINDS = ("u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "string", "array", "u64", "i64", "f64")

_LABELS, _MOST_LABELS = ".classifier.output_labels", 1_000

_FETCH = "Fetch it again."


@dataclass(frozen=True, slots=True)
class GGUFHeader:
    """What a GGUF file says of itself. `metadata` holds its scalars; arrays are checked and left out.

    `kinds` names the type of every value, arrays included: `u32`, `f32`, `string`, `array` and so on. `labels` are what
    a model that classifies calls its outputs.
    """

    path: Path
    size: int
    version: int
    metadata: Mapping[str, Scalar]
    kinds: Mapping[str, str]
    tensors: Mapping[str, Tensor]
    labels: tuple[str, ...] = ()

    @property
    def tensor_count(self) -> int:
        """How many tensors the file holds."""
        return len(self.tensors)

    @property
    def architecture(self) -> str:
        """The model's architecture."""
        return str(self.metadata.get("general.architecture", ""))

    @property
    def name(self) -> str:
        """The model's own name, or its file's."""
        return str(self.metadata.get("general.name", self.path.stem))

    @property
    def has_weights(self) -> bool:
        """Whether the file holds more than a vocabulary."""
        return self.tensor_count > 0

    @property
    def chat_template(self) -> str | None:
        """The chat template, or None."""
        template = self.metadata.get("tokenizer.chat_template")
        return template if isinstance(template, str) and template.strip() else None

    @property
    def context_length(self) -> int | None:
        """The context length that the model was trained with."""
        length = self.metadata.get(f"{self.architecture}.context_length")
        return length if isinstance(length, int) else None

    @property
    def pooling(self) -> int:
        """llama.cpp's number of how an embedding model makes one vector of many; 0 where it is none."""
        pooling = self.metadata.get(f"{self.architecture}.pooling_type", 0)
        return max(0, pooling) if isinstance(pooling, int) else 0


def inspect(path: Path) -> GGUFHeader:
    """Return a file's header.

    Raises:
        ModelFileError: The file is missing, unreadable, or no sound GGUF file.
    """
    try:
        if path.is_dir():
            _refuse(path, "it is a folder, not a GGUF file", "Name the file in it.")
        with path.open("rb") as file:
            start = file.read(512)
            _check_magic(path, start)
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _Reading(path, data).header()
    except FileNotFoundError as error:
        raise ModelFileError("there is no such file", where=str(path), mend="Check the name.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ModelFileError(f"the file cannot be read: {reason}", where=str(path)) from error


def _check_magic(path: Path, start: bytes) -> None:
    if not start:
        _refuse(path, "the file is empty", _FETCH)
    if start[:4] == b"GGUF":
        return
    text = start.lstrip()[:15].lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        _refuse(path, "it is a web page, not a GGUF file", "Fetch the file itself, not the page that shows it.")
    if start.startswith(b"version https://git-lfs"):
        _refuse(path, "it is a Git LFS pointer, not a GGUF file", "Fetch the file with git lfs pull.")
    if start[:4] in {b"ggml", b"ggjt", b"lmgg", b"tjgg"}:
        _refuse(path, "it is in the old GGML format", "Convert it to GGUF.")
    _refuse(path, "it is not a GGUF file: it does not begin with GGUF", "Name a GGUF file.")


def _refuse(path: Path, what: str, mend: str | None = None) -> NoReturn:
    raise ModelFileError(what, where=str(path), mend=mend)


class _Reading:
    """One pass over a mapped file."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self._path = path
        self._data = data
        self._size = len(data)
        self._at = 4
        self._labels: tuple[str, ...] = ()

    def header(self) -> GGUFHeader:
        version = self._version()
        tensor_count, value_count = self._number("Q"), self._number("Q")
        # A tensor takes at least 33 bytes of header (name, dimensions, type, offset), a value 13.
        if tensor_count * 33 + value_count * 13 > self._size:
            self._forged(f"the header announces {tensor_count:,} tensors and {value_count:,} values")
        metadata: dict[str, Scalar] = {}
        kinds: dict[str, str] = {}
        for _ in range(value_count):
            self._entry(metadata, kinds)
        tensors = self._placed([self._tensor() for _ in range(tensor_count)], metadata)
        return GGUFHeader(self._path, self._size, version, metadata, kinds, tensors, self._labels)

    def _version(self) -> int:
        version = self._number("I")
        if version in {0x02000000, 0x03000000}:
            _refuse(self._path, "it is a big-endian GGUF file, which is not supported", "Fetch a little-endian one.")
        if version not in {2, 3}:
            _refuse(self._path, f"GGUF version {version} is not supported; 2 and 3 are", "Convert the model again.")
        return version

    def _entry(self, metadata: dict[str, Scalar], kinds: dict[str, str]) -> None:
        key = self._string(MAX_KEY)
        # llama.cpp's look-ups end at a null, so that such a key could stand in for another of another type.
        if not key or key in kinds or "\0" in key:
            self._forged(f"the key {key!r} is empty, given twice or holds a null")
        kind = self._number("I")
        begin = self._at
        value = self._value(kind, depth=0)
        if key.endswith(_LABELS) and kind == _ARRAY:
            self._labels = self._texts(begin)
        kinds[key] = _KINDS[kind]
        if value is not None:
            metadata[key] = value

    def _value(self, kind: int, *, depth: int) -> Scalar | None:
        if kind in _SCALARS:
            return self._scalar(_SCALARS[kind])
        if kind == _STRING:
            return self._string(KEPT_STRING)
        if kind != _ARRAY or depth == MAX_DEPTH:
            self._forged(f"a value has the unknown type {kind}")
        self._array(depth)
        return None

    def _array(self, depth: int) -> None:
        kind, count = self._number("I"), self._number("Q")
        if kind in _SCALARS:
            self._skip(count * struct.calcsize("<" + _SCALARS[kind]))
        elif kind == _STRING:
            self._require(count * 8)
            for _ in range(count):
                self._skip(self._number("Q"))
        else:
            self._require(count * 12)
            for _ in range(count):
                self._value(kind, depth=depth + 1)

    def _texts(self, begin: int) -> tuple[str, ...]:
        """Return the texts of an array that was read already; none where it holds something else or too many."""
        end, self._at = self._at, begin
        kind, count = self._number("I"), self._number("Q")
        texts = tuple(
            self._string(KEPT_STRING) for _ in range(count if kind == _STRING and count <= _MOST_LABELS else 0)
        )
        self._at = end
        return texts

    def _tensor(self) -> Tensor:
        name = self._string(MAX_NAME)
        dims = self._number("I")
        if not name or "\0" in name or not 1 <= dims <= MAX_DIMS:
            self._forged(f"the tensor {name!r} has {dims} dimensions")
        shape = tuple(self._number("Q") for _ in range(dims))
        kind, offset = self._number("I"), self._number("Q")
        row = bytes_of_row(kind, shape[0])
        if row is None:
            self._forged(f"the tensor {name!r} has rows of {shape[0]} numbers of type {kind}")
        size = row
        for extent in shape[1:]:
            size *= extent
        return Tensor(name, shape, kind, offset, size)

    def _placed(self, tensors: list[Tensor], metadata: dict[str, Scalar]) -> dict[str, Tensor]:
        """Return the tensors by name, their offsets counted from the beginning of the file."""
        alignment = metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1) or alignment > 1 << 20:
            self._forged(f"the alignment is {alignment!r}")
        begin = -(-self._at // alignment) * alignment
        placed: dict[str, Tensor] = {}
        for tensor in tensors:
            if tensor.name in placed:
                self._forged(f"the tensor {tensor.name!r} is given twice")
            placed[tensor.name] = replace(tensor, begin=begin + tensor.begin)
            self._check_place(tensor, begin, alignment)
        return placed

    def _check_place(self, tensor: Tensor, begin: int, alignment: int) -> None:
        if tensor.begin % alignment:
            self._forged(f"the tensor {tensor.name!r} is not aligned")
        end = begin + tensor.begin + tensor.size
        if tensor.size < 1 or end > self._size:
            self._cut(f"the tensor {tensor.name!r} ends at byte {end:,}")

    def _string(self, longest: int) -> str:
        length = self._number("Q")
        if length > longest:
            self._forged(f"a text of {length:,} bytes stands where {longest:,} are the most")
        begin = self._at
        self._skip(length)
        return self._data[begin : begin + length].decode(errors="replace")

    def _number(self, form: str) -> int:
        return int(self._scalar(form))

    def _scalar(self, form: str) -> Scalar:
        size = struct.calcsize("<" + form)
        self._require(size)
        value: Scalar = struct.unpack_from("<" + form, self._data, self._at)[0]
        self._at += size
        return value

    def _skip(self, count: int) -> None:
        self._require(count)
        self._at += count

    def _require(self, count: int) -> None:
        if count > self._size - self._at:
            self._cut(f"the header reaches byte {self._at + count:,}")

    def _cut(self, what: str) -> NoReturn:
        _refuse(self._path, f"the file is cut short: {what}, and the file has {self._size:,}", _FETCH)

    def _forged(self, what: str) -> NoReturn:
        _refuse(self._path, f"the header is not sound: {what}", "Fetch it again, from a source that you trust.")
