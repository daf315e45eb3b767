"""The same line as a competent team would write it on nameko, by its documentation and its example project.

Each service has a database, an SQLAlchemy session per worker, `@http` and `@event_handler` methods, and a dispatcher.
What happened is committed and then dispatched. Nothing here is made slow on purpose, and nothing is left out that the
rest of the line needs: tokens are verified, input is validated, rules are applied.
"""
