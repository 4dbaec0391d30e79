### What the log says of the less common events.

log-invitation-extended = { $actor } extended the invitation to { $subject }
log-set-up-code-missed = A code for { $subject } was typed wrongly
log-login-set-up = { $subject } set up a login
log-member-login-changed = { $actor } changed the login of { $subject }
log-member-profile-changed = { $actor } changed the details of { $subject }
log-member-signed-out = { $actor } signed { $subject } out everywhere
log-policy-changed = { $actor } changed the rules of the organization
log-set-up-link-issued = { $actor } made a personal link for { $subject }
log-initial-password-set = { $actor } set an initial password for { $subject }
log-round-started = { $actor } began a round of mail to people without a login
log-round-moved = A round of mail to people without a login went on
