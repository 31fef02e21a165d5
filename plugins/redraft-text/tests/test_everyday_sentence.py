import pytest

from redraft import Draft, Task
from redraft_text.everyday_sentence import everyday_sentence


def value_of(text, *words):
    return everyday_sentence(draft=Draft(text=text), task=Task(prompt="x", inputs={"words": [*words]})).value


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("The dog throws a ball in the park.", ["dog", "ball", "park", "throw"], True),
        (" The dogs throw a ball in the park.\n", ["dog", "ball", "park", "throw"], True),
        ("The dog throws a ball.", ["dog", "ball", "park", "throw"], False),
        ("The dog throw a ball in the park.", ["dog", "ball", "park", "throw"], False),
        ("The dog throws a ball in the park", ["dog", "ball", "park", "throw"], False),
        ("The dog throws a ball in the park. It is big.", ["dog", "ball", "park", "throw"], False),
        ("The dog and the dog throw a ball in the park.", ["dog", "ball", "park", "throw"], False),
        ("The wug has a ball.", ["wug", "ball"], True),
        ("The wug has a ball.", ["ball"], False),
        ("Feedback: add the ball.", ["ball"], False),
        ("", ["ball"], False),
    ],
)
def test_right_is_one_sentence_of_the_grammar_with_every_word(text, words, right):
    assert (value_of(text, *words) == 1.0) is right


def test_what_is_missing_is_named():
    task = Task(prompt="x", inputs={"words": ["dog", "ball"]})
    assert everyday_sentence(draft=Draft(text="The dog runs."), task=task).reasons == ('"ball" is missing',)
