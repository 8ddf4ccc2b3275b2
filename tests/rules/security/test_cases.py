"""Mail that opens accounts is told from ordinary mail that only talks like it, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.security import opens_accounts

CODES = [
    ("Your verification code", "Your code is 482913. It is valid for ten minutes."),
    ("482 913 is your code", "Do not share it with anyone."),
    ("G-482913 is your Google verification code", ""),
    ("Your one-time password", "Use 7741 to sign in."),
    ("Sign in to Example", "Click the magic link below to sign in."),
    ("Your log in link", "It works once."),
    ("Reset your password", "Somebody asked to reset your password."),
    ("Password changed", "Your password reset was successful."),
    ("Security alert", "New sign-in on Windows"),
    ("Unusual login", "Suspicious sign-in attempt from Lagos."),
    ("New device", "We noticed a new device on your account."),
    ("Two-factor authentication is on", "You turned on two-step verification."),
    ("OTP for your transaction", "Your OTP is 9912"),
    ("Tu código de verificación", "Tu código es 482913"),
    ("Código de acceso: 482913", "No lo compartas con nadie."),
    ("482913 es tu código", "Vence en 10 minutos."),
    ("Restablecer su contraseña", "Recibimos una solicitud para restablecer tu contraseña."),
    ("Recupere su clave", "Para recuperar la clave haga clic aquí."),
    ("Clave dinámica", "Su clave dinámica es 771 204"),
    ("Clave temporal", "Su clave temporal para ingresar."),
    ("Nuevo inicio de sesión", "Detectamos un nuevo inicio de sesión en su cuenta."),
    ("Alerta", "Intento de acceso a su cuenta desde un dispositivo nuevo"),
    ("Verificación en dos pasos", "Se activó la verificación en dos pasos."),
    ("Votre code de vérification", "Votre code est 482913."),
    ("Code de sécurité : 482913", "Ne le communiquez à personne."),
    ("Code à usage unique", "Saisissez 4829 pour continuer."),
    ("Réinitialisation", "Pour réinitialiser votre mot de passe, cliquez ici."),
    ("Mot de passe oublié ?", "Quelqu'un a demandé un nouveau mot de passe."),
    ("Nouvelle connexion à votre compte", "Depuis un appareil inconnu"),
    ("Alerte de sécurité", "Tentative de connexion bloquée sur un nouvel appareil"),
    ("Double authentification activée", ""),
    ("Votre code : 482913", "Il expire dans 10 minutes."),
    ("Confirm your email address", "Click the button below."),
    ("Please verify your account", "Welcome!"),
    ("Account recovery", "Here is how to get back in."),
    ("Login alert for Example", "You logged in from a new browser."),
    ("Your account was used to sign in to a new computer", ""),
    ("Your PIN", "Your PIN is 4829."),
    ("Confirma tu correo electrónico", "Haz clic en el botón."),
    ("Verifique su identidad", ""),
    ("Recuperación de cuenta", "Recuperación de la cuenta de Example"),
    ("Alerta de seguridad", "Revisa la actividad."),
    ("Confirmez votre adresse e-mail", "Cliquez ci-dessous."),
    ("Vérification de votre compte", ""),
    ("Vérifiez votre identité", ""),
]

ORDINARY = [
    ("Terrace in March?", "Could you start in March? My number is +56 9 8123 4567."),
    ("Invoice 20261123", "Please find invoice 20261123 over 1 482 913 CLP attached, due 2026-12-23."),
    ("Quote 4829", "As agreed, 4829 euros for the terrace, including the postal code 69001 area."),
    ("The dress code for Friday", "Black tie, please."),
    ("Code review on Monday", "Can we move the code review to 10?"),
    ("Your order has been shipped", "Tracking number 482913775."),
    ("Meeting PIN board ideas", "I have pinned a few ideas to the board."),
    ("Lunch", "See you at 12:30 at number 1200, second floor."),
    ("Building regulations", "Under the building code of 2019 a railing is needed."),
    ("The key to the garden", "I left the key with Gladys."),
    ("Presupuesto terraza", "El presupuesto es de 482.913 pesos, código postal 7500000."),
    ("Factura 1001", "Adjunto la factura 1001 del 23 de noviembre de 2026."),
    ("La clave del éxito", "Te mando el artículo del que hablamos."),
    ("Palabras clave para la web", "Las palabras clave: jardín, terraza, riego."),
    ("Reunión del martes", "Nos vemos a las 11:30, mi teléfono es 9 8123 4567."),
    ("Cambio de horario", "Tenemos que cambiar la hora de la visita."),
    ("Mi nuevo dirección", "Desde enero en Providencia 1234, oficina 567."),
    ("Devis terrasse", "Le devis s'élève à 4 829 €, code postal 69001 Lyon."),
    ("Facture 2026-1123", "Veuillez trouver la facture en pièce jointe."),
    ("Le code de la route", "Mon fils passe le code la semaine prochaine."),
    ("Rendez-vous mardi", "Mon numéro : 06 12 34 56 78."),
    ("Changement de programme", "On change de jour, d'accord ?"),
    ("Une connexion entre les deux jardins", "Je pense à un petit passage."),
    ("Password for the gate", "I will tell you on the phone."),
    ("Votre commande 482913", "Elle arrivera jeudi."),
    ("Please confirm your address for the delivery", "Is it still 12 Oak Lane?"),
    ("Confirm the appointment", "Please confirm Tuesday at 9."),
    ("Confirmación de la visita", "Confirmo la visita del martes."),
    ("Pouvez-vous confirmer votre adresse ?", "Pour la livraison de jeudi."),
    ("Verification of the measurements", "The terrace is 4829 mm wide."),
    ("Cuenta pendiente", "Le recuerdo la cuenta de octubre."),
    ("Compte rendu de la réunion", "Voici le compte rendu."),
    ("A new device for the pool", "The pump arrives on Monday, model 48-291."),
]


@pytest.mark.parametrize(("subject", "beginning"), CODES, ids=[subject for subject, _ in CODES])
def test_mail_that_opens_accounts_is_known(subject: str, beginning: str) -> None:
    assert opens_accounts(subject, beginning)


@pytest.mark.parametrize(("subject", "beginning"), ORDINARY, ids=[subject for subject, _ in ORDINARY])
def test_ordinary_mail_is_not_hidden(subject: str, beginning: str) -> None:
    assert not opens_accounts(subject, beginning)


@pytest.mark.parametrize(("subject", "beginning"), CODES[:6])
def test_case_and_line_breaks_hide_nothing(subject: str, beginning: str) -> None:
    assert opens_accounts(subject.upper(), beginning.upper())
    assert opens_accounts(subject.replace(" ", "\n "), beginning)
    assert opens_accounts(subject.replace(" ", "\u00a0"), beginning.replace(" ", "\u00a0"))


def test_accents_written_in_two_signs_hide_nothing() -> None:
    assert opens_accounts("Votre code de ve\u0301rification", "482913")
    assert opens_accounts("Tu co\u0301digo de verificacio\u0301n", "482913")


@given(st.text(max_size=200), st.text(max_size=400))
def test_any_words_are_judged_without_a_fuss(subject: str, beginning: str) -> None:
    assert opens_accounts(subject, beginning) in (True, False)
