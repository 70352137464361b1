"""Hard questions: two tables joined."""

from making.asking import FILTER, Asker, Draft, names_of


def children_of(ask: Asker) -> Draft:
    s = ask.schema
    where, name = ask.of_parent()
    words = ask.pick(*FILTER)
    return Draft(
        words.format(many=s.child.many, ls=names_of(s.child), w=where),
        f"SELECT {s.child.name}.{s.child.label} {ask.join} WHERE {s.parent.name}.{s.parent.label} = {name}",
    )


def count_children_of(ask: Asker) -> Draft:
    s = ask.schema
    where, name = ask.of_parent()
    words = ask.pick(
        "How many {many} {w} are there?",
        "Count the {many} {w}.",
        "What is the number of {many} {w}?",
        "Tell me the number of {many} {w}.",
    )
    return Draft(
        words.format(many=s.child.many, w=where),
        f"SELECT COUNT(*) {ask.join} WHERE {s.parent.name}.{s.parent.label} = {name}",
    )


def children_each(ask: Asker) -> Draft:
    s = ask.schema
    label = f"{s.parent.name}.{s.parent.label}"
    words = ask.pick(
        "How many {many} does each {parent} have?",
        "Count the {many} of each {parent}.",
        "For each {parent}, how many {many} are there?",
        "Show the number of {many} of every {parent}.",
    )
    return Draft(
        words.format(many=s.child.many, parent=s.parent.one),
        f"SELECT {label}, COUNT(*) {ask.join} GROUP BY {label}",
    )


def most_children(ask: Asker) -> Draft:
    s = ask.schema
    label = f"{s.parent.name}.{s.parent.label}"
    words = ask.pick(
        "Which {parent} has the most {many}?",
        "Find the {parent} with the most {many}.",
        "Show the {parent} that has the most {many}.",
        "Name the {parent} that has the most {many}.",
    )
    return Draft(
        words.format(many=s.child.many, parent=s.parent.one),
        f"SELECT {label} {ask.join} GROUP BY {label} ORDER BY COUNT(*) DESC LIMIT 1",
    )


def aggregate_of_parent(ask: Asker) -> Draft:
    s = ask.schema
    c = ask.number(s.child, lambda column: column.averages)
    where, name = ask.of_parent()
    kind = ask.choices.draw("kind", ["AVG", "MAX", "MIN"] + ["SUM"] * 2 * c.additive)
    words = ask.pick(
        "What is the {k} {c} of the {many} {w}?",
        "Find the {k} {c} of all {many} {w}.",
        "Show the {k} {c} of the {many} {w}.",
        "Give me the {k} {c} among the {many} {w}.",
    )
    return Draft(
        words.format(k=c.word(kind), c=c.summed if kind == "SUM" else c.phrase, many=s.child.many, w=where),
        f"SELECT {kind}({s.child.name}.{c.name}) {ask.join} WHERE {s.parent.name}.{s.parent.label} = {name}",
    )


HARD = (children_of, count_children_of, children_each, most_children, aggregate_of_parent)
