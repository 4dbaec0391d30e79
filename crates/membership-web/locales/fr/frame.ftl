### Le cadre de chaque page, et les mots que plusieurs pages partagent.

site-name = Membership
site-navigation = Site
organization-navigation = Organisation
skip-to-content = Aller au contenu
nav-organizations = Mes organisations
nav-operator = Exploitation
nav-profile = Mon profil
section-overview = Aperçu
section-members = Membres
section-invitations = Invitations
section-seats = Places
section-templates = Textes des courriels
section-keys = Clés d’API
section-log = Journal
section-settings = Réglages

sign-in = Se connecter
sign-out = Se déconnecter
sign-up = Créer un compte
save = Enregistrer
cancel = Annuler
search = Chercher
search-clear = Tout afficher
next-page = Page suivante
until = jusqu’au
you = vous
way-organizations = Mes organisations
way-organization = Aller à l’organisation
way-sign-in = Se connecter
way-mailbox = Ouvrir la boîte de développement
problems =
    { $count ->
        [one] Une saisie ci-dessous demande votre attention.
       *[other] { $count } saisies ci-dessous demandent votre attention.
    }

date =
    { $day ->
        [1] 1er { $month } { $year }
       *[other] { $day } { $month } { $year }
    }
moment = { $date }, { $time } UTC
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
language-en = English
language-fr = Français

role-owner = Propriétaire
role-admin = Administrateur
role-administrator = Administrateur
role-security_administrator = Administrateur de la sécurité
role-member = Membre
role-author = Auteur
role-trainee = Stagiaire
role-editor = Éditeur
role-viewer = Lecteur
can-organization-edit = renommer l’organisation
can-members-view = voir les membres
can-records-read = lire les enregistrements
can-records-write = modifier les enregistrements
can-records-control = contrôler tous les enregistrements
can-members-invite = inviter des personnes
can-members-manage = changer les rôles et les dates, suspendre et retirer des membres
can-seats-allocate = attribuer les places
can-templates-edit = modifier les textes des courriels
can-audit-view = lire le journal
can-backup-take = faire des sauvegardes
can-logins-manage = gérer les accès
can-keys-manage = gérer les clés d’API
can-operator-found = fonder des organisations
can-operator-subscriptions = fixer le nombre de places
can-operator-owners = désigner des propriétaires
can-operator-invitations = traiter les invitations aux propriétaires
can-operator-data = faire des sauvegardes, lister les organisations et demander ce que quelqu’un peut faire
can-operator-keys = voir et révoquer les clés de l’exploitant
can-nothing = Fait partie de l’organisation, sans rien administrer.
can-one = Peut { $what }.
can-several = Peut { $others } et { $last }.

state-scheduled = programmée
state-pending = en attente
state-accepted = acceptée
state-declined = refusée
state-revoked = retirée
state-expired = expirée
delivery-none = Lien remis en main propre
delivery-queued = Courriel en attente
delivery-sent = Courriel envoyé
delivery-deferred = Courriel retardé
delivery-bounced = Courriel rejeté
delivery-failed = Échec du courriel

access-seat-awaited = Votre accès est limité jusqu’à ce qu’une place se libère. La personne qui attend depuis le plus longtemps est servie d’abord ; un message vous préviendra.
access-subscription-expired = Votre accès est limité parce que l’abonnement est terminé. L’exploitant peut le renouveler.
access-seat-missing = Votre accès est limité tant que vous n’avez pas de place. Un administrateur peut vous en attribuer une.
access-membership-suspended = Votre adhésion est suspendue. Demandez à un administrateur de la réactiver.
access-membership-deactivated = Votre adhésion a pris fin à sa date. Demandez à un administrateur de la réactiver.
badge-seat-awaited = Attend une place
badge-subscription-expired = Abonnement terminé
badge-seat-missing = Sans place
badge-membership-suspended = Suspendu
badge-membership-deactivated = Désactivé

