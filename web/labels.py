"""Labels of what declarations name: groups and hints of the form, filters, roles, and actions."""

from collections.abc import Mapping

from chalicelib.platform import translations
from chalicelib.platform.languages import N_, NP_, Language
from chalicelib.registrations import labels
from chalicelib.registrations.emails import NEXT_STEPS

# The headings of the form's groups.
GROUPS: Mapping[str, str] = {
    "personal": N_("About you"),
    "contact": N_("Contact information"),
    "availability": N_("When you can work"),
    "work": N_("Jobs you want"),
    "experience": N_("Experience and skills"),
    "voluntary": N_("Voluntary questions"),
    "signature": N_("Sign your registration"),
}

# The steps of the applicant's form.
STEPS: Mapping[str, str] = {
    "about": N_("About you"),
    "contact": N_("Contact information"),
    "availability": N_("When you can work"),
    "jobs": N_("Jobs and experience"),
    "review": N_("Review and submit"),
}

# What a field of the form needs to be explained, by the field's name.
HINTS: Mapping[str, str] = {
    "preferredName": N_("What should we call you?"),
    "age": N_("Your age on that day counts, not your age today."),
    "lastName": N_("One name is enough, first or last."),
    "ethnicity": N_("Staff can’t see this next to your name. We only count totals."),
    "phone1": N_(
        "10-digit U.S. number, for example 651-555-0123. For other countries, start with + and "
        "the country code."
    ),
    "shifts": NP_("shifts", "Select all that apply."),
    "eventJobs": N_("Select all that interest you."),
    "vendorJobs": N_("Food stands, shops and rides. Select all that interest you."),
    "skills": NP_("skills", "Select all that apply."),
    "regAck": N_("Checking this box is your signature. We record the date and time."),
}

# What a list shows while nothing is chosen, by the field's name.
EMPTY_CHOICE = N_("Select an answer")
EMPTY_CHOICES: Mapping[str, str] = {
    "state": N_("Select a state"),
}

# Shifts with their hours, which only the form shows.
SHIFT_HOURS: Mapping[str, str] = {
    "overnight": N_("Overnight, 10 p.m. to 6 a.m."),
    "evening": N_("Evening, 2 p.m. to 10 p.m."),
    "day": N_("Midday, 10 a.m. to 6 p.m."),
    "morning": N_("Morning, 6 a.m. to 2 p.m."),
}

# The filters of the list of registrations.
FILTERS: Mapping[str, str] = {
    "status": N_("Status"),
    "shift": N_("Shift"),
    "job": N_("Job"),
    "age": N_("Age"),
    "workAll": N_("Can work every day"),
    "preEvent": N_("Can work before the event"),
    "postEvent": N_("Can work after the event"),
}

# How the list of registrations may be sorted.
ORDERS: Mapping[str, str] = {
    "submittedAt": N_("Oldest first"),
    "-submittedAt": N_("Newest first"),
    "lastName": N_("Last name (A–Z)"),
}

# The statuses above the list of registrations, in few letters.
STATUS_TABS: Mapping[str, str] = {
    "Draft": NP_("status tab", "Drafts"),
    "Submitted": NP_("status tab", "Submitted"),
    "Waitlisted": NP_("status tab", "Waiting list"),
    "InReview": NP_("status tab", "In review"),
    "Interview": NP_("status tab", "Interview"),
    "Hired": NP_("status tab", "Hired"),
    "Declined": NP_("status tab", "Not selected"),
    "Withdrawn": NP_("status tab", "Withdrawn"),
}

# The buttons that change the status of a registration, by the new status.
STATUS_BUTTONS: Mapping[str, str] = {
    "Submitted": N_("Move to submitted"),
    "Waitlisted": N_("Move to waiting list"),
    "InReview": N_("Move to review"),
    "Interview": N_("Move to interview"),
    "Hired": NP_("applicant", "Hire"),
    "Declined": NP_("applicant", "Decline"),
    "Withdrawn": NP_("registration", "Withdraw"),
}

