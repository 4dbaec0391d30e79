### Ce que le journal dit des événements moins courants.

log-invitation-extended = { $actor } a prolongé l’invitation de { $subject }
log-set-up-code-missed = Un code de { $subject } a été mal saisi
log-login-set-up = { $subject } a configuré son accès
log-member-login-changed = { $actor } a modifié l’accès de { $subject }
log-member-profile-changed = { $actor } a changé les données de { $subject }
log-member-signed-out = { $actor } a déconnecté { $subject } partout
log-policy-changed = { $actor } a changé les règles de l’organisation
log-set-up-link-issued = { $actor } a créé un lien personnel pour { $subject }
log-initial-password-set = { $actor } a fixé un mot de passe initial pour { $subject }
log-round-started = { $actor } a lancé une vague de courriels aux membres sans accès
log-round-moved = Une vague de courriels aux membres sans accès a continué
