"""Which sign a trip's status has on the pages."""

CHIPS = {
    "measuring": "waiting",
    "not_measurable": "bad",
    "submitted": "waiting",
    "approved": "good",
    "rejected": "bad",
    "settled": "done",
    "withdrawn": "done",
}
