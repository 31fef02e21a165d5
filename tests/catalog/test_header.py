import os
import random
import struct

import gguf
import numpy as np
import pytest

from redraft.catalog.header import inspect
from redraft.catalog.kinds import require_embedder, require_generator
from redraft.errors import ModelFileError
from redraft.files import embedded_model


def write(path, architecture="llama", *, tensors=1, **values):
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_string("tokenizer.chat_template", "{{ messages }}")
    writer.add_array("tokenizer.ggml.tokens", ["a", "b", "é"])
    writer.add_array("tokenizer.ggml.scores", [0.5, 1.0])
    for key, value in values.items():
        add = writer.add_uint32 if isinstance(value, int) else writer.add_string
        add(key.replace("__", "."), value)
    for at in range(tensors):
        writer.add_tensor(f"t{at}", np.ones((4, 32), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "model.gguf"


def refusal(path):
    with pytest.raises(ModelFileError) as caught:
        require_generator(inspect(path))
    message = str(caught.value)
    assert str(path) in message
    assert len(message.splitlines()) <= 5
    return message


def test_the_embedded_model_is_sound():
    header = inspect(embedded_model())
    require_generator(header)
    assert header.has_weights
    assert header.chat_template
    assert header.context_length


def test_a_header_says_what_the_file_is(file):
    header = inspect(write(file, general__name="mine", llama__context_length=77))
    assert (header.architecture, header.name, header.version, header.tensor_count) == ("llama", "mine", 3, 1)
    assert (header.context_length, header.chat_template, header.size) == (77, "{{ messages }}", file.stat().st_size)
    assert "tokenizer.ggml.tokens" not in header.metadata


def test_a_header_tells_types_and_tensors(file):
    header = inspect(write(file, tensors=2, general__name="mine", llama__context_length=77))
    assert header.kinds["general.name"] == "string"
    assert header.kinds["llama.context_length"] == "u32"
    assert header.kinds["tokenizer.ggml.tokens"] == "array"
    tensor = header.tensors["t1"]
    assert (tensor.name, tensor.shape, tensor.kind, tensor.size) == ("t1", (32, 4), 0, 512)
    assert file.read_bytes()[tensor.begin : tensor.begin + tensor.size] == np.ones(128, np.float32).tobytes()


def test_a_missing_file(file):
    assert "there is no such file" in refusal(file)


def test_a_folder(tmp_path):
    assert "it is a folder" in refusal(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(file):
    write(file).chmod(0)
    assert "cannot be read" in refusal(file)


UNSOUND = [
    (b"", "the file is empty"),
    (b"<!DOCTYPE html><html>", "it is a web page"),
    (b"\n  <html lang='en'>", "it is a web page"),
    (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    (b"ggjt\x03\0\0\0", "the old GGML format"),
    (b"PK\x03\x04", "it does not begin with GGUF"),
    (b"GGUF", "cut short"),
    (b"GGUF" + struct.pack("<I", 1) + bytes(40), "GGUF version 1 is not supported"),
    (b"GGUF" + struct.pack("<I", 99) + bytes(40), "GGUF version 99 is not supported"),
    (b"GGUF" + struct.pack(">I", 3) + bytes(40), "big-endian"),
    (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0) + bytes(40), "announces 1,152,921,504,606,846,976 tensors"),
    (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63) + bytes(40), "announces 0 tensors and 9,223"),
    (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**62) + bytes(40), "a text of 4,611,686,018,427,387,904 bytes"),
    (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2) + b"ab" + struct.pack("<I", 77) + bytes(40), "unknown type 77"),
    (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2) + b"a\0" + struct.pack("<II", 4, 1) + bytes(40), "holds a null"),
    (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2) + b"ab" + struct.pack("<IIQ", 9, 8, 2**60), "cut short"),
    (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2) + b"ab" + struct.pack("<IIQ", 9, 10, 2**61 + 1), "cut short"),
]


def test_what_is_no_sound_file(subtests, file):
    for content, said in UNSOUND:
        with subtests.test(content=content):
            file.write_bytes(content)
            assert said in refusal(file)


def test_a_file_cut_short_anywhere(file):
    whole = write(file).read_bytes()
    for length in {*range(0, len(whole) - 1, 7), len(whole) - 1}:
        file.write_bytes(whole[:length])
        with pytest.raises(ModelFileError):
            inspect(file)


def test_a_damaged_header_is_refused_or_read_but_never_more(file):
    whole = bytearray(write(file).read_bytes())
    chance = random.Random(0)
    for _ in range(3000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(4, 400)] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])
        file.write_bytes(damaged)
        try:
            header = inspect(file)
        except ModelFileError:
            continue
        assert header.size == len(whole)


def tensor_at(whole):
    return whole.index(struct.pack("<Q", 2) + b"t0") + 10


TENSORS = [
    (0, "<I", 5, "has 5 dimensions"),
    (0, "<I", 0, "has 0 dimensions"),
    (4, "<Q", 2**62, "ends at byte"),
    (4, "<Q", 0, "rows of 0 numbers"),
    (20, "<I", 99, "numbers of type 99"),
    (24, "<Q", 7, "is not aligned"),
    (24, "<Q", 2**40, "ends at byte"),
]


def test_a_tensor_that_is_not_in_the_file(subtests, file):
    for offset, form, value, said in TENSORS:
        with subtests.test(offset=offset):
            whole = bytearray(write(file).read_bytes())
            struct.pack_into(form, whole, tensor_at(whole) + offset, value)
            file.write_bytes(whole)
            assert said in refusal(file)


def test_a_vocabulary_is_no_model(file):
    assert "a vocabulary and no weights" in refusal(write(file, tensors=0))


def test_an_adapter_is_no_model(file):
    assert "a LoRA adapter" in refusal(write(file, general__type="adapter"))


def test_a_model_without_a_vocabulary(subtests, file):
    for name in ("no_vocab", "none"):
        with subtests.test(name=name):
            assert "it has no vocabulary" in refusal(write(file, tokenizer__ggml__model=name))


def test_an_image_part_is_no_model(file):
    assert "the image part" in refusal(write(file, "clip"))


def test_a_later_part_is_no_model(file):
    assert "a later part" in refusal(write(file, split__no=1))


def test_an_embedding_model_cannot_write(subtests, file):
    for architecture, values in [("bert", {}), ("qwen3", {"qwen3__pooling_type": 3})]:
        with subtests.test(architecture=architecture):
            assert "an embedding model" in refusal(write(file, architecture, **values))


def test_what_texts_can_be_embedded_with(subtests, file):
    able = [("llama", {}), ("bert", {}), ("qwen3", {"qwen3__pooling_type": 3})]
    for architecture, values in able:
        with subtests.test(architecture):
            require_embedder(inspect(write(file, architecture, **values)))
    unable = [
        ("bert", {"bert__pooling_type": 4}, "a reranker"),
        ("qwen3", {"qwen3__pooling_type": 5}, "pooling_type 5 is unknown"),
        ("t5encoder", {}, "cannot embed texts here"),
        ("clip", {}, "the image part"),
        ("llama", {"tensors": 0}, "no weights"),
        ("llama", {"general__type": "adapter"}, "a LoRA adapter"),
    ]
    for architecture, values, said in unable:
        with subtests.test(said), pytest.raises(ModelFileError, match=said):
            require_embedder(inspect(write(file, architecture, **values)))


def test_a_file_without_an_architecture(file):
    whole = write(file).read_bytes().replace(b"general.architecture", b"general.architectur_")
    file.write_bytes(whole)
    assert "names no architecture" in refusal(file)