stop-not-found = Il n’y a rien ici
stop-not-found-text = Cette page n’existe pas, ou ne vous est pas visible. Vérifiez l’adresse, ou repartez de vos organisations.
stop-not-allowed = Ceci ne vous est pas ouvert
stop-not-allowed-text = Les règles de cette organisation ne vous le permettent pas, ou la situation a changé. Adressez-vous à un administrateur si vous en avez besoin.
stop-form-expired = Ce formulaire n’est plus à jour
stop-form-expired-text = Il n’a pas été fait pour votre connexion actuelle ; rien n’a donc été changé. Revenez en arrière, rechargez la page et envoyez-le de nouveau.
stop-unreadable = Ce formulaire n’a pas pu être lu
stop-unreadable-text = Une partie du texte est abîmée ; rien n’a donc été changé. Revenez en arrière, vérifiez votre saisie et envoyez-la de nouveau.
stop-too-long = C’est trop long
stop-too-long-text = Le formulaire contient plus de texte que ce qui est accepté ; rien n’a donc été changé. Revenez en arrière et envoyez moins à la fois.
stop-gone = Ce lien n’est pas utilisable
stop-refused = Cela n’a pas pu se faire
stop-busy = Un instant, s’il vous plaît
stop-busy-text = Le service a trop à faire en ce moment, et rien n’a été changé. Réessayez dans quelques secondes.
stop-too-often = Trop de tentatives
stop-too-often-text =
    { $count ->
        [one] Pour que personne ne puisse deviner un mot de passe, plus rien n’est essayé pour l’instant. Attendez une minute, puis réessayez. Si vous ne connaissez pas votre mot de passe, faites-vous envoyer un lien plutôt que de deviner.
       *[other] Pour que personne ne puisse deviner un mot de passe, plus rien n’est essayé pour l’instant. Attendez { $count } minutes, puis réessayez. Si vous ne connaissez pas votre mot de passe, faites-vous envoyer un lien plutôt que de deviner.
    }
stop-broken = Quelque chose est cassé
stop-broken-text = Le service n’a pas pu faire son travail. L’incident est noté pour l’exploitant. Réessayez plus tard.

done-signed-out = Vous êtes déconnecté.
done-verified = Votre adresse est vérifiée et vous êtes connecté. Bienvenue !
done-set-up = Vous exploitez désormais ce service. Bienvenue !
done-profile-saved = Votre profil est enregistré.
done-founded = L’organisation est prête, et vous en êtes propriétaire. Invitez maintenant des personnes.
done-left = Vous avez quitté l’organisation.
done-deleted = L’organisation est supprimée.
done-template-saved = Le texte est enregistré. Les courriels écrits désormais l’utilisent.
done-template-reset = Le texte fourni est de nouveau utilisé.
done-renamed = Le nouveau nom est enregistré.
done-looks-saved = L’organisation se présente ainsi désormais.
done-invited = Invitation envoyée. Le courriel est en route.
done-resent = L’invitation est renvoyée. Ses anciens liens ne fonctionnent plus.
done-revoked = L’invitation est retirée. Son lien ne fonctionne plus.
done-role-changed = Le nouveau rôle est en vigueur.
done-member-added = La personne est maintenant membre.
done-login-changed = L’accès est modifié.
done-set-up-link-sent = Le lien de configuration est en route.
done-signed-out-member = Le membre est déconnecté partout.
done-key-revoked = La clé est révoquée et ne vaut plus rien.
done-key-made-already = Votre premier clic a créé la clé, et elle n’a été affichée qu’alors. Si vous ne l’avez pas vue, révoquez-la et créez-en une autre.
done-suspended = Le membre est suspendu et n’a plus accès.
done-reactivated = Le membre est de nouveau actif.
done-date-set = La date est fixée. L’accès prendra fin de lui-même ce jour-là.
done-date-cleared = La date est effacée. L’adhésion ne prendra pas fin d’elle-même.
done-seat-allocated = La place est attribuée, et le membre en est averti par courriel.
done-seat-released = La place est de nouveau libre.
done-removed = Le membre est retiré et n’a plus accès.
done-transferred = La propriété est transférée.
done-organization-awaits-owner = L’organisation est créée, et son propriétaire est invité par courriel.
done-clear-begun = Les accès sont en cours d’effacement, par petites étapes ; plus bas, vous voyez où cela en est.
done-clear-undone = Les accès sont en cours de restitution. Plus bas, vous voyez où cela en est.
done-round-started = La vague a commencé. Les courriels partent en arrière-plan.
done-seats-allocated = Les places sont attribuées. Chaque personne reçoit un message.
done-when-full-set = Votre choix est en vigueur.
done-subscription-set = Ce qui a été vendu est en vigueur.
done-password-changed = Votre nouveau mot de passe est valable dès maintenant.
done-address-added = Ouvrez le lien du courriel qui est en route vers cette adresse.
done-address-verified = L’adresse est vérifiée ; vous pouvez vous connecter avec elle.
done-address-removed = L’adresse n’est plus l’une des vôtres.
done-address-primary = Nous vous écrivons désormais à cette adresse.
done-sign-in-ended = Cette connexion est terminée.
done-sign-ins-ended = Toutes les autres connexions sont terminées.

