"""Each kind of mail that the page about it names, as short as it comes, in each of the three languages."""

from __future__ import annotations

import pytest

from app.rules.security import opens_accounts

PRIVATE = {
    "a code to sign in": [
        ("Your sign-in code", "It is 482913."),
        ("Tu código para iniciar sesión", "Es el 482913."),
        ("Votre code de connexion", "C'est le 482913."),
    ],
    "a code in letters": [
        ("Your verification code", "K7-204-LM"),
        ("Tu código de verificación", "K7-204-LM"),
        ("Votre code de vérification", "K7-204-LM"),
    ],
    "a code in the subject alone": [
        ("482 913 is your code", ""),
        ("482 913 es tu código", ""),
        ("482 913 est votre code", ""),
    ],
    "a link that signs in": [
        ("Your magic link", "Tap to sign in."),
        ("Tu enlace para entrar", "Toca para iniciar sesión."),
        ("Votre lien de connexion", "Touchez pour vous connecter."),
    ],
    "a reset": [
        ("Reset your password", "Choose a new one."),
        ("Restablece tu contraseña", "Elige una nueva."),
        ("Réinitialisez votre mot de passe", "Choisissez-en un nouveau."),
    ],
    "a password that was changed": [
        ("Your password was changed", "Today at 9:14."),
        ("Tu contraseña fue modificada", "Hoy a las 9:14."),
        ("Votre mot de passe a été modifié", "Aujourd'hui à 9 h 14."),
    ],
    "an address that was changed": [
        ("Your email address was changed", "If this was not you, tell us."),
        ("Se cambió el correo de tu cuenta", "Si no fuiste tú, avísanos."),
        ("L'adresse e-mail de votre compte a été modifiée", "Si ce n'est pas vous, prévenez-nous."),
    ],
    "a sign-in that is new": [
        ("New sign-in to your account", "From Lagos."),
        ("Nuevo inicio de sesión en tu cuenta", "Desde Lagos."),
        ("Nouvelle connexion à votre compte", "Depuis Lagos."),
    ],
    "an activity that is odd": [
        ("Suspicious activity", "We noticed it in your account."),
        ("Actividad sospechosa", "La vimos en tu cuenta."),
        ("Activité suspecte", "Nous l'avons vue dans votre compte."),
    ],
    "an account that is blocked": [
        ("Your account is locked", "Too many tries."),
        ("Tu cuenta está bloqueada", "Demasiados intentos."),
        ("Votre compte est verrouillé", "Trop d'essais."),
    ],
    "two steps": [
        ("Two-factor authentication was turned off", ""),
        ("Se desactivó la verificación en dos pasos", ""),
        ("La double authentification a été désactivée", ""),
    ],
    "codes to recover": [
        ("Your new recovery codes", ""),
        ("Tus códigos de recuperación nuevos", ""),
        ("Vos nouveaux codes de récupération", ""),
    ],
    "confirming an address": [
        ("Confirm your email address", "To open your account."),
        ("Confirma tu correo electrónico", "Para abrir tu cuenta."),
        ("Confirmez votre adresse e-mail", "Pour ouvrir votre compte."),
    ],
    "proving who one is": [
        ("Verify your identity", ""),
        ("Verifica tu identidad", ""),
        ("Vérifiez votre identité", ""),
    ],
    "approving a payment": [
        ("Approve your payment", "Enter 482913 to pay £20.00."),
        ("Autoriza tu compra", "Ingresa 482913 para pagar 20,00 €."),
        ("Validez votre paiement", "Saisissez 482913 pour payer 20,00 €."),
    ],
    "a new payee": [
        ("New payee added", ""),
        ("Nuevo beneficiario", ""),
        ("Nouveau bénéficiaire", ""),
    ],
    "a card that is blocked": [
        ("Your card is blocked", ""),
        ("Tu tarjeta fue bloqueada", ""),
        ("Votre carte est bloquée", ""),
    ],
    "a card's PIN": [
        ("The PIN for your new card", ""),
        ("El PIN de tu tarjeta", ""),
        ("Le code PIN de votre carte", ""),
    ],
    "a SIM swap": [
        ("Your SIM swap request", ""),
        ("Solicitud de cambio de SIM", ""),
        ("Demande de changement de carte SIM", ""),
    ],
    "a domain that moves": [
        ("Transfer code for your domain", "Here is the auth code."),
        ("Código de transferencia de su dominio", "Este es el auth-code."),
        ("Code de transfert de votre domaine", "Voici le code auth."),
    ],
    "a key for programs": [
        ("New API key created", ""),
        ("Nueva clave de API", ""),
        ("Nouvelle clé API", ""),
    ],
    "credentials from a person": [
        ("the site", "user: alice, password: Lemon-22"),
        ("la web", "usuario: alice, contraseña: Limon-22"),
        ("le site", "identifiant : alice, mot de passe : Citron-22"),
    ],
}

