"""The inflected forms of an English word: by rule, and by a table where the rules fail."""

from __future__ import annotations

from functools import cache

__all__ = ["forms"]

# Words that English does not inflect: `to` must not count as used where a draft says `toes`.
_FIXED = """
a an and as at but by for from he her his i if in it its me my no nor not of off on or our out she so than that the
their them then they this to up us we what when where which who why with you your
"""

# base: every form that the rules below would miss; verbs of this table take no regular -ed.
_IRREGULAR_VERBS = """
arise arose arisen; awake awoke awoken; be am is are was were been being; bear bore born borne; beat beaten;
become became; begin began begun; bend bent; bet; bid; bind bound; bite bit bitten; bleed bled; blow blew blown;
break broke broken; breed bred; bring brought; broadcast; build built; burst; buy bought; cast; catch caught;
choose chose chosen; cling clung; come came; cost; creep crept; cut; deal dealt; dig dug; do did done does;
draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed; feel felt;
fight fought; find found; flee fled; fling flung; fly flew flown; forbid forbade forbidden; foresee foresaw foreseen;
forget forgot forgotten; forgive forgave forgiven; freeze froze frozen; get got gotten; give gave given;
go went gone goes; grind ground; grow grew grown; have has had; hear heard; hide hid hidden; hit; hold held; hurt;
keep kept; know knew known; lay laid; lead led; leave left; lend lent; let; lose lost; make made; mean meant;
meet met; mistake mistook mistaken; overcome overcame; pay paid; put; read; rebuild rebuilt; rid;
ride rode ridden; rise rose risen; run ran; say said; see saw seen; seek sought; sell sold;
send sent; set; shake shook shaken; shoot shot; shrink shrank shrunk; shut; sing sang sung; sink sank sunk; sit sat;
slay slew slain; sleep slept; slide slid; sling slung; slit; speak spoke spoken; spend spent; spin spun; split;
spread; spring sprang sprung; stand stood; steal stole stolen; stick stuck; sting stung;
stink stank stunk; stride strode stridden; strike struck stricken; string strung; strive strove striven;
swear swore sworn; sweep swept; swim swam swum; swing swung; take took taken; teach taught; tear tore torn;
tell told; think thought; throw threw thrown; thrust; understand understood; undergo underwent undergone;
undo undid undone; uphold upheld; wake woke woken; wear wore worn; weave wove woven; weep wept; win won; wind wound;
withdraw withdrew withdrawn; withstand withstood; wring wrung; write wrote written
"""

# base: forms beside those of the rules.
_IRREGULAR_OTHERS = """
alumnus alumni; analysis analyses; axis axes; bad worse worst; basis bases; burn burnt; cactus cacti; calf calves;
child children; crisis crises; criterion criteria; datum data; diagnosis diagnoses; dive dove; dream dreamt;
dwarf dwarves; elf elves; far farther farthest further furthest; fit fit; foot feet; fungus fungi; good better best;
goose geese; half halves; hoof hooves; hypothesis hypotheses; index indices; kneel knelt; knife knives; knit knit;
leaf leaves; lean leant; leap leapt; learn learnt; lie lay lain; life lives; light lit; little less least; loaf loaves;
louse lice; man men; many more most; matrix matrices; mouse mice; mow mown; much more most; oasis oases; ox oxen;
parenthesis parentheses; person people; phenomenon phenomena; prove proven; quiz quizzes; ring rang rung;
sew sewn; shave shaven; shear shorn; shelf shelves; shine shone; show shown; smell smelt; sow sown; speed sped;
spell spelt; spill spilt; spit spat; spoil spoilt; stimulus stimuli; swell swollen; thesis theses; thief thieves;
tooth teeth; vertex vertices; wed wed; well better best; wet wet; wharf wharves; wife wives; wolf wolves; woman women
"""

