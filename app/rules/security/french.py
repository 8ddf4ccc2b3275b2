"""How French mail opens accounts, from Brussels to Montréal, and what only sounds like it."""

from __future__ import annotations

from app.rules.security.table import Table

_PASSWORD = "mot_de_passe|mots_de_passe|mdp|motdepasse|code_confidentiel|code_secret|password|phrase_secrete|phrase_de_passe"
_ACCOUNT = "compte|comptes|profil|espace|coffre|portefeuille|identifiant|messagerie"
_LOGIN = "connexion|connexions|ouverture_de_session|authentification|identification"
_CONNECT = "connecter|connectez|connecte|connecte_a|reconnecter|identifier|connectes|connectez_vous"
_TWO = "deux_etapes|2_etapes|deux_facteurs|double_authentification|double_facteur|second_facteur|2fa|mfa|a2f|multifacteur|multifacteurs|authentification_forte|double_identification|deux_etape"

FRENCH = Table(
    sure=f"""
        code|codes ~ verif*|verfic*|veriif*|securite|connexion|authentification|autorisation|activation|validation|
        deverrouillage|deblocage|recuperation|reinitialisation|usage_unique|otp|identification|temporaire|secours|
        3d_secure|rio|premiere_connexion|provisoire|a_usage|double_authentification|unique;
        code ~ pour ~ valider|confirmer|vous_connecter|te_connecter|acceder|activer|autoriser|continuer|finaliser|
        {_CONNECT}; code ~ necessaire|permettant|afin ~~ {_CONNECT};
        mot_de_passe|code|lien|pin ~ temporaire|provisoire|usage_unique|initial|magique|unique;
        lien|code de connexion|securite; ?votre|ton code|nip|pin|otp ... #;
        ?# est ~ votre|ton|le ~ code|nip|pin|otp; ?voici ~ code ... #;
        code pin|nip ~ est|carte|remplac*|nouveau|voyageur|disponible;
        saisissez|entrez|entre|saisis|tapez|utilisez|utilise|composez # ~~ connecter|continuer|valider|confirmer|
        connexion|acceder; reinitialis*|oubli*|recuper*|renouvel*|restaur* ~ {_PASSWORD};
        modifi*|chang*|cre*|defini*|choisi*|mettre_a_jour|change_ton ~ votre|ton|le|un|nouveau|de|du ~ {_PASSWORD};
        {_PASSWORD} ~~ modifi*|chang*|mis_a_jour|expir*|expos*|fuite|compromis|reinitialis*|oubli*|vole|perdu|
        renouvel*; {_PASSWORD} ~ oublie|temporaire|provisoire; nouveau|votre|ton {_PASSWORD};
        identifiant|utilisateur|login|nom_d_utilisateur ~~ {_PASSWORD};
        quelqu|personne ~~ votre|ton|nouveau ~ {_PASSWORD}; avec votre|ton {_PASSWORD};
        nouvelle|nouvelles|tentative|tentatives|inhabituelle|suspecte|demande ~ {_LOGIN};
        {_LOGIN} ~ inhabituelle|suspecte|depuis|bloquee|detectee|refusee|inconnue|a_votre|a_ton|sur_votre|
        a_un_nouveau; connexion ~ a ~ votre|ton ~ {_ACCOUNT}; acces depuis|inhabituel|suspect|non_autorise;
        vous venez ~ de ~ connecter; {_ACCOUNT} ~~ consulte|accede ~ depuis; deconnecte ~ tous|toutes|vos|partout;
        sessions ~ fermees|deconnectees|terminees; essa*|tent*|cherch* ~ se connecter;
        nouvel|autre|nouveau appareil|telephone|ordinateur|navigateur|gsm|terminal|peripherique ~~ compte|connect*|
        utilise|ajout*|detecte|activ*|associe; nouvel appareil|endroit;
        appareil ~ inconnu|confiance|reconnu|non_reconnu|enregistre; appareils de_confiance;
        nouvelle adresse_ip|localisation;
        activite|operation|operations|acces|paiement|transaction ~ inhabituel*|suspect*|non_autoris*|frauduleu*|
        inconnu*;
        verifi*|confirm*|valid*|authentifi* ~ votre|ton|ta|de_votre|l|son ~ {_ACCOUNT}|identite|adresse_e_mail|
        adresse_email|adresse_mail|adresse_courriel|adresse_electronique|e_mail|email|mail|courriel|appareil|
        telephone|numero|adresse_de_courriel; verification ~ identite|compte|adresse_e_mail|email|e_mail|courriel;
        confirm* ~ qu_il_s_agit ~ vous; s_agit ~ vous; activ* ~ votre|ton|de|le|un ~ {_ACCOUNT}|carte|acces;
        activation ~ {_ACCOUNT}|carte;
        {_ACCOUNT} ~ verrouille*|deverrouille*|bloque*|debloque*|suspendu*|restreint*|limite*|desactive*|compromis|
        pirate|gele;
        bloqu*|debloqu*|deverrouill*|recuper*|recuperation|securis*|limite|suspend* ~ votre|ton|de|le|mon|
        acces ~ {_ACCOUNT}; acces ~~ bloque|suspendu|debloque|retabli;
        {_TWO} ~~ activ*|desactiv*|ajout*|supprim*|configur*|oblig*|necessaire|modifi*;
        activ*|desactiv*|configur*|ajout*|reinitialis* ~ {_TWO}; votre|ton|ta {_TWO};
        authentification_forte|validation_en_deux_etapes|double_authentification ... code|activ*|desactiv*;
        code|codes|adresse|numero|telephone|e_mail|email|courriel|contact|cle ~ recuperation|secours;
        cle|cles ~ ssh|api|gpg|d_api; jeton|jetons|token ~ acces|api|securite|personnel|cree|ajoute;
        mot_de_passe|mots_de_passe ~ application|applications|d_application;
        cle|cles d_acces|d_identification|de_securite ~~ ajout*|cre*|supprim*|enregistr*;
        passkey ~ compte|cree|ajoutee|a_ete;
        info|infos|informations|question|questions|parametres ~ securite|secrete|secretes ~~ modif*|ajout*|mis*|
        nouvel*|votre|chang*|compte; nouvelles infos|informations de_securite; question secrete;
        alerte|alertes|avis|notification|code ~ de_securite;
        autoris* ~ cet|ce|votre|nouvel|un ~ appareil|ordinateur|telephone|connexion|navigateur|acces;
        lien ~ magique|de_connexion|d_acces|d_activation|d_authentification; {_CONNECT} ~ sans ~ mot_de_passe;
        sans mot_de_passe; obtenu|accorde|acces ~~ a_votre|a_ton compte; acces d_urgence;
        associe|relie|lie|connecte ~ a ~ votre|ton compte ~~ remplac*|modif*|chang*;
        adresse|e_mail|email|courriel|telephone|numero ~~ compte ~~ remplac*|modif*|chang*|mis*;
        changement|modification ~ adresse|numero ~ e_mail|email|mail|courriel|telephone;
        banque|services|service ~ en_ligne ~~ bloque*|acces|connect*|activ*|identifiant*|mot_de_passe;
        acces ~ banque; digipass|itsme|securipass|certicode|cle_digitale|secure_key;
        beneficiaire|beneficiaires ~~ ajout*|nouveau|enregistr*|virement; ajout* ~~ beneficiaire|beneficiaires;
        nouveau beneficiaire;
        valid*|confirm*|autoris*|approuv* ~ votre|ton|l|le|la|un|une|cet|ce ~ achat|virement|paiement|operation|
        transaction|retrait; virement|paiement|achat|operation ~ a ~ confirmer|valider|autoriser;
        demande ~ retrait ~~ code|eth|btc|$;
        origine ~ operation|paiement|achat|changement|transaction|demande|modification; demande ~ retrait;
        reconnaissez ~ operation|paiement|transaction|achat;
        nip|code_pin|code_secret|code_confidentiel ~~ carte|chang*|modif*|disponible; nouveau|votre nip|code_pin;
        phrase ~ de_recuperation|secrete; otp ~~ supprim*|mis|ajout*|configur*|modifi*;
        suppression|configuration|mise_a_jour ~ otp; erreur|echec ~ connexion; compte ~~ bloque*|verrouill*;
        cle|cles de_securite ~ ajoutee*|suivante|nouvelle|supprimee*|activ*|desactiv*; nouvelle cle_de_securite;
        telephone|appareil ~ associe|enrole; courriel|e_mail|adresse ~~ compte ~~ modification|modifie*;
        codes de_recuperation; carte ~~ opposition; carte ~~ bloqu*|debloqu*;
        bloqu*|opposition ~ votre|la|ta ~ carte; sim|esim ~~ remplacement|changement|demande ~~ numero|ligne|code;
        demande|changement|remplacement ~ carte_sim|sim|esim ~~ numero|ligne|demande|code;
        demande ~ changement|remplacement ~ sim|carte_sim|esim; rio|code_rio|releve_d_identite_operateur;
        code ~ auth|epp|transfert|autorisation ~~ domaine|transfert; domaine ~ deverrouille|debloque;
        3d_secure|3_d_secure|3ds;
        identifiant|identifiants|codes|acces|parametres ~ de|a ~ connexion|espace|votre_espace|administration;
        vos acces|identifiants; vos|tes codes d_acces;
        finalis*|termin*|complet* ~ votre|ton|l inscription|creation|connexion;
        code d_acces ~ temporaire|document|est|espace; dispositif d_authentification; code de validation;
        mot_de_passe ~ est ~ #; confirm*|verifi*|assurer|prouv* ~ c_est|s_agit|etait ~ vous|toi;
        termin*|finalis*|complet*|poursuivre ~ votre|ta ~ connexion|inscription;
        demande ~~ mot_de_passe|nip|code_pin|code_secret; connecte ~ a ~ votre|ton compte;
        compte ~ a_ete|est ~ utilise|consulte|enregistrement; ?# ~ est ~ le|votre|ton code|nip;
        lien d_activation|de_connexion; activer ~ votre ~ utilisateur|acces|espace;
        souci|probleme|problemes|difficulte|difficultes ~ pour|a ~ connecter|connexion;
        mauvais|errone|incorrect mot_de_passe|code; essais|tentatives ~~ mot_de_passe|code|connexion;
        utilisez|entrez|saisissez|tapez # ~ pour ~ confirmer|connecter|verifier|continuer;
        quelqu ~~ votre mot_de_passe; depuis un ~ nouveau|nouvel|autre|inconnu lieu|appareil|endroit|pays|telephone;
        portefeuille ~~ nouveau|autre telephone|appareil; code magique|garde; fusion de_comptes|de_votre_compte;
        vos|tes|mes identifiants; virement ~ demande|depuis ~ votre compte;
        identification ~ a_change|lancee|remplacee; usage limite|unique;
        confirm* ~ votre|ton|l identification|connexion; premier mot_de_passe|acces|code;
        sera|est|va_etre verrouille*; clef|cle ~ finissant ~ supprimee; acces ~ retabli|ferme;
        mot_de_passe|code perdu; perdu ~ mot_de_passe|code; veut|souhaite|essaie ~ se connecter;
        plus acces ~ banque|compte; approuv* ~ cette|la|une ~ connexion; phrase ~ usage_unique;
        acces|connexion ~ inhabituel|inhabituelle|etait_inhabituelle; cle|chaine d_activation;
        mot_de_passe errone|incorrect|invalide|faux; acces complet|total|delegue ~~ boite|compte|messagerie; delegation ajoutee;
        """,
    likely=f"""
        ?code ~ confirmation|acces|invitation|inscription|entree ... #; ?code d_acces|de_confirmation|d_invitation;
        ?code|nip|pin|mdp|mot_de_passe|jeton|otp ~ #; ?# ~ code|nip|pin; ?votre|ton code|nip|pin;
        ?saisi*|entrez|entre|tapez|composez|indiquez|saisissez|utilisez|munissez ~ code; etait|est|etes ce vous|toi;
        est_ce|etait_ce ~ vous|toi; c_etait|c_est|n_est|n_etait ~ vous|toi|pas_vous|moi; pas_vous .;
        n_etait|n_est pas vous; oui c_est moi;
        si|sans ~~ n_etes|n_avez|n_est|n_etait|ne|pas ~~ demand*|origine|vous|auteur|reconn*|fait|cree|accord*|
        effectu*|initie|activ*|valid*; n_en|n_etes pas ~ l ~ auteur|origine; rien demande;
        ne|pas ~ reconnaissez|reconnaissons|connaissons;
        ne|pas le|la ~ communiqu*|transmet*|transmettez|partag*|donn*|divulgu*;
        ne_partagez|ne_communiquez|ne_donnez|ne_transmettez ~ ce|le|pas_. ~ code|jamais; pas l auteur;
        jamais ~ telephone|personne|demandera; personne ~~ essaie|essay*|tent*;
        secur*|proteg* ~ votre|ton|mon compte; cre* ~ votre|ton|un compte|espace|espace_personnel|espace_adherent;
        compte ~ cree|pret|salarie; lien ~ expire|valable|valide|fonctionne|personnel;
        valable|valide|fonctionne ~ une heure|fois; quelqu ~ essa*|tent*|demand*|cre*|connect*; cle api;
        authenticator; adresse|email|e_mail|mail ~ confirm*|verifi*; revoquez|supprimez_la|changez_le|changez;
        tentatives infructueuses|echouees; saisies|saisie erronee|erronees; vous|te {_CONNECT}; premiere connexion;
        recuperation ~ compte; fraude; opposition|card_stop; otp|totp; phrase ~ secrete|recuperation;
        ?code ~~ faut|necessaire|besoin|requis; saisissez|entrez|entrer|saisir|utilisez ~ #; # ~~ saisir|entrer;
        paiement|achat|virement|retrait|operation ~ en_attente|a_confirmer|a_valider;
        validation|confirmation de_paiement|de_virement|d_achat|de_retrait;
        administrateur ~ reinitialis*|demande|ajoute; instructions ~ deverrouill*|confirmation|reinitialis*|changer;
        un_clic ~~ compte|connect*|activer; transfert ~ activ*|automatique; acceder ~ directement|a ~ compte;
        courriel|e_mail|email modifie|change; activer ~ acces; choisissez un_mot_de_passe; garde;
        confirmez ce|cette|le ~ retrait|virement|paiement|operation; identifiants; confirmer votre inscription;
        activer votre|ton|l; lien ~~ heure|heures|minutes|24|48|72;
        si vous|tu n|ne ~ avez|l_avez|etes|les_avez pas ~ demand*|fait|autoris*|effectu*|chang*|valid*|initi*|
        reconn*|origine|cre*|auteur|ajout*|envoy*; identifiant ~ est; essayiez|essayez|essaye ~ connecter;
        prouver qui; chiffres #; identifier; tapez|entrez|composez ~ nombre|code|le; acces #; approuver;
        associ*|reli* ~~ a|avec votre|ton compte; changement de_titulaire|de_proprietaire; approuver ~ refuser;
        acces administrateur; retirez|revoquez ~ acces|le; avec|a cette ~ adresse|courriel;
        confirmer qu ~ appartient; message chiffre|securise; lettre d_activation; usage_unique;
        suppression ~ de ~ compte; rappel ~ identifiant; apres|trop ~ erreurs|essais|tentatives;
        renouvel* ~ autorisation|acces; reconnectez ~ banque|compte; lien ~ personnel; contrat ~ bloque; identifiant oublie;
        """,
    hints=f"""
        {_LOGIN}; {_PASSWORD}; nip|pin|jeton|digipass;
        expire|valable|valide|fin ~~ minutes|min|minute|heure|heures|h|jours; votre|ton compte; verification;
        securite|suspect*|inhabituel*; ignor* ~ message|mail|courriel; appelez|contactez|prevenez; revoqu*;
        appareil|appareils; verifi*|confirm*|autoris*|activ*|valid*;
        deux_facteurs|deux_etapes|double_authentification|2fa|mfa|a2f; connecter|connectez;
        identifiant|identifiants|utilisateur; approuv*|associ*; banque;
        """,
    against="""
        
        desabonner|desabonnez|se_desinscrire|lettre_d_information|newsletter|lire_en_ligne|balado|podcast|episode|webinaire|lire_le_guide|lire_la_suite|nouveautes|a_voir|a_ecouter|dans_ce_numero;
        remise|%|promo|au_paiement|offre|offres|tirage|points|enquete|cadeau;
        figma|maquette|ecran_double|sprint|version|pr|coquille|commente|correctif;
        entretien|poste_couvre|candidat*|colloque|formation|communications|conference;
        rendez_vous|notaire|justificatif|apportez; trimestre|soldes|sprint|bug|safari; anniversaire|haha|week_end;
        abonnement|articles|renouvelez; remise|bon_de|habitation;
        pirate|pirates|pirater|arnaque|guide|conseils|signes|voleur;
        bises|madeleines|mamie|cherie|a_samedi|qu_en_pensez_vous; bonjour_a_tous|salut_a_tous;
        utilisateurs|panne|maintenance|intranet|hameconnage|les_tests; nouveau_cours|economisez|debutants|formation;
        voisins|quartier|portieres|camionnette; peux_tu|pouvez_vous|pourriez_vous|dis_moi|tu_relis|tu_confirmes;
        releve|extrait|bibliotheque|publiee|petition; ecouter|histoire|bitcoins;
        """,
    harmless="""
        code|codes|numero ~ promo|promotionnel|postal|barres|retrait|parrainage|reduction|avantage|produit|couleur|
        porte|immeuble|entree|portail|digicode|qr|article|cadeau|suivi|livraison|participation|reservation|civil|
        penal|travail|vestimentaire|source|wifi|client;
        code|codes ~ de_la|du|de_l ~ route|porte|carte_cadeau|immeuble|entree|travail|wifi|portail|commerce;
        le code secret; passe|passer|epreuve ~ du|le code; revue de code; id_de_reunion ... code ~ #|secret ~ #;
        code # ~ livreur|conducteur|au_livreur; reference|dossier|ticket #;
        bon|remise|coupon|bon_d_achat|$ ~~ code ~ #; presentez|montrez|scannez ~ code;
        code offre|cadenas|client|adherent|atelier; code de_la_salle; code # ~ avant|jusqu; annulation avec_le_code;
        id ~ @number|# ... code|code_secret|mot_de_passe; code du_cadenas|n_a_pas_change;
        inscription ~ newsletter|lettre; votre abonnement expire; identite chez_le_notaire;
        mot_de_passe|code|cle ~ wifi|wi_fi|reseau|box|immeuble; wifi ~ mot_de_passe|code;
        bon|bons|gestionnaire|gestionnaires|fin_des|choisir_un_bon ~ mot_de_passe|mots_de_passe;
        vole|volent|vol ~ codes|mots_de_passe|des_codes;
        mail|texte|page|ecran|formulaire|maquette|bouton ~ mot_de_passe|connexion|reinitialisation|
        double_authentification|inscription; equipe|formation|responsable|agent|ceinture|ingenieur ~ securite;
        securite des comptes; jamais ~ demander* ~~ codes|code|mot_de_passe|mots_de_passe;
        demanderons jamais ~~ codes|code; compte rendu|courant|exact|epargne|tenu|rendus|a_rebours|joint;
        releve de compte; numeros|numero de compte; rapprochement de compte;
        acces ~ au|a_la|a_l ~ jardin|rue|onglet|parking|plage|chantier|gare|immeuble;
        confirm* ~ votre|le|la|ton rendez_vous|abonnement|presence|reservation|reception|venue;
        confirmation ~ reservation|rendez_vous|commande|virement; confirmer votre adresse ~ pour|livraison;
        verifi* ~ la|les|le|l facture|chiffres|legendes|compte_rendu|compte|numeros|mesures|identite_de_la_page;
        connexion entre|d_eau|internet|fibre|ferroviaire|wifi; connecter avec_une_cle;
        clef|clefs|cles ~ pour|semaine; cle de_licence|de_produit|de_sol|usb; chang* d_adresse_mail|d_adresse;
        reinitialiser ~ box|modem|routeur; aucun mot_de_passe|compte|code;
        ne|jamais partag*|communiqu*|transmet*|donn* ~ votre|vos|ton|tes ~ mot_de_passe|mots_de_passe|codes|code|
        identifiants ~ codes; protegez votre code; faux mail ~~ mot_de_passe;
        code|codes d_echange|secrets|de_l_alarme|de_la_boite_a_cles|d_acces_de_l_ambassade|parrain;
        boite_a_cles|alarme ~~ code ~ #; montrez ~ code # ~ caisse; service d_authentification;
        authentification unique; verrouillage des_comptes; activite inhabituelle au;
        merci ~ avoir cree ~ compte;
        """,
    explains="""
        colis|livreur|relais|livraison|retrait_du_colis|retirez;
        reservation|vol|nuits|hotel|table_pour|arrivee|sejour|rendez_vous;
        remise|promo|coupon|economisez|points|tirage|cadeau|offre|reduction|bon_de;
        porte|portail_du|wifi|alarme|boite_a_cles|tourniquet|immeuble|digicode|cadenas; reunion|visio|webinaire;
        entree|billet|accreditation|badge|enquete|caisse|exposition|licence|salle;
        """,
)
