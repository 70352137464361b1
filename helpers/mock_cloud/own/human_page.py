"""The page for people at `/`: what this service is, its jobs, their loss curves. Plain HTML, no script."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

from helpers.engine.types.metrics import LOSSES
from helpers.mock_cloud.state.cloud import Cloud
from helpers.mock_cloud.state.store import Job
from helpers.mock_cloud.training.job_log import JobLog
from helpers.mock_cloud.training.run_identity import base_title
from helpers.show.loss_chart import loss_svg
from helpers.show.losses import Losses, describe
from helpers.show.palette import style_sheet

SHOWN_JOBS, REFRESH_SECONDS = 10, 3
STYLE = f"""
:root{{color-scheme:light dark}}{style_sheet(":root")}
body{{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}}
body{{color:var(--ink);background:var(--paper)}}h1{{font-size:1.6rem}}h3{{margin:.4rem 0;font-size:1.05rem}}
article{{border-top:1px solid var(--hairline);padding:.5rem 0 1rem}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.3rem 0}}dd{{margin:0}}
dt{{color:var(--muted)}}dd,h3{{overflow-wrap:anywhere}}svg{{width:100%;max-width:700px;height:auto}}
.badge{{border:1px solid var(--muted);border-radius:6px;padding:0 .4rem;font-size:.85rem;white-space:nowrap}}
"""


def page(cloud: Cloud, org: str) -> str:
    """The whole page for one organisation."""
    jobs = cloud.store.jobs.all({"org": [org, f"{org}/azure"]}, limit=SHOWN_JOBS)
    busy = any(not job.ended for job in jobs)
    files = cloud.store.files.count({"org": org})
    models = cloud.store.models.count({"org": org, "checkpoint": None})
    body = f"""
<h1>Mock cloud</h1>
<p>This service runs on your computer and speaks the fine-tuning protocols of OpenAI and Azure OpenAI,
so that the ordinary clients work with it. It really trains: the base model behind every hosted name is
<strong>{escape(base_title())}</strong>, a small model that fits a laptop. Its answers are its own, not
those of the hosted models. Nothing leaves this computer and nothing costs money.</p>
<p>{files} files, {models} tuned models.{_preparing(cloud)}</p>
<h2>Fine-tuning jobs</h2>
{"".join(_job(cloud, job) for job in jobs) or "<p>There is no job yet. Create one from a notebook.</p>"}
"""
    return _document("Mock cloud", body, refresh=busy)


def closed_page() -> str:
    """For visitors without a link: how to get one."""
    return _document(
        "Mock cloud",
        "<h1>Mock cloud</h1><p>This page opens through a one-time link, so that only you can see your jobs. "
        "Run <code>helpers.show_mock_cloud_page()</code> in a notebook, or start the mock cloud in a "
        "terminal with <code>python3 -m helpers mock-cloud</code>: both show the link.</p>",
        refresh=False,
    )


def _document(title: str, body: str, *, refresh: bool) -> str:
    again = f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">' if refresh else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{again}'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )


def _preparing(cloud: Cloud) -> str:
    notice = cloud.worker.notice
    return f' <span role="status">Preparing: {escape(notice)}.</span>' if notice else ""


def _job(cloud: Cloud, job: Job) -> str:
    metrics = JobLog(cloud, job).metrics()
    status = job.status
    replayed = ' <span class="badge">replayed from a recorded run</span>' if job.replayed_from else ""
    losses = _losses(cloud, job, metrics)
    chart = f'<div aria-hidden="true">{loss_svg(losses)}</div>' if metrics else ""
    return f"""<article><h3>{escape(job.id)} <span class="badge">{escape(status)}</span>{replayed}</h3>
<dl>{_facts(job, metrics)}</dl>
{chart}
<p>{escape(describe(losses))}</p></article>"""


def _losses(cloud: Cloud, job: Job, metrics: list[dict[str, Any]]) -> Losses:
    measured = {
        loss.field: [(row["step"], row[loss.event]) for row in metrics if loss.event in row]
        for loss in LOSSES
    }
    checkpoints = [checkpoint.step for checkpoint in cloud.store.checkpoints.all({"job": job.id})]
    total = metrics[-1]["total_steps"] if metrics else 0
    return Losses(**measured, checkpoints=sorted(checkpoints), total_steps=total)


def _facts(job: Job, metrics: list[dict[str, Any]]) -> str:
    facts = {
        "Base model": job.start_model or job.model,
        "Created": _time(job.created_at),
        "Steps": f"{metrics[-1]['step']} of {metrics[-1]['total_steps']}" if metrics else "",
        "Hyperparameters": ", ".join(f"{name} {value}" for name, value in (job.resolved or {}).items()),
        "Seed": job.seed,
        "Trained tokens": job.trained_tokens,
        "Training time": f"{job.training_seconds:.0f} s" if job.training_seconds else "",
        "Tuned model": job.fine_tuned_model,
        "Error": (job.error or {}).get("message"),
    }
    return "".join(f"<dt>{name}</dt><dd>{escape(str(fact))}</dd>" for name, fact in facts.items() if fact)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
