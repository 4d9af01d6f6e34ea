"""Documents of targets, made up at random, as files hold them."""

from hypothesis import settings
from hypothesis import strategies as st

from extension.planning.policies import (
    MERGES,
)
from tests.planning.test_rules import seen

ADDRESS = "https://convert.example.com/targets.schema.json"


QUICK = settings(max_examples=60)


# There and back


words = st.text(seen, min_size=1).filter(str.strip)


odd = st.sampled_from(
    ["no", "on", "~", "null", "000123", "1e5", "0x1F", "0o17", "2026-01-31", "12:30", "1_000", "=",
     "<<", "- a", "a: b", "# a", "&a", "*a", "!a", "%a", "@a", "`a", "a\nb", "a\n\n b\n", " a", "|",
     "\ta", "\u2028", "\ufeffa", "a\r\nb", "---", "...", "?", "{a}", "'", '"']
)  # fmt: skip


texts = words | odd.filter(str.strip)


numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


values = st.recursive(
    st.booleans() | numbers | texts | st.just(""),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)


constants = st.builds(lambda value: {"constant": value}, values)


translations = st.builds(
    lambda table, default: {"translate": "Rating", "table": table, "default": default},
    st.dictionaries(texts, values, max_size=3),
    values,
)


records = st.fixed_dictionaries(
    {
        "key": texts,
        "module": texts,
        "fields": st.dictionaries(texts, constants | translations | texts, max_size=4),
    },
    optional={
        "layout": texts,
        "match_on": st.lists(texts, max_size=2),
        "optional": st.booleans(),
        "when_matched": st.sampled_from(["create", "link"]),
        "merge": st.fixed_dictionaries(
            {},
            optional={
                "fields": st.dictionaries(texts, st.sampled_from(MERGES), max_size=2),
                "default": st.sampled_from(MERGES),
            },
        ),
    },
)


conditions = st.one_of(
    st.builds(lambda name, value: {"field": name, "is": value}, texts, texts),
    st.builds(lambda name, value: {"field": name, "is_not": value}, texts, texts),
    st.builds(lambda name: {"field": name, "filled": True}, texts),
    st.builds(lambda name: {"field": name, "empty": True}, texts),
)


targets = st.fixed_dictionaries(
    {
        "key": texts,
        "label": texts,
        "records": st.lists(records, min_size=1, max_size=2, unique_by=lambda one: one["key"]),
    },
    optional={
        "profiles": st.lists(texts, max_size=2),
        "offered_when": st.lists(conditions, max_size=2),
        "carry": st.sampled_from([{}, {"Notes": "leave"}, {"Tasks": "move", "Tag": "copy"}]),
        "lead_after": st.one_of(
            st.just({"kind": "delete"}),
            st.builds(
                lambda held: {"kind": "mark", "values": held},
                st.dictionaries(texts, values, min_size=1, max_size=2),
            ),
        ),
        "workflows": st.booleans(),
    },
)


documents = st.lists(targets, max_size=2, unique_by=lambda one: one["key"])
