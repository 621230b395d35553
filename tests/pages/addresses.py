"""Where the pages are, and what they are made with."""

PAGES = {
    "/": "show_dashboard",
    "/signin": "show_sign_in",
    "/signin/email": "show_email_sign_in",
    "/signin/provider": "show_provider_sign_in",
    "/signup": "show_sign_up",
    "/signup/email": "show_sign_up_link",
    "/forgot": "show_forgot",
    "/reset": "show_reset",
    "/verify": "show_verify",
    "/register": "show_register",
    "/register/{event_id}": "show_form",
    "/account": "show_account_page",
    "/staff": "show_staff",
    "/staff/registration": "show_record",
    "/staff/walk-in": "show_walk_in",
    "/staff/people": "show_people_page",
    "/staff/events": "show_events_page",
    "/staff/summary": "show_summary_page",
    "/staff/waiting-list": "show_waiting_list_page",
}
ASSETS = {
    "/scripts/{version}/{name}": "show_script",
    "/styles/{version}/{name}": "show_style_sheet",
    "/icons/{version}/{name}": "show_icon",
    "/manifests/{version}/{name}": "show_manifest",
}
