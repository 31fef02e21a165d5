from dataclasses import replace

from redraft.llama.memory.key import StateKey, library_version

KEY = StateKey("model", "library", {"type_k": "bf16", "n_layer": 4}, "adapter")


def test_the_order_of_parameters_does_not_count():
    assert KEY.digest == replace(KEY, context={"n_layer": 4, "type_k": "bf16"}).digest
    assert len(KEY.digest) == 32


def test_all_else_does():
    others = (
        replace(KEY, model="other"),
        replace(KEY, library="other"),
        replace(KEY, adapter=""),
        replace(KEY, context={"type_k": "bf16", "n_layer": 5}),
        replace(KEY, context={"type_k": "bf16", "n_layer": "4"}),
        replace(KEY, context={"type_k": "bf16"}),
        replace(KEY, model="modellibrary", library=""),
    )
    assert len({key.digest for key in (KEY, *others)}) == 1 + len(others)


def test_the_librarys_version_says_what_computed():
    said = library_version()
    assert said.startswith("0.3.")
    assert said == library_version()
    assert " = 1" in said