# The tables of an event's summary.
SUMMARIES: Mapping[str, str] = {
    "byStatus": N_("By status"),
    "byJob": N_("By job"),
    "byShift": N_("By shift"),
    "byAge": N_("By age"),
    "byEthnicity": N_("By race or ethnicity (all registrations, rounded to the nearest 5)"),
}

# Roles of accounts.
ROLES: Mapping[str, str] = {
    "User": NP_("role", "User"),
    "Admin": NP_("role", "Admin"),
    "SuperAdmin": NP_("role", "SuperAdmin"),
}

# What histories and the audit log record. An action that isn't listed is shown as it's recorded.
ACTIONS: Mapping[str, str] = {
    "status": NP_("history", "Status"),
    "saved": NP_("history", "saved as draft"),
    "submitted": NP_("history", "submitted"),
    "corrected": NP_("history", "edited"),
    "moved": NP_("history", "status changed"),
    "paperSignature": NP_("history", "Signed on paper"),
    "withdrawn": NP_("history", "withdrawn"),
    "offer": NP_("history", "Answer by"),
    "offered": NP_("history", "spot offered"),
    "accepted": NP_("history", "spot accepted"),
    "offer_declined": NP_("history", "spot declined"),
    "offer_expired": NP_("history", "offer expired"),
    "deleted": NP_("history", "draft deleted"),
    "merged": NP_("history", "moved here from the applicant’s other account"),
    "registration.saved": NP_("history", "registration draft saved"),
    "registration.submitted": NP_("history", "registration submitted"),
    "registration.corrected": NP_("history", "registration edited"),
    "registration.moved": NP_("history", "registration status changed"),
    "registration.opened": NP_("history", "draft opened with its reference number"),
    "registration.withdrawn": NP_("history", "registration withdrawn"),
    "registration.noted": NP_("history", "note added"),
    "account.registered": NP_("history", "account created by staff"),
    "account.changed": NP_("history", "account details changed"),
    "account.role_changed": NP_("history", "role changed"),
    "account.disabled": NP_("history", "account disabled"),
    "account.enabled": NP_("history", "account enabled"),
    "account.sessions_ended": NP_("history", "signed out of all devices"),
    "account.reset_started": NP_("history", "password reset link created"),
    "account.password_reset": NP_("history", "password reset with a link"),
    "account.password_changed": NP_("history", "password changed"),
    "account.password_removed": NP_("history", "password removed"),
    "account.second_factor_begun": NP_("history", "two-step verification setup started"),
    "account.second_factor_set": NP_("history", "two-step verification turned on"),
    "account.identity_linked": NP_("history", "another way to sign in added"),
    "account.identity_unlinked": NP_("history", "a way to sign in removed"),
    "account.second_factor_removed": NP_("history", "two-step verification turned off"),
    "account.recovery_codes_made": NP_("history", "new recovery codes created"),
    "account.passkey_added": NP_("history", "passkey added"),
    "account.passkey_removed": NP_("history", "passkey removed"),
    "account.email_verified": NP_("history", "email confirmed"),
    "account.email_taken_over": NP_("history", "email given to the account of its owner"),
    "account.erased": NP_("history", "account deleted"),
    "account.merge_started": NP_("history", "merge of accounts started"),
    "account.merged": NP_("history", "accounts merged"),
    "account.merge_abandoned": NP_("history", "merge of accounts stopped"),
}


def choice_labels(language: Language) -> Mapping[str, str]:
    """Return the label of each choice of the form, status, role, and recorded action.

    It also has what each status means to the applicant, as ``nextStep.Submitted``.
    """
    return {
        **labels.labels(language),
        **{
            f"nextStep.{status}": translations.translate(text, language)
            for status, text in NEXT_STEPS.items()
        },
        **{name: translations.translate(text, language) for name, text in ROLES.items()},
        **{name: translations.translate(text, language) for name, text in ACTIONS.items()},
    }
