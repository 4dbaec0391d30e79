### Les pages d’une organisation.

overview-waiting = { $count ->
    [one] Vous êtes en tête de la file d’attente.
   *[other] Vous êtes en position { $count } dans la file d’attente.
}
overview-you = Vous ici
overview-see-members = Voir les membres
overview-see-invitations = Voir les invitations
overview-see-seats = Voir les places
access-until = Votre accès prend fin le { $date }.

members-title = Membres
members-search = Chercher par nom ou adresse
members-none-found = Aucun nom ni adresse ne contient « { $text } ».
members-none-fits = Aucun membre ne correspond à ces filtres.
members-end = Il n’y a plus d’autres membres.
member-actions = Actions pour { $name }
member-no-address = Sans adresse
member-since = Membre depuis le { $date }
member-until = accès jusqu’au { $date }
invite-people = Inviter des personnes
invitations-title = Invitations
invitations-outstanding = Invitations en cours
invitations-none = Aucune invitation n’est en cours.
invitations-none-found = Aucune invitation en cours n’est adressée à « { $text } ».
invitation-actions = Actions pour l’invitation à { $email }
invitation-by = Invitation de { $name }
invitation-by-nobody = Invitation au nom de l’organisation
invitation-sends = envoyée { $count } fois
invitation-expires = Peut être acceptée jusqu’au { $date }
invitation-opens = Part le { $date }

action-role = Changer le rôle
action-allocate-seat = Attribuer une place
action-release-seat = Libérer la place
action-deactivation-date = Fixer une date de fin
action-reactivate = Réactiver
add-member = Ajouter une personne
add-member-title = Ajouter une personne
add-member-lead = La personne ajoutée est aussitôt membre, même sans adresse. Elle se connecte avec un mot de passe initial, ou configure son accès par un lien personnel.
field-member-name = Nom
field-set-up-link = Lien personnel pour configurer l’accès
set-up-link-none = Aucun pour l’instant
set-up-link-mail = L’envoyer par courriel
set-up-link-hand = Je le remets moi-même
set-up-link-lead = Remettez ce lien à { $name } et à personne d’autre : quiconque l’ouvre peut configurer l’accès. Les liens précédents de cette personne ne valent plus rien.
field-initial-password = Mot de passe initial
hint-initial-password = Au moins { $count } caractères. Il ne sert qu’une fois, dans les 14 jours ; la personne doit ensuite en choisir un autre. À vous de le lui dire : il n’est jamais envoyé par courriel.
action-login = Modifier l’accès
confirm-login-title = L’accès de { $name }
confirm-login-what = Ce que vous laissez vide ne change pas. Un nouveau mot de passe initial ferme toutes les connexions, ne sert qu’une fois dans les 14 jours et doit ensuite être remplacé. La personne en est informée par courriel.
action-set-up-link = Envoyer un lien de configuration
confirm-set-up-link-title = Un lien personnel pour { $name }
confirm-set-up-link-what = Par ce lien, la personne choisit un nom d’utilisateur et un mot de passe. Il ne sert qu’une fois, dans les 14 jours ; les liens précédents ne valent plus rien.
action-sign-out = Déconnecter partout
confirm-sign-out-title = Déconnecter { $name } partout
confirm-sign-out-what = Tous les navigateurs et programmes connectés sous ce nom sont aussitôt déconnectés. La personne en est informée par courriel.
action-suspend = Suspendre
action-transfer-ownership = Transférer la propriété
action-remove = Retirer
action-resend = Renvoyer
action-link = Obtenir un lien à remettre
invite-again = Inviter de nouveau
action-revoke = Retirer l’invitation
confirm-role-title = Changer le rôle de { $name }
confirm-role-what = Le nouveau rôle est en vigueur dès le prochain clic, sans nouvelle connexion.
confirm-allocate-seat-title = Attribuer une place à { $name }
confirm-allocate-seat-what = Le membre obtient l’accès complet et en est averti par courriel.
confirm-release-seat-title = Libérer la place de { $name }
confirm-release-seat-what = Le membre reste, avec un accès limité, et la place est libre pour quelqu’un d’autre.
confirm-deactivation-date-title = Quand l’adhésion de { $name } prend-elle fin ?
confirm-deactivation-date-what = À partir de ce moment le membre n’a plus accès, et la place est libre. La fiche reste et peut être réactivée.
confirm-reactivate-title = Réactiver { $name }
confirm-reactivate-what = Le membre a de nouveau accès, avec le même rôle.
confirm-suspend-title = Suspendre { $name }
confirm-suspend-what = L’accès prend fin aussitôt. Le rôle et les dates restent, et vous pouvez réactiver le membre à tout moment.
confirm-suspend-seat = Le membre garde sa place.
confirm-transfer-ownership-title = Transférer la propriété à { $name }
confirm-transfer-ownership-what = Le nouveau propriétaire pourra seul transférer la propriété ou supprimer l’organisation.
confirm-transfer-ownership-you = Vous restez avec le rôle « { $role } ». Seul le nouveau propriétaire pourra vous rendre la propriété.
confirm-remove-title = Retirer { $name }
confirm-remove-what = L’accès prend fin aussitôt, et la personne en est avertie par courriel. Pour revenir, elle doit être invitée de nouveau.
confirm-remove-seat = La place est libre pour quelqu’un d’autre.
confirm-resend-title = Renvoyer l’invitation à { $email }
confirm-resend-what = Un nouveau courriel part avec un nouveau lien. Les anciens liens cessent de fonctionner.
confirm-link-title = Remettre vous-même l’invitation à { $email }
confirm-link-what = Vous recevez un nouveau lien, montré une seule fois. Les liens envoyés par courriel cessent de fonctionner. Comme il ne passe pas par la messagerie de la personne, il ne prouve pas que l’adresse est la sienne.
confirm-revoke-title = Retirer l’invitation à { $email }
confirm-revoke-what = Son lien cesse aussitôt de fonctionner et dit que l’invitation a été retirée.
confirm-revoke-seat = La place qu’elle réserve est libre pour quelqu’un d’autre.
field-role = Rôle
field-deactivation-date = L’accès prend fin le
hint-deactivation-date = Au début de ce jour (UTC). Laissez vide, et l’adhésion ne prend pas fin d’elle-même.

