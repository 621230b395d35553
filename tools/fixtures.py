"""An event and a registration form, as a client sends them, for the tools that call the service."""

EVENT = "harvest-fair"
EVENT_BODY = {
    "name": "Harvest Fair",
    "startsOn": "2027-09-03",
    "endsOn": "2027-09-19",
    "registrationOpensAt": "2026-11-01T08:00:00Z",
    "registrationClosesAt": "2027-08-15T00:00:00Z",
    "minimumAge": "SixteenPlus",
}
FORM = {
    "firstName": "River",
    "lastName": "Okafor",
    "pronoun": "TheyThem",
    "age": "EighteenToTwenty",
    "phone1": "+19524451234",
    "streetAddress": "1265 Snelling Avenue",
    "city": "St. Paul",
    "state": "MN",
    "zipCode": "55108",
    "workAll": False,
    "shifts": ["day", "evening"],
    "eventJobs": ["animals"],
    "skills": ["dataEntry", "physicalLabor"],
    "prevExp": True,
    "regAck": True,
}
