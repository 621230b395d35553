"""What people are mailed about their account: links that they asked for, and notices of changes."""

from collections.abc import Sequence

from chalicelib.accounts.account import Account
from chalicelib.platform import letters, mail, settings
from chalicelib.platform.languages import Language
from chalicelib.platform.letters import Wording
from chalicelib.platform.mail import Message

_NOT_YOU = {
    Language.ENGLISH: "If that was not you, choose a new password now, or ask at the office.",
    Language.SPANISH: "Si no fue usted, elija ahora una contraseña nueva o pregunte en la oficina.",
}

RESET_BY_STAFF: Wording = {
    Language.ENGLISH: (
        "Choose a new password",
        (
            "Somebody at the office has started a new password for your account. Choose it here, "
            "within an hour:"
        ),
        "If you did not ask for this, do nothing: your password stays as it is.",
    ),
    Language.SPANISH: (
        "Elija una contraseña nueva",
        (
            "Alguien de la oficina ha iniciado el cambio de la contraseña de su cuenta. Elija una "
            "nueva aquí, en el plazo de una hora:"
        ),
        "Si usted no lo pidió, no haga nada: su contraseña sigue siendo la misma.",
    ),
}
FORGOTTEN: Wording = {
    Language.ENGLISH: (
        "Choose a new password",
        (
            "Somebody, most likely you, has forgotten the password of your account. Choose a "
            "new one here, within an hour:"
        ),
        "If you did not ask for this, do nothing: your password stays as it is.",
    ),
    Language.SPANISH: (
        "Elija una contraseña nueva",
        (
            "Alguien, probablemente usted, ha olvidado la contraseña de su cuenta. Elija una nueva "
            "aquí, en el plazo de una hora:"
        ),
        "Si usted no lo pidió, no haga nada: su contraseña sigue siendo la misma.",
    ),
}
VERIFICATION: Wording = {
    Language.ENGLISH: (
        "Is this your email address?",
        "An account with us names this email address. If it is yours, say so here, within an hour:",
        "If you have no account with us, do nothing: nobody has proved that this is their address.",
    ),
    Language.SPANISH: (
        "¿Es esta su dirección de correo?",
        (
            "Una cuenta de nuestro servicio indica esta dirección de correo. Si es suya, "
            "confírmelo aquí, en el plazo de una hora:"
        ),
        (
            "Si no tiene cuenta con nosotros, no haga nada: nadie ha demostrado que la dirección "
            "sea suya."
        ),
    ),
}
_NOTICES: dict[str, Wording] = {
    settings.PASSWORD_CHANGED: {
        Language.ENGLISH: (
            "Your password was changed",
            "The password of your account was changed, and every other device was signed out.",
            _NOT_YOU[Language.ENGLISH],
        ),
        Language.SPANISH: (
            "Su contraseña ha cambiado",
            (
                "La contraseña de su cuenta ha cambiado y se ha cerrado la sesión en todos los "
                "demás dispositivos."
            ),
            _NOT_YOU[Language.SPANISH],
        ),
    },
    settings.PASSWORD_RESET: {
        Language.ENGLISH: (
            "Your password was reset",
            (
                "A new password was chosen for your account with a one-time link, and every device "
                "was signed out."
            ),
            _NOT_YOU[Language.ENGLISH],
        ),
        Language.SPANISH: (
            "Su contraseña se ha restablecido",
            (
                "Se ha elegido una contraseña nueva para su cuenta con un enlace de un solo uso "
                "y se ha cerrado la sesión en todos los dispositivos."
            ),
            _NOT_YOU[Language.SPANISH],
        ),
    },
    settings.SECOND_FACTOR_SET: {
        Language.ENGLISH: (
            "Signing in now takes a code",
            (
                "An authenticator app was set up for your account, and every other device was "
                "signed out."
            ),
            _NOT_YOU[Language.ENGLISH],
        ),
        Language.SPANISH: (
            "Ahora se necesita un código para iniciar sesión",
            (
                "Se ha configurado una aplicación de autenticación para su cuenta y se ha cerrado "
                "la sesión en todos los demás dispositivos."
            ),
            _NOT_YOU[Language.SPANISH],
        ),
    },
    settings.SECOND_FACTOR_REMOVED: {
        Language.ENGLISH: (
            "Signing in takes no code any more",
            "The authenticator app of your account was removed: the password alone signs in.",
            _NOT_YOU[Language.ENGLISH],
        ),
        Language.SPANISH: (
            "Ya no se necesita un código para iniciar sesión",
            "Se ha quitado la aplicación de autenticación de su cuenta: basta la contraseña.",
            _NOT_YOU[Language.SPANISH],
        ),
    },
    settings.EMAIL_CHANGED: {
        Language.ENGLISH: (
            "Your email address was changed",
            "Your account does not name this email address any more: it was changed or taken away.",
            "If that was not you, ask at the office: whoever did it knows your password.",
        ),
        Language.SPANISH: (
            "Su dirección de correo ha cambiado",
            "Su cuenta ya no indica esta dirección de correo: se ha cambiado o se ha quitado.",
            "Si no fue usted, pregunte en la oficina: quien lo hizo conoce su contraseña.",
        ),
    },
}


def with_link(to: str, account: Account, wording: Wording, url: str) -> Message:
    """Write the letter that carries a link."""
    return letters.write(to, account.language, wording, link=url)


def notify(account: Account, *notices: str) -> None:
    """Tell the owner of an account what was done to it, as far as they can be reached.

    An address that nobody has verified may be anybody's, and is told nothing.

    Args:
        account: as it was before.
        notices: of ``settings.NOTICES``; those that the stage does not send are left out.
    """
    if to := account.reached_at:
        for notice in filter(letters.is_wanted, notices):
            mail.send(letters.write(to, account.language, _NOTICES[notice]))


def all_wordings() -> Sequence[Wording]:
    """Return every letter of this module."""
    return (RESET_BY_STAFF, FORGOTTEN, VERIFICATION, *_NOTICES.values())