invite-title = Inviter des personnes
field-addresses = Adresses e-mail
hint-addresses = Une ou plusieurs, au plus { $count } : séparées par des virgules, des points-virgules ou des retours à la ligne. « Nom <adresse> » convient aussi.
invite-more = Message, langue, dates et remise
invite-submit = Inviter
field-message = Vos propres mots
hint-message = Facultatif. Figure dans le courriel et sur la page derrière le lien. Au plus 1 000 caractères.
field-mail-language = Langue du courriel
field-expires = Valable combien de jours ?
hint-expires = Laissez vide pour { $days } jours. Au plus { $most }.
field-deliver = Comment le lien leur parvient-il ?
deliver-mail = Par courriel
deliver-mail-about = La voie habituelle. Ouvrir le lien prouve que l’adresse est la leur.
deliver-hand = Je le remets moi-même
deliver-hand-about = Aucun courriel n’est envoyé. Vous voyez chaque lien une seule fois et le transmettez vous-même.
invite-outcomes = Ce qu’il est advenu de chaque adresse
invite-invited = Invitée
invite-not-invited = Non invitée
invite-links-once = Les liens sont montrés cette seule fois. Les adresses qui n’ont pas pu être invitées sont encore dans le formulaire ci-dessous.
keys-title = Clés d’API
keys-lead = Par une clé, un programme agit pour la personne qui l’a créée : avec ce que la clé permet, et jamais plus que ce que cette personne peut faire à ce moment-là.
keys-none = Il n’y a pas de clé.
new-key = Nouvelle clé
new-key-title = Nouvelle clé
new-key-submit = Créer la clé
new-key-lead = La clé agit pour vous. Elle prend fin avec votre adhésion, et ce que vous ne pouvez plus faire, elle ne le peut plus.
field-scopes = Ce que la clé peut faire
field-key-name = Nom de la clé
hint-key-name = À quoi elle sert, par exemple le programme qui l’utilise.
field-key-days = Combien de temps elle dure
key-days = { $count ->
    [one] un jour
   *[other] { $count } jours
}
key-made-title = La clé « { $name } »
key-made-lead = Gardez-la là où seul le programme la trouve. Quiconque l’a peut faire ce qu’elle permet.
key-label = Clé
key-by = Créée par { $name }
key-by-nobody = La personne qui l’a créée est partie
key-used = dernier usage : { $moment }
key-never-used = jamais utilisée
key-expires = jusqu’au { $date }
key-revoked = révoquée le { $date }
key-state-usable = Utilisable
key-state-idle = Son auteur ne peut pas agir
key-state-weak = Créée sans second facteur
key-state-expired = Expirée
key-state-revoked = Révoquée
key-revoke = Révoquer
key-revoke-named = Révoquer la clé { $name }
confirm-revoke-key-title = Révoquer la clé « { $name } »
confirm-revoke-key-what = Tout programme qui utilise cette clé est refusé dès sa prochaine requête.
confirm-revoke-key-final = C’est définitif. Il faudra donner une nouvelle clé au programme.
shown-once-hint = Il ne s’affiche qu’une fois. Sélectionnez le texte et copiez-le.
letter-print = Imprimer la lettre
letter-hint = Voici une lettre pour qui n’a pas d’adresse e-mail. Imprimer cette page n’imprime que la lettre. Elle ne s’affiche qu’une fois.
link-title = Le lien
link-lead = Remettez ce lien à { $email } et à personne d’autre : quiconque l’ouvre peut répondre à l’invitation.
link-label = Lien
link-done = Terminé