# Only these compare by -er and -est: `corn` is not in `corner`, nor `moth` in `mother`.
_GRADABLE = """
angry big black blue bold brave brief bright broad busy calm cheap clean clear clever close cold cool crazy cruel
cute dark dear deep dense dirty dry dull early easy fair fancy fast fat few fierce fine firm fit flat fresh friendly
full funny gentle grand grave great green grey happy hard harsh healthy heavy high hot huge hungry kind large late
lazy light little lively lonely long loose loud lovely low lucky mad mean mild narrow neat new nice noisy odd old
pale plain poor pretty proud pure quick quiet rare raw red rich ripe rough rude sad safe shallow sharp short shy
sick silly simple slim slow small smart smooth soft sour steep strange strict strong sweet tall thick thin tight
tiny tough ugly warm weak wealthy weird wet white wide wild wise young
"""

_VOWELS = frozenset("aeiou")


@cache
def forms(word: str) -> frozenset[str]:
    """Return a word with its inflected forms.

    The word is taken as the base form: `throw` gives `throws`, `threw`, `thrown` and `throwing`; `threw` gives no
    `throw`. The result may hold forms that nobody writes (`childs`), never another word's by a prefix.

    Args:
        word: One case-folded word. What is not made of the letters a to z has no other forms.

    Examples:
        >>> sorted(forms("city"))
        ['citied', 'cities', 'city', 'citying']
    """
    if len(word) == 1 or not (word.isascii() and word.isalpha()) or word in _words(_FIXED):
        return frozenset({word})
    verb = _table(_IRREGULAR_VERBS).get(word)
    other = _table(_IRREGULAR_OTHERS).get(word, frozenset())
    return frozenset({word}) | _with_s(word) | _with_ing(word) | (verb or _with_ed(word)) | other | _compared(word)


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


@cache
def _table(table: str) -> dict[str, frozenset[str]]:
    rows = (row.split() for row in table.split(";"))
    return {base: frozenset({base, *others}) for base, *others in rows}


def _with_s(word: str) -> frozenset[str]:
    if _ends_in_consonant_y(word):
        return frozenset({word[:-1] + "ies"})
    if word.endswith("man"):
        return frozenset({word + "s", word[:-2] + "en"})
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return frozenset({word + "es", word + "s"} if word.endswith("ch") else {word + "es"})
    return frozenset({word + "s", word + "es"} if word.endswith("o") else {word + "s"})


def _with_ed(word: str) -> frozenset[str]:
    if _ends_in_consonant_y(word):
        return frozenset({word[:-1] + "ied"})
    return frozenset({word + "d"} if word.endswith("e") else {stem + "ed" for stem in _stems(word)})


def _with_ing(word: str) -> frozenset[str]:
    if word.endswith("ie"):
        return frozenset({word[:-2] + "ying"})
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")) and word[2:]:
        return frozenset({word[:-1] + "ing"})
    return frozenset(stem + "ing" for stem in _stems(word))


def _compared(word: str) -> frozenset[str]:
    if word not in _words(_GRADABLE):
        return frozenset()
    if _ends_in_consonant_y(word):
        return frozenset({word[:-1] + "ier", word[:-1] + "iest"})
    stems = {word[:-1]} if word.endswith("e") else _stems(word)
    return frozenset(stem + ending for stem in stems for ending in ("er", "est"))


def _ends_in_consonant_y(word: str) -> bool:
    return len(word) > 2 and word.endswith("y") and word[-2] not in _VOWELS  # noqa: PLR2004


def _stems(word: str) -> frozenset[str]:
    """Return what -ed and -ing are put on: `hop` gives only `hopp`, for `hoping` is a form of `hope`."""
    if word.endswith("ic"):
        return frozenset({word + "k"})
    if not _ends_in_single_consonant(word):
        return frozenset({word})
    if sum(letter in _VOWELS for letter in word.replace("qu", "q")) == 1:
        return frozenset({word + word[-1]})
    return frozenset({word, word + word[-1]})


def _ends_in_single_consonant(word: str) -> bool:
    if len(word) < 3 or word[-1] in _VOWELS or word[-1] in "wxy":  # noqa: PLR2004
        return False
    vowel_before = word[-3] in _VOWELS and word[-4:-2] != "qu"
    return word[-2] in _VOWELS and not vowel_before
