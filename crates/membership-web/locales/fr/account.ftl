### Les pages du compte d’une personne, et de ses organisations.

field-login = Adresse e-mail ou nom d’utilisateur
field-password = Mot de passe
field-name = Votre nom
field-first-name = Prénom
field-last-name = Nom de famille
field-username = Nom d’utilisateur
field-email = Adresse e-mail
field-language = Langue
hint-new-password = Au moins { $count } caractères. Quelques mots à la suite se retiennent bien.
hint-optional-password = Si vous laissez ce champ vide, vous pourrez en choisir un plus tard. Au moins { $count } caractères.
hint-username = 3 à 40 lettres (a–z), chiffres, points, traits bas ou traits d’union, en commençant par une lettre.

sign-in-title = Connexion
sign-in-no-account = Pas encore de compte ?
sign-in-invited = On vous a invité ? Ouvrez alors le lien de votre courriel ; aucun compte n’est nécessaire.
sign-up-title = Créer un compte
sign-up-lead = Nous écrivons à votre adresse pour nous assurer qu’elle est bien la vôtre.
sign-up-have-account = Vous avez un compte ?
sign-up-sent = Regardez dans votre boîte aux lettres
sign-up-sent-text = Nous avons écrit à l’adresse indiquée. Ouvrez le lien de ce courriel dans la journée pour continuer.
verify-title = Vous y êtes presque
verify-lead = Saisissez le mot de passe choisi, et le compte de { $email } est prêt.
verify-submit = Terminer mon compte
verify-wrong-password = Ce n’est pas le mot de passe choisi à l’inscription. Réessayez, ou inscrivez-vous de nouveau.
set-up-title = Bienvenue dans votre nouveau Membership
set-up-lead = Vous êtes la première personne à venir ici. Dites qui vous êtes, et vous exploiterez ce service.
set-up-submit = Commencer
profile-title = Mon profil
profile-logins = Comment vous pouvez vous connecter
profile-verified = vérifiée
profile-unverified = non vérifiée
profile-primary = reçoit les messages
profile-make-primary = M’écrire à celle-ci
profile-mail-again = Renvoyer le lien
profile-remove-address = Supprimer
profile-add-address = Ajouter l’adresse
profile-security = Mot de passe et connexions

field-new-password = Nouveau mot de passe
field-present-password = Mot de passe actuel
field-another-email = Autre adresse e-mail
forgot-link = Mot de passe oublié ?
forgot-title = Retrouver mon accès
forgot-lead = Dites-nous qui vous êtes, et nous vous écrivons.
forgot-reset = Choisir un nouveau mot de passe
forgot-login = M’envoyer un lien de connexion
forgot-sent-text = S’il existe un compte de ce nom, un courriel est en route vers sa boîte. Ouvrez le lien qu’il contient dans l’heure.
login-title = Connexion par courriel
login-lead = Ce lien vous connecte en tant que { $name }. Il fonctionne une seule fois.
reset-title = Choisissez un nouveau mot de passe
reset-lead = Tous les autres navigateurs et programmes connectés à votre compte seront déconnectés.
reset-submit = Enregistrer et me connecter
password-title = Changer mon mot de passe
password-lead = Tous les autres navigateurs et programmes connectés à votre compte seront déconnectés.
password-due-lead = Avant de continuer, choisissez un mot de passe. Il vous permettra désormais de vous connecter.
confirm-address-title = Confirmez votre adresse
confirm-address-lead = L’adresse où vous avez reçu ce lien devient l’une des vôtres, { $name }.
confirm-address-submit = Confirmer
sign-ins-title = Où je suis connecté
sign-ins-lead = Si vous ne reconnaissez pas l’une de ces connexions, terminez-la et changez de mot de passe.
sign-ins-last-seen = Dernière utilisation
sign-ins-current = ce navigateur
sign-ins-end = Déconnecter
sign-ins-end-others = Déconnecter partout ailleurs
sign-ins-unknown = Un programme inconnu

organizations-title = Mes organisations
organizations-none = Vous ne faites encore partie d’aucune organisation
organizations-none-text = Créez la vôtre, ou ouvrez le lien d’une invitation que vous avez reçue par courriel.
awaits-owner = Attend son propriétaire
awaits-owner-text = Cette organisation attend son propriétaire : elle prendra vie quand l’invitation qui lui a été envoyée sera acceptée.
waiting-title =
    { $count ->
        [one] Une invitation vous attend
       *[other] { $count } invitations vous attendent
    }
waiting-lead = Pour accepter, ouvrez le lien du courriel qui vous a été envoyé.
new-organization = Nouvelle organisation
new-organization-title = Nouvelle organisation
new-organization-lead = Vous en serez propriétaire. Vous pourrez transférer la propriété plus tard.
new-organization-submit = Créer l’organisation
field-organization-name = Nom de l’organisation
hint-organization-name = Au plus 80 caractères. Vous pourrez le changer plus tard.
field-preset = Comment fonctionne-t-elle ?
preset-team = Équipe
preset-team-about = Un propriétaire, des administrateurs et des membres. Qui ouvre le lien du courriel est membre aussitôt. Autant de personnes que vous voulez.
preset-group_subscription = Abonnement de groupe
preset-group_subscription-about = Vous achetez des places, invitez des personnes et, une fois qu’elles ont rejoint le groupe, attribuez une place à chacune.
preset-learning_platform = Plateforme de formation
preset-learning_platform-about = Administrateurs, auteurs et stagiaires. Chacun donne ses noms et choisit un mot de passe à sa première venue. Rejoindre prend une place.
preset-account = Compte
preset-account-about = Administrateurs, éditeurs et lecteurs. Une invitation réserve une place, afin que personne ne soit invité en vain.
preset-member_portal = Portail des membres
preset-member_portal-about = Administrateurs, administrateurs de la sécurité et membres. Chacun choisit un nom d’utilisateur et un mot de passe.
