### Les groupes, les programmes et leurs sessions.

groups-title = Groupes
groups-none = Il n’y a pas encore de groupe. Un groupe est un ensemble de membres : on y invite des personnes, et il suit des programmes.
group-new = Nouveau groupe
group-make = Créer le groupe
field-group-name = Nom du groupe
group-id = Identifiant :
group-id-why = Les importations et l’API désignent le groupe par cet identifiant :
group-about = À propos du groupe
group-empty = Personne n’est encore dans ce groupe.
group-coming = Faire entrer des personnes
hint-group-addresses = Les membres entrent aussitôt. Qui n’est pas encore membre est invité, avec le rôle par défaut, et entre en acceptant. Tous sont inscrits à ce que le groupe suit.
group-delete = Supprimer le groupe
group-delete-title = Supprimer le groupe { $name } ?
group-delete-members =
    { $count ->
        [0] Personne n’en fait partie.
        [one] Un membre en fait partie, et reste membre de l’organisation.
       *[other] { $count } membres en font partie, et restent membres de l’organisation.
    }
group-delete-sessions = Ils quittent les programmes et les sessions qu’ils ne suivent que par ce groupe.
group-delete-shares = Les enregistrements partagés avec ce groupe ne le sont plus.
group-delete-invitations = Les invitations dans ce groupe restent valables, et ne mènent plus qu’à l’organisation.
members-count =
    { $count ->
        [one] { $count } membre
       *[other] { $count } membres
    }
groups-count =
    { $count ->
        [0] Aucun groupe
        [one] { $count } groupe
       *[other] { $count } groupes
    }
bring-in = Faire entrer
bring-in-addresses = Les faire entrer
take-out = Retirer
rename = Renommer
find-member = Ou chercher un membre par son nom
finder-none-found = Aucune personne qui puisse entrer n’a un nom ou une adresse qui contient « { $text } ». Qui ne peut pas agir n’est pas montré.
finder-present = En fait déjà partie
came-title = Ce qu’il en est de chacun
came-added = Ajouté
came-invited = Invité
came-promised = Entre en acceptant
came-not = Pas ajouté
export-csv = Exporter en CSV
field-groups = Groupes
member-groups = Groupes
member-groups-none = Dans aucun groupe.
member-groups-add = Ajouter à un groupe

programs-title = Programmes
programs-none = Il n’y a pas encore de programme. Un programme est ce que des membres suivent, en sessions datées.
program-new = Nouveau programme
program-make = Créer le programme
program-about = À propos du programme
program-change = Modifier le programme
program-delete = Supprimer le programme
program-groups = Ces groupes suivent toutes ses sessions :
program-no-groups = Aucun groupe ne le suit en entier. Ses sessions accueillent des groupes, des membres et des adresses une par une.
program-message = Ce que dit son courriel
program-language = La langue de son courriel : { $language }
field-program-name = Nom du programme
hint-program-message = Facultatif. Figure dans le courriel que chacun reçoit quand une session commence. Au plus 1 000 caractères.
hint-program-groups = Qui est dans l’un de ces groupes est inscrit à toutes les sessions qui ne sont pas terminées.
language-of-each-member = Celle de chaque membre, ou à défaut celle de l’organisation
program-delete-title = Supprimer le programme { $name } ?
program-delete-sessions =
    { $count ->
        [0] Il n’a pas de session.
        [one] Sa session est supprimée avec lui.
       *[other] Ses { $count } sessions sont supprimées avec lui.
    }
program-delete-members = Les groupes et les membres restent tels quels.
program-delete-mail = Le courriel des sessions qui n’ont pas commencé n’est pas envoyé.

sessions-title = Sessions
sessions-none = Aucune session n’est encore prévue.
session-new = Nouvelle session
session-make = Prévoir la session
session-change = Modifier le titre ou les dates
session-delete = Supprimer la session
session-span = { $from } – { $until }
session-mails-on = Qui est inscrit d’ici là reçoit un courriel le { $date }. Si le début est déplacé, le courriel l’est aussi.
session-groups = Groupes qui la suivent
session-no-groups = Aucun groupe ne suit cette session.
session-group-program = suit tout le programme
session-coming = Inscrire
session-delete-title = Supprimer la session { $title } ?
session-delete-members =
    { $count ->
        [0] Personne n’est inscrit.
        [one] Une personne est inscrite, et ne le sera plus.
       *[other] { $count } personnes sont inscrites, et ne le seront plus.
    }