leave = Quitter
leave-title = Quitter { $organization } ?
leave-access = Votre accès prend fin aussitôt.
leave-back = Pour revenir, vous devez être invité de nouveau.
leave-seat = Votre place est libre pour quelqu’un d’autre.

seats-title = Places
seats-limit = Au total
seats-no-limit = sans limite
seats-assigned = Attribuées à des membres
seats-reserved = Réservées par des invitations
seats-free = Libres
seats-unlimited = Chaque membre a l’accès complet ; personne n’a besoin de place.
seats-on-joining = Rejoindre l’organisation prend une place.
seats-on-inviting = Une invitation réserve une place, et l’accepter attribue la place.
seats-by-hand = Les membres arrivent sans place. L’accès complet commence quand une place leur est attribuée ici.
seats-who = Seul l’exploitant de ce service change le nombre de places. Adressez-vous à lui s’il vous en faut davantage.
subscription-title = Abonnement
subscription-active = L’abonnement est en vigueur.
subscription-grace = L’abonnement est terminé. Tout reste utilisable pendant les jours de grâce, mais personne ne peut être invité et aucune place ne peut être attribuée.
subscription-expired = L’abonnement est terminé et l’accès est limité jusqu’à ce que l’exploitant le renouvelle.
subscription-ends = Il se termine le { $date }.
subscription-ended = Il s’est terminé le { $date }.
subscription-grace-ends = Les jours de grâce se terminent le { $date }.
subscription-contact = Pour plus de places ou de temps, adressez-vous à : { $contact }
subscription-seats = Gérer les places
seats-waiting = En attente d’une place
seats-waiting-further = { $count ->
    [one] Une personne de plus attend après elles.
   *[other] { $count } personnes de plus attendent après elles.
}
seats-several = Cochez toutes les personnes qui doivent recevoir une place.
seats-several-submit = Attribuer aux personnes cochées
seats-not-all = Tout le monde n’a pas reçu de place.
when-full-title = Quand toutes les places sont prises
when-full-wait = Qui arrive alors attend, avec un accès limité, et reçoit la prochaine place libre.
when-full-refuse = Qui veut arriver alors est refusé, et l’invitation reste.
when-full-to-wait = Les faire attendre
when-full-to-refuse = Les refuser
seats-without = Membres sans place
seats-without-none = Chaque membre a une place.
seats-with = Membres avec une place
seats-with-none = Personne n’a encore de place.