mailbox-title = Boîte de développement
mailbox-why = aucun serveur de courriel n’est configuré ; les courriels y sont gardés.
mailbox-warning = Ceci est une boîte de développement : aucun courriel ne quitte cet ordinateur, et quiconque ouvre cette page peut utiliser tous les liens qu’elle contient. Configurez un serveur de courriel, et elle disparaît.
mailbox-empty = Pas encore de courriel
mailbox-empty-text = Invitez quelqu’un, et le courriel apparaîtra ici.
mailbox-list = Courriels, du plus récent au plus ancien
mailbox-to = À { $address }
mailbox-html = Aspect du courriel

language = Langue des pages
theme = Apparence
theme-device = Comme l’appareil
theme-light = Clair
theme-dark = Sombre
menu-switch = Mes organisations
menu-administer = Adhésion de groupe
menu-all = Toutes mes organisations
crumbs = Où vous êtes
copy = Copier
copied = Copié
why-not = Pourquoi pas davantage ?
why-not-invite = Pourquoi ne puis-je pas inviter ?

connection-lost = La connexion a été perdue, et rien n’est revenu. Réessayez.
found-count = { $count ->
    [0] Aucun résultat
    [one] Un résultat
   *[other] { $count } résultats
}
found-and-more = { $count } résultats affichés, et il y en a d’autres
undo = Annuler
yes = oui
no = non
never = jamais
changed-meanwhile = Quelqu’un d’autre a modifié ceci entre-temps. Ce qui s’y trouve maintenant est affiché à côté de votre saisie. Envoyez encore une fois pour le remplacer.
changed-now = Quelqu’un d’autre a modifié ceci : c’est maintenant « { $present } ».
typed-name = Nom
typed-at = L’accès prend fin le
typed-days = Combien de temps elle dure
typed-deactivates-at = L’accès prend fin le
typed-expires-in-days = Valable combien de jours ?
typed-second-factor = À qui demande-t-on un second facteur ?
again-title = Vous êtes de nouveau connecté
again-lead = Votre connexion avait pris fin avant l’arrivée du formulaire. Rien de ce que vous avez saisi n’est perdu.
again-submit = Envoyer maintenant
again-not = Ne pas envoyer
sign-in-ended = Votre connexion a pris fin. Connectez-vous de nouveau : ce que vous avez saisi est encore là.
not-kept-title = Votre connexion a pris fin
not-kept-lead = Le formulaire est trop long pour être gardé pendant que vous vous connectez ; rien n’a donc été changé. Copiez d’ici ce qu’il vous faut, connectez-vous et envoyez-le de nouveau ; pour une longue liste, choisissez un fichier.
