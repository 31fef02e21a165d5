from hypothesis import given
from hypothesis import strategies as st

from redraft.llama.speculation.proposer import Proposer, Tally


def write(proposer, tokens):
    for token in tokens:
        proposer.follow(token)


def test_chances_are_learnt_from_what_is_written():
    copying, other = Proposer([], range(200)), Proposer([], range(200))
    write(copying, range(100))
    write(other, range(1000, 1100))
    assert copying.chance > 0.95
    assert other.chance < 0.1
    assert copying.propose(3) == [100, 101, 102]


def test_a_text_that_is_named_is_believed_in_from_the_start():
    assert Proposer(range(9), range(50)).chance > 0.8
    assert Proposer(range(9)).chance == 0


def test_where_the_copy_is_lost_the_chance_is_small_until_it_is_found():
    proposer = Proposer([], range(100))
    write(proposer, range(30))
    before = proposer.chance
    write(proposer, [777])
    assert proposer.chance < before / 2
    write(proposer, [31, 32])
    assert proposer.chance > before * 0.9


def test_an_output_that_copies_in_its_second_half_is_believed_again():
    proposer = Proposer([], range(300))
    write(proposer, range(1000, 1150))
    write(proposer, range(150, 290))
    assert proposer.chance > 0.8


def test_what_the_cursor_has_lost_is_looked_up_in_the_prompt():
    proposer = Proposer(range(300), range(300))
    write(proposer, range(1000, 1150))
    write(proposer, range(20, 160))
    assert proposer.chance > 0.8
    assert proposer.propose(2) == [160, 161]


def test_without_a_text_to_copy_the_prompt_is_looked_up():
    assert Proposer([*range(40), *range(5)]).propose(4) == [5, 6, 7, 8]


def test_the_source_that_is_right_is_asked():
    proposer = Proposer([*range(500, 600)], range(100))
    write(proposer, [500, 501, 502, *range(503, 560)])
    assert proposer.propose(2) == [560, 561]


def test_a_tally_forgets():
    tally = Tally(1.0, 2.0)
    for _ in range(300):
        tally.count(hit=True)
    assert tally.chance > 0.98
    for _ in range(100):
        tally.count(hit=False)
    assert tally.chance < 0.15


@given(st.lists(st.integers(0, 5), max_size=50), st.lists(st.integers(0, 5), max_size=50), st.integers(0, 80))
def test_a_chance_is_one_and_nothing_is_proposed_without(copies, output, count):
    proposer = Proposer(output[::2], copies)
    for token in output:
        proposer.follow(token)
        assert 0 <= proposer.chance <= 1
        assert len(proposer.propose(count)) <= count
        assert proposer.chance > 0 or proposer.propose(1) in ([], proposer._sources[0].ahead(1))