settings-title = Réglages
backup-title = Sauvegarde
backup-what = Un fichier avec tout ce que l’organisation possède : membres, invitations, groupes, programmes, enregistrements, règles et journal.
backup-hint = Il contient des données personnelles : gardez-le en lieu sûr. Ni mots de passe ni clés n’y figurent. L’exploitant de ce service peut le restaurer.
backup-take = Télécharger une sauvegarde
settings-id = Identifiant de l’organisation :
rename-title = Nom
looks-title = Apparence et expéditeur
field-accent = Couleur d’accent
hint-accent = Par exemple #0b5cad, assez foncée pour du texte blanc. Laissez vide pour les couleurs de ce site.
field-logo-url = Logo
hint-logo-url = L’adresse https d’une image ; elle figure en tête des messages et à côté du nom sur ces pages. Le navigateur de chaque personne qui la voit la demande à cette adresse.
field-sender-name = Expéditeur des messages
hint-sender-name = Le nom dont viennent les messages. Laissez vide pour celui de ce site.
field-reply-to = Les réponses aux messages vont à
delete-title = Supprimer l’organisation
delete-members =
    { $count ->
        [one] Vous êtes seul membre, et perdez l’accès aussitôt.
       *[other] Les { $count } membres, dont vous, perdent l’accès aussitôt.
    }
delete-invitations =
    { $count ->
        [0] Aucune invitation n’est en cours.
        [one] Une invitation en cours ne pourra plus être acceptée.
       *[other] { $count } invitations en cours ne pourront plus être acceptées.
    }
delete-final = Vous ne pourrez pas revenir en arrière.
field-confirm-name = Saisissez le nom de l’organisation pour confirmer
hint-confirm-name = Saisissez « { $name } ».
delete-name-differs = Ce n’est pas le nom de l’organisation ; rien n’a donc été supprimé. Saisissez-le exactement.
delete-submit = Supprimer définitivement

log-title = Journal
log-lead = Qui a changé quoi, du plus récent au plus ancien. Personne ne peut le modifier.
log-end = Il n’y a plus d’autres entrées.
log-older = Entrées plus anciennes
log-by-operator = L’exploitant
log-by-operator-named = { $name } (exploitant)
log-by-invitee = Quelqu’un qui a le lien
log-by-system = Le service
log-by-somebody = Quelqu’un
log-other = { $actor } a changé { $subject }
log-organization-founded = { $actor } a créé l’organisation { $subject }
log-organization-renamed = { $actor } a renommé l’organisation en { $subject }
log-organization-branded = { $actor } a changé l’apparence et l’expéditeur de l’organisation
log-backup-taken = { $actor } a fait une sauvegarde
log-organization-restored = L’organisation a été restaurée d’une sauvegarde
log-organization-deleted = { $actor } a supprimé l’organisation
log-ownership-transferred = { $actor } a transféré la propriété de { $subject }
log-seat-limit-set = { $actor } a changé le nombre de places
log-subscription-set = { $actor } a modifié l’abonnement
log-subscription-end-announced = La fin de l’abonnement a été annoncée à l’administration
log-when-full-set = { $actor } a changé le sort des personnes qui ne trouvent pas de place
log-invitation-created = { $actor } a invité { $subject }
log-invitation-renewed = { $actor } a renouvelé l’invitation à { $subject }
log-invitation-revoked = { $actor } a retiré l’invitation à { $subject }
log-invitation-declined = { $actor } a refusé l’invitation à { $subject }
log-invitation-expired = L’invitation à { $subject } a expiré
log-invitation-accepted = { $actor } a accepté l’invitation à { $subject }
log-member-joined = { $subject } a rejoint l’organisation
log-member-role-changed = { $actor } a changé le rôle de { $subject }
log-member-removed = { $actor } a retiré { $subject }
log-member-left = { $subject } a quitté l’organisation
log-member-suspended = { $actor } a suspendu { $subject }
log-member-reactivated = { $actor } a réactivé { $subject }
log-deactivation-date-set = { $actor } a changé la date de fin de { $subject }
log-member-deactivated = L’adhésion de { $subject } a pris fin à sa date
log-seat-allocated = { $actor } a attribué une place à { $subject }
log-seat-released = { $actor } a libéré la place de { $subject }
log-import-begun = { $actor } a lancé une importation de personnes
log-import-advanced = { $actor } a fait traiter des lignes de l’importation du { $subject }
log-import-undo-begun = { $actor } a fait annuler l’importation du { $subject }
log-api-key-created = { $actor } a créé la clé « { $subject } »
log-api-key-revoked = { $actor } a révoqué la clé « { $subject } »

