"""Live mode: the same cells against the real service, with a guard between the learner and the bill.

`clients` makes the ordinary clients with the guard inside; `guard` checks dates, estimates, asks (`consent`)
and charges (`budget`); `hosting` does so for deployments; `created` remembers what clean-up must find.

>>> from helpers.connect.live.guard import kind_of_call
>>> kind_of_call("POST", "/v1/fine_tuning/jobs"), kind_of_call("GET", "/v1/files")
('job', None)
"""
