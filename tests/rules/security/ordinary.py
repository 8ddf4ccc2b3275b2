"""Ordinary letters between people, put together from parts: greeted, signed, with what they answer quoted below.

Of the labelled mails few are like these, and what is learnt from odd ones alone takes a greeting and a quoted address
for a sign that accounts are opened. Every other part is learnt from; with the rest the rules are tested.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from tests.rules.security.labelled import LANGUAGES, Labelled

SENDERS = ("clara@customer.example", "info@customer.example", "noreply@customer.example", "Ana <ana@rojas.example>")
MATTERS = {
    "es": (
        "¿Puede mandarme otra vez la factura? La gestoría quiere nuestra dirección nueva.",
        "Nos gusta el presupuesto. ¿Cuándo podrían empezar?",
        "El fontanero viene el martes entre las nueve y las once. ¿Habrá alguien en casa?",
        "Gracias por las fotos. La segunda es preciosa; ¿podemos imprimirla?",
        "Llego diez minutos tarde, perdón. Nos vemos en el café.",
        "Le adjunto el acta. Mire por favor el punto cuatro antes del lunes.",
        "Nuestro vuelo llega a las 14:20. Tomamos un taxi, no hace falta que nos recojan.",
        "¿Podríamos pasar la llamada al jueves por la tarde?",
        "A los niños les encantó el taller. ¿Cuánto costaría otra tarde?",
        "Quisiéramos doce sillas en vez de diez, del mismo verde.",
        "Reserve por favor la habitación con vistas para las dos noches de mayo.",
        "Hablé con Pedro: acepta el precio si incluye la entrega.",
        "Aquí va la dirección de la oficina nueva, tercer piso a la izquierda.",
        "¡Feliz cumpleaños! La semana que viene invito yo a comer.",
        "El contrato está firmado y va por correo.",
        "¿Aún tienen la pintura azul? La esquina necesita otra mano.",
        "Mi madre está mucho mejor, gracias por preguntar.",
        "Necesitamos un recibo de la señal, por favor.",
        "Perdón, no vi su mensaje. Sí, el viernes me va bien.",
        "El jardín quedó maravilloso. Los vecinos preguntan quién lo hizo.",
        "¿Qué le parece el segundo borrador?",
        "Pida por favor dos sacos de tierra y la lavanda.",
        "La sala está reservada de tres a cuatro.",
        "Todavía sin noticias del banco sobre el préstamo; llamo mañana.",
        "Hola",
        "¡Gracias!",
        "Perfecto, nos vemos.",
        "Sí, claro.",
    ),
    "fr": (
        "Pouvez-vous renvoyer la facture ? La comptable veut notre nouvelle adresse.",
        "Le devis nous convient. Quand pourriez-vous commencer ?",
        "Le plombier passe mardi entre neuf et onze heures. Y aura-t-il quelqu’un ?",
        "Merci pour les photos. La deuxième est superbe ; peut-on l’imprimer ?",
        "J’ai dix minutes de retard, pardon. On se retrouve au café.",
        "Ci-joint le compte rendu. Regardez le point quatre avant lundi.",
        "Notre vol arrive à 14 h 20. Nous prenons un taxi, inutile de venir.",
        "Pourrions-nous déplacer l’appel à jeudi après-midi ?",
        "Les enfants ont adoré l’atelier. Combien coûterait un second après-midi ?",
        "Nous voudrions douze chaises au lieu de dix, du même vert.",
        "Réservez s’il vous plaît la chambre avec vue pour les deux nuits de mai.",
        "J’ai parlé à Pierre : il accepte le prix si la livraison est comprise.",
        "Voici l’adresse du nouveau bureau, troisième étage à gauche.",
        "Joyeux anniversaire ! Je t’invite à déjeuner la semaine prochaine.",
        "Le contrat est signé et part par la poste.",
        "Avez-vous encore la peinture bleue ? Le coin demande une seconde couche.",
        "Ma mère va beaucoup mieux, merci de demander.",
        "Il nous faut un reçu pour l’acompte, s’il vous plaît.",
        "Désolé, j’ai manqué votre message. Oui, vendredi me va.",
        "Le jardin est magnifique. Les voisins demandent qui l’a fait.",
        "Que pensez-vous du deuxième brouillon ?",
        "Commandez deux sacs de terreau et la lavande.",
        "La salle est réservée de trois à quatre.",
        "Toujours pas de nouvelles de la banque pour le prêt ; j’appelle demain.",
        "Bonjour",
        "Merci !",
        "Parfait, à bientôt.",
        "Oui, bien sûr.",
    ),
    "en": (
        "Could you send the invoice again? The accountant wants our new address on it.",
        "We are happy with the offer. When can you begin?",
        "The plumber comes on Tuesday between nine and eleven. Will somebody be at home?",
        "Thanks for the photos. The second one is lovely; may we print it?",
        "I am running ten minutes late, sorry. See you at the café.",
        "Attached are the minutes. Please look at point four before Monday.",
        "Our flight lands at 14:20. We take a taxi, no need to fetch us.",
        "Could we move our call to Thursday afternoon?",
        "The children loved the workshop. What would a second afternoon cost?",
        "We would like twelve chairs instead of ten, in the same green.",
        "Please book the room with a view for the two nights in May.",
        "I have talked to Peter: he agrees to the price if delivery is included.",
        "Here is the address of the new office, third floor on the left.",
        "Happy birthday! Lunch is on me next week.",
        "The contract is signed and in the post.",
        "Do you still have the blue paint? The corner needs a second coat.",
        "My mother is much better, thank you for asking.",
        "We need a receipt for the deposit, please.",
        "Sorry, I missed your message. Yes, Friday works.",
        "The garden looks wonderful. The neighbours ask who did it.",
        "What do you think of the second draft?",
        "Please order two bags of soil and the lavender.",
        "The meeting room is booked from three to four.",
        "No news yet from the bank about the loan; I call them tomorrow.",
        "Hello",
        "Thank you!",
        "Perfect, see you then.",
        "Yes, of course.",
    ),
}
SUBJECTS = {
    "es": (
        "Tercero",
        "Re: Terraza en marzo",
        "Consulta",
        "Re: Presupuesto 2026-113",
        "Hola",
        "Re: Segundo borrador",
        "Sillas",
        "Miércoles",
        "Re: Tercero",
    ),
    "fr": (
        "Troisième",
        "Re: Terrasse en mars ?",
        "Question",
        "Re: Devis 2026-113",
        "Bonjour",
        "Re: Deuxième brouillon",
        "Chaises",
        "Mercredi",
        "Re: Troisième",
    ),
    "en": (
        "Third",
        "Re: Third",
        "Re: Terrace in March?",
        "Question",
        "Re: Offer 2026-113",
        "Hello",
        "Re: Second draft",
        "Chairs",
        "Wednesday",
        "(no subject)",
    ),
}
GREETINGS = {
    "es": (
        "",
        "Estimada Ana:\n\n",
        "Hola:\n\n",
        "Hola, Clara:\n\n",
    ),
    "fr": (
        "",
        "Chère Anne,\n\n",
        "Bonjour,\n\n",
        "Bonjour Clara,\n\n",
    ),
    "en": (
        "",
        "Dear Ann,\n\n",
        "Hello,\n\n",
        "Hi Clara,\n\n",
    ),
}
FEET = {
    "es": (
        "",
        "\n\nSaludos,\nClara",
        "\n\nUn cordial saludo\nClara Cliente\n+56 2 2345 6789\nclara@customer.example",
    ),
    "fr": (
        "",
        "\n\nBien à vous\nClara",
        "\n\nCordialement,\nClara Client\n+33 1 23 45 67 89\nclara@customer.example",
    ),
    "en": (
        "",
        "\n\nBest wishes\nClara",
        "\n\nKind regards,\nClara Client\n+44 20 7946 0000\nclara@customer.example",
    ),
}
QUOTED = {
    "es": (
        "",
        "\n\nEl jue, 26 nov 2026 a las 19:18, Clara Cliente (<clara@customer.example>) escribió:\n> {q}",
        "\n\nDe: Clara Cliente <clara@customer.example>"
        "\nEnviado: jueves, 26 de noviembre de 2026 19:18\nPara: Ana Rojas <ana@rojas.example>\nAsunto: {s}\n\n{q}",
    ),
    "fr": (
        "",
        "\n\nLe jeu. 26 nov. 2026 à 19:18, Clara Client <clara@customer.example> a écrit :\n> {q}",
        "\n\nDe : Clara Client <clara@customer.example>"
        "\nEnvoyé : jeudi 26 novembre 2026 19:18\nÀ : Anne Roux <anne@roux.example>\nObjet : {s}\n\n{q}",
    ),
    "en": (
        "",
        "\n\nOn Thu, 26 Nov 2026 at 19:18, Clara Client <clara@customer.example> wrote:\n> {q}",
        "\n\nFrom: Clara Client <clara@customer.example>"
        "\nSent: Thursday, 26 November 2026 19:18\nTo: Ann Roe <ann@roe.example>\nSubject: {s}\n\n{q}",
    ),
}


def ordinary(count: int, *, learnt: bool) -> Iterator[Labelled]:
    """Yield letters, the same each time: of the parts that are learnt from, or of the others."""
    dice = random.Random(count)
    for number in range(count):
        lang = LANGUAGES[number % len(LANGUAGES)]
        matters, subjects = (_half(parts[lang], learnt) for parts in (MATTERS, SUBJECTS))
        subject = dice.choice(subjects)
        quoted = dice.choice(QUOTED[lang]).format(q=dice.choice(matters), s=subject)
        body = dice.choice(GREETINGS[lang]) + dice.choice(matters) + dice.choice(FEET[lang]) + quoted
        yield Labelled(f"ordinary-{number:03}", lang, dice.choice(SENDERS), subject, body, security=False)


def _half(parts: Sequence[str], learnt: bool) -> Sequence[str]:
    return parts[0 if learnt else 1 :: 2]
