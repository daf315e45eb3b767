"""Who may call what, in words of its own: to let somebody in, the route and this table must both be changed."""

ANYONE = "anyone"
SIGNED_IN = "signed in"
ROLES = ("employee", "payroll", "admin", "auditor", "integration")

OF_EVERY_SERVICE = {
    "GET /docs": ANYONE,
    "GET /openapi.json": ANYONE,
    "GET /static/<name>": ANYONE,
    "GET /version": ANYONE,
    "GET /health/live": ANYONE,
    "GET /health/ready": ANYONE,
    "GET /feed": {"integration"},
    "GET /metrics": {"admin", "integration"},
}

WHO_MAY = {
    "trips": {
        "GET /": SIGNED_IN,
        "GET /new": {"employee"},
        "POST /new": {"employee"},
        "GET /<uuid:trip_id>": SIGNED_IN,
        "POST /app/auth": ANYONE,
        "POST /app/userinfo": ANYONE,
        "POST /app/report": ANYONE,
        "POST /drafts": {"employee"},
        "GET /several": {"employee"},
        "POST /several": {"employee"},
        "GET /several/done": {"employee"},
        "GET /profile": {"employee"},
        "POST /profile": {"employee"},
        "GET /profile/entry": {"employee"},
        "POST /profile/entry": {"employee"},
        "GET /profile/route": {"employee"},
        "POST /profile/route": {"employee"},
        "GET /standard-addresses": {"admin"},
        "POST /standard-addresses": {"admin"},
        "GET /api/v1/choices": {"employee"},
        "GET /api/v1/trips": SIGNED_IN,
        "POST /api/v1/trips": {"employee"},
        "POST /api/v1/trips/batch": {"employee"},
        "POST /api/v1/trips/several": {"employee"},
        "GET /api/v1/drafts": {"employee"},
        "PUT /api/v1/drafts/<uuid:trip_id>": {"employee"},
        "DELETE /api/v1/drafts/<uuid:trip_id>": {"employee"},
        "POST /api/v1/trips/preview": {"employee"},
        "GET /api/v1/trips/<uuid:trip_id>": SIGNED_IN,
        "GET /api/v1/trips/<uuid:trip_id>/history": SIGNED_IN,
        "GET /api/v1/profile": {"employee"},
        "GET /api/v1/profile/history": {"employee"},
        "PUT /api/v1/profile/entries/<uuid:entry_id>": {"employee"},
        "POST /api/v1/profile/entries/<uuid:entry_id>/end": {"employee"},
        "DELETE /api/v1/profile/entries/<uuid:entry_id>": {"employee"},
        "PUT /api/v1/profile/plates/<uuid:plate_id>": {"employee"},
        "POST /api/v1/profile/plates/<uuid:plate_id>/primary": {"employee"},
        "DELETE /api/v1/profile/plates/<uuid:plate_id>": {"employee"},
        "PUT /api/v1/profile/addresses/<uuid:place_id>": {"employee"},
        "DELETE /api/v1/profile/addresses/<uuid:place_id>": {"employee"},
        "PUT /api/v1/profile/routes/<uuid:route_id>": {"employee"},
        "DELETE /api/v1/profile/routes/<uuid:route_id>": {"employee"},
        "GET /api/v1/standard-addresses": SIGNED_IN,
        "PUT /api/v1/standard-addresses/<uuid:place_id>": {"admin"},
        "DELETE /api/v1/standard-addresses/<uuid:place_id>": {"admin"},
        "PUT /api/v1/trips/<uuid:trip_id>": {"employee"},
        "DELETE /api/v1/trips/<uuid:trip_id>": {"employee"},
        "GET /<uuid:trip_id>/withdraw": {"employee"},
        "POST /<uuid:trip_id>/withdraw": {"employee"},
        "GET /api/v1/org-units/<org_unit_id>/policy": {"admin", "auditor", "payroll"},
        "PUT /api/v1/org-units/<org_unit_id>/policy": {"admin"},
        "GET /api/v1/sixty-day": SIGNED_IN,
        "POST /api/v1/sixty-day/days": {"employee"},
        "DELETE /api/v1/sixty-day/days": {"employee"},
        "PUT /api/v1/sixty-day/spent": {"admin"},
        "GET /sixty-day": {"employee"},
        "POST /sixty-day": {"employee"},
        "GET /policies": {"admin"},
        "GET /policies/<org_unit_id>": {"admin"},
        "POST /policies/<org_unit_id>": {"admin"},
    },
    "approval": {
        "GET /": SIGNED_IN,
        "POST /": SIGNED_IN,
        "GET /api/v1/inbox": SIGNED_IN,
        "POST /api/v1/decisions": SIGNED_IN,
        "GET /api/v1/trips/<trip_id>/approvers": SIGNED_IN,
        "GET /api/v1/unassigned": {"admin"},
    },
    "payroll": {
        "GET /": {"payroll", "admin", "auditor"},
        "GET /periods/<period>": {"payroll", "admin", "auditor"},
        "GET /periods/<period>/close": {"payroll"},
        "POST /periods/<period>/close": {"payroll"},
        "PUT /api/v1/organisation": {"integration", "admin"},
        "GET /api/v1/people": {"payroll", "admin"},
        "GET /api/v1/rates": SIGNED_IN,
        "PUT /api/v1/rates": {"payroll", "admin"},
        "GET /api/v1/periods": {"payroll", "admin", "auditor"},
        "GET /api/v1/periods/<period>": {"payroll", "admin", "auditor"},
        "POST /api/v1/periods/<period>/close": {"payroll"},
        "GET /api/v1/periods/<period>/files/opus": {"payroll"},
    },
    "routing": {
        "GET /addresses": SIGNED_IN,
        "GET /api/v1/addresses": SIGNED_IN,
        "GET /api/v1/addresses/washed": SIGNED_IN,
        "POST /api/v1/routes": SIGNED_IN,
        "GET /api/v1/routes": {"admin", "auditor"},
        "GET /api/v1/routes/<request_id>": {"admin", "auditor"},
    },
}


def admitted(service, endpoint, role):
    """Whether somebody in `role` is let in: None is nobody signed in, an empty text somebody without any role."""
    who = (WHO_MAY[service] | OF_EVERY_SERVICE)[endpoint]
    if who == ANYONE or role is None:
        return who == ANYONE
    return who == SIGNED_IN or role in who