field-owner-email = Adresse e-mail du propriétaire
hint-owner-email = L’invitation à posséder l’organisation y est envoyée.
field-seat-limit = Nombre de places
hint-seat-limit = Laissez vide pour ne pas fixer de limite.
field-plan = Formule
field-expires-at = Se termine le
hint-expires-at = Laissez vide si l’abonnement ne se termine pas.
field-grace-days = Jours de grâce
hint-grace-days = Pendant ces jours après la fin, tout reste utilisable, mais personne n’est invité et aucune place n’est attribuée.
field-organization-language = Langue de ses courriels

filters = Filtres
sort = Ordre
sort-name = Par nom
sort-newest = Du plus récent au plus ancien
filter-with-seat = Avec une place
filter-without-seat = Sans place
invitations-undelivered = Non remises
invitations-accepted = Acceptées
invitations-expired = Expirées
invitations-declined = Refusées
invitations-revoked = Retirées
invitations-outstanding-none = On n’attend personne. Invitez quelqu’un, et l’invitation reste ici jusqu’à la réponse.
invitations-never = Personne n’a encore été invité. Invitez quelqu’un, et l’invitation reste ici jusqu’à la réponse.
invitations-undelivered-none = Tous les courriels sont arrivés.
invitations-accepted-none = Personne n’a encore accepté d’invitation.
invitations-expired-none = Aucune invitation n’a expiré.
invitations-declined-none = Personne n’a refusé.
invitations-revoked-none = Aucune invitation n’a été retirée.
attention-title = À surveiller
attention-none = Rien. Tout va bien.
attention-look = Regarder
attention-seats = Attribuer des places
attention-full = Toutes les places sont prises. Personne d’autre ne peut entrer tant qu’aucune n’est libre.
attention-undelivered =
    { $count ->
        [one] Une invitation n’a pas pu être remise.
       *[other] { $count } invitations n’ont pas pu être remises.
    }
attention-expired =
    { $count ->
        [one] Une invitation a expiré sans réponse ces 30 derniers jours.
       *[other] { $count } invitations ont expiré sans réponse ces 30 derniers jours.
    }
attention-waiting =
    { $count ->
        [one] Un membre attend une place.
       *[other] { $count } membres attendent une place.
    }
attention-grace = L’abonnement est terminé et les jours de grâce courent. Personne ne peut être invité.
attention-over = L’abonnement est terminé, et l’accès est limité.
attention-ends = L’abonnement se termine le { $date }.
attention-in-line =
    { $count ->
        [one] Un membre attend la prochaine place libre.
       *[other] { $count } membres attendent les prochaines places libres.
    }
attention-link-lost =
    { $count ->
        [one] Le courriel d’un lien personnel n’a pas pu être remis.
       *[other] Les courriels de { $count } liens personnels n’ont pas pu être remis.
    }
attention-without-login =
    { $count ->
        [one] Un membre n’a pas encore configuré son accès.
       *[other] { $count } membres n’ont pas encore configuré leur accès.
    }
recent-title = Dernièrement
member-history = Historique
member-standing = Adhésion
member-joined = Membre depuis
member-seat = Dispose d’une place
member-login = A configuré un accès
member-what = Ce que vous pouvez faire
member-nothing = Il n’y a rien ici que vous puissiez changer.
status-active = Actif
log-filter = Montrer seulement
log-every = Tout
changed-role = Rôle
changed-owner-name = Propriétaire
changed-name = Nom
changed-seat-limit = Places
changed-status = Statut
changed-deactivates-at = Fin de l’accès
changed-state = État
changed-title = Titre
changed-plan = Formule
changed-expires-at = Fin
changed-grace-days = Jours de grâce
changed-when-full = Quand toutes les places sont prises
changed-seat = Place
changed-email = Adresse e-mail
changed-first-name = Prénom
changed-last-name = Nom de famille
changed-number = Numéro
changed-labels = Étiquettes
changed-language = Langue
changed-starts-at = Début
changed-ends-at = Fin de la séance
changed-message = Message joint
changed-subject = Objet
changed-text = Texte
changed-to-wait = on attend
changed-to-refuse = on est refusé
event-invitation-created = Invitations envoyées
event-invitation-accepted = Invitations acceptées
event-invitation-revoked = Invitations retirées
event-member-joined = Arrivées
event-member-role-changed = Changements de rôle
event-member-suspended = Suspensions
event-member-reactivated = Réactivations
event-member-removed = Membres retirés
event-member-left = Départs
event-seat-allocated = Places attribuées
event-seat-released = Places libérées
log-only-by = Seulement par { $name }
log-only-about = Seulement au sujet de { $name }
log-all-about = Tout ce qui concerne { $name }
log-done-by = Tout ce que { $name } a fait
filter-remove = Retirer ce filtre
event-invitation-renewed = Invitations renvoyées
event-invitation-expired = Invitations expirées
event-organization-renamed = Nouveaux noms de l’organisation
event-subscription-set = Changements de l’abonnement
event-template-saved = Textes des courriels modifiés
event-api-key-created = Clés créées
event-api-key-revoked = Clés révoquées
event-ownership-transferred = Transferts de propriété

