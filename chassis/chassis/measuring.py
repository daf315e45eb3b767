"""Gauges that are read from the database when somebody looks, so that they are right whichever process is asked."""

from sqlalchemy import func, select

from chassis.app import App, WebApp
from chassis.projections import OWN_LOG
from chassis.store import reading
from chassis.store import tables as t


def measure(app: WebApp) -> None:
    for loop, age_s in app.heartbeats.ages_s().items():
        app.metrics.loop_age_seconds.labels(loop).set(age_s)
    if isinstance(app, App):
        _measure_store(app)


def _measure_store(app: App) -> None:
    metrics = app.metrics
    with reading(app.store.engine) as conn:
        head = conn.execute(select(t.log_head.c.position, t.log_head.c.sequence)).one()
        letters = select(func.count()).where(t.dead_letters.c.status == "open")
        metrics.dead_letters_open.set(conn.execute(letters).scalar_one())
        metrics.held_streams.set(conn.execute(select(func.count()).select_from(t.held_streams)).scalar_one())
    metrics.log_position.set(head.position)
    metrics.feed_sequence.set(head.sequence)
    for status in app.projections.status():
        if status.source == OWN_LOG:
            metrics.projection_lag_events.labels(status.name).set(head.position - status.position)
