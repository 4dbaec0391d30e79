### Le suivi des accès : qui en a un depuis quand, et qui s’en sert.

report-title = Suivi des accès
report-lead = Qui a configuré son accès et quand, qui se connecte, et qui ne l’a jamais fait. Les jours sont en UTC.
report-members = Membres
report-with-login = Avec accès
report-never-signed-in = Dont jamais connectés
report-over-time = Accès au fil du temps
report-span-choice = Période
report-days = { $count ->
    [one] Un jour
   *[other] { $count } jours
}
report-span = { $from } – { $to }
report-told = { $span } : { $logins } à la fin.
report-logins = { $count ->
    [one] une personne avec accès
   *[other] { $count } personnes avec accès
}
report-key-logins = Membres avec accès
report-key-rounds = Vagues
report-rounds-left-out = { $count ->
    [one] Une vague antérieure de cette période n’est pas marquée.
   *[other] { $count } vagues antérieures de cette période ne sont pas marquées.
}
report-as-table = Les mêmes chiffres en tableau
report-table-hint = Les jours et semaines sans nouvel accès ni vague ne sont pas montrés.
report-when = Quand
report-set-up = Créés
report-total = En tout
report-before = Avant
report-nothing = Personne n’a encore d’accès, et aucune vague n’a été envoyée.
report-people = Qui
report-none = Personne ici. Choisissez un autre filtre.
report-filter-all = Toutes ({ $count })
report-filter-with = Avec accès ({ $count })
report-filter-without = Sans accès ({ $count })
report-filter-never = Jamais connectées ({ $count })
report-filter-lately = { $count ->
    [one] Connectées depuis hier
   *[other] Connectées depuis { $count } jours
}
report-since = Connectées depuis le
report-since-submit = Afficher
report-sort-last-login = Dernières connexions d’abord
report-sort-login-since = Derniers accès créés d’abord
report-login-since = Accès depuis le { $date }
report-no-login = Pas encore d’accès : { $written }
report-last-login = Dernière connexion le { $moment }
report-never = Jamais connectée
report-unused = accès inutilisé

## Les vagues en cours, sur la page des membres sans accès.

round-given-up = arrêtée
round-progress = La vague { $number } est en cours
round-finished = La vague { $number } est terminée
round-progress-again = Voir où elle en est
round-never-invited = { $count ->
    [0] plus personne qui n’ait jamais été invité
    [one] une personne n’a encore jamais été invitée
   *[other] { $count } personnes n’ont encore jamais été invitées
}
member-number = N° { $number }

## Ajouter quelqu’un.

field-number = Numéro
hint-number = Celui de vos propres registres, si vous en utilisez ; chacun appartient à un seul membre.
field-labels = Étiquettes
hint-labels = Séparez-les par une barre verticale : rameurs | juniors
invalid-labels-too-many = Il y a trop d’étiquettes : { $limit } au plus. Enlevez-en.
invalid-labels-too-long = Une étiquette a { $limit } caractères au plus. Raccourcissez-la.
invalid-number-too-long = Un numéro a { $limit } caractères au plus. Raccourcissez-le.