templates-title = Textes des courriels
templates-lead = Ce que disent les courriels de l’organisation. Modifiez un texte pour en faire le vôtre ; une réinitialisation rétablit le texte fourni.
template-title = { $kind } ({ $language })
template-invitation = Invitation
template-reminder = Rappel d’une invitation
template-account-set-up = Lien pour configurer un compte
template-program-invitation = Une session a commencé
template-invitation-accepted = Quelqu’un a rejoint l’organisation (aux administrateurs)
template-seat-allocated = Une place a été attribuée
template-seat-awaited = Une place est attendue
template-seats-filling = Les places se remplissent (aux administrateurs)
template-access-ending = L’accès va prendre fin
template-access-ended = L’accès a pris fin à sa date
template-access-removed = L’accès a été retiré
template-member-deactivating = L’accès d’un membre va prendre fin (aux administrateurs)
template-member-deactivated = L’accès d’un membre a pris fin (aux administrateurs)
template-badge-own = texte personnalisé
template-badge-built-in = fourni
template-badge-broken = inutilisable
template-own = L’organisation utilise son propre texte.
template-built-in = Le texte fourni est utilisé.
template-broken = Ce texte ne peut plus être utilisé : les courriels partent avec le texte fourni. Modifiez-le ou réinitialisez-le.
template-preview = Aperçu
template-preview-text = Aperçu en texte seul
template-preview-title = Ce que cela donne
template-preview-hint = Avec les données de votre organisation. Le lien personnel est un exemple.
template-no-preview = Il n’y a encore rien à montrer
template-placeholders = Ce qui peut être complété
template-conditions = Pour ne dire une chose que s’il y a quelque chose à dire :
template-reset = Revenir au texte fourni
template-reset-title = Réinitialiser ce texte ?
template-reset-text = Les courriels écrits désormais utilisent le texte fourni. Votre texte reste dans le journal.
template-reset-sent = Les courriels en attente gardent le texte avec lequel ils ont été écrits.
field-subject = Objet
field-text = Texte
hint-text = Texte simple ; la partie mise en forme du courriel en est tirée. Un lien seul sur sa ligne devient un bouton.
invite-word = Modifier le texte du courriel
invite-own-text = Texte de ce courriel
placeholder-organization = le nom de l’organisation
placeholder-inviter = la personne qui invite ; personne si c’est l’exploitant
placeholder-role = le rôle
placeholder-message = le message personnel, s’il y en a un
placeholder-expires-at = jusqu’à quand le lien peut servir
placeholder-link = le lien ; dans une invitation, le lien personnel
placeholder-site = le nom de ce site
placeholder-name = le nom de la personne
placeholder-username = le nom à saisir pour se connecter, si un accès a été préparé
placeholder-initial-password = si un premier mot de passe a été fixé, qui ne figure jamais dans un courriel
placeholder-program = le nom du programme
placeholder-title = le titre de la session
placeholder-starts-at = quand la session commence
placeholder-ends-at = quand la session se termine
placeholder-member = le nom du membre
placeholder-awaits-seat = si le nouveau membre attend une place
placeholder-taken = combien de places sont prises
placeholder-limit = combien de places il y a
placeholder-full = si toutes les places sont prises
placeholder-at = la date
wording-missing-placeholder = L’élément { $named } manque, ou ne paraît pas dans chaque courriel. Remettez-le.
wording-unknown-placeholder = Il n’y a pas d’élément « { $named } » dans ce courriel. Utilisez l’un de ceux indiqués ci-dessous.
wording-not-a-placeholder = { $named } ne peut pas être utilisé. Utilisez les éléments et conditions indiqués ci-dessous.
wording-only-a-condition = « { $named } » ne dit que oui ou non. Utilisez-le comme condition, comme indiqué ci-dessous.
wording-unbalanced-condition = Une condition n’est pas fermée : chaque { $named } doit avoir sa fin. Ajoutez ce qui manque.
wording-too-many-placeholders = Il y a trop d’éléments à compléter. Gardez-en { $named } au plus.
log-template-saved = { $actor } a modifié le texte de courriel { $subject }
log-template-reset = { $actor } a réinitialisé le texte de courriel { $subject }
log-invitation-worded = { $actor } a écrit son propre texte pour l’invitation de { $subject }
### Les membres sans accès, et les vagues de courriels qui leur sont envoyées.

