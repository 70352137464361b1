"""The mock cloud: a local service that speaks the OpenAI and Azure OpenAI protocols and really fine-tunes.

One process answers HTTP (`app.py`, no torch), another owns the model (`worker/worker.py`). All state is in
one SQLite database (`state/store/`) and one folder (`state/blobs.py`), so a process may die at any moment.

Start it with `python3 -m helpers mock-cloud`; a kernel finds the running one by `state/service_file.py`.
"""
