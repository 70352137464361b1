"""The mock cloud: a local service that speaks the OpenAI and Azure OpenAI protocols and really fine-tunes.

One process answers HTTP (`app.py`, no torch), one worker process owns the model (`worker.py`). All state is
in one SQLite database and one folder (`store/`, `blobs.py`), so a process may die at any moment.

Start it with `python3 -m helpers mock-cloud`; a kernel finds the running one through `service_file.py`.
"""
