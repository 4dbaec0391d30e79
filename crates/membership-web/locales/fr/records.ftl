### Les enregistrements de l’application hôte, et leurs partages.

section-records = Enregistrements
records-title = Enregistrements
records-lead = Ce que l’application conserve pour cette organisation, dans la mesure où vous y avez accès.
records-search = Chercher par identifiant
records-type = Type
records-filter-all = Tous
records-filter-restricted = Restreints
records-filter-open = Ouverts
records-none = Il n’y a pas encore d’enregistrement. L’application qui les conserve les déclare ici.
records-none-found = Aucun enregistrement ne correspond.

level-view = Peut consulter
level-none = Non partagé
level-edit = Peut modifier
level-control = Peut contrôler

record-restricted = Restreint
record-restricted-what = N’y accèdent que ceux avec qui il est partagé, et ceux qui contrôlent tous les enregistrements.
record-open-what = Il est ouvert : quiconque a accès le consulte, et qui peut modifier les enregistrements le modifie.
record-restrict = Restreindre
record-open = Ouvrir à tous ceux qui ont accès
record-about = À propos de l’enregistrement
record-reach = Ce que vous pouvez faire
record-registered = Connu depuis
record-history = Ce qui s’est passé
record-remove = Oublier l’enregistrement
record-remove-title = Oublier l’enregistrement { $name } ?
record-remove-shares = { $count ->
    [0] Il n’est partagé avec personne.
    [one] Son unique partage prend fin.
   *[other] Ses { $count } partages prennent fin.
}
record-remove-application = L’application garde le contenu de l’enregistrement et peut le déclarer de nouveau.

record-shares = Partagé avec
record-shares-none = Il n’est partagé avec personne.
record-share = Partager l’enregistrement
record-share-group = Groupe
record-share-with-group = Avec un groupe
record-share-group-what = Quiconque fait partie du groupe accède à l’enregistrement, tant qu’il en fait partie.
record-share-group-submit = Partager avec le groupe
record-share-submit = Partager
record-share-blind = Vous contrôlez cet enregistrement sans pouvoir voir les membres de l’organisation. Demandez à un administrateur de le partager.
record-unshare = Mettre fin
record-level = Droit accordé
record-level-of = Ce que peut faire { $name }
record-find-member = Chercher un membre avec qui le partager

done-record-shared = L’enregistrement est partagé.
done-record-unshared = Le partage a pris fin.
done-record-restricted = L’enregistrement est restreint.
done-record-opened = L’enregistrement est ouvert à tous ceux qui ont accès.
done-record-removed = L’enregistrement est oublié ici.

log-record-with = { $record } avec { $name }
log-record-registered = { $actor } a déclaré l’enregistrement { $subject }
log-record-restriction-changed = { $actor } a changé la restriction de l’enregistrement { $subject }
log-record-removed = { $actor } a fait oublier l’enregistrement { $subject }
log-record-shared = { $actor } a partagé l’enregistrement { $subject }
log-record-unshared = { $actor } a mis fin au partage de l’enregistrement { $subject }
changed-level = Niveau
changed-restricted = Restreint
