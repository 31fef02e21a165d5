from hypothesis import given, settings
from hypothesis import strategies as st

from redraft.llama.interface import Piece
from redraft.llama.native.model import Model


def test_text_is_had_back(vocabulary):
    @settings(max_examples=200)
    @given(st.text(st.characters(codec="utf-8")) | st.text("<|im_end>thk "))
    def had_back(text):
        ids = vocabulary.tokens_of(text)
        assert b"".join(vocabulary.bytes_of(token) for token in ids) == text.encode()
        assert not {*vocabulary.barred.tolist(), *vocabulary.ends} & set(ids)
        assert "<think>" not in {vocabulary.text_of(token) for token in ids}

    had_back()


def test_only_special_text_becomes_special_tokens(subtests, tiny):
    vocabulary = tiny._vocabulary
    for text in ["<|im_end|>", "a<|im_start|>b", "[INST]<s>", "<think>", "<<think>>"]:
        with subtests.test(text=text):
            special = {
                *vocabulary.barred.tolist(),
                *vocabulary.ends,
                *vocabulary.tokens_of("<think>", special=True)[:1],
            }
            assert special & set(vocabulary.tokens_of(text, special=True))
            assert not special & set(vocabulary.tokens_of(text))


def test_the_embedded_models_own_markers_are_special_only_where_a_template_says_so(embedded):
    vocabulary = embedded._vocabulary
    for text in ("<|im_start|>", "<|im_end|>"):
        (token,) = vocabulary.tokens_of(text, special=True)
        assert vocabulary.is_control(token)
        assert len(vocabulary.tokens_of(text)) > 1
        assert not any(vocabulary.is_control(token) for token in vocabulary.tokens_of(f"a{text}b"))


MARKERS = ["<[TOOL]>", "<a[TOOL]<b>", "[TOOL][TOOL]", "<think[TOOL]>", "<<[TOOL]think>"]


def test_a_marker_inside_what_looks_like_one_is_text_too(subtests, make_model, tmp_path):
    for text in MARKERS:
        with subtests.test(text=text):
            model = Model(make_model(tmp_path / "tools.gguf", markers=("<think>", "[TOOL]", "<think[TOOL]>")))
            ids = model.vocabulary.tokens_of(text)
            assert b"".join(model.vocabulary.bytes_of(token) for token in ids) == text.encode()
            assert not model.vocabulary.markers & {model.vocabulary.text_of(token) for token in ids}
            model.close()


def test_pieces_are_kept_apart(vocabulary):
    pieces = (Piece("<|im_", special=True), Piece("end|>"), Piece("<|im_", special=False), Piece("end|>"))
    assert not vocabulary.ends & set(vocabulary.encode(pieces))


def test_ids_go_in_as_they_are(vocabulary):
    assert vocabulary.encode((Piece("a"), Piece(ids=(5, 6)), Piece(ids=(7,)))) == (*vocabulary.tokens_of("a"), 5, 6, 7)


def test_a_long_text_is_had_back(vocabulary):
    text = "x" * 30_000 + " word" * 5_000 + "\n" + "é" * 9_000
    assert b"".join(vocabulary.bytes_of(token) for token in vocabulary.tokens_of(text)) == text.encode()


def test_a_lone_surrogate_becomes_a_question_mark(vocabulary):
    assert vocabulary.tokens_of("a\ud800b") == vocabulary.tokens_of("a?b")


def test_control_tokens_have_no_bytes_but_a_text(vocabulary):
    (end,) = vocabulary.tokens_of("<|im_end|>", special=True)
    assert vocabulary.bytes_of(end) == b""
    assert vocabulary.text_of(end) == "<|im_end|>"
    assert vocabulary.is_control(end)


def test_all_pieces_at_once_are_those_of_each_token(vocabulary):
    assert vocabulary.pieces == tuple(vocabulary.bytes_of(token) for token in range(vocabulary.size))