section-roster = Sans accès
roster-title = Membres sans accès
roster-lead = Ces personnes sont membres et n’ont pas encore configuré leur accès. Une vague envoie à chacune un lien personnel par courriel ; leurs liens précédents ne valent alors plus rien.
roster-search = Chercher par nom, adresse, numéro ou étiquette
roster-none = Personne ici : toutes les personnes concernées ont un accès.
roster-filter-all = Toutes ({ $count })
roster-filter-never = Jamais invitées ({ $count })
roster-filter-bounced = Courriel revenu ({ $count })
roster-filter-round = Vague { $number }
roster-write-all = Écrire à toutes les personnes trouvées
roster-several = Ou cochez-en quelques-unes.
roster-write-several = Écrire aux personnes cochées
roster-written = { $count ->
    [one] une vague reçue
   *[other] { $count } vagues reçues
}
roster-written-last = { $times }, la dernière le { $date }
roster-link-made = Lien personnel créé le { $date }
roster-never = Jamais invitée
roster-bounced = Courriel revenu
rounds-title = Vagues
rounds-none = Aucune vague n’a encore été envoyée.
rounds-older = Vagues plus anciennes
round-number = Vague { $number }
round-started = { $date }, par { $name }
round-mailed = { $count ->
    [one] { $count } courriel
   *[other] { $count } courriels
}
round-still-without = Qui n’a toujours pas d’accès
round-under-way = en cours
round-sure-title = Envoyer cette vague ?
round-would-mail = { $count ->
    [one] { $count } personne recevra un courriel avec un lien personnel.
   *[other] { $count } personnes recevront un courriel avec un lien personnel.
}
round-sure-submit = Envoyer maintenant
left-out-has-login = { $count ->
    [one] { $count } a déjà un accès
   *[other] { $count } ont déjà un accès
}
left-out-no-address = { $count ->
    [one] { $count } n’a pas d’adresse : remettez-lui son lien
   *[other] { $count } n’ont pas d’adresse : remettez-leur leur lien
}
left-out-not-active = { $count ->
    [one] { $count } n’est pas active
   *[other] { $count } ne sont pas actives
}
left-out-above-yours = { $count ->
    [one] { $count } a un rang trop élevé
   *[other] { $count } ont un rang trop élevé
}
left-out-gone = { $count ->
    [one] { $count } n’est plus membre
   *[other] { $count } ne sont plus membres
}
left-out-rate-limited = { $count ->
    [one] { $count } a reçu autant que sa boîte peut recevoir pour l’instant : écrivez-lui plus tard, ou remettez-lui son lien
   *[other] { $count } ont reçu autant que leurs boîtes peuvent recevoir pour l’instant : écrivez-leur plus tard, ou remettez-leur leur lien
}

### Effacer tous les accès.

