"""Knows a record again whose creation was not answered, where it carries no key."""

from collections.abc import Iterable, Mapping, Sequence

from extension.planning import links
from extension.planning.records import Record
from extension.planning.sameness import alike, holds, resembles

Values = Mapping[str, object]
MOST = 100
"""Records that a person is shown to choose from: as many as one call makes, of which each may be
the one."""


def found(
    there: Sequence[Record], values: Values, named_by: str, lost: Sequence[Values]
) -> Record | Sequence[Record]:
    """The record, of those that are `there` and may be it, into which these values were written;
    where that is not certain those that may be the one, () where there is none. `named_by` is the
    field of its name; `lost` are the values of what else was sent to the module without an answer.

    A workflow of the org may change what was made at once. So those of the same name come next, and
    then those that have most of the other texts, whatever their name; where nothing but the name
    was written, which tells nothing once it is changed, all the others, the first ones first.
    """
    same = [one for one in there if _says(one, values)]
    if len(same) == 1 and not any(_says_more(same[0], one, values) for one in lost):
        return same[0]
    texts = {name: value for name, value in values.items()
             if name != named_by and isinstance(value, str) and value}  # fmt: skip
    named = [one for one in there if named_by and alike(one.values.get(named_by), values[named_by])]
    others = [one for one in there if one not in named and _has_most(one, texts)]
    free = [one for one in (*named, *others) if not _accounted_for(one, there, lost)]
    return (same or free)[:MOST]


def _says(record: Record, values: Values) -> bool:
    """Whether the record holds what was written; Zoho may have added to it. What a list of records
    shows of several links, no page of Zoho's promises."""
    return all(
        links.are_rows(value) or holds(record.values[name], value)
        for name, value in values.items()
        if name in record.values
    )


def _says_more(record: Record, other: Values, than: Values) -> bool:
    """Whether it is as likely, or more, what was written with these other values."""
    return len(other) > len(than) and _says(record, other)


def _accounted_for(record: Record, there: Iterable[Record], lost: Sequence[Values]) -> bool:
    """Whether it is just what else was sent, and no more records are than were sent like that."""
    for values in lost:
        if _says(record, values):
            records = sum(_says(one, values) for one in there)
            if records <= sum(one == values for one in lost):
                return True
    return False


def _has_most(record: Record, texts: Values) -> bool:
    """Whether it has more than half of these."""
    agree = sum(resembles(record.values.get(name), value) for name, value in texts.items())
    return not texts or agree * 2 > len(texts)
