"""The public page of an event, with the event's facts in it: links to it have a preview."""
