"""Easy questions: one table, no grouping: filters, counts, one aggregate."""

from making.asking import FILTER, Asker, Draft, names_of


def filter_category(ask: Asker) -> Draft:
    t = ask.table()
    where, sql = ask.value(t, ask.category(t))
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=t.many, ls=names_of(t), w=where),
        f"SELECT {t.name}.{t.label} FROM {t.name} WHERE {sql}",
    )


def filter_number(ask: Asker) -> Draft:
    t = ask.table()
    where, sql = ask.limit(t, ask.number(t))
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=t.many, ls=names_of(t), w=where),
        f"SELECT {t.name}.{t.label} FROM {t.name} WHERE {sql}",
    )


def count_where(ask: Asker) -> Draft:
    t = ask.table()
    if ask.choices.flip("of category"):
        where, sql = ask.value(t, ask.category(t))
    else:
        where, sql = ask.limit(t, ask.number(t))
    words = ask.pick(
        "How many {many} are there {w}?",
        "Count the {many} {w}.",
        "What is the number of {many} {w}?",
        "Tell me the number of {many} {w}.",
    )
    return Draft(words.format(many=t.many, w=where), f"SELECT COUNT(*) FROM {t.name} WHERE {sql}")


def aggregate(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.number(t)
    sums = 2 * (c.averages and c.additive)
    kind = ask.choices.draw("kind", ["MAX", "MIN"] + ["AVG"] * c.averages + ["SUM"] * sums)
    words = ask.pick(
        "What is the {k} {c} of the {many}?",
        "Find the {k} {c} of all {many}.",
        "Show the {k} {c} of the {many}.",
        "Give me the {k} {c} among the {many}.",
    )
    text = words.format(k=c.word(kind), c=c.summed if kind == "SUM" else c.phrase, many=t.many)
    return Draft(text, f"SELECT {kind}({t.name}.{c.name}) FROM {t.name}")


EASY = (filter_category, filter_number, count_where, aggregate)
