"""Hard questions: two tables joined, conditions on groups, a query inside a query."""

from making.asking import FILTER, Asker, Draft, names_of


def children_of(ask: Asker) -> Draft:
    s = ask.schema
    where, name = ask.of_parent()
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=s.child.many, one=s.child.one, ls=names_of(s.child), w=where),
        f"SELECT {s.child.name}.{s.child.label} {ask.join} WHERE {s.parent.name}.{s.parent.label} = {name}",
    )


def count_children_of(ask: Asker) -> Draft:
    s = ask.schema
    where, name = ask.of_parent()
    words = ask.pick(
        "How many {many} {w} are there?",
        "Count the {many} {w}.",
        "What is the number of {many} {w}?",
        "Tell me how many {many} {w} we have.",
    )
    return Draft(
        words.format(many=s.child.many, w=where),
        f"SELECT COUNT(*) {ask.join} WHERE {s.parent.name}.{s.parent.label} = {name}",
    )


def children_of_kind(ask: Asker) -> Draft:
    s = ask.schema
    where, sql = ask.value(ask.category(s.parent))
    words = ask.pick(
        "List the {many} whose {parent} is {w}.",
        "Which {many} have a {parent} {w}?",
        "Show the {l} of every {one} with a {parent} {w}.",
        "Find {many} that belong to {parents} {w}.",
    )
    return Draft(
        words.format(
            many=s.child.many,
            one=s.child.one,
            l=s.child.label,
            parent=s.parent.one,
            parents=s.parent.many,
            w=where,
        ),
        f"SELECT {s.child.name}.{s.child.label} {ask.join} WHERE {s.parent.name}.{sql}",
    )


def pairs(ask: Asker) -> Draft:
    s = ask.schema
    words = ask.pick(
        "List every {one} with the {l} of its {parent}.",
        "Show each {one} together with its {parent}.",
        "For all {many}, give the {cl} and the {parent}'s {l}.",
        "Pair each {one} with the {parent} it belongs to.",
    )
    return Draft(
        words.format(
            one=s.child.one, many=s.child.many, cl=s.child.label, l=s.parent.label, parent=s.parent.one
        ),
        f"SELECT {s.child.name}.{s.child.label}, {s.parent.name}.{s.parent.label} {ask.join}",
    )


def children_each(ask: Asker) -> Draft:
    s = ask.schema
    label = f"{s.parent.name}.{s.parent.label}"
    words = ask.pick(
        "How many {many} does each {parent} have?",
        "Count the {many} per {parent}.",
        "Show every {parent} with the number of {many}.",
        "Give the {parent}s' {l}s and how many {many} go with each.",
    )
    return Draft(
        words.format(many=s.child.many, parent=s.parent.one, l=s.parent.label),
        f"SELECT {label}, COUNT(*) {ask.join} GROUP BY {label}",
    )


def most_children(ask: Asker) -> Draft:
    s = ask.schema
    label = f"{s.parent.name}.{s.parent.label}"
    words = ask.pick(
        "Which {parent} has the most {many}?",
        "Find the {parent} with the largest number of {many}.",
        "What is the {l} of the {parent} with the most {many}?",
        "Who or what leads the {parents} by number of {many}?",
    )
    return Draft(
        words.format(many=s.child.many, parent=s.parent.one, parents=s.parent.many, l=s.parent.label),
        f"SELECT {label} {ask.join} GROUP BY {label} ORDER BY COUNT(*) DESC LIMIT 1",
    )


def having(ask: Asker) -> Draft:
    t = ask.schema.child
    c = ask.category(t)
    counts = sorted(row[0] for row in ask.read(f"SELECT COUNT(*) FROM {t.name} GROUP BY {c.name}"))
    level = counts[len(counts) // 2] - 1
    words = ask.pick(
        "Which {cs} have more than {n} {many}?",
        "List the {cs} with more than {n} {many}.",
        "Show every {c} that has over {n} {many}.",
        "For which {cs} do we count more than {n} {many}?",
    )
    return Draft(
        words.format(c=c.one, cs=c.many, many=t.many, n=level),
        f"SELECT {c.name} FROM {t.name} GROUP BY {c.name} HAVING COUNT(*) > {level}",
    )


def against_average(ask: Asker) -> Draft:
    t = ask.schema.child
    c = ask.number(t, lambda column: column.averages)
    side, sign = ask.rng.choice((("above", ">"), ("below", "<")))
    words = ask.pick(
        "Which {many} have a {c} {side} the average?",
        "List the {many} whose {c} is {side} average.",
        "Show {many} with a {c} {side} the mean {c}.",
        "Find all {many} that are {side} average in {c}.",
    )
    return Draft(
        words.format(many=t.many, c=c.phrase, side=side),
        f"SELECT {t.label} FROM {t.name} WHERE {c.name} {sign} (SELECT AVG({c.name}) FROM {t.name})",
    )


def without_children(ask: Asker) -> Draft:
    s = ask.schema
    words = ask.pick(
        "Which {parents} have no {many}?",
        "List the {parents} without any {many}.",
        "Show every {parent} that has no {one}.",
        "Find {parents} for which not a single {one} is recorded.",
    )
    return Draft(
        words.format(parents=s.parent.many, parent=s.parent.one, many=s.child.many, one=s.child.one),
        f"SELECT {s.parent.label} FROM {s.parent.name} WHERE id NOT IN (SELECT {s.key} FROM {s.child.name})",
    )


def total_of_parent(ask: Asker) -> Draft:
    s = ask.schema
    c = ask.number(s.child, lambda column: column.averages)
    where, name = ask.of_parent()
    kind = ask.rng.choice(["AVG", "MAX"] + ["SUM"] * c.additive)
    word = {"MAX": "highest", "AVG": "average", "SUM": "total"}[kind]
    phrase = c.phrase.removeprefix("number of ") if kind == "SUM" else c.phrase
    words = ask.pick(
        "What is the {k} {c} of the {many} {w}?",
        "Find the {k} {c} of {many} {w}.",
        "Give the {k} {c} among {many} {w}.",
        "Work out the {k} {c} for {many} {w}.",
    )
    return Draft(
        words.format(k=word, c=phrase, many=s.child.many, w=where),
        f"SELECT {kind}({s.child.name}.{c.name}) {ask.join} WHERE {s.parent.name}.{s.parent.label} = {name}",
    )


HARD = (
    children_of,
    count_children_of,
    children_of_kind,
    pairs,
    children_each,
    most_children,
    having,
    against_average,
    without_children,
    total_of_parent,
)
