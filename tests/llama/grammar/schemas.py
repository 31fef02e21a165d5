"""Random schemas of all that is enforced."""

from hypothesis import strategies as st

from redraft.errors import DefinitionError
from redraft.llama.grammar.reading import shape_of
from tests.llama.grammar.patterns import expressions

__all__ = ["schemas"]

_written = st.characters(codec="utf-8", exclude_categories=["Cc"])
numbers = st.integers(-50, 50) | st.floats(-50, 50, allow_nan=False).map(lambda value: round(value, 3))


@st.composite
def bounded_numbers(draw):
    low, high = sorted([draw(numbers), draw(numbers)])
    kind = draw(st.sampled_from(["number", "integer"]))
    if kind == "integer":
        low, high = int(low) - 1, int(high) + 1
    return {"type": kind, "minimum": low, "maximum": high}


multiples = st.builds(
    lambda step, low, more: {"type": "integer", "multipleOf": step, "minimum": low, "maximum": low + step + more},
    st.integers(1, 5000),
    st.integers(-9000, 9000),
    st.integers(0, 10**6),
)
strings = st.builds(
    lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
    st.integers(0, 3),
    st.integers(0, 4),
)


def fits(schema):
    try:
        shape_of(schema)
    except DefinitionError:
        return False
    return True


patterns = st.builds(
    lambda pattern, low, more: {"type": "string", "pattern": pattern, "minLength": low, "maxLength": low + more},
    expressions(),
    st.integers(0, 3),
    st.integers(0, 6),
).filter(fits)
formats = st.sampled_from(["date", "time", "date-time", "uuid", "ipv4"]).map(lambda f: {"type": "string", "format": f})
words = st.lists(
    st.none() | st.booleans() | st.integers(1 - 10**15, 10**15 - 1) | st.text(_written, max_size=4),
    min_size=1,
    max_size=3,
).map(lambda v: {"enum": v})
leaves = st.sampled_from(
    [{"type": "boolean"}, {"type": "null"}, {"type": "integer"}, {"type": "number"}, {"type": "string"}]
)


def lists(items):
    return st.builds(
        lambda item, low, more: {"type": "array", "items": item, "minItems": low, "maxItems": low + more},
        items, st.integers(0, 2), st.integers(0, 2),
    )  # fmt: skip


def tuples(items):
    def built(first, rest, low, more):
        low = min(low, len(first)) if rest is False else low
        return {"type": "array", "prefixItems": first, "items": rest, "minItems": low, "maxItems": low + more}

    firsts = st.lists(items, min_size=1, max_size=3)
    return st.builds(built, firsts, items | st.just(False), st.integers(0, 4), st.integers(0, 2))  # noqa: FBT003


def tagged(values):
    def built(inner):
        fields = [{"kind": {"const": tag}, "value": value} for tag, value in enumerate(inner)]
        options = [{"type": "object", "properties": one, "required": ["kind"]} for one in fields]
        return {"oneOf": [{"type": "boolean"}, *options]}

    return st.lists(values, min_size=1, max_size=3).map(built)


def objects(values):
    names = st.text(_written, max_size=3)

    def built(properties, count):
        return {"type": "object", "properties": properties, "required": list(properties)[:count]}

    return st.builds(built, st.dictionaries(names, values, min_size=1, max_size=3), st.integers(0, 3))


def choices(options):
    return st.lists(options, min_size=1, max_size=3).map(lambda found: {"anyOf": found})


schemas = st.recursive(
    leaves | strings | patterns | formats | words | bounded_numbers() | multiples,
    lambda inner: lists(inner) | tuples(inner) | tagged(inner) | objects(inner) | choices(inner),
    max_leaves=6,
)