clear-title = Effacer tous les accès
clear-lead = Chaque personne devra recréer son accès par un lien personnel. À faire quand on ne peut plus se fier aux accès. Vous verrez d’abord combien de personnes sont touchées.
clear-link = Effacer tous les accès…
clear-would-hit = { $count ->
    [0] Personne n’est touché.
    [one] Une personne est touchée : elle ne pourra plus se connecter ici et devra recréer son accès.
   *[other] { $count } personnes sont touchées : elles ne pourront plus se connecter ici et devront recréer leur accès.
}
clear-gone = { $count ->
    [one] Un accès est effacé : cette organisation l’a créé et aucune autre n’en dépend.
   *[other] { $count } accès sont effacés : cette organisation les a créés et aucune autre n’en dépend.
}
clear-untied = { $count ->
    [one] Un compte reste tel quel et n’ouvre simplement plus cette organisation.
   *[other] { $count } comptes restent tels quels et n’ouvrent simplement plus cette organisation.
}
left-alone-owner = L’accès du propriétaire n’est pas touché.
left-alone-yourself = Le vôtre n’est pas touché.
left-alone-operator = { $count ->
    [one] Une personne n’est pas touchée : elle exploite ce service.
   *[other] { $count } personnes ne sont pas touchées : elles exploitent ce service.
}
left-alone-above-yours = { $count ->
    [one] Une personne n’est pas touchée : elle a votre rang ou un rang plus élevé.
   *[other] { $count } personnes ne sont pas touchées : elles ont votre rang ou un rang plus élevé.
}
left-alone-set-up-since = { $count ->
    [one] Une personne n’est pas touchée : elle a créé son accès après le début.
   *[other] { $count } personnes ne sont pas touchées : elles ont créé leur accès après le début.
}
clear-keys = Les clés d’API que ces personnes ont créées cessent définitivement de fonctionner.
clear-order = Cela se fait par petites étapes, les comptes les plus anciens d’abord. Chaque personne qui a une adresse est avertie par courriel.
clear-undo = Vous pouvez revenir en arrière pendant 24 heures. Qui aura recréé son accès gardera le nouveau.
clear-name-differs = Ce n’est pas le nom de l’organisation ; rien n’a donc été effacé. Saisissez-le exactement.
clear-submit = Tout effacer
clear-state-clearing = Accès en cours d’effacement
clear-state-cleared = Accès effacés
clear-state-undoing = Accès en cours de restitution
clear-state-undone = Annulé
clear-given-back = { $count ->
    [one] Une personne a retrouvé son accès.
   *[other] { $count } personnes ont retrouvé leur accès.
}
not-given-back-set-up-anew = { $count ->
    [one] Une personne garde son nouvel accès.
   *[other] { $count } personnes gardent leur nouvel accès.
}
not-given-back-gone = { $count ->
    [one] Une personne n’est plus membre.
   *[other] { $count } personnes ne sont plus membres.
}
not-given-back-taken = { $count ->
    [one] Une personne ne retrouve pas son accès : le nom d’utilisateur ou l’adresse appartient désormais à un autre compte.
   *[other] { $count } personnes ne retrouvent pas leur accès : le nom d’utilisateur ou l’adresse appartient désormais à un autre compte.
}
not-given-back-above-yours = { $count ->
    [one] Une personne ne retrouve pas son accès : elle a votre rang ou un rang plus élevé.
   *[other] { $count } personnes ne retrouvent pas leur accès : elles ont votre rang ou un rang plus élevé.
}
clear-undo-until = Annulable jusqu’au { $moment }.
clear-undo-link = Annuler l’effacement…
clear-undo-title = Rendre les accès effacés
clear-undo-back = Toute personne touchée qui n’a pas recréé son accès retrouve l’ancien : nom d’utilisateur, mot de passe, second facteur.
clear-undo-anew = Qui a créé un nouvel accès le garde.
clear-undo-not = Les connexions et les clés d’API ne reviennent pas : chacun se reconnecte.
clear-undo-submit = Les rendre
log-login-clear-begun = { $actor } a commencé à effacer tous les accès
log-login-clear-moved = Tous les accès : effacés, ou rendus, une étape de plus
log-login-clear-undo-begun = { $actor } a commencé à rendre les accès effacés
log-member-login-cleared = { $actor } a effacé l’accès de { $subject }
log-member-login-given-back = { $actor } a rendu à { $subject } son accès