session-withdraw-title = Retirer le groupe { $group } de { $title } ?
session-withdraw-members =
    { $count ->
        [0] Personne n’est inscrit par ce groupe.
        [one] Une personne est inscrite par ce groupe.
       *[other] { $count } personnes sont inscrites par ce groupe.
    }
session-withdraw-stay = Qui est aussi inscrit nommément ou par un autre groupe le reste ; les autres ne le seront plus.
session-delete-mail = Si elle n’a pas commencé, son courriel n’est pas envoyé.
hint-session-groups = Tous ceux qui en font partie, aujourd’hui et plus tard, sont inscrits.
hint-session-addresses = Les membres sont inscrits aussitôt. Qui n’est pas encore membre est invité dans l’organisation, et inscrit en acceptant.
hint-time = Jour et heure en UTC.
enrol-submit = Inscrire
enrolled-title = Inscrits
enrolled-none = Personne n’est encore inscrit.
enrolled-by-name = Inscription nominative
enrolled-through = Groupe : { $group }
phase-ahead = À venir
phase-running = En cours
phase-over = Terminée
field-title = Titre
field-starts-at = Commence
field-ends-at = Se termine
moment-short = { $date }, { $time }
month-of = { $month } { $year }
invalid-not-a-time = Ce n’est pas un jour et une heure. Cela devrait ressembler à 2027-01-31T09:00.
invalid-ends-before-start = La fin doit suivre le début. Choisissez une fin plus tardive.
invalid-groups-too-many = Ce sont trop de groupes : au plus { $limit }. Retirez-en.

done-group-made = Le groupe est créé. Faites-y maintenant entrer des personnes.
done-group-renamed = Le nouveau nom est enregistré.
done-group-deleted = Le groupe est supprimé. Ses membres restent membres.
done-group-joined = Le membre est dans le groupe.
done-group-left = Le membre n’est plus dans le groupe.
done-program-made = Le programme est créé. Prévoyez maintenant sa première session.
done-program-saved = Le programme est enregistré.
done-program-deleted = Le programme et ses sessions sont supprimés.
done-session-made = La session est prévue. Inscrivez-y maintenant des personnes.
done-session-saved = La session est enregistrée.
done-session-deleted = La session est supprimée.
done-enrolled = L’inscription est enregistrée.
done-withdrawn = L’inscription est retirée.

log-group-created = { $actor } a créé le groupe { $subject }
log-group-renamed = { $actor } a renommé un groupe en { $subject }
log-group-deleted = { $actor } a supprimé le groupe { $subject }
log-program-created = { $actor } a créé le programme { $subject }
log-program-changed = { $actor } a modifié le programme { $subject }
log-program-deleted = { $actor } a supprimé le programme { $subject }
log-session-created = { $actor } a prévu la session { $subject }
log-session-changed = { $actor } a modifié la session { $subject }
log-session-deleted = { $actor } a supprimé la session { $subject }
section-groups = Groupes
section-programs = Programmes
log-group-joined = { $actor } a fait entrer { $subject } dans un groupe
log-group-left = { $actor } a retiré { $subject } d’un groupe
log-member-enrolled = { $actor } a inscrit { $subject } à une session
log-enrolment-ended = { $actor } a retiré { $subject } d’une session

invite-check = Vérifier les adresses
invite-judged = { $good } sur { $all } peuvent être invitées. Rien n’a encore été envoyé.
invite-judged-good = Peut être invitée
invite-judged-bad = Ne peut pas être invitée
hint-invite-groups = Accepter fait entrer dans ces groupes et inscrit à ce qu’ils suivent.
field-send-at = Envoyer le
hint-send-at = Jour et heure en UTC. Si le champ est vide, le courriel part aussitôt.
