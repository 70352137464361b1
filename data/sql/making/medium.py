"""Medium questions: one table, with order, groups or several conditions."""

from making.asking import FILTER, Asker, Draft, names_of, quote
from making.easy import total
from making.schemas import Number


def ends(ask: Asker, column: Number) -> tuple[str, str]:
    return (column.top, "DESC") if ask.rng.random() < 0.6 else (column.low, "ASC")


def order_by(column: str, direction: str) -> str:
    return f"ORDER BY {column} DESC" if direction == "DESC" else f"ORDER BY {column}"


def top_one(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.number(t)
    word, way = ends(ask, c)
    words = ask.pick(
        "Which {one} is the {x}?",
        "What is the {l} of the {x} {one}?",
        "Find the {x} {one} by {c}.",
        "Name the {x} {one}.",
    )
    if c.averages and words.startswith("Which"):
        words = "Which {one} has the {h} {c}?" if ask.rng.random() < 0.5 else words
    text = words.format(one=t.one, x=word, l=t.label, c=c.phrase, h="highest" if way == "DESC" else "lowest")
    return Draft(text, f"SELECT {t.label} FROM {t.name} {order_by(c.name, way)} LIMIT 1")


COUNT_WORDS = {2: "two", 3: "three", 4: "four", 5: "five"}


def top_some(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.number(t)
    word, way = ends(ask, c)
    n = ask.rng.choice(list(COUNT_WORDS))
    words = ask.pick(
        "What are the {n} {x} {many}?",
        "List the {n} {x} {many}, {x} first.",
        "Show the {l}s of the {n} {x} {many}.",
        "Give me the top {n} {many}, meaning the {x} ones.",
    )
    text = words.format(n=COUNT_WORDS[n], x=word, many=t.many, l=t.label)
    return Draft(
        text, f"SELECT {t.label} FROM {t.name} {order_by(c.name, way)} LIMIT {n}", ordered=" first" in text
    )


def sort(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.number(t)
    way = ask.rng.choice(("DESC", "ASC"))
    words = ask.pick(
        "List all {many} sorted by {c}, {way} first.",
        "Show the {l} of every {one} ordered by {c}, {way} first.",
        "Sort the {many} by {c}, starting with the {way}.",
        "Rank all {many} by {c}; the {way} comes first.",
    )
    end = {"DESC": "highest", "ASC": "lowest"} if c.averages else {"DESC": "latest", "ASC": "earliest"}
    text = words.format(many=t.many, one=t.one, l=t.label, c=c.phrase, way=end[way])
    return Draft(text, f"SELECT {t.label} FROM {t.name} {order_by(c.name, way)}", ordered=True)


def group_count(ask: Asker) -> Draft:
    t = ask.schema.child if ask.rng.random() < 0.85 else ask.schema.parent
    c = ask.category(t)
    words = ask.pick(
        "How many {many} are there for each {c}?",
        "Count the {many} per {c}.",
        "Show every {c} with the number of {many}.",
        "Break the number of {many} down by {c}.",
    )
    return Draft(
        words.format(many=t.many, c=c.one), f"SELECT {c.name}, COUNT(*) FROM {t.name} GROUP BY {c.name}"
    )


def group_total(ask: Asker) -> Draft:
    t = ask.schema.child
    c, n = ask.category(t), ask.number(t, lambda column: column.averages)
    kind = ask.rng.choice(["AVG", "AVG", "MAX", "MIN"] + ["SUM"] * n.additive)
    word = {"MAX": "highest", "MIN": "lowest", "AVG": "average", "SUM": "total"}[kind]
    phrase = n.phrase.removeprefix("number of ") if kind == "SUM" else n.phrase
    words = ask.pick(
        "What is the {k} {n} of {many} for each {c}?",
        "Show the {k} {n} per {c}.",
        "For every {c}, find the {k} {n} of its {many}.",
        "Group the {many} by {c} and give the {k} {n}.",
    )
    return Draft(
        words.format(k=word, n=phrase, c=c.one, many=t.many),
        f"SELECT {c.name}, {kind}({n.name}) FROM {t.name} GROUP BY {c.name}",
    )


def two_conditions(ask: Asker) -> Draft:
    t = ask.table()
    first, first_sql = ask.value(ask.category(t))
    second, second_sql = ask.limit(t, ask.number(t))
    link = ask.pick(" and ", " that are also ", ", but only those ") if not second.startswith("that") else " "
    link = " and " if link == " that are also " else link
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=t.many, one=t.one, ls=names_of(t), w=f"{first}{link}{second}"),
        f"SELECT {t.label} FROM {t.name} WHERE {first_sql} AND {second_sql}",
    )


def either(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.category(t)
    a, b = ask.rng.sample(c.values, 2)
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=t.many, one=t.one, ls=names_of(t), w=c.where.format(f"{a} or {b}")),
        f"SELECT {t.label} FROM {t.name} WHERE {c.name} = {quote(a)} OR {c.name} = {quote(b)}",
    )


def between(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.number(t)
    levels = ask.levels(t, c)
    low, high = (
        levels[len(levels) // ask.rng.choice((3, 4, 5))],
        levels[len(levels) * ask.rng.choice((3, 4)) // 5],
    )
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=t.many, one=t.one, ls=names_of(t), w=c.between.format(low, high)),
        f"SELECT {t.label} FROM {t.name} WHERE {c.name} BETWEEN {quote(low)} AND {quote(high)}",
    )


def like(ask: Asker) -> Draft:
    t = ask.table()
    label = ask.rng.choice(ask.read(f"SELECT {t.label} FROM {t.name} ORDER BY 1"))[0]
    letter = label[0]
    words = ask.pick(
        "Which {many} have a {l} that starts with {v}?",
        "List the {many} whose {l} begins with {v}.",
        "Find {many} with a {l} starting with {v}.",
        "Show {many} where the {l} has {v} as its first letter.",
    )
    return Draft(
        words.format(many=t.many, l=t.label, v=letter),
        f"SELECT {t.label} FROM {t.name} WHERE {t.label} LIKE '{letter}%'",
    )


def count_distinct(ask: Asker) -> Draft:
    t = ask.table()
    c = ask.category(t)
    words = ask.pick(
        "How many different {c} are there among the {many}?",
        "Count the distinct {c} of the {many}.",
        "What is the number of different {c} in the {one} table?",
        "Over how many different {c} are the {many} spread?",
    )
    return Draft(
        words.format(c=c.many, many=t.many, one=t.one), f"SELECT COUNT(DISTINCT {c.name}) FROM {t.name}"
    )


def total_where(ask: Asker) -> Draft:
    t = ask.table()
    return total(ask, *ask.value(ask.category(t)), table=t, column=ask.number(t))


MEDIUM = (
    top_one,
    top_some,
    sort,
    group_count,
    group_total,
    two_conditions,
    either,
    between,
    like,
    count_distinct,
    total_where,
)
