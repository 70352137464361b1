"""Live mode: the same cells against the real service, with a guard between the learner and the bill.

`clients` makes the ordinary clients, and `attempts` is what each of their requests passes: `calls` knows what
is free, `guard` checks dates and estimates (`answer_bound`, `prices`), asks (`consent`), charges (`budget`),
and settles (`metered`); `hosting` does so for deployments; `created` remembers what clean-up must find.

>>> from helpers.connect.live.calls import kind_of_call
>>> kind_of_call("POST", "fine_tuning/jobs"), kind_of_call("GET", "files"), kind_of_call("POST", "embeddings")
('job', 'free', None)
"""
