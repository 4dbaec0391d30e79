### La même chose pour plusieurs personnes cochées.

several-chosen = Pour les lignes cochées
several-chosen-many = Lignes cochées : %count%
several-choose = Cocher { $name }
several-choose-all = Cocher toute la page
several-role = Rôle : { $role }
several-go-on = Continuer
several-refused =
    { $count ->
        [one] Une personne est laissée de côté
       *[other] { $count } personnes sont laissées de côté
    }
several-unknown = Quelqu’un qui n’est plus là
several-back = Retour à la liste
done-several-done = C’est fait pour toutes les lignes cochées.
done-none-chosen = Rien n’était coché, rien n’a donc été fait. Cochez d’abord quelques lignes.
several-role-title = { $count ->
    [one] Donner à un membre le rôle { $role } ?
   *[other] Donner à { $count } membres le rôle { $role } ?
}
several-role-what = Le nouveau rôle vaut dès le prochain clic, sans nouvelle connexion.
several-role-submit = { $count ->
    [one] Changer un membre
   *[other] Changer { $count } membres
}
several-role-done = { $count ->
    [one] Rôle { $role } donné à un membre
   *[other] Rôle { $role } donné à { $count } membres
}
several-allocate-seat-title = { $count ->
    [one] Attribuer une place ?
   *[other] Attribuer { $count } places ?
}
several-allocate-seat-what = Chacun obtient l’accès complet et en est averti par courriel.
several-allocate-seat-submit = { $count ->
    [one] Attribuer une place
   *[other] Attribuer { $count } places
}
several-allocate-seat-done = { $count ->
    [one] Une place attribuée
   *[other] { $count } places attribuées
}
several-release-seat-title = { $count ->
    [one] Libérer une place ?
   *[other] Libérer { $count } places ?
}
several-release-seat-what = Les membres restent, avec un accès limité, et les places sont libres pour d’autres.
several-release-seat-submit = { $count ->
    [one] Libérer une place
   *[other] Libérer { $count } places
}
several-release-seat-done = { $count ->
    [one] Une place libérée
   *[other] { $count } places libérées
}
several-reactivate-title = { $count ->
    [one] Réactiver un membre ?
   *[other] Réactiver { $count } membres ?
}
several-reactivate-what = L’accès est rétabli, avec le même rôle.
several-reactivate-submit = { $count ->
    [one] Réactiver un membre
   *[other] Réactiver { $count } membres
}
several-reactivate-done = { $count ->
    [one] Un membre réactivé
   *[other] { $count } membres réactivés
}
several-suspend-title = { $count ->
    [one] Suspendre un membre ?
   *[other] Suspendre { $count } membres ?
}
several-suspend-what = L’accès prend fin aussitôt. Rôle, place et dates restent, et vous pouvez les réactiver à tout moment.
several-suspend-submit = { $count ->
    [one] Suspendre un membre
   *[other] Suspendre { $count } membres
}
several-suspend-done = { $count ->
    [one] Un membre suspendu
   *[other] { $count } membres suspendus
}
several-remove-title = { $count ->
    [one] Retirer un membre ?
   *[other] Retirer { $count } membres ?
}
several-remove-what = L’accès prend fin aussitôt, et chacun en est averti par courriel. Pour revenir, il faut une nouvelle invitation.
several-remove-submit = { $count ->
    [one] Retirer un membre
   *[other] Retirer { $count } membres
}
several-remove-done = { $count ->
    [one] Un membre retiré
   *[other] { $count } membres retirés
}
several-resend-title = { $count ->
    [one] Renvoyer une invitation ?
   *[other] Renvoyer { $count } invitations ?
}
several-resend-what = Chacun reçoit un nouveau courriel avec un nouveau lien. Les anciens liens ne fonctionnent plus.
several-resend-submit = { $count ->
    [one] Renvoyer une invitation
   *[other] Renvoyer { $count } invitations
}
several-resend-done = { $count ->
    [one] Une invitation renvoyée
   *[other] { $count } invitations renvoyées
}
several-revoke-title = { $count ->
    [one] Retirer une invitation ?
   *[other] Retirer { $count } invitations ?
}
several-revoke-what = Les liens cessent aussitôt de fonctionner et disent que l’invitation a été retirée. Les places qu’elles réservent sont libres pour d’autres.
several-revoke-submit = { $count ->
    [one] Retirer une invitation
   *[other] Retirer { $count } invitations
}
several-revoke-done = { $count ->
    [one] Une invitation retirée
   *[other] { $count } invitations retirées
}
now-resend = Renvoi en cours
now-allocate-seat = Attribution de la place
now-release-seat = Libération de la place
now-reactivate = Réactivation
invite-look = À quoi ressemblera le courriel
invite-look-hint = Appuyez sur « Aperçu » pour le voir avec le rôle, les mots et la validité que vous avez choisis.
invitation-expired-on = Expirée le { $date }
badge-state-scheduled = Programmée
badge-state-pending = En attente
badge-state-accepted = Acceptée
badge-state-declined = Refusée
badge-state-revoked = Retirée
badge-state-expired = Expirée
overview-log = Tout le journal
member-history-joined = Entrée dans l’organisation
mailbox-text = Version en texte seul
