"""Easy questions: one table, no grouping: lists, filters, counts, one aggregate, a look-up."""

from making.asking import FILTER, Asker, Draft, names_of, quote
from making.schemas import Number, Table


def list_all(ask: Asker) -> Draft:
    t = ask.table()
    words = ask.pick(
        "List the {l} of every {one}.",
        "What are the {ls} of all {many}?",
        "Show all {ls} in the {one} table.",
        "Give me every {one} by {l}.",
    )
    return Draft(
        words.format(l=t.label, ls=names_of(t), one=t.one, many=t.many), f"SELECT {t.label} FROM {t.name}"
    )


def filter_category(ask: Asker) -> Draft:
    t = ask.table()
    where, sql = ask.value(ask.category(t))
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=t.many, one=t.one, ls=names_of(t), w=where),
        f"SELECT {t.label} FROM {t.name} WHERE {sql}",
    )


def filter_number(ask: Asker) -> Draft:
    t = ask.table()
    where, sql = ask.limit(t, ask.number(t))
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=t.many, one=t.one, ls=names_of(t), w=where),
        f"SELECT {t.label} FROM {t.name} WHERE {sql}",
    )


def count_all(ask: Asker) -> Draft:
    t = ask.table()
    words = ask.pick(
        "How many {many} are there?",
        "Count the {many}.",
        "What is the total number of {many}?",
        "How many {many} do we have in total?",
    )
    return Draft(words.format(many=t.many), f"SELECT COUNT(*) FROM {t.name}")


def count_where(ask: Asker) -> Draft:
    t = ask.table()
    if ask.rng.random() < 0.5:
        where, sql = ask.value(ask.category(t))
    else:
        where, sql = ask.limit(t, ask.number(t))
    words = ask.pick(
        "How many {many} {w} are there?",
        "Count the {many} {w}.",
        "What is the number of {many} {w}?",
        "Tell me how many {many} {w} we have.",
    )
    return Draft(words.format(many=t.many, w=where), f"SELECT COUNT(*) FROM {t.name} WHERE {sql}")


def total(
    ask: Asker, where: str = "", sql: str = "", table: Table | None = None, column: Number | None = None
) -> Draft:
    """An aggregate of one column, over all rows or over those that `sql` keeps."""
    t = table or ask.table()
    c = column or ask.number(t)
    kinds = ["MAX", "MIN"] + ["AVG"] * 2 * c.averages + ["SUM"] * 2 * (c.averages and c.additive)
    kind = ask.rng.choice(kinds)
    word = {
        "MAX": ("highest", "maximum"),
        "MIN": ("lowest", "minimum"),
        "AVG": ("average", "mean"),
        "SUM": ("total", "summed"),
    }
    if c.is_date or not c.averages:
        word = {"MAX": ("latest", "last"), "MIN": ("earliest", "first")}
    phrase = (
        c.phrase.removeprefix("number of ")
        if kind == "SUM" and c.phrase.startswith("number of ")
        else c.phrase
    )
    words = ask.pick(
        "What is the {k} {c} of the {many}{w}?",
        "Find the {k} {c} of all {many}{w}.",
        "Give the {k} {c} among {many}{w}.",
        "What {c} do the {many}{w} have ({k})?",
    )
    text = words.format(k=word[kind][ask.new_wording], c=phrase, many=t.many, w=f" {where}" if where else "")
    return Draft(text, f"SELECT {kind}({c.name}) FROM {t.name}" + (f" WHERE {sql}" if sql else ""))


def distinct(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.category(t)
    words = ask.pick(
        "Which different {c} are there among the {many}?",
        "List the distinct {c} of the {many}.",
        "What {c} occur in the {one} table? Name each once.",
        "Name every {s} that appears among the {many}, without repeats.",
    )
    return Draft(
        words.format(c=c.many, s=c.one, many=t.many, one=t.one), f"SELECT DISTINCT {c.name} FROM {t.name}"
    )


def lookup(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.rng.choice(t.columns)
    label = ask.rng.choice(ask.read(f"SELECT {t.label} FROM {t.name} ORDER BY 1"))[0]
    phrase = c.phrase if isinstance(c, Number) else c.one
    words = ask.pick(
        "What is the {c} of the {one} {v}?",
        "Give the {c} of {v}.",
        "Find the {c} for the {one} {v}.",
        "Look up the {c} of the {one} {v}.",
    )
    return Draft(
        words.format(c=phrase, one=t.one, v=label),
        f"SELECT {c.name} FROM {t.name} WHERE {t.label} = {quote(label)}",
    )


EASY = (list_all, filter_category, filter_number, count_all, count_where, total, distinct, lookup)
