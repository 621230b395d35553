"""What the API's messages say to users of the pages, in each language."""

from collections.abc import Mapping

from chalicelib.platform.languages import Language


def messages(language: Language) -> Mapping[str, str]:
    """Return what the service's sentences say in a language, a number sign for each number.

    The service answers in English, which needs an entry only where clients compare the sentence.
    """
    return MESSAGES_IN_SPANISH if language is Language("es") else MESSAGES_IN_ENGLISH


def translate(message: str, language: Language) -> str:
    """Return one of the service's sentences in a language; it has no numbers in it."""
    return messages(language).get(message, message)


# Sentences that clients compare, so that the API keeps them, and what people read in their place.
MESSAGES_IN_ENGLISH = {
    "Not authorized": "You’re signed out. Sign in to continue.",
    "Username or Password is incorrect": "The username or password is incorrect.",
}

# What the service says in English, as it says it but for the numbers, and what that is in Spanish.
MESSAGES_IN_SPANISH = {
    "Select your age.": "Seleccione su edad.",
    "Enter your phone number.": "Escriba su número de teléfono.",
    "Enter your street address.": "Escriba su calle y número.",
    "Enter your city.": "Escriba su ciudad.",
    "Select your state.": "Seleccione su estado.",
    "Enter your ZIP code.": "Escriba su código postal.",
    "Select whether you can work every day.": "Indique si puede trabajar todos los días.",
    "Not authorized": "Su sesión se cerró. Inicie sesión para continuar.",
    "Your browser sent more than one session. Sign in again. If that doesn’t help, delete this "
    "site’s cookies in your browser’s settings.": (
        "Su navegador envió más de una sesión. Inicie sesión de nuevo. Si no funciona, borre las "
        "cookies de este sitio en su navegador."
    ),
    "Username or Password is incorrect": "El nombre de usuario o la contraseña son incorrectos.",
    "This request came from another website, so we blocked it.": (
        "Esta solicitud vino de otro sitio web y la bloqueamos."
    ),
    "You don’t have permission to do this.": "No tiene permiso para hacer esto.",
    "We couldn’t find this. It may have been removed.": "No lo encontramos. Tal vez se eliminó.",
    "Someone else changed this. Review the latest version and try again.": (
        "Otra persona cambió esto. Revise la versión más reciente e inténtelo de nuevo."
    ),
    "That’s too much to send at once (limit: # KiB).": (
        "Es demasiado para enviarlo de una vez (límite: # KiB)."
    ),
    "There is a problem with some of your answers.": (
        "Hay un problema con algunas de sus respuestas."
    ),
    "Too many attempts.": "Demasiados intentos.",
    "We already sent several emails there. Use the newest one, or check the spam folder.": (
        "Ya enviamos varios mensajes a ese correo. Use el más reciente o revise la carpeta de "
        "correo no deseado."
    ),
    "We already sent several emails there. Check the spam folder, or try again later.": (
        "Ya enviamos varios mensajes a ese correo. Revise la carpeta de correo no deseado o "
        "inténtelo más tarde."
    ),
    "You’ve changed this too many times.": "Ya lo cambió demasiadas veces.",
    "Something went wrong on our end. Try again.": (
        "Hubo un error de nuestro lado. Inténtelo de nuevo."
    ),
    "The service isn’t responding right now. Try again in a moment.": (
        "El servicio no responde. Inténtelo de nuevo en un momento."
    ),
    "That username or email is already in use. Choose another one, or sign in if it’s yours.": (
        "Ese nombre de usuario o correo ya está en uso. Elija otro o inicie sesión si es suyo."
    ),
    "This account is being deleted. To stop, sign in again. You’ll keep what’s left.": (
        "Esta cuenta se está borrando. Para detenerlo, inicie sesión de nuevo. Conservará lo que "
        "quede."
    ),
    "This is the only SuperAdmin. Give someone else that role first.": (
        "Esta es la única cuenta de superadministrador. Primero dé ese rol a otra persona."
    ),
    "Registration for this event isn’t open.": "La inscripción para este evento no está abierta.",
    "You can’t do that while the registration has this status.": (
        "No se puede hacer eso con el estado actual de la inscripción."
    ),
    "You can only change your phone numbers, email, and address now.": (
        "Ahora solo puede cambiar sus teléfonos, su correo y su dirección."
    ),
    "You can’t change this anymore.": "Ya no puede cambiar esto.",
    "This person has a draft. Ask them for its reference number to open it.": (
        "Esta persona tiene un borrador. Pídale el número de referencia para abrirlo."
    ),
    "A paper signature is recorded when the registration is submitted.": (
        "La firma en papel se registra al enviar la inscripción."
    ),
    "Only the applicant can sign. If they signed on paper, record that instead.": (
        "Solo el solicitante puede firmar. Si firmó en papel, registre eso."
    ),
    "The applicant must sign first. If they signed on paper, record that.": (
        "Primero tiene que firmar el solicitante. Si firmó en papel, regístrelo."
    ),
    "This event is full.": "Ya no hay lugares en este evento.",
    "This offer has expired, so the spot may have gone to someone else.": (
        "Esta oferta venció, así que es posible que el lugar ya sea de otra persona."
    ),
    "This field is required.": "Este campo es obligatorio.",
    "Enter text.": "Escriba texto.",
    "Enter at least # characters.": "Escriba por lo menos # caracteres.",
    "Use # characters or fewer.": "Use # caracteres o menos.",
    "Choose at least #.": "Elija por lo menos #.",
    "Choose no more than #.": "Elija # como máximo.",
    "Choose yes or no.": "Elija sí o no.",
    "Enter a whole number.": "Escriba un número entero.",
    "Enter # or more.": "Escriba # o más.",
    "Enter # or less.": "Escriba # o menos.",
    "Remove any symbols that aren’t letters, numbers or punctuation.": (
        "Quite los símbolos que no sean letras, números o signos de puntuación."
    ),
    "This contains hidden characters. Delete it and type it again.": (
        "Tiene caracteres ocultos. Bórrelo y escríbalo de nuevo."
    ),
    "Use fewer accents and marks on each letter.": "Use menos acentos y signos en cada letra.",
    "Don’t mix letters that are written from right to left with other letters.": (
        "No mezcle letras que se escriben de derecha a izquierda con otras letras."
    ),
    "Use at least # characters. Three or more unrelated words work well.": (
        "Use por lo menos # caracteres. Tres o más palabras sin relación funcionan bien."
    ),
    "Don’t use the name of this site in your password.": (
        "No use el nombre de este sitio en su contraseña."
    ),
    "Don’t use your name, username or email in your password.": (
        "No use su nombre, su nombre de usuario ni su correo en su contraseña."
    ),
    "Easy to guess because it repeats. Add another word or two.": (
        "Es fácil de adivinar porque se repite. Agregue una o dos palabras."
    ),
    "Easy to guess because it’s a sequence, like #. Add another word or two.": (
        "Es fácil de adivinar porque es una secuencia, como #. Agregue una o dos palabras."
    ),
    "Easy to guess because the keys are next to each other. Add another word or two.": (
        "Es fácil de adivinar porque las teclas están una al lado de la otra. Agregue una o dos "
        "palabras."
    ),
    "Easy to guess because it’s mostly a year. Add another word or two.": (
        "Es fácil de adivinar porque es casi solo un año. Agregue una o dos palabras."
    ),
    "Easy to guess because it’s mostly a date. Add another word or two.": (
        "Es fácil de adivinar porque es casi solo una fecha. Agregue una o dos palabras."
    ),
    "Easy to guess because it’s short. Add another word or two.": (
        "Es fácil de adivinar porque es corta. Agregue una o dos palabras."
    ),
    "Easy to guess because these words are common. Add another word or two.": (
        "Es fácil de adivinar porque estas palabras son comunes. Agregue una o dos palabras."
    ),
    "Easy to guess because it’s like a common password. Add another word or two.": (
        "Es fácil de adivinar porque se parece a una contraseña común. Agregue una o dos palabras."
    ),
    "Easy to guess because it uses your name or this site’s name. Add another word or two.": (
        "Es fácil de adivinar porque usa su nombre o el nombre de este sitio. Agregue una o dos "
        "palabras."
    ),
    "This password was leaked in a data breach at another company. Choose a different one.": (
        "Esta contraseña se filtró en otra empresa. Elija una diferente."
    ),
    "Enter a username with # to # characters.": "Escriba un nombre de usuario de # a # caracteres.",
    "Use only letters, numbers and these: . _ - + @ (no spaces).": (
        "Use solo letras, números y . _ - + @ (sin espacios)."
    ),
    "Include at least one letter or number.": "Incluya por lo menos una letra o un número.",
    "If you use @, enter your full email address.": "Si usa @, escriba su correo completo.",
    "Enter the same email address here and as your email, or choose a username without an @.": (
        "Escriba aquí el mismo correo que en el campo de correo o elija un nombre de usuario sin @."
    ),
    "Enter your current password to change your email address.": (
        "Escriba su contraseña actual para cambiar su correo."
    ),
    "There’s no email address on your account.": "No hay correo en su cuenta.",
    "Confirm your email address first, or remove it from your account.": (
        "Primero confirme su correo o quítelo de su cuenta."
    ),
    "This link isn’t valid for your account. It may have expired or was already used.": (
        "Este enlace no es válido para su cuenta. Tal vez venció o ya se usó."
    ),
    "The link was sent to another email address. Leave this empty.": (
        "El enlace se envió a otro correo. Deje esto en blanco."
    ),
    "This isn’t in the right format.": "El formato no es correcto.",
    "Enter a ZIP code with # or # digits, for example # or #-#.": (
        "Escriba un código postal de # o # dígitos, por ejemplo # o #-#."
    ),
    "Enter an email address in the right format, like name@example.com.": (
        "Escriba un correo como nombre@ejemplo.com."
    ),
    "This link has expired or was already used. Request a new one.": (
        "Este enlace venció o ya se usó. Pida otro."
    ),
    "Enter the code from your authenticator app, or a recovery code.": (
        "Escriba el código de su aplicación de autenticación o un código de recuperación."
    ),
    "That code is wrong or was already used. Wait for a new code and try again.": (
        "Ese código es incorrecto o ya se usó. Espere un código nuevo e inténtelo de nuevo."
    ),
    "You already have an authenticator app. Turn off two-step verification first.": (
        "Ya tiene una aplicación de autenticación. Primero desactive la verificación en dos pasos."
    ),
    "Setup timed out. Enter your password to start again.": (
        "Se acabó el tiempo de la configuración. Escriba su contraseña para empezar de nuevo."
    ),
    "Your account can see other people’s information. Set up two-step verification first.": (
        "Su cuenta da acceso a datos de otras personas. Primero active la verificación en dos "
        "pasos."
    ),
    "Your current password is incorrect.": "Su contraseña actual es incorrecta.",
    "Enter a #-digit U.S. phone number, or start with + and the country code.": (
        "Escriba un teléfono de Estados Unidos de # dígitos, o empiece con + y el código del país."
    ),
    "Choose each option only once.": "Elija cada opción una sola vez.",
    "Enter a middle name or check the box, not both.": (
        "Escriba un segundo nombre o marque la casilla, no las dos cosas."
    ),
    "Answer this question to submit.": "Conteste esta pregunta para poder enviar.",
    "Check the box to certify that your answers are true.": (
        "Marque la casilla para certificar que sus respuestas son verdaderas."
    ),
    "You must be at least # on the first day of this event.": (
        "Para trabajar en este evento debe tener por lo menos # años el primer día."
    ),
    "Enter a first name or a last name. One is enough.": (
        "Escriba un nombre o un apellido. Uno basta."
    ),
    "Enter the #-character reference number, for example #AYRK.": (
        "Escriba el número de referencia de # letras y números, por ejemplo #AYRK."
    ),
    # What only staff are told.
    "Unknown field.": "Campo desconocido.",
    "Type a name, a reference number, an email address, or a phone number.": (
        "Escriba un nombre, un número de referencia, un correo o un teléfono."
    ),
    "Enter at least one letter.": "Escriba por lo menos una letra.",
    "Search by one thing at a time: last name, phone or reference number.": (
        "Busque una sola cosa a la vez: apellido, teléfono o número de referencia."
    ),
    "This list has changed. Reload the page.": "Esta lista cambió. Vuelva a cargar la página.",
    "An account was already created with the details that you entered before. Search for it.": (
        "Ya se creó una cuenta con los datos que escribió antes. Búsquela."
    ),
    "This account is being merged with another one. Try again in a few minutes. If that doesn’t "
    "help, the office can repeat the merge.": (
        "Se está uniendo esta cuenta con otra. Inténtelo en unos minutos. Si no funciona, la "
        "oficina puede repetir la unión."
    ),
    "Only applicants’ accounts can be merged. One of these belongs to staff.": (
        "Solo se pueden unir cuentas de solicitantes. Una de estas es del personal."
    ),
    "Both accounts have a registration for the same event, so they can’t be merged.": (
        "Las dos cuentas tienen una inscripción para el mismo evento, así que no se pueden unir."
    ),
    "The account that stays is disabled. Enable it first.": (
        "La cuenta que se queda está desactivada. Actívela primero."
    ),
    "This is the same account. Choose another one.": "Es la misma cuenta. Elija otra.",
    "Enter a reason.": "Escriba un motivo.",
    "No account has this ID.": "Ninguna cuenta tiene este identificador.",
    "These two accounts have been merged already.": "Estas dos cuentas ya se unieron.",
    "This note was already saved.": "Esta nota ya se guardó.",
    "Enter a date between # and #.": ("Escriba una fecha entre # y #."),
    "Enter a date and time between # and #.": ("Escriba una fecha y hora entre # y #."),
    "Enter a time zone by its area and city, for example America/Chicago.": (
        "Escriba una zona horaria por su región y ciudad, por ejemplo America/Chicago."
    ),
    "The last day must be the same as or after the first day.": (
        "El último día debe ser igual o posterior al primero."
    ),
    "Registration must close after it opens.": "La inscripción debe cerrar después de abrir.",
    "Registration must close before the event ends.": (
        "La inscripción debe cerrar antes de que termine el evento."
    ),
    "Registration must open before the event ends.": (
        "La inscripción debe abrir antes de que termine el evento."
    ),
    "We emailed them a password reset link.": (
        "Le enviamos por correo un enlace para cambiar su contraseña."
    ),
    "We couldn’t send the email. Try again later.": (
        "No pudimos enviar el correo. Inténtelo más tarde."
    ),
}