ORDINARY = {
    "a parcel": [
        ("Your parcel", "Collect it with pickup code 482913."),
        ("Tu paquete", "Retíralo con el código de retiro 482913."),
        ("Votre colis", "Retirez-le avec le code de retrait 482913."),
    ],
    "a discount": [
        ("20% off", "Use code AUTUMN20 at checkout."),
        ("20 % de descuento", "Usa el código OTONO20 al pagar."),
        ("-20 % de remise", "Utilisez le code AUTOMNE20 au paiement."),
    ],
    "a door": [
        ("Saturday", "The door code is 4829."),
        ("El sábado", "El código de la puerta es 4829."),
        ("Samedi", "Le code de la porte est 4829."),
    ],
    "a wifi": [
        ("Wifi", "The wifi password is Sunflower."),
        ("Wifi", "La clave del wifi es Girasol."),
        ("Wifi", "Le mot de passe du wifi est Tournesol."),
    ],
    "an appointment": [
        ("Confirm your appointment", "Tuesday at 9."),
        ("Confirma tu cita", "El martes a las 9."),
        ("Confirmez votre rendez-vous", "Mardi à 9 h."),
    ],
    "a newsletter": [
        ("Confirm your subscription", "To our weekly letter."),
        ("Confirma tu suscripción", "A nuestro boletín."),
        ("Confirmez votre abonnement", "À notre lettre."),
    ],
    "a statement": [
        ("Your statement is ready", "For the account ending 4021."),
        ("Tu estado de cuenta", "De la cuenta terminada en 4021."),
        ("Votre relevé de compte", "Du compte finissant par 4021."),
    ],
    "an invoice": [
        ("Invoice 482913", "Please verify the invoice."),
        ("Factura 482913", "Por favor verifica la factura."),
        ("Facture 482913", "Merci de vérifier la facture."),
    ],
    "a meeting": [
        ("Garden review", "Meeting ID: 812 3456 7890 Passcode: 482913"),
        ("Revisión", "ID de reunión: 812 3456 7890 Código de acceso: 482913"),
        ("Revue", "ID de réunion : 812 3456 7890 Code secret : 482913"),
    ],
    "what only sounds like it": [
        ("Reset the meeting?", "Can we move it to three?"),
        ("La clave del éxito", "Está en el riego."),
        ("Le code de la route", "Mon fils le passe mardi."),
    ],
}


@pytest.mark.parametrize("language", range(3), ids=["en", "es", "fr"])
@pytest.mark.parametrize("kind", PRIVATE)
def test_each_kind_that_opens_accounts_is_private(kind: str, language: int) -> None:
    assert opens_accounts(*PRIVATE[kind][language])


@pytest.mark.parametrize("language", range(3), ids=["en", "es", "fr"])
@pytest.mark.parametrize("kind", ORDINARY)
def test_each_kind_that_opens_none_is_not(kind: str, language: int) -> None:
    assert not opens_accounts(*ORDINARY[kind][language])
