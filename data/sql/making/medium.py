"""Medium questions: one table, with order, groups or two conditions."""

from making.asking import FILTER, Asker, Draft, names_of


def top_one(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.number(t)
    kind, order = ask.choices.draw("kind", (("MAX", "DESC"), ("MIN", "ASC")))
    words = ask.pick(
        "Which {one} has the {x} {c}?",
        "What is the {l} of the {one} with the {x} {c}?",
        "Show the {one} with the {x} {c}.",
        "Find the {one} that has the {x} {c}.",
    )
    text = words.format(one=t.one, x=c.word(kind), l=t.label, c=c.phrase)
    sql = f"SELECT {t.name}.{t.label} FROM {t.name} ORDER BY {t.name}.{c.name} {order} LIMIT 1"
    return Draft(text, sql)


def sort(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.number(t)
    kind, order = ask.choices.draw("kind", (("MAX", "DESC"), ("MIN", "ASC")))
    words = ask.pick(
        "List all {many} sorted by {c}, {x} first.",
        "Sort the {many} by {c}, {x} first.",
        "Show all {many} ordered by {c}, {x} first.",
        "Show the {many} in order of {c}, {x} first.",
    )
    text = words.format(many=t.many, c=c.phrase, x=c.word(kind))
    sql = f"SELECT {t.name}.{t.label} FROM {t.name} ORDER BY {t.name}.{c.name} {order}"
    return Draft(text, sql, ordered=True)


def group_count(ask: Asker) -> Draft:
    t = ask.schema.child if ask.rng.random() < 0.7 else ask.schema.parent
    c = ask.category(t)
    words = ask.pick(
        "How many {many} are there for each {c}?",
        "Count the {many} for each {c}.",
        "For each {c}, how many {many} are there?",
        "Show the number of {many} for every {c}.",
    )
    group = f"{t.name}.{c.name}"
    sql = f"SELECT {group}, COUNT(*) FROM {t.name} GROUP BY {group}"
    return Draft(words.format(many=t.many, c=c.one), sql)


def group_aggregate(ask: Asker) -> Draft:
    t = ask.schema.child
    c, n = ask.category(t), ask.number(t, lambda column: column.averages)
    kind = ask.choices.draw("kind", ["AVG", "MAX", "MIN"] + ["SUM"] * 2 * n.additive)
    words = ask.pick(
        "What is the {k} {n} of the {many} for each {c}?",
        "Show the {k} {n} of the {many} for each {c}.",
        "For each {c}, what is the {k} {n} of the {many}?",
        "For every {c}, find the {k} {n} of the {many}.",
    )
    group = f"{t.name}.{c.name}"
    return Draft(
        words.format(k=n.word(kind), n=n.summed if kind == "SUM" else n.phrase, c=c.one, many=t.many),
        f"SELECT {group}, {kind}({t.name}.{n.name}) FROM {t.name} GROUP BY {group}",
    )


def two_conditions(ask: Asker) -> Draft:
    t = ask.table()
    first, first_sql = ask.value(t, ask.category(t))
    second, second_sql = ask.limit(t, ask.number(t))
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=t.many, ls=names_of(t), w=f"{first} and {second}"),
        f"SELECT {t.name}.{t.label} FROM {t.name} WHERE {first_sql} AND {second_sql}",
    )


MEDIUM = (top_one, sort, group_count, group_aggregate, two_conditions)
